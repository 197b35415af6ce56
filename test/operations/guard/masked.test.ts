import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import { doubtOf } from "../../../operations/guard/certainty.ts";
import type { Step } from "../../../operations/guard/preview.ts";
import { unreviewed } from "../../../operations/guard/reviewed.ts";
import { weakenings } from "../../../operations/guard/weaken/table.ts";
import { judge } from "../../../operations/guard.ts";
import { decide, decisionText } from "../../../operations/report/gate.ts";
import { reportHtml } from "../../../operations/report/html.ts";
import { commentText } from "../../../operations/report/markdown.ts";
import { readReport } from "../../../operations/report/read.ts";

type Values = Record<string, unknown>;
const word = "canary";
/** A value that is a secret by its form. */
const c = (number: number) => `postgres://u:${word}${number}@h`;
const app = (spec: Values) => ({ spec });
const service = (settings: Values) => app({ services: [{ name: "api", ...settings }] });
const statement = (value: string) =>
  JSON.stringify({ Statement: [{ Effect: "Allow", Action: value, Resource: value, Principal: value }] });
const lifecycle = (rule: Values) => ({ rules: [{ status: "Enabled", ...rule }] });

/** For each type its changes, with a secret in every value that a sentence could tell. */
const changes: Record<string, readonly (readonly [Values, Values])[]> = {
  "digitalocean:index/databaseFirewall:DatabaseFirewall": [
    [{ rules: [] }, { rules: [{ type: "ip_addr", value: c(1) }] }],
    [
      { rules: [] },
      {
        rules: [
          { type: "tag", value: c(1) },
          { type: c(2), value: c(3) },
        ],
      },
    ],
    [{ rules: [] }, { rules: [{ type: "app", value: c(1) }] }],
  ],
  "digitalocean:index/databaseCluster:DatabaseCluster": [
    [
      { size: c(1), nodeCount: 2, version: c(2), region: c(3), storageSizeMib: c(4) },
      { size: c(5), nodeCount: c(6), version: c(7), region: c(8), storageSizeMib: c(9) },
    ],
  ],
  "aws:s3/bucket:Bucket": [[{ policy: c(1) }, { policy: c(2) }]],
  "aws:s3/bucketVersioning:BucketVersioning": [
    [
      { bucket: c(1), versioningConfiguration: { status: "Enabled" } },
      { bucket: c(2), versioningConfiguration: { status: c(3) } },
    ],
  ],
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": [[{ bucket: c(1) }, { bucket: c(2) }]],
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": [
    [{ rule: { objectOwnership: "BucketOwnerEnforced" } }, { rule: { objectOwnership: c(1) } }],
  ],
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": [
    ["AES256", c(1)],
    ["aws:kms", "aws:kms"],
  ].map(([was, is]) => [
    { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: was, kmsMasterKeyId: c(2) } }] },
    { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: is, kmsMasterKeyId: c(3) } }] },
  ]),
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": [
    [
      { rule: { defaultRetention: { mode: "COMPLIANCE", days: 3 } } },
      { rule: { defaultRetention: { mode: c(1), days: c(2) } } },
    ],
  ],
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": [
    [lifecycle({}), lifecycle({ expiration: { date: c(1) } })],
    [lifecycle({}), lifecycle({ expiration: { days: c(1) } })],
    [lifecycle({}), lifecycle({ filter: { prefix: c(1) }, transitions: [{ storageClass: c(2) }] })],
    [
      lifecycle({ id: "a", filter: { prefix: c(1) }, expiration: { days: 3 } }),
      lifecycle({ id: "a", filter: { prefix: c(2) }, expiration: { days: 3 } }),
    ],
  ],
  "aws:s3/bucketPolicy:BucketPolicy": [[{ policy: statement(c(1)) }, { policy: statement(c(2)) }]],
  "aws:iam/userPolicy:UserPolicy": [
    [
      { user: c(1), policy: statement(c(2)) },
      { user: c(3), policy: statement(c(4)) },
    ],
  ],
  "aws:iam/rolePolicy:RolePolicy": [[{ policy: statement(c(1)) }, { policy: statement(c(2)) }]],
  "aws:iam/role:Role": [
    [
      { assumeRolePolicy: statement(c(1)), permissionsBoundary: c(2), inlinePolicies: [{ policy: c(3) }] },
      { assumeRolePolicy: statement(c(4)), permissionsBoundary: c(5), inlinePolicies: [{ policy: c(6) }] },
    ],
  ],
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": [
    [
      { corsRules: [] },
      { corsRules: [{ allowedOrigins: [c(1)], allowedMethods: [c(2)], allowedHeaders: [c(3)] }] },
    ],
  ],
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": [
    [
      { rules: [{ status: "Enabled", filter: { prefix: c(1) }, destination: { bucket: c(2) } }] },
      { rules: [{ status: "Enabled", filter: { prefix: c(1) }, destination: { bucket: c(3) } }] },
    ],
  ],
  "github:index/repositoryRuleset:RepositoryRuleset": [
    [
      {
        enforcement: "active",
        rules: { commitMessagePattern: { pattern: c(1) }, requiredStatusChecks: [{ context: c(2) }] },
        conditions: { refName: { includes: [c(3)], excludes: [] } },
      },
      {
        enforcement: c(4),
        rules: { commitMessagePattern: { pattern: c(5) } },
        bypassActors: [c(6)],
        conditions: { refName: { includes: [], excludes: [c(7)] } },
      },
    ],
  ],
  "github:index/repositoryEnvironment:RepositoryEnvironment": [
    [{ reviewers: [{ users: [c(1)] }] }, { reviewers: [{ users: [c(2)] }] }],
  ],
  "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy": [
    [{ branchPattern: c(1) }, { branchPattern: c(2) }],
    [{ branchPattern: c(1) }, { branchPattern: `${c(2)}*` }],
  ],
  "digitalocean:index/app:App": [
    [app({ name: "x" }), { spec: c(1) }],
    [
      service({
        image: { registry: c(1), repository: c(2), digest: c(3) },
        runCommand: c(4),
        envs: [{ key: c(5), type: "SECRET" }],
        alerts: [{ rule: c(6) }, { rule: "CPU", value: c(7), operator: c(8), window: c(9) }],
      }),
      service({
        image: { registry: c(11), repository: c(12), tag: c(13) },
        runCommand: c(14),
        envs: [{ key: c(5), value: c(15) }],
        alerts: [{ rule: "CPU", value: c(16), operator: c(17), window: c(18) }],
        logDestinations: [{ name: c(19) }],
      }),
    ],
    [
      app({ services: [{ name: c(1) }], vpcs: [{ id: c(2) }], domainNames: [{ name: c(3) }] }),
      app({ services: [{ name: c(4) }] }),
    ],
    [
      app({ databases: [{ name: c(1), clusterName: c(2) }, { name: c(3) }] }),
      app({ databases: [{ name: c(1), clusterName: c(4) }] }),
    ],
    [
      app({ ingress: { rules: [] } }),
      app({
        ingress: {
          rules: [
            { match: { path: { prefix: c(1) }, authority: c(2) }, cors: { allowOrigins: { exact: c(3) } } },
          ],
        },
      }),
    ],
  ],
  "slipway:index:BackupBucket": [
    [
      { schedule: "daily", recipients: [c(1)], prefix: c(2), retentionDays: c(3) },
      { schedule: c(4), recipients: [c(5)], prefix: c(6), retentionDays: c(7) },
    ],
  ],
  "slipway:index:WebApp": [
    [{ release: { version: c(1), commit: c(2) } }, { release: { version: "0.0.0", commit: "" } }],
  ],
  "digitalocean:index/dnsRecord:DnsRecord": [
    [
      { value: c(1), name: c(2), tag: c(3) },
      { value: c(4), name: c(5), tag: c(6) },
    ],
  ],
  "digitalocean:index/monitorAlert:MonitorAlert": [[{ entities: [c(1)] }, { entities: [c(2)] }]],
  "digitalocean:index/uptimeAlert:UptimeAlert": [[{ checkId: c(1) }, { checkId: c(2) }]],
  "digitalocean:index/uptimeCheck:UptimeCheck": [[{ target: c(1) }, { target: c(2) }]],
  "github:index/actionsVariable:ActionsVariable": [[{ value: c(1) }, { value: c(2) }]],
  "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable": [[{ value: c(1) }, { value: c(2) }]],
};

const name = `ghp_${word}${"aB3dE5fG7hJ9".repeat(2)}`;
const urnOf = (type: string, index: number) =>
  `urn:pulumi:production::slipway::slipway:index:Parent$${type}::${name}${index}`;
const steps = Object.entries(changes).flatMap(([type, all]) =>
  all.map(
    ([before, after], index): Step => ({
      op: "update",
      urn: urnOf(type, index),
      oldState: { inputs: before },
      newState: { inputs: after },
      detailedDiff: { [`x["${name}"]`]: { kind: "update" } },
    }),
  ),
);

test("there is a change of every type that can weaken anything, and each is told", () => {
  expect(Object.keys(changes).sort()).toEqual(Object.keys(weakenings).sort());
  for (const step of steps.filter(({ urn }) => !urn.includes("PublicAccessBlock")))
    expect(judge({ steps: [step] })).not.toEqual({ refusals: [], warnings: [] });
});

test("no reason and no remedy of any kind of weakening tells a secret", () => {
  for (const step of steps) {
    const { refusals, warnings } = judge({ steps: [step] });
    for (const { reason, remedy } of [...refusals, ...warnings])
      expect(`${reason} ${remedy}`).not.toContain(word);
  }
});

test("nor does one of what is lost, of what is new, or of what was not reviewed", () => {
  const others = steps.flatMap(({ urn, oldState, newState }): Step[] => [
    { op: "delete", urn, oldState },
    { op: "create", urn, newState },
    { op: "replace", urn, oldState, newState },
    { op: "update", urn, oldState: { ...oldState, id: c(1) }, newState: { ...newState, id: c(2) } },
  ]);
  const { refusals, warnings } = judge({ steps: others });
  for (const { reason, remedy } of [...refusals, ...warnings])
    expect(`${reason} ${remedy}`).not.toContain(word);
  expect(unreviewed({ steps: [] }, { steps: others }).join()).not.toContain(word);
  for (const step of others)
    expect(String(doubtOf({ steps: [{ ...step, op: name }], changeSummary: {} }))).not.toContain(word);
});

test("nor does the report of it in any form, nor the gate's decision", () => {
  const file = join(mkdtempSync(join(tmpdir(), "slipway-masked-")), "preview.json");
  writeFileSync(file, JSON.stringify({ steps, changeSummary: { same: 1, update: steps.length } }));
  const named = { previews: [{ stack: "production", file }], plans: [], stackFiles: [] };
  const report = readReport(named, "2026-11-22");
  rmSync(dirname(file), { recursive: true });
  expect(report.stacks[0]?.losses.length).toBeGreaterThan(40);
  const decided = decide(report, new Map(), undefined);
  for (const text of [
    commentText(report),
    reportHtml(report),
    JSON.stringify(report),
    decisionText(decided),
    JSON.stringify(decided),
  ])
    expect(text).not.toContain(word);
});
