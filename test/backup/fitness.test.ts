import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { connected, type ServerAddress } from "../../backup/database.ts";
import type { Manifest } from "../../backup/manifest.ts";
import { assertConfirmed, assertFit, forbiddenExtensions, type TargetChecks } from "../../backup/target.ts";
import { failing } from "../support/failing.ts";
import { restorable } from "../support/hollow-backups.ts";
import { HollowPostgres, Refused } from "../support/hollow-postgres.ts";

/** What a target is told by what its server answers; `target.test.ts` asks a real one. */
const database = new HollowPostgres();
beforeAll(() => database.start());
afterAll(() => database.stop());
beforeEach(() => database.answer(...restorable));

const address = (): ServerAddress => ({
  host: "127.0.0.1",
  port: database.port,
  user: database.user,
  password: database.password,
  database: "copy",
  mode: "require",
});

const named = (...names: string[]) => names.map((name) => ({ name, version: "1" }));
const contents: Manifest["contents"] = {
  serverVersion: "16.4",
  encoding: "UTF8",
  collation: "C",
  sizeBytes: 1000,
  extensions: named("plpgsql"),
  roles: ["shop_app"],
  tables: [],
  largeObjects: 0,
};
const checks: TargetChecks = { keepsOwners: true, isReplaced: false };

const look = (change: Partial<Manifest["contents"]> = {}, options: Partial<TargetChecks> = {}) =>
  connected(address(), Date.now() + 10_000, (client) =>
    assertFit(client, { contents: { ...contents, ...change } } as Manifest, { ...checks, ...options }),
  );

describe("R11 a target", () => {
  test("is fit where nothing is missing, to the last byte", async () => {
    await look({}, { diskBytes: 2000 });
    await expect(look({}, { diskBytes: 1999 })).rejects.toEqual(
      failing("unfit", "the target has 999 bytes left, the backed up database had 1000"),
    );
    await expect(look({}, { diskBytes: 1 })).rejects.toEqual(
      failing(
        "unfit",
        "the target holds 1000 bytes already, more than the 1 of --disk-bytes: give the size of the server's whole disk",
      ),
    );
  });

  test("fails with its version as its distribution does not tell it", async () => {
    const found = { version: "15.18 (Debian 15.18-0+deb12u1)", encoding: "UTF8" };
    database.alsoAnswer([/^SELECT current_setting\('server_version'\) AS version, pg_enc/, [found]]);
    await expect(look()).rejects.toEqual(
      failing("unfit", "the target is PostgreSQL 15.18, older than the backup's 16.4"),
    );
    await look({ serverVersion: "15.99" });
  });

  test("fails with all extensions and roles that it lacks", async () => {
    const change = { extensions: named("one", "plpgsql", "two"), roles: ["shop_app", "clerk", "cook"] };
    await expect(look(change)).rejects.toEqual(
      failing(
        "unfit",
        "the target has no extension one, two; the target has no role clerk, cook: create them, or use --no-owner",
      ),
    );
    await expect(look(change, { keepsOwners: false })).rejects.toEqual(
      failing("unfit", "the target has no extension one, two"),
    );
  });

  test("fails for things that are there, unless they are replaced", async () => {
    database.alsoAnswer([/AS count FROM pg_class/, [{ count: 1 }]]);
    await expect(look()).rejects.toEqual(
      failing(
        "unfit",
        "the target is not empty, it holds 1 tables, views or sequences: use --replace to drop them",
      ),
    );
    await look({}, { isReplaced: true });
  });

  describe("whose user may make no extension", () => {
    const asked: string[] = [];
    beforeEach(() => {
      asked.length = 0;
      database.alsoAnswer(
        [/^SELECT name FROM pg_available_extensions$/, named("a", "b", "c")],
        [
          /installed_version IS NULL$/,
          ([names = ""]) => {
            asked.push(names);
            return ["c", "a", "b"].filter((name) => names.includes(`"${name}"`)).map((name) => ({ name }));
          },
        ],
        [
          /^CREATE EXTENSION/,
          () => {
            throw new Refused("42501", "permission denied");
          },
        ],
      );
    });

    test("fails with all of them by their names", async () => {
      await expect(look({ extensions: named("c", "a") })).rejects.toEqual(
        failing("unfit", "the target does not let its user make the extension a, c: have it made beforehand"),
      );
      expect(asked).toEqual(['{"c","a"}']);
    });

    test("asks for none that it does not have, nor for those that are left out", async () => {
      await expect(look({ extensions: named("a", "b", "d") }, { leftOut: ["a"] })).rejects.toEqual(
        failing(
          "unfit",
          "the target has no extension d; the target does not let its user make the extension b: have it made beforehand",
        ),
      );
      expect(asked).toEqual(['{"b"}']);
      await look({ extensions: named("a", "b") }, { leftOut: ["a", "b"] });
    });

    test("is told by trying, and nothing of that stays", async () => {
      database.alsoAnswer([/^CREATE EXTENSION IF NOT EXISTS "b" CASCADE$/, []]);
      const forbidden = await connected(address(), Date.now() + 10_000, (client) =>
        forbiddenExtensions(client, { extensions: named("a", "b", "c") }),
      );
      expect(forbidden).toEqual(["a", "c"]);
      expect(database.asked.at(-1)).toBe("copy: ROLLBACK");
    });
  });
});

describe("R12 confirmation", () => {
  /** Labels that are longer than any can be: nobody is asked for their addresses. */
  const unknown = "x".repeat(64);
  const host = `db.${unknown}`;
  const asked = (
    target: string,
    productionHosts: string[],
    source?: string,
    typed?: string,
    isReplaced = false,
  ) =>
    assertConfirmed(
      { ...address(), host: target, database: "shop" },
      { productionHosts, source, typed, isReplaced },
    );
  const refusal = (target: string) =>
    failing("production", `the target is production: to go on add --confirm ${target}/shop`);

  test.each<[string, string[], string | undefined]>([
    ["a production host", [`other.${unknown}`, host], undefined],
    ["a production host beside a source's", [host], "postgresql://u:p@127.0.0.1:25060/other"],
    ["the source's own host", [], `postgresql://u:p@${host}:25060/other`],
    ["the source's own host beside another", ["127.0.0.1"], `postgresql://u:p@${host}:25060/other`],
    ["its name in the private network", [`Private-DB.${unknown}.`], undefined],
  ])("is asked for with %s", async (_what, hosts, source) => {
    await expect(asked(host, hosts, source)).rejects.toEqual(refusal(host));
    await expect(asked(host, hosts, source, `${host}/other`)).rejects.toEqual(refusal(host));
    await expect(asked(host, hosts, source, `${host}/shop`)).resolves.toBeUndefined();
  });

  test.each([
    ["localhost", ["127.0.0.1"]],
    ["127.1", ["127.0.0.1"]],
    ["2130706433", [`a.${unknown}`, "127.0.0.1"]],
    ["::ffff:7f00:1", ["127.0.0.1"]],
    ["::ffff:127.0.0.1", ["127.0.0.1"]],
    ["127.0.0.1", ["::ffff:7f00:1"]],
    ["0:0:0:0:0:0:0:1", ["::1"]],
  ])("is asked for with %s, which is another name of one of %j", async (target, hosts) => {
    await expect(asked(target, hosts)).rejects.toEqual(refusal(target));
  });

  test("is asked for with a source whose host is an address of version 6", async () => {
    await expect(asked("::1", [], "postgresql://u:p@[::1]:5432/shop")).rejects.toEqual(refusal("::1"));
  });

  test("is asked for where something is dropped, whosever it is", async () => {
    await expect(asked(host, [], undefined, undefined, true)).rejects.toEqual(
      failing("production", `what the target holds is dropped: to go on add --confirm ${host}/shop`),
    );
    await expect(asked(host, [], undefined, `${host}/shop`, true)).resolves.toBeUndefined();
    await expect(asked(host, [host], undefined, undefined, true)).rejects.toEqual(refusal(host));
  });

  test.each<[string, string[], string | undefined]>([
    [host, ["127.0.0.1"], "postgresql://u:p@localhost:1/shop"],
    [host, [], "no URL"],
    [host, [], undefined],
    [`my-${host}`, [`my-private-${host}`], undefined],
    [host, [`db${unknown}`], undefined],
    ["127.0.0.1", ["127.0.0.2", `a.${unknown}`, "::1"], undefined],
  ])("is not asked for with %s beside %j and %s", async (target, hosts, source) => {
    await expect(asked(target, hosts, source)).resolves.toBeUndefined();
  });
});
