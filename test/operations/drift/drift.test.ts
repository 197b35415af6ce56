import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { differences } from "../../../operations/drift/differences.ts";
import { readState } from "../../../operations/drift/state.ts";
import { driftText } from "../../../operations/drift/text.ts";
import { type DriftReport, findDrift } from "../../../operations/drift.ts";
import { RecordedClouds, state, stateText } from "./recorded.ts";

const recorded = new RecordedClouds();
beforeAll(() => recorded.start());
afterAll(() => recorded.stop());
beforeEach(() => recorded.reset());

const found = (): Promise<DriftReport> => findDrift(state(), recorded.clouds());
const sentences = async (): Promise<string[]> =>
  (await found()).drifts.map(({ kind, resource, message }) => `${kind}: ${resource} ${message}`);

const cluster = "database cluster tinkertools-db-production";
const environment = "GitHub environment production of tinkertools/tinkertools";
const rules = 'branch rules "slipway: main" of tinkertools/tinkertools';
const bucket = "bucket tinkertools-backups-production";
const app = "app tinkertools-production";
const clusterPath = "/v2/databases/5bb53f2b-ac41-441b-8b9f-45590b73143c";
const appPath = "/v2/apps/6180745c-aa61-48bb-b9c9-423076448b65";
const role = '{"RoleName":"tinkertools-delivery-production"}';
const writer = '{"UserName":"tinkertools-backups-writer-production"}';
const s3 = '{"Bucket":"tinkertools-backups-production"}';
const checkPath = "/v2/uptime/checks/348e5d31-43ce-4f89-b9a5-f413b4e8d21a";

describe("an untouched stack", () => {
  test("never drifts, and is only read", async () => {
    expect(await found()).toEqual({
      version: 1,
      stack: "production",
      resources: 47,
      drifts: [],
      unchecked: [],
    });
    expect(recorded.asked.length).toBeGreaterThan(30);
    expect(recorded.asked.filter((request) => !request.startsWith("GET "))).toEqual([]);
  });

  test("never drifts, in whatever order and with whatever empty fields the platforms answer", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const numbers = numbersFrom(seed);
        recorded.reset();
        const noise = (value: unknown): unknown => {
          // The order of ingress rules, which have no name, means something.
          if (Array.isArray(value))
            return value.every(isNamed) ? shuffled(value.map(noise), numbers) : value.map(noise);
          if (typeof value !== "object" || value === null) return value;
          const empty = [null, "", [], {}][next(numbers) % 4];
          const entries = Object.entries(value).map(([key, one]) => [key, noise(one)] as const);
          return Object.fromEntries(shuffled([...entries, ["not_known_yet", empty] as const], numbers));
        };
        for (const route of Object.keys(recorded.answers).filter((one) => one.startsWith("digitalocean ")))
          recorded.answers[route] = noise(recorded.answers[route]);
        expect((await found()).drifts).toEqual([]);
      }),
      { numRuns: 3 },
    );
  });

  test("document differs from none that a list's order, an empty field or sealed text makes of it", () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.constant("EV[1:abc:def]"));
    const entries = fc.uniqueArray(fc.record({ name: fc.string({ minLength: 1 }), value: leaf }), {
      selector: ({ name }) => name,
    });
    fc.assert(
      fc.property(entries, fc.nat(), (list, seed) => {
        const other = shuffled(list, numbersFrom(seed)).map((one) => ({
          ...one,
          none: null,
          no: false,
          zero: 0,
        }));
        expect(differences({ list }, { list: other, more: [{}] })).toEqual([]);
      }),
    );
  });
});

const isNamed = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  ["name", "key", "rule", "domain", "id"].some((key) => key in value);

const next = (numbers: Iterator<number>): number => Number(numbers.next().value);

/** Numbers without an end that follow from the first. */
function* numbersFrom(seed: number): Iterator<number> {
  for (let number = seed; ; ) {
    number = (Math.imul(number, 1_103_515_245) + 12_345) >>> 0;
    yield number >>> 4;
  }
}

function shuffled<T>(list: readonly T[], numbers: Iterator<number>): T[] {
  return list
    .map((one) => [next(numbers), one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one);
}

/** One change by hand: what the platform answers since, and the sentence that tells it. */
const changes: readonly [string, () => void, string][] = [
  [
    "reviewers removed",
    () => {
      recorded.body("/environments/production").protection_rules = [];
    },
    `environment: ${environment} nobody has to approve a deployment any more`,
  ],
  [
    "self-review allowed",
    () => {
      const [rule] = recorded.body("/environments/production").protection_rules;
      rule.prevent_self_review = false;
    },
    `environment: ${environment} whoever started a deployment may approve it`,
  ],
  [
    "another reviewer",
    () => {
      const [rule] = recorded.body("/environments/production").protection_rules;
      rule.reviewers.push({ type: "User", reviewer: { id: 7 } });
    },
    `environment: ${environment} user 7 is a reviewer, which the program does not say`,
  ],
  [
    "a wait timer",
    () =>
      recorded.body("/environments/production").protection_rules.push({ type: "wait_timer", wait_timer: 5 }),
    `environment: ${environment} waits 5 minutes; the program says 0`,
  ],
  [
    "administrators pass",
    () => {
      recorded.body("/environments/production").can_admins_bypass = true;
    },
    `environment: ${environment} administrators may deploy past reviewers and timer`,
  ],
  [
    "every branch deploys",
    () => {
      recorded.body("/environments/production").deployment_branch_policy = null;
    },
    `environment: ${environment} every branch may deploy`,
  ],
  [
    "another branch deploys",
    () => recorded.body("/deployment-branch-policies").branch_policies.push({ name: "*", type: "branch" }),
    `environment: ${environment} branch * may deploy, which the program does not say`,
  ],
  [
    "a variable changed",
    () => {
      recorded.body("/variables/AWS_ROLE_ARN").value = "arn:aws:iam::666666666666:role/mine";
    },
    `environment-values: ${environment} variable AWS_ROLE_ARN was changed`,
  ],
  [
    "a secret set again",
    () => {
      recorded.body("/environments/production/secrets").secrets[0].updated_at = "2026-12-01T00:00:00Z";
    },
    `environment-values: ${environment} secret DIGITALOCEAN_ACCESS_TOKEN was set by someone else since the last run`,
  ],
  [
    "a secret removed",
    () => {
      recorded.body("/environments/production/secrets").secrets = [];
    },
    `missing: secret DIGITALOCEAN_ACCESS_TOKEN of ${environment} is not there any more`,
  ],
  [
    "the subject's format",
    () => {
      recorded.body("/oidc/customization/sub").use_immutable_subject = true;
    },
    "oidc: OIDC subject of tinkertools/tinkertools holds ids; delivery.oidc.subjectFormat says names",
  ],
  [
    "the subject's claims",
    () => {
      Object.assign(recorded.body("/oidc/customization/sub"), {
        use_default: false,
        include_claim_keys: ["repo"],
      });
    },
    "oidc: OIDC subject of tinkertools/tinkertools is made of repo, not in GitHub's default way",
  ],
  [
    "branch rules switched off",
    () => {
      recorded.body("/rulesets/1002").enforcement = "disabled";
    },
    `branch-rules: ${rules} are disabled; the program says active`,
  ],
  [
    "somebody may go past the branch rules",
    () => recorded.body("/rulesets/1002").bypass_actors.push({ actor_id: 5, actor_type: "RepositoryRole" }),
    `branch-rules: ${rules} 1 more may go past them than the program says`,
  ],
  [
    "reviews of a branch taken away",
    () => {
      const live = recorded.body("/rulesets/1002");
      live.rules = live.rules.filter(({ type }: { type: string }) => type !== "pull_request");
    },
    `branch-rules: ${rules} the rule pull_request was taken away`,
  ],
  [
    "the firewall widened",
    () => recorded.body(`${clusterPath}/firewall`).rules.push({ type: "ip_addr", value: "0.0.0.0/0" }),
    `firewall: firewall of ${cluster} lets in ip_addr 0.0.0.0/0, which the program does not`,
  ],
  [
    "the firewall emptied",
    () => {
      recorded.body(`${clusterPath}/firewall`).rules = [];
    },
    `firewall: firewall of ${cluster} has no rule: every address may try to log in`,
  ],
  [
    "a larger cluster",
    () => {
      recorded.body(clusterPath).database.size = "db-s-2vcpu-4gb";
    },
    `cluster: ${cluster} size is db-s-2vcpu-4gb; the last run left db-s-1vcpu-2gb`,
  ],
  [
    "a login made by hand",
    () => recorded.body(`${clusterPath}/users`).users.push({ name: "mallory" }),
    `database-access: ${cluster} has the user mallory, which the program did not make`,
  ],
  [
    "a database dropped",
    () => {
      recorded.body(`${clusterPath}/dbs`).dbs = [{ name: "defaultdb" }];
    },
    `missing: database tinkertools of ${cluster} is not there any more`,
  ],
  [
    "a setting of PostgreSQL",
    () => {
      recorded.body(`${clusterPath}/config`).config.track_io_timing = "off";
    },
    `database-settings: ${cluster} setting track_io_timing is off; the program says on`,
  ],
  [
    "a pinned app",
    () => {
      recorded.body(appPath).app.pinned_deployment = { id: "11111111-2222-3333-4444-555555555555" };
    },
    `pinned: ${app} is pinned to deployment 11111111-2222-3333-4444-555555555555 since a rollback: nothing is deployed`,
  ],
  [
    "a domain that is not active",
    () => {
      const [domain] = recorded.body(appPath).app.domains;
      Object.assign(domain, {
        phase: "ERROR",
        progress: { steps: [{ reason: { code: "X", message: "the zone has an A record of that name" } }] },
      });
    },
    `domain: domain tinkertools.ao of ${app} is ERROR, not ACTIVE: the zone has an A record of that name`,
  ],
  [
    "fewer instances",
    () => {
      recorded.body(appPath).app.spec.services[0].instance_count = 1;
    },
    `app-spec: ${app} services.tinkertools-api.instance_count is 1; the last run set 2`,
  ],
  [
    "a variable of the app changed",
    () => {
      const { envs } = recorded.body(appPath).app.spec.services[0];
      envs.find(({ key }: { key: string }) => key === "LOG_LEVEL").value = "DEBUG";
    },
    `app-spec: ${app} services.tinkertools-api.envs.LOG_LEVEL.value was changed`,
  ],
  [
    "a component that the program does not have",
    () => {
      recorded.body(appPath).app.spec.workers = [{ name: "miner" }];
    },
    `app-spec: ${app} workers.miner.name was added: miner`,
  ],
  [
    "a field that the provider does not know",
    () => {
      recorded.body(appPath).app.spec.services[0].inactivity_sleep = { after_seconds: 60 };
    },
    `app-spec: ${app} services.tinkertools-api.inactivity_sleep.after_seconds was added: 60`,
  ],
  [
    "a record changed",
    () => {
      recorded
        .body("/domains/tinkertools.ao/records")
        .domain_records.find(({ id }: { id: number }) => id === 1).data = "mailto:mallory@example.org";
    },
    "record: CAA record @ of tinkertools.ao value is mailto:mallory@example.org; the program says mailto:devops@tinkertools.ao",
  ],
  [
    "another issuer of certificates",
    () => {
      const records = recorded.body("/domains/tinkertools.ao/records").domain_records;
      records.push({
        id: 99,
        type: "CAA",
        name: "@",
        data: "ca.example.",
        flags: 0,
        tag: "issue",
        ttl: 1800,
      });
    },
    "record: zone tinkertools.ao has a CAA record @ ca.example., which the program did not make",
  ],
  [
    "an uptime check switched off",
    () => {
      recorded.body(checkPath).check.enabled = false;
    },
    "monitoring: uptime check tinkertools-monitoring-health-production enabled is false; the program says true",
  ],
  [
    "versioning suspended",
    () => {
      recorded.body(`getBucketVersioning ${s3}`).Status = "Suspended";
    },
    `backups: ${bucket} versioning is Suspended; the program says Enabled`,
  ],
  [
    "a shorter lock",
    () => {
      recorded.body(`getObjectLockConfiguration ${s3}`).ObjectLockConfiguration.Rule.DefaultRetention.Days =
        1;
    },
    `backups: ${bucket} object lock Days is 1; the program says 30`,
  ],
  [
    "earlier expiry",
    () => {
      recorded.body(`getBucketLifecycleConfiguration ${s3}`).Rules[0].Expiration.Days = 2;
    },
    `backups: ${bucket} lifecycle backups.expiration.days is 2; the program says 30`,
  ],
  [
    "a public bucket",
    () => {
      const block = recorded.body(`getPublicAccessBlock ${s3}`).PublicAccessBlockConfiguration;
      block.BlockPublicPolicy = false;
    },
    `bucket: ${bucket} public access block BlockPublicPolicy is false; the program says true`,
  ],
  [
    "no encryption",
    () => {
      recorded.answers[recorded.route(`getBucketEncryption ${s3}`)] = 404;
    },
    `bucket: ${bucket} encryption is not set; the program says AES256`,
  ],
  [
    "another key of the writer",
    () =>
      recorded
        .body(`listAccessKeys ${writer}`)
        .AccessKeyMetadata.push({ AccessKeyId: "AKIAOTHER", Status: "Active" }),
    "identity: user tinkertools-backups-writer-production has the access key AKIAOTHER, which the program did not make",
  ],
  [
    "more rights of the writer",
    () =>
      recorded
        .body(`listAttachedUserPolicies ${writer}`)
        .AttachedPolicies.push({ PolicyName: "AdministratorAccess" }),
    "identity: user tinkertools-backups-writer-production has the policy AdministratorAccess, which the program did not attach",
  ],
  [
    "a role that others may take",
    () => {
      const { Role } = recorded.body(`getRole ${role}`);
      const text = decodeURIComponent(Role.AssumeRolePolicyDocument);
      Role.AssumeRolePolicyDocument = encodeURIComponent(text.replace("environment:production", "*"));
    },
    "identity: role tinkertools-delivery-production who may take it was changed: Statement.0.Condition.StringEquals.token.actions.githubusercontent.com:sub is repo:tinkertools/tinkertools:*; the program says repo:tinkertools/tinkertools:environment:production",
  ],
];

describe("one change by hand is found, and nothing else:", () => {
  test.each(changes)("%s", async (_what, change, sentence) => {
    change();
    expect(await sentences()).toEqual([sentence]);
  });

  test.each([
    [appPath, app],
    [clusterPath, cluster],
    [checkPath, "uptime check tinkertools-monitoring-health-production"],
    ["/rulesets/1002", rules],
    ["/domains/tinkertools.ao/records", "zone tinkertools.ao"],
    ["/environments/production", environment],
    [`headBucket ${s3}`, bucket],
    [`getRole ${role}`, "role tinkertools-delivery-production"],
  ])("%s is gone", async (end, resource) => {
    recorded.answers[recorded.route(end)] = 404;
    expect(await sentences()).toContain(`missing: ${resource} is not there any more`);
  });

  test("a zone that another host serves", async () => {
    const clouds = { ...recorded.clouds(), nameServers: async () => ["ns1.example.net"] };
    expect((await findDrift(state(), clouds)).drifts).toEqual([
      {
        kind: "record",
        resource: "zone tinkertools.ao",
        message: "is served by ns1.example.net, not by DigitalOcean: its records here have no effect",
        fix: "name ns1, ns2 and ns3.digitalocean.com as its name servers at the registrar",
      },
    ]);
  });

  test("backups that the platform stopped making", async () => {
    recorded.body(`${clusterPath}/backups`).backups = [{ created_at: "2026-11-21T00:00:00Z" }];
    const clouds = { ...recorded.clouds(), hasBackups: true };
    const at = async (date: string) => (await findDrift(state(), clouds, new Date(date))).drifts;
    expect(await at("2026-11-22T23:59:59Z")).toEqual([]);
    expect(await at("2026-11-23T00:00:01Z")).toMatchObject([
      {
        kind: "backups",
        resource: cluster,
        message: "the platform's newest backup is of 2026-11-21T00:00:00Z",
      },
    ]);
  });

  test("a run that was ended in the middle", async () => {
    const content = JSON.parse(stateText);
    content.deployment.pending_operations = [
      {
        type: "creating",
        resource: { urn: "urn:pulumi:production::slipway::digitalocean:index/app:App::tinkertools" },
      },
    ];
    const report = await findDrift(readState("production", JSON.stringify(content)), recorded.clouds());
    expect(report.drifts).toMatchObject([
      {
        kind: "interrupted",
        resource: "tinkertools",
        message: "a run of the engine was ended here before the platform had answered",
      },
    ]);
  });
});

describe("after a rollback", () => {
  const at = "github /repos/tinkertools/tinkertools/deployments";
  const change = () => {
    recorded.body(appPath).app.spec.services[0].instance_count = 1;
  };
  const hold = (keeps?: string) => {
    const payload = { slipway: 1, stack: "production", reason: "slow", by: "ada", ...(keeps && { keeps }) };
    const made = { id: 7, sha: "f00", task: "slipway:hold", payload, created_at: "2026-11-21T10:00:00Z" };
    recorded.answers[at] = [made];
    recorded.answers[`${at}/7/statuses`] = [];
  };
  const fixes = async (): Promise<string[]> => (await found()).drifts.map(({ fix }) => fix);

  test("the rollback's change of the stack file comes first: without it the bad release comes back", async () => {
    change();
    hold("0123456789ab");
    expect(await fixes()).toEqual([
      "first merge or pull the change of Pulumi.production.yaml that the rollback to 0123456789ab made (held: slow); only then run `pulumi up --refresh`, which sets it again: before it would bring back what was rolled back",
    ]);
    recorded.body(appPath).app.pinned_deployment = { id: "1" };
    expect((await fixes())[0]).toBe(
      "the rollback to 0123456789ab did not end: go on with it by `slipway release rollback --stack production`, and merge or pull the change of Pulumi.production.yaml that the rollback to 0123456789ab made (held: slow)",
    );
  });

  test("a hold for another reason, and none, leave the fix as it is", async () => {
    change();
    const again = ["run `pulumi up --refresh`, which sets it again"];
    expect(await fixes()).toEqual(again);
    hold();
    expect(await fixes()).toEqual(again);
  });

  test("an app that is pinned by somebody else's rollback is settled first", async () => {
    change();
    recorded.body(appPath).app.pinned_deployment = { id: "1" };
    expect((await fixes())[1]).toBe(
      "commit or revert the platform's rollback first, and have Pulumi.production.yaml say what is to run",
    );
  });

  test("a token that may not see holds is told of", async () => {
    change();
    recorded.answers[at] = 403;
    expect((await found()).unchecked).toEqual([
      { resource: "hold of production", reason: expect.stringContaining("answered 403") },
    ]);
  });
});

describe("what the token may not see", () => {
  test("is told, and is no drift", async () => {
    recorded.answers[recorded.route("/environments/production/secrets")] = 403;
    recorded.answers[recorded.route(`getBucketPolicy ${s3}`)] = 403;
    expect(await found()).toMatchObject({
      drifts: [],
      unchecked: [
        {
          resource: `secrets of ${environment}`,
          reason:
            "GET /repos/tinkertools/tinkertools/environments/production/secrets answered 403: the token lacks the permission to read it",
        },
        {
          resource: `policy of ${bucket}`,
          reason: "AWS answered 403 (AccessDenied): the role lacks the right to read it",
        },
      ],
    });
  });

  test.each([
    [appPath, 401, `GET ${appPath} answered 401: the token is wrong or has expired`],
    [appPath, 500, `GET ${appPath} answered 500`],
    [`getBucketPolicy ${s3}`, 500, `AWS, asked for policy of ${bucket}, answered 500 (InternalError)`],
  ])("%s answers %d, which is a fault and not an answer", async (end, status, message) => {
    recorded.answers[recorded.route(end)] = status;
    await expect(found()).rejects.toThrow(message);
  });
});

test("a state of another stack, or none at all, is refused", () => {
  expect(() => readState("staging", stateText)).toThrow(
    "the state must be that of staging; it is that of production",
  );
  expect(() => readState("staging", "{}")).toThrow("the state must be what `pulumi stack export` prints");
});

test("a report reads as sentences", async () => {
  recorded.body(`${clusterPath}/firewall`).rules = [];
  recorded.answers[recorded.route("/environments/production/secrets")] = 403;
  expect(driftText(await found())).toBe(`production: 1 difference among 47 resources
  firewall of ${cluster} has no rule: every address may try to log in
    fix: run \`pulumi up --refresh\`, which sets it again
  not looked at: secrets of ${environment}: GET /repos/tinkertools/tinkertools/environments/production/secrets answered 403: the token lacks the permission to read it
`);
});
