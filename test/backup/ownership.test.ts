import { describe, expect, test } from "@jest/globals";
import { takenBack } from "../../backup/memberships.ts";
import { ownersIn } from "../../backup/ownership.ts";

const found = (roles: readonly string[], ...list: string[]) => {
  const { roles: owners, guests, hosts, ruled } = ownersIn(list, roles);
  return { owners, guests, hosts: [...hosts], ruled: [...ruled] };
};
const nothing = { owners: [], guests: [], hosts: [], ruled: [] };

describe("the owners in the list of a dump", () => {
  test("are the roles in which its lines end, each once, and not those that only have rights", () => {
    expect(
      found(
        ["reader", "shop_app", "doadmin"],
        "2; 3079 16386 EXTENSION - pg_trgm ",
        "215; 1259 16385 TABLE public thing shop_app",
        "3300; 0 16385 TABLE DATA public thing shop_app",
        "216; 1259 16390 TABLE public other doadmin",
      ),
    ).toEqual({
      ...nothing,
      owners: ["doadmin", "shop_app"],
      guests: [
        { schema: "public", role: "shop_app" },
        { schema: "public", role: "doadmin" },
      ],
    });
  });

  test("are told apart where one name ends as another does, or holds what no line can", () => {
    expect(
      found(["app", "shop app", "two\nlines"], "1; 1 1 TABLE s t shop app", "2; 1 1 TABLE s t two lines"),
    ).toEqual({ ...nothing, owners: ["shop app", "two\nlines"] });
  });

  test("are none where nothing is", () => {
    expect(found(["app"])).toEqual(nothing);
    expect(found([], "1; 1 1 TABLE public t app")).toEqual(nothing);
  });
});

describe("a guest in a schema", () => {
  test("is who owns something there and not the schema, which has to be there before", () => {
    expect(
      found(
        ["app", "guest"],
        "6; 2615 16500 SCHEMA - odd name app",
        "7; 2615 16501 SCHEMA - quiet app",
        "8; 1259 1 TABLE odd name t app",
        "9; 1259 2 TABLE odd name t2 guest",
        "10; 1259 3 TABLE quiet t app",
      ),
    ).toEqual({
      ...nothing,
      owners: ["app", "guest"],
      guests: [{ schema: "odd name", role: "guest" }],
      hosts: [["odd name", "app"]],
    });
  });

  test("is told where nobody knows whose the schema is, and then it is the dump's to make", () => {
    expect(found(["app"], "6; 2615 1 SCHEMA - s stranger", "7; 1259 1 TABLE s t app")).toEqual({
      ...nothing,
      owners: ["app"],
    });
  });

  test("is nobody in schema public where the dump hands that over", () => {
    expect(found(["app"], "4; 2615 2200 SCHEMA - public app", "5; 1259 1 TABLE public t app")).toEqual({
      ...nothing,
      owners: ["app"],
    });
  });

  test("keeps a right that the dump gives, whoever owns the schema", () => {
    expect(
      found(
        ["app"],
        "3; 0 0 ACL - SCHEMA public pg_database_owner",
        "4; 0 0 ACL - SCHEMA other app",
        "5; 0 0 ACL public TABLE t app",
      ).ruled,
    ).toEqual(["public", "other"]);
  });
});

test("of memberships only what was not there before is taken back, by who gave it, and options that were changed", () => {
  const [both, inherited] = ["INHERIT true, SET true", "INHERIT true, SET false"];
  const [by, other] = [' GRANTED BY "Ad min"', " GRANTED BY other"];
  const taken = (before: [string, string][], after: [string, string][]) =>
    takenBack('o"wner', new Map(before), new Map(after));
  const old: [string, string][] = [["", "INHERIT , SET "]];
  expect([taken([], old), taken(old, old)]).toEqual([['REVOKE "o""wner" FROM CURRENT_USER'], []]);
  expect(
    taken(
      [[other, inherited]],
      [
        [other, inherited],
        [by, both],
      ],
    ),
  ).toEqual(['REVOKE "o""wner" FROM CURRENT_USER GRANTED BY "Ad min"']);
  expect(
    taken(
      [
        [by, inherited],
        [other, both],
      ],
      [
        [by, both],
        [other, both],
      ],
    ),
  ).toEqual(['GRANT "o""wner" TO CURRENT_USER WITH INHERIT true, SET false GRANTED BY "Ad min"']);
});
