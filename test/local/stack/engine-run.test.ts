import { expect, test } from "@jest/globals";
import type { EngineEvent, OpType } from "@pulumi/pulumi/automation/index.js";
import { EngineFailure } from "../../../local/engine/command.ts";
import { silence } from "../../../local/progress.ts";
import { keepingPrinted, runOperation } from "../../../local/stack/engine-run.ts";

const at = { sequence: 0, timestamp: 0 };
const urn = "urn:pulumi:dev::slipway::digitalocean:index/app:App::tinkertools";

function step(op: string, type: string, more: object = {}): EngineEvent {
  return {
    ...at,
    resourcePreEvent: { metadata: { op: op as OpType, type, urn, provider: "", ...more }, planning: true },
  };
}

test("an operation counts what it changes and names the inputs that differ", async () => {
  const report = await runOperation("previewing dev", silence, async (onEvent) => {
    onEvent(step("same", "digitalocean:index/vpc:Vpc"));
    onEvent(step("update", "pulumi:providers:github"));
    onEvent(
      step("update", "digitalocean:index/app:App", { detailedDiff: { "spec.name": { kind: "update" } } }),
    );
    onEvent(step("create", "digitalocean:index/domain:Domain", { diffs: [] }));
    const resourceChanges = { same: 3, update: 1, create: 1, "create-replacement": 2 } as Record<
      OpType,
      number
    >;
    onEvent({
      ...at,
      summaryEvent: { durationSeconds: 1, maybeCorrupt: false, resourceChanges, policyPacks: {} },
    });
  });
  expect(report).toEqual({
    changes: { create: 1, update: 1, replace: 2, delete: 0, same: 3 },
    changed: [
      { operation: "update", type: "digitalocean:index/app:App", name: "tinkertools", inputs: ["spec.name"] },
      { operation: "create", type: "digitalocean:index/domain:Domain", name: "tinkertools", inputs: [] },
    ],
  });
});

test("fails with what the engine said, without its colour marks", async () => {
  const failing = runOperation("bringing up dev", silence, (onEvent) => {
    const message = "<{%fg 1%}>error: <{%reset%}>POST /v2/apps: 422\nname is taken\n";
    onEvent({ ...at, diagnosticEvent: { message, severity: "error", prefix: "", color: "never" } });
    throw new EngineFailure(["up"], 255, "noise");
  });
  await expect(failing).rejects.toThrow(
    "bringing up dev failed:\n  error: POST /v2/apps: 422\n  name is taken",
  );
});

test("fails on imports that the platform does not know in the words of the stack file, all at once", async () => {
  const wrong: [component: string, type: string, id: string][] = [
    ["Network", "digitalocean:index/vpc:Vpc", "0-1"],
    ["Database", "digitalocean:index/databaseCluster:DatabaseCluster", "0-2"],
    ["Database", "digitalocean:index/databaseDb:DatabaseDb", "0-2,shop"],
    ["Database", "digitalocean:index/databaseUser:DatabaseUser", "0-2,shop_app"],
    ["Database", "digitalocean:index/databaseConnectionPool:DatabaseConnectionPool", "0-2,pool"],
    ["WebApp", "digitalocean:index/app:App", "0-3"],
    ["FileStore", "aws:s3/bucket:Bucket", "shop-files"],
    ["BackupBucket", "aws:s3/bucket:Bucket", "shop-backups"],
    ["Dns", "digitalocean:index/domain:Domain", "shop.example"],
    ["Monitoring", "digitalocean:index/uptimeCheck:UptimeCheck", "0-4"],
  ];
  const failing = runOperation("bringing up dev", silence, (onEvent) => {
    for (const [component, type, id] of wrong)
      onEvent({
        ...at,
        diagnosticEvent: {
          message: `<{%reset%}>resource '${id}' does not exist<{%reset%}>\n`,
          severity: "error",
          color: "never",
          urn: `urn:pulumi:dev::slipway::slipway:index:${component}$${type}::shop`,
        },
      });
    throw new EngineFailure(["up"], 255, "noise");
  });
  const made = "leave it out to have a new one made";
  await expect(failing).rejects.toThrow(
    [
      "bringing up dev failed:",
      `  network.import: must be the id of a network that is there; got 0-1: \`doctl vpcs list\` lists them; ${made}`,
      `  database.import.id: must be the id of a cluster that is there; got 0-2: \`doctl databases list\` lists them; ${made}`,
      `  database.import.databases: must be databases that the cluster has; got shop: \`doctl databases db list\` lists them; ${made}`,
      `  database.import.users: must be users that the cluster has; got shop_app: \`doctl databases user list\` lists them; ${made}`,
      `  database.import.pools: must be pools that the cluster has; got pool: \`doctl databases pool list\` lists them; ${made}`,
      `  app.import: must be the id of an app that is there; got 0-3: \`doctl apps list\` lists them; ${made}`,
      `  files.import: must be about a bucket that is there; got shop-files: \`aws s3 ls\` lists them; ${made}`,
      `  backups.import: must be about a bucket that is there; got shop-backups: \`aws s3 ls\` lists them; ${made}`,
      `  dns.import: must be about a zone that is there; got shop.example: \`doctl compute domain list\` lists them; ${made}`,
      "  resource '0-4' does not exist",
    ].join("\n"),
  );
});

test("fails with the rules that a stack breaks, and not with those that only warn", async () => {
  const violation = (policyName: string, enforcementLevel: "mandatory" | "warning") => ({
    ...at,
    policyEvent: {
      policyName,
      message: "<{%fg 1%}>app: must be small; make it smaller<{%reset%}>",
      enforcementLevel,
      color: "never",
      policyPackName: "slipway",
      policyPackVersion: "0.1.0",
      policyPackVersionTag: "0.1.0",
    },
  });
  const failing = runOperation("previewing dev", silence, (onEvent) => {
    onEvent(violation("app-small", "mandatory"));
    onEvent(violation("app-neat", "warning"));
    throw new EngineFailure(["preview"], 255, "noise");
  });
  await expect(failing).rejects.toThrow(
    /^previewing dev failed:\n {2}app-small: app: must be small; make it smaller$/,
  );
});

test("tells how many rules of a policy pack were looked at, and what they found that stops nothing", async () => {
  const { policy } = await runOperation("previewing dev", silence, async (onEvent) => {
    onEvent({
      ...at,
      policyEvent: {
        policyName: "budget-step",
        message: "<{%fg 3%}>stack: must leave room<{%reset%}>\n",
        enforcementLevel: "warning",
        color: "never",
        policyPackName: "slipway",
        policyPackVersion: "0.1.0",
        policyPackVersionTag: "0.1.0",
      },
    });
    const summary = { passed: ["app-digest", "db-tls"], failed: ["budget-step"] };
    onEvent({ ...at, policyAnalyzeStackSummaryEvent: summary } as unknown as EngineEvent);
    onEvent(step("same", "digitalocean:index/vpc:Vpc"));
  });
  expect(policy).toEqual({ rules: 3, findings: ["budget-step: stack: must leave room"] });
});

test.each([[null], [{}], [{ passed: "a", failed: null }]])(
  "counts no rule where the engine names none: %j",
  async (summary) => {
    const { policy } = await runOperation("previewing dev", silence, async (onEvent) =>
      onEvent({ ...at, policyAnalyzeStackSummaryEvent: summary } as unknown as EngineEvent),
    );
    expect(policy).toEqual(summary === null ? undefined : { rules: 0, findings: [] });
  },
);

test("tells a reason once that the engine tells of several resources", async () => {
  const said = { diagnosticEvent: { severity: "error", message: "region: must stay", color: "never" } };
  const failing = runOperation("previewing dev", silence, (onEvent) => {
    for (const sequence of [1, 2]) onEvent({ sequence, timestamp: 0, ...said } as EngineEvent);
    throw new EngineFailure(["preview"], 255, "noise");
  });
  await expect(failing).rejects.toThrow(/^previewing dev failed:\n {2}region: must stay$/);
});

test("fails with the engine's output where it gave no reason", async () => {
  const failing = runOperation("bringing up dev", silence, () => {
    throw new EngineFailure(["up"], 255, "error: could not open the state\n");
  });
  await expect(failing).rejects.toThrow("bringing up dev failed:\n  error: could not open the state");
});

test("fails as it is where the fault is not the engine's", async () => {
  const failing = runOperation("bringing up dev", silence, () =>
    Promise.reject(new TypeError("no such method")),
  );
  await expect(failing).rejects.toThrow(new TypeError("no such method"));
});

test("fails on what is protected with how it is given up on purpose", async () => {
  const urns = ["Db::shop-db-db-catalogue", "Cluster::shop-db", "Vpc::shop"].map(
    (name) => `urn:pulumi:production::slipway::digitalocean:index/x:${name}`,
  );
  const failing = runOperation("previewing production", silence, (onEvent) => {
    const end = "To unprotect the resource, remove the `protect` flag";
    for (const message of [
      `Preview failed: resource "${urns[0]}" cannot be deleted\nbecause it is protected. ${end}`,
      `unable to replace resource "${urns[1]}"\nas part of replacing "${urns[0]}"\nas it is currently marked for protection. ${end}`,
      `unable to replace resource "${urns[2]}"\nas it is currently marked for protection. ${end}`,
    ])
      onEvent({ ...at, diagnosticEvent: { message, severity: "error", color: "never" } });
    throw new EngineFailure(["preview"], 255, "noise");
  });
  const owner = (urn: string | undefined) =>
    `must stay, since production is protected: put it back into the settings; to give it up on purpose at the platform, back it up, have an owner run \`pulumi state unprotect --stack production '${urn}'\`, and preview again`;
  await expect(failing).rejects.toMatchObject({
    message: [
      "previewing production failed:",
      `  Db shop-db-db-catalogue: ${owner(urns[0])}`,
      `  Cluster shop-db: ${owner(urns[1])}`,
      `  Vpc shop: ${owner(urns[2])}`,
    ].join("\n"),
  });
});

test("what the engine prints is kept also where it fails, and not where it printed nothing", async () => {
  const kept: string[] = [];
  const keep = (text: string): void => void kept.push(text);
  await keepingPrinted(Promise.resolve({ stdout: "{1}" }), keep);
  const failure = new EngineFailure(["preview"], 255, "{2}no", "{2}");
  await expect(keepingPrinted(Promise.reject(failure), keep)).rejects.toBe(failure);
  const silent = new EngineFailure(["preview"], 255, "no", "");
  await expect(keepingPrinted(Promise.reject(silent), keep)).rejects.toBe(silent);
  await expect(keepingPrinted(Promise.reject(failure), undefined)).rejects.toBe(failure);
  expect(kept).toEqual(["{1}", "{2}"]);
});

test("what a person is to do anyhow is told last, below what helps against the refusal", async () => {
  const failing = runOperation(
    "destroying dev",
    silence,
    (onEvent) => {
      const message =
        "cannot delete github:index/repositoryRuleset:RepositoryRuleset main: DELETE /x: 500 no";
      onEvent({ ...at, diagnosticEvent: { message, severity: "error", color: "never" } });
      throw new EngineFailure(["destroy"], 255, "noise");
    },
    "what is left goes on",
  );
  await expect(failing).rejects.toThrow(
    [
      "destroying dev failed:",
      "  cannot delete github:index/repositoryRuleset:RepositoryRuleset main: DELETE /x: 500 no",
      "what was done is kept; the cloud failed or did not answer: run it again to go on",
      "what is left goes on",
    ].join("\n"),
  );
});
