import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { type Preview, readPreview, type Step } from "../../operations/guard/preview.ts";
import { stateful } from "../../operations/guard/stateful.ts";
import { guard, type Refusal } from "../../operations/guard.ts";

const cluster = "digitalocean:index/databaseCluster:DatabaseCluster";
const bucket = "aws:s3/bucket:Bucket";
const urnOf = (type: string, name: string) =>
  `urn:pulumi:production::slipway::slipway:index:Parent$${type}::${name}`;
const step = (op: string, type = cluster, more: Partial<Step> = {}, name = "db"): Step => ({
  op,
  urn: urnOf(type, name),
  ...more,
});
const guarded = (...steps: Step[]): Refusal[] => guard({ steps });

/** A preview of the real engine against the local clouds, cut to what the guard reads. */
const real = (name: string): Preview =>
  readPreview("dev", readFileSync(new URL(`guard/${name}.json`, import.meta.url), "utf8"));
const short = (refusals: Refusal[]) =>
  refusals.map(({ urn, op, inputs }) => [op, urn.split("::").at(-1), inputs.join()].join(" ").trim()).sort();

interface Schema {
  resources: Record<string, { inputProperties: Record<string, { willReplaceOnChanges?: boolean }> }>;
  types: Record<string, { properties?: Record<string, { willReplaceOnChanges?: boolean }> }>;
}
const schemas = ["digitalocean", "github", "aws"].map(
  (name): Schema =>
    JSON.parse(
      readFileSync(new URL(`../../local/providers/schema/${name}.json`, import.meta.url), "utf8"),
    ) as Schema,
);
/** Every input that replaces, of every guarded resource, as the providers publish it. */
const published = schemas.flatMap(({ resources }) =>
  Object.entries(resources)
    .filter(([type]) => type in stateful)
    .flatMap(([type, { inputProperties }]) =>
      Object.entries(inputProperties).flatMap(([input, { willReplaceOnChanges }]) =>
        willReplaceOnChanges === true ? [[type, input] as const] : [],
      ),
    ),
);

describe("every input that replaces", () => {
  test("is known for every guarded resource, and nothing is made up", () => {
    const known = Object.entries(stateful).flatMap(([type, { inputs }]) =>
      Object.keys(inputs).map((input) => `${type} ${input}`),
    );
    // The provider asks GitHub for the repository at diff time, so no schema says it.
    const atDiffTime = "github:index/repositoryEnvironment:RepositoryEnvironment repository";
    expect(known.sort()).toEqual([...published.map((one) => one.join(" ")), atDiffTime].sort());
    expect(published).toHaveLength(25);
  });

  test("is a plain one: nothing inside a block replaces by itself", () => {
    const nested = schemas.flatMap(({ types }) =>
      Object.entries(types).filter(([, { properties = {} }]) =>
        Object.values(properties).some(({ willReplaceOnChanges }) => willReplaceOnChanges === true),
      ),
    );
    expect(nested).toEqual([]);
  });

  test.each(published)("%s %s is refused by name, with what to do instead", (type, input) => {
    const { what = "", loss = "", inputs = {} } = stateful[type] ?? {};
    const expected: Refusal = {
      urn: urnOf(type, "db"),
      op: "replace",
      inputs: [input],
      reason: `a change of ${input} replaces ${what} db: ${loss}`,
      remedy: `${input}: ${inputs[input]}`,
    };
    const detailedDiff = { [input]: { kind: "update-replace" } };
    expect(guarded(step("replace", type, { replaceReasons: [input] }))).toEqual([expected]);
    expect(guarded(step("replace", type, { detailedDiff }))).toEqual([expected]);
    expect(
      guarded(
        step("create-replacement", type, { replaceReasons: [input] }),
        step("replace", type, { replaceReasons: [input] }),
        step("delete-replaced", type),
      ),
    ).toEqual([expected]);
  });
});

test("every guarded resource says what it is, what is lost and what to do", () => {
  expect(
    Object.fromEntries(Object.entries(stateful).map(([type, { what }]) => [type.split(":").at(-1), what])),
  ).toEqual({
    App: "the app",
    Bucket: "the bucket",
    DatabaseCluster: "the database cluster",
    DatabaseDb: "the database",
    DatabaseFirewall: "the database's firewall",
    DatabaseReplica: "the read replica",
    DatabaseUser: "the database's login",
    Domain: "the zone",
    RepositoryEnvironment: "the GitHub environment",
    Vpc: "the private network",
  });
  for (const { loss, instead, inputs } of Object.values(stateful))
    for (const text of [loss, instead, ...Object.values(inputs)]) expect(text).toMatch(/^\S.{15,}[\w)@]$/);
});

describe("what is left as it is or changed in place is let through", () => {
  test.each(["same", "create", "update", "read", "refresh", "import"])("%s", (op) => {
    expect(guarded(step(op, cluster, { newState: {}, detailedDiff: { size: { kind: "update" } } }))).toEqual(
      [],
    );
  });

  test("whatever happens to a resource that holds nothing", () => {
    expect(guarded(step("delete", "digitalocean:index/dnsRecord:DnsRecord"))).toEqual([]);
  });

  test("a rename with an alias, which is the same resource under another name", () => {
    const before = urnOf(cluster, "db");
    expect(guarded(step("update", cluster, { oldState: { urn: before } }, "database"))).toEqual([]);
  });
});

describe("what is lost is refused", () => {
  const loss = "its data is lost, and so are its backups at the platform";
  const instead =
    "keep it in the program; to retire it, back it up elsewhere first and take it out on purpose";

  test("where it is deleted", () => {
    expect(guarded(step("delete"))).toEqual([
      {
        urn: urnOf(cluster, "db"),
        op: "delete",
        inputs: [],
        reason: `deletes the database cluster db: ${loss}`,
        remedy: instead,
      },
    ]);
  });

  test("where it was renamed without an alias", () => {
    expect(
      guarded(step("delete"), step("create", cluster, {}, "database")).map(({ remedy }) => remedy),
    ).toEqual([
      'where it was renamed to database, name the old one: product.formerName for a product that was renamed, else an alias { aliases: [{ name: "db" }] } in its component',
    ]);
    // Nobody can tell which of two it became, nor that a bucket was a cluster.
    for (const others of [
      [step("create", cluster, {}, "a"), step("create", cluster, {}, "b")],
      [step("create", bucket, {}, "a")],
      [step("update", cluster, {}, "a")],
    ])
      expect(guarded(step("delete"), ...others).map(({ remedy }) => remedy)).toEqual([instead]);
  });

  test("where it goes with what it depends on", () => {
    const database = "digitalocean:index/databaseDb:DatabaseDb";
    const dependencies = [urnOf(cluster, "db"), urnOf(bucket, "other")];
    const chained = (more: Partial<Step>) =>
      guarded(
        step("replace", cluster, { replaceReasons: ["name"] }),
        step("update", bucket, {}, "other"),
        step("replace", database, more, "contents"),
      )[1];
    const expected = {
      urn: urnOf(database, "contents"),
      op: "replace",
      inputs: [],
      reason: "the replacement of db replaces the database contents: its tables are lost",
      remedy: "keep it in the program; dump it first where it is to go",
    };
    expect(chained({ newState: { dependencies } })).toEqual(expected);
    expect(chained({ oldState: { dependencies } })).toEqual(expected);
    expect(chained({ oldState: { dependencies }, newState: { dependencies } })).toEqual(expected);
    expect(chained({})?.reason).toBe(
      "the replacement of what it depends on replaces the database contents: its tables are lost",
    );
  });

  test("where several inputs replace it, each with its way out", () => {
    const [found] = guarded(
      step("replace", cluster, {
        replaceReasons: ["name"],
        detailedDiff: {
          name: { kind: "update-replace" },
          size: { kind: "update" },
          "engine[0].x": { kind: "add-replace" },
          "other.inner": { kind: "delete-replace" },
        },
      }),
    );
    expect(found?.inputs).toEqual(["engine", "name", "other"]);
    expect(found?.reason).toBe(
      `a change of engine and name and other replaces the database cluster db: ${loss}`,
    );
    expect(found?.remedy).toBe(
      "engine: make a second cluster, move the data (restore or replica), switch the app, then retire the first; name: keep the name: set it explicitly, or give the renamed resource an alias; other: leave other as it is",
    );
  });

  test.each(["replace", "create-replacement", "delete-replaced", "import-replacement", "read-replacement"])(
    "by %s alone",
    (op) => {
      expect(guarded(step(op)).map((one) => one.op)).toEqual(["replace"]);
    },
  );

  test("by a replacement that calls itself an update", () => {
    const replaceReasons = ["name"];
    expect(guarded(step("update", cluster, { replaceReasons })).map(({ op }) => op)).toEqual(["replace"]);
    expect(
      guarded(step("update", cluster, { detailedDiff: { name: { kind: "update-replace" } } })).map(
        ({ op }) => op,
      ),
    ).toEqual(["replace"]);
    expect(guarded(step("delete-replaced"), step("delete")).map(({ op }) => op)).toEqual(["replace"]);
    expect(guarded(step("delete"), step("delete-replaced")).map(({ op }) => op)).toEqual(["replace"]);
  });

  test("by an operation that nobody knows", () => {
    expect(guarded(step("remove-pending-replace")).map(({ op }) => op)).toEqual(["delete"]);
  });

  test.each(["discard", "discard-replaced", "read-discard"])("where the stack forgets it by %s", (op) => {
    expect(guarded(step(op))).toEqual([
      {
        urn: urnOf(cluster, "db"),
        op: "forget",
        inputs: [],
        reason:
          "the stack would forget the database cluster db, which stays at the platform; the next change would make a second one",
        remedy: instead,
      },
    ]);
  });

  test("also where it stays at the platform (retainOnDelete): the app would stand before an empty one", () => {
    const oldState = { retainOnDelete: true };
    expect(guarded(step("delete", cluster, { oldState })).map(({ reason }) => reason)).toEqual([
      "the stack would forget the database cluster db, which stays at the platform; the next change would make a second one",
    ]);
    expect(
      guarded(step("replace", cluster, { oldState, replaceReasons: ["name"] })).map(({ reason }) => reason),
    ).toEqual([
      "a change of name puts a new and empty one in the place of the database cluster db; the old one stays at the platform, and the stack knows it no more",
    ]);
  });
});

describe("a preview of the real engine", () => {
  test("that moves the network", () => {
    expect(short(guard(real("network")))).toEqual(["replace tinkertools-network ipRange"]);
  });

  test("that renames the bucket, the environment and the database", () => {
    expect(short(guard(real("gone")))).toEqual([
      "delete tinkertools-db-db-tinkertools",
      "delete tinkertools-db-user-tinkertools_app",
      "replace tinkertools-backups bucket",
      "replace tinkertools-delivery environment",
    ]);
  });

  test("that renames the product", () => {
    expect(short(guard(real("renamed")))).toEqual([
      "delete tinkertools",
      "delete tinkertools-backups",
      "delete tinkertools-db",
      "delete tinkertools-db-db-tinkertools",
      "delete tinkertools-db-firewall",
      "delete tinkertools-db-user-tinkertools_app",
      "delete tinkertools-delivery",
      "delete tinkertools-network",
      "update widgets-backups-policy policy",
    ]);
    expect(guard(real("renamed")).find(({ urn }) => urn.endsWith("::tinkertools-db"))?.remedy).toBe(
      'where it was renamed to widgets-db, name the old one: product.formerName for a product that was renamed, else an alias { aliases: [{ name: "tinkertools-db" }] } in its component',
    );
  });
});

describe("a file is refused", () => {
  const document = (given: object) => JSON.stringify({ steps: [], changeSummary: { same: 1 }, ...given });
  const same = step("same", cluster, { oldState: {}, newState: {} });
  test.each([
    ["{", "the preview of dev must be what pulumi preview --json prints"],
    ["[]", "the preview of dev must be what pulumi preview --json prints"],
    ['{"steps":[{"op":"same"}]}', "the preview of dev must be what pulumi preview --json prints"],
    [document({ steps: [same] }), "the preview of dev must be of that stack; it is of production"],
    [
      document({ steps: [{ op: "same", urn: "db" }] }),
      "the preview of dev must be of that stack; it is of none",
    ],
    [
      document({
        diagnostics: [
          { severity: "warning", message: "a" },
          { severity: "error", message: " b\n" },
        ],
      }),
      "the preview of dev must be one that succeeded; it says: b",
    ],
  ])("%s", (text, message) => {
    expect(() => readPreview("dev", text)).toThrow(new Error(message));
  });

  test("unless it is a preview of that stack, with warnings or not", () => {
    expect(readPreview("dev", document({})).steps).toEqual([]);
    for (const severity of ["debug", "info", "info#err", "warning"])
      expect(readPreview("dev", document({ diagnostics: [{ severity, message: "a" }] })).steps).toEqual([]);
    expect(readPreview("production", document({ steps: [same] })).steps).toHaveLength(1);
  });
});
