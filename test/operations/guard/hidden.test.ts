import { describe, expect, test } from "@jest/globals";
import { otherResource } from "../../../operations/guard/hidden.ts";
import type { Step } from "../../../operations/guard/preview.ts";
import { stateful } from "../../../operations/guard/stateful.ts";
import { judge } from "../../../operations/guard.ts";

const cluster = "digitalocean:index/databaseCluster:DatabaseCluster";
const environment = "github:index/repositoryEnvironment:RepositoryEnvironment";
const urnOf = (type: string, name = "db", parents = "slipway:index:Database$") =>
  `urn:pulumi:production::slipway::${parents}${type}::${name}`;
const step = (op: string, type: string, more: Partial<Step> = {}): Step => ({
  op,
  urn: urnOf(type),
  ...more,
});
const said = (...steps: Step[]): string[] => {
  const { refusals, warnings } = judge({ steps });
  return [...refusals.map(({ reason }) => reason), ...warnings.map(({ reason }) => `look: ${reason}`)];
};
const lost = "replaces the database cluster db: its data is lost, and so are its backups at the platform";
/** Every input of which the schemas say that its change replaces. */
const inputs = Object.entries(stateful).flatMap(([type, { inputs: all, atDiffTime }]) =>
  Object.keys(all)
    .filter((input) => input !== atDiffTime)
    .map((input) => [type, input] as const),
);

describe("a replacement that calls itself something else is one", () => {
  test.each(inputs)("%s %s changes in a step that says it stays", (type, input) => {
    const { what, loss } = stateful[type] ?? {};
    const expected = [`a change of ${input} replaces ${what} db: ${loss}`];
    for (const op of ["update", "same"]) {
      for (const kind of ["add", "delete", "update"])
        expect(said(step(op, type, { detailedDiff: { [input]: { kind } } }))).toEqual(expected);
      expect(
        said(
          step(op, type, { oldState: { inputs: { [input]: "db" } }, newState: { inputs: { [input]: "b" } } }),
        ),
      ).toEqual(expected);
    }
  });

  test.each(["add-replace", "delete-replace", "update-replace", "update-REPLACE", "", "constructor"])(
    "by a difference of the kind %j, whatever it is of",
    (kind) => {
      expect(said(step("update", cluster, { detailedDiff: { "size.x": { kind } } }))).toEqual([
        `a change of size ${lost}`,
      ]);
    },
  );

  test("by reasons, of a resource that is said to be the same", () => {
    expect(said(step("same", cluster, { replaceReasons: ["name"] }))).toEqual([`a change of name ${lost}`]);
  });

  test.each<[string, Partial<Step>]>([
    ["another id (1 → 2)", { oldState: { id: "1" }, newState: { id: "2" } }],
    ["a state that is marked as going (delete)", { oldState: { delete: true }, newState: {} }],
    ["a state that is marked as going (delete)", { oldState: {}, newState: { delete: true } }],
    [
      "a state that is marked as going (pendingReplacement)",
      { oldState: { pendingReplacement: true }, newState: {} },
    ],
    [
      "a state that is marked as going (pendingReplacement)",
      { oldState: {}, newState: { pendingReplacement: true } },
    ],
  ])("by %s", (cause, more) => {
    for (const op of ["update", "same"]) expect(said(step(op, cluster, more))).toEqual([`${cause} ${lost}`]);
  });

  const by = (name: string) => ({
    provider: `urn:pulumi:production::slipway::pulumi:providers:digitalocean::${name}::1`,
  });
  test.each<[string, string, Partial<Step>]>([
    ["another id (1 → 2)", "import", { oldState: { id: "1" }, newState: { id: "2" } }],
    ["another id (1 → 2)", "import", { oldState: { id: "1" }, newState: { importID: "2" } }],
    ["another id (1 → 2)", "update", { oldState: { id: "1", importID: "1" }, newState: { importID: "2" } }],
    [
      "a state that is only read, and kept elsewhere (external)",
      "update",
      { oldState: {}, newState: { external: true } },
    ],
    [
      "another provider (pulumi:providers:digitalocean default → pulumi:providers:digitalocean evil)",
      "update",
      { oldState: by("default_4_80_1"), newState: by("evil") },
    ],
    ["a change of name", "update", { oldState: { inputs: { name: "a" } }, newState: { inputs: {} } }],
  ])("by %s of %s", (cause, op, more) => {
    expect(said(step(op, cluster, more))).toEqual([`${cause} ${lost}`]);
  });

  test("by a refresh that finds it no more", () => {
    expect(said(step("refresh", cluster, { oldState: {} }))).toEqual([
      "deletes the database cluster db: its data is lost, and so are its backups at the platform",
    ]);
    expect(said(step("refresh", cluster, { oldState: {}, newState: {} }))).toEqual([]);
  });

  test("by a creation of what is there", () => {
    expect(said(step("create", cluster, { oldState: { id: "1" } }))).toEqual([
      `a creation in its place ${lost}`,
    ]);
  });

  test("of what holds nothing it is shown", () => {
    const record = "digitalocean:index/dnsRecord:DnsRecord";
    expect(said(step("update", record, { oldState: { id: "1" }, newState: { id: "2" } }))).toEqual([
      "look: replaces the DNS record db: it is away until the new one is there",
    ]);
  });
});

describe("what stays is let through", () => {
  test.each<[string, Step]>([
    [
      "with the same id and the same name",
      step("update", cluster, {
        oldState: { id: "1", inputs: { name: "a", size: "db-s-1vcpu-2gb" } },
        newState: { id: "1", inputs: { name: "a", size: "db-s-2vcpu-4gb" } },
        detailedDiff: { size: { kind: "update" } },
      }),
    ],
    [
      "where a name is written down that the platform had chosen",
      step("update", cluster, {
        oldState: { inputs: {}, outputs: { name: "a" } },
        newState: { inputs: { name: "a" } },
      }),
    ],
    [
      "where a name is left to the platform, which does not change it",
      step("update", cluster, {
        oldState: { inputs: { name: "a" } },
        newState: { inputs: {}, outputs: { name: "a" } },
      }),
    ],
    [
      "with the provider of a newer version",
      step("update", cluster, {
        oldState: {
          provider: "urn:pulumi:production::slipway::pulumi:providers:digitalocean::default_4_80_1::1",
        },
        newState: {
          provider: "urn:pulumi:production::slipway::pulumi:providers:digitalocean::default_4_81_0::2",
        },
      }),
    ],
    [
      "an environment whose repository was renamed, which the provider asks GitHub about",
      step("update", environment, { detailedDiff: { repository: { kind: "update" } } }),
    ],
    [
      "an import, of which the engine refuses other values",
      step("import", cluster, { oldState: { id: "1" } }),
    ],
    [
      "an import of what is there, whose id is written otherwise there",
      step("same", cluster, {
        oldState: { id: "1/db/shop", importID: "1,shop" },
        newState: { importID: "1,shop" },
      }),
    ],
    [
      "an import of the same id",
      step("import", cluster, { oldState: { id: "1" }, newState: { importID: "1" } }),
    ],
    ["a mark that is not set", step("same", cluster, { oldState: { delete: false }, newState: {} })],
  ])("%s", (_, one) => {
    expect(said(one)).toEqual([]);
    expect(otherResource(one)).toBeUndefined();
  });
});

describe("a component or a provider that goes", () => {
  const component = "urn:pulumi:production::slipway::slipway:index:Database::shop-db";
  const provider = "urn:pulumi:production::slipway::pulumi:providers:aws::default_7_48_0";
  const stack = "urn:pulumi:production::slipway::pulumi:pulumi:Stack::slipway-production";
  const bucket = "aws:s3/bucketPolicy:BucketPolicy";
  const gone = (urn: string, op = "delete"): Step => ({ op, urn, oldState: {} });
  const untold = (what: string, does = "deletes") =>
    `${does} ${what}, and the preview does not tell what becomes of its resources`;

  test("is refused where nothing is told of its resources", () => {
    expect(said(gone(component))).toEqual([untold("the component shop-db")]);
    expect(said(gone(component, "replace"))).toEqual([untold("the component shop-db", "replaces")]);
    expect(said(gone(provider))).toEqual([untold("the provider default_7_48_0")]);
    expect(said(gone(stack))).toEqual([untold("the stack slipway-production")]);
    expect(judge({ steps: [gone(component)] }).refusals).toEqual([
      {
        urn: component,
        op: "delete",
        inputs: [],
        reason: untold("the component shop-db"),
        remedy: "keep it, or make the preview again, whole and without --target",
      },
    ]);
  });

  test("is told by its parts where the preview has them, wherever they go", () => {
    const part = { op: "delete", urn: urnOf(cluster) };
    expect(said(gone(component), { ...part, oldState: {} })).toEqual([
      "deletes the database cluster db: its data is lost, and so are its backups at the platform",
    ]);
    expect(said(gone(component), { ...part, op: "same", oldState: { parent: component } })).toEqual([]);
    expect(said(gone(stack), { ...part, op: "same", oldState: { parent: stack } })).toEqual([]);
    // Of another component, though of the same type.
    expect(said(gone(component), { ...part, op: "same", oldState: { parent: `${component}2` } })).toEqual([
      untold("the component shop-db"),
    ]);
  });

  test("is fine where another provider takes its place, or its resources go as well", () => {
    const next = { op: "create", urn: `${provider}9`, newState: {} };
    expect(said(gone(provider), next)).toEqual([]);
    expect(said(gone(provider), gone(`${provider}9`))).toEqual([
      untold("the provider default_7_48_0"),
      untold("the provider default_7_48_09"),
    ]);
    const policy = (oldState: Record<string, unknown>): Step => ({
      op: "update",
      urn: urnOf(bucket),
      oldState,
    });
    expect(said(gone(provider), policy({ provider: `${provider}::1` }))).toEqual([]);
    expect(said(gone(provider), policy({}))).toEqual([]);
    expect(said(gone(provider), policy({ provider: `${provider}9::1` }))).toEqual([
      untold("the provider default_7_48_0"),
    ]);
    expect(said(gone(provider), { ...policy({}), urn: urnOf(cluster) })).toEqual([
      untold("the provider default_7_48_0"),
    ]);
  });

  test("is no matter where it only reads another stack's outputs", () => {
    expect(said(gone("urn:pulumi:production::slipway::pulumi:pulumi:StackReference::a/b/c"))).toEqual([]);
  });
});
