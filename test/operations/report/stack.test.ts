import { describe, expect, test } from "@jest/globals";
import { stackReport } from "../../../operations/report/stack.ts";
import { real, stackOf, step, types, urnOf } from "./support.ts";

const differences = (...args: Parameters<typeof step>) => {
  const report = stackOf([step(...args)]);
  return [...report.losses, ...report.changes, ...report.quiet].flatMap((change) => change.differences);
};

describe("a real preview", () => {
  test("is told with old and new values, under the names of list elements", () => {
    const { counts, losses, changes, quiet, outputs, cost } = stackReport("dev", real("mixed"), {});
    expect(counts).toEqual({
      replace: 0,
      delete: 2,
      forget: 0,
      import: 0,
      create: 0,
      update: 5,
      unchanged: 30,
    });
    expect(losses).toEqual([]);
    expect(changes.map(({ operation, name }) => `${operation} ${name}`)).toEqual([
      "delete tinkertools-monitoring-api-down",
      "delete tinkertools-monitoring-api",
      "update tinkertools-backups-expiry",
      "update tinkertools",
    ]);
    expect(
      changes[3]?.differences.map(({ path, before, after }) => [path, before, after?.slice(0, 20)]),
    ).toEqual([
      ["spec.ingress.rules[/search]", undefined, '{"component":{"name"'],
      ["spec.services[tinkertools-api].instanceSizeSlug", "apps-s-1vcpu-0.5gb", "apps-s-1vcpu-1gb"],
      ["spec.services[tinkertools-search]", undefined, '{"envs":[],"healthCh'],
      ["spec.services[tinkertools-api].envs[LOG_LEVEL].value", "[secret]", "[secret]"],
      ["spec.services[tinkertools-api].envs[SECRET_KEY].value", "[secret]", "[secret]"],
    ]);
    expect(quiet.map(({ name, differences: found }) => [name, found.map(({ path }) => path)])).toEqual([
      ["tinkertools-backups", ["retentionDays"]],
      ["tinkertools-monitoring", ["checks.api"]],
      [
        "tinkertools",
        [
          "ingress[/search]",
          "release.images.tinkertools-search",
          "services.tinkertools-api.environment.LOG_LEVEL",
          "services.tinkertools-api.size",
          "services.tinkertools-search",
        ],
      ],
    ]);
    expect(outputs).toEqual([]);
    expect(cost).toEqual({ now: { minimum: 22.15, maximum: 22.62 }, budget: [] });
  });

  test("has what would be lost first, each with its reason", () => {
    const { losses, counts } = stackReport("dev", real("lossy"), {});
    expect(losses.map(({ operation, name, reason }) => [operation, name, reason])).toEqual([
      [
        "replace",
        "tinkertools-db",
        "a change of name replaces the database cluster tinkertools-db: its data is lost, and so are its backups at the platform",
      ],
      [
        "replace",
        "tinkertools-db-db-tinkertools",
        "the replacement of tinkertools-db replaces the database tinkertools (tinkertools-db-db-tinkertools): its tables are lost",
      ],
      [
        "replace",
        "tinkertools-db-user-tinkertools_app",
        "the replacement of tinkertools-db replaces the database's login tinkertools_app (tinkertools-db-user-tinkertools_app): everybody who uses it is shut out, and what it owns has no owner",
      ],
      [
        "delete",
        "tinkertools-backups",
        "deletes the bucket tinkertools-backups: with forceDestroy on all backups in it are deleted too, older versions as well, which fails at what is locked in compliance mode",
      ],
    ]);
    expect(losses.map((loss) => loss.differences)).toEqual([
      [{ path: "name", before: "tinkertools-db-dev", after: "tinkertools-data", replaces: true }],
      [
        {
          path: "clusterId",
          before: "718a47b3-28d1-4894-8070-76dbdf09b31c",
          after: "[known after up]",
          replaces: false,
        },
      ],
      [
        {
          path: "clusterId",
          before: "718a47b3-28d1-4894-8070-76dbdf09b31c",
          after: "[known after up]",
          replaces: false,
        },
      ],
      [],
    ]);
    expect(counts).toMatchObject({ replace: 3, update: 2 });
  });
});

describe("a difference", () => {
  test("of a list whose elements have names is one of the element, wherever it stands", () => {
    const before = {
      envs: [
        { key: "A", size: 1 },
        { key: "C", size: 3 },
      ],
    };
    const after = {
      envs: [
        { key: "A", size: 1 },
        { key: "B", size: 2 },
        { key: "C", size: 4 },
      ],
    };
    expect(differences("update", types.check, "home", before, after)).toEqual([
      { path: "envs[C].size", before: "3", after: "4", replaces: false },
      { path: "envs[B]", after: '{"key":"B","size":2}', replaces: false },
    ]);
  });

  test("of a list of plain values is the whole list", () => {
    expect(differences("update", types.check, "home", { regions: ["a"] }, { regions: ["a", "b"] })).toEqual([
      { path: "regions", before: '["a"]', after: '["a","b"]', replaces: false },
    ]);
  });

  test("that replaces comes first", () => {
    const more = {
      replaceReasons: ["region"],
      detailedDiff: { region: { kind: "update-replace" }, a: { kind: "update" } },
    };
    expect(
      differences("replace", types.check, "home", { a: 1, region: "fra" }, { a: 2, region: "nyc" }, more),
    ).toEqual([
      { path: "region", before: "fra", after: "nyc", replaces: true },
      { path: "a", before: "1", after: "2", replaces: false },
    ]);
  });

  test("from what is really there is told where the provider tells it", () => {
    const real = { oldState: { inputs: { name: "a" }, outputs: { name: "changed by hand" } } };
    const more = { ...real, detailedDiff: { name: { kind: "update" } } };
    expect(differences("update", types.check, "home", { name: "a" }, { name: "a" }, more)).toEqual([
      { path: "name", before: "changed by hand", after: "a", replaces: false },
    ]);
  });

  test("of an input that the provider does not look at is none", () => {
    const more = { detailedDiff: { a: { kind: "update" } } };
    expect(differences("update", types.check, "home", { a: 1, b: 1 }, { a: 2, b: 2 }, more)).toEqual([
      { path: "a", before: "1", after: "2", replaces: false },
    ]);
  });

  test("of a secret behind an element that was put in between is that of its own element", () => {
    const env = (key: string) => ({ key, value: "[secret]" });
    const spec = (...keys: string[]) => ({ spec: { envs: keys.map(env) } });
    const more = {
      detailedDiff: { "spec.envs[0].value": { kind: "update" }, "spec.envs[1].value": { kind: "update" } },
    };
    expect(differences("update", types.app, "shop", spec("A", "C"), spec("A", "B", "C"), more)).toEqual([
      { path: "spec.envs[B]", after: '{"key":"B","value":"[secret]"}', replaces: false },
      { path: "spec.envs[A].value", before: "[secret]", after: "[secret]", replaces: false },
    ]);
  });
});

test("a resource in several steps is told once, by the gravest of them", () => {
  const steps = ["create-replacement", "replace", "delete-replaced"].map((op) =>
    step(op, types.check, "home", { a: 1 }, { a: 2 }),
  );
  const { counts, changes } = stackOf(steps);
  expect([counts.replace, changes.length]).toEqual([1, 1]);
});

test("an operation that nobody knows is not passed over", () => {
  expect(stackOf([step("transmute", types.check, "home", { a: 1 }, { a: 2 })]).counts.update).toBe(1);
});

test("what a resource needs is told as far as it changes too", () => {
  const dependencies = [urnOf(types.check, "home"), urnOf(types.check, "other")];
  const { changes } = stackOf([
    step("create", types.check, "home", undefined, {}),
    { ...step("create", types.check, "down"), newState: { inputs: {}, dependencies } },
  ]);
  expect(changes.map(({ name, dependsOn }) => [name, dependsOn])).toEqual([
    ["down", [urnOf(types.check, "home")]],
    ["home", []],
  ]);
});

test("outputs that change alone are named and not counted", () => {
  const root = "urn:pulumi:production::slipway::pulumi:pulumi:Stack::slipway-production";
  const report = stackOf([
    {
      op: "same",
      urn: root,
      oldState: { outputs: { a: 1, sealed: "x" } },
      newState: { outputs: { a: 2, b: 3, sealed: "x" } },
    },
  ]);
  expect(report.outputs).toEqual(["a", "b"]);
  expect([...report.changes, ...report.quiet, ...report.losses]).toEqual([]);
});

test.each([["same"], ["read"]])("what is refused is a loss, also where the engine calls it %s", (op) => {
  const { losses } = stackOf([{ ...step(op, types.cluster, "shop-db", {}), replaceReasons: ["name"] }]);
  expect(losses.map(({ name }) => name)).toEqual(["shop-db"]);
});

test.each([["constructor"], ["toString"], ["__proto__"]])(
  "a type called %s is one that nobody knows",
  (type) => {
    expect(stackOf([step("delete", type, "strange", {})]).stack).toBe("production");
  },
);
