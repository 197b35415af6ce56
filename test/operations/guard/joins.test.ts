import { describe, expect, test } from "@jest/globals";
import { joinsOf } from "../../../operations/guard/joins.ts";
import type { Step } from "../../../operations/guard/preview.ts";
import { appAlertsWeaken } from "../../../operations/guard/weaken/app-alerts.ts";

type Values = Record<string, unknown>;
const s3 = (name: string) => `aws:s3/${name[0]?.toLowerCase()}${name.slice(1)}:${name}`;
const create = (type: string, inputs: Values, more: object = {}, op = "create"): Step => ({
  op,
  urn: `urn:pulumi:production::slipway::${type}::x`,
  newState: { inputs, ...more },
});
/** Each finding in one line: refused or shown, the input, what it does and what to do instead. */
const joined = (step: Step, ...others: Step[]): string[] =>
  joinsOf(step, [step, ...others]).map(
    ({ weight, input, does, remedy }) => `${weight} ${input}: ${does}; ${remedy}`,
  );

const encryption = s3("BucketServerSideEncryptionConfiguration");
const by = (sseAlgorithm: string, kmsMasterKeyId?: string) => ({
  applyServerSideEncryptionByDefault: { sseAlgorithm, kmsMasterKeyId },
});

describe("a new encryption", () => {
  const over = (what: string) => [
    `refuse rules: is written over the encryption that its bucket has: ${what}; change the encryption that is there: who has no right to a key reads no backup`,
  ];
  test.each<[unknown[], string[]]>([
    [[by("AES256")], []],
    [[by("AES256", "arn:k")], over("AES256, key arn:k")],
    [[by("aws:kms")], over("aws:kms, key nothing")],
    [[by("AES256"), by("aws:kms", "arn:k")], over("AES256, key nothing")],
    [[], over("nothing, key nothing")],
  ])("of a bucket that was there: %j", (rules, expected) => {
    expect(joined(create(encryption, { bucket: "a", rules }))).toEqual(expected);
  });

  test("of a new bucket is shown where somebody has its key", () => {
    const bucket = create(s3("Bucket"), { bucket: "a" });
    expect(joined(create(encryption, { bucket: "a", rules: [by("aws:kms")] }), bucket)).toEqual([]);
    expect(joined(create(encryption, { bucket: "a", rules: [by("aws:kms", "arn:k")] }), bucket)).toEqual([
      "warn rules: encrypts with the key arn:k; know who has a right to that key",
    ]);
  });
});

test("a new lock, firewall, branch rule and unknown thing say what to do instead", () => {
  expect(joined(create(s3("BucketObjectLockConfiguration"), { bucket: "a" }))).toEqual([
    "refuse rule: is written over the lock that its bucket may have; change the lock that is there",
  ]);
  const firewall = "digitalocean:index/databaseFirewall:DatabaseFirewall";
  expect(joined(create(firewall, { clusterId: "1", rules: [{ type: "app", value: "2" }] }))).toEqual([
    "refuse clusterId: is written over the rules that its cluster has; change the firewall that is there",
    "warn rules: also admits app 2; name the addresses one by one (database.connection.addresses)",
  ]);
  const branches = "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy";
  const takes = (input: string, pattern: string) => [
    `refuse ${input}: takes deployments from ${pattern} as well; know who may push to it`,
  ];
  expect(joined(create(branches, { environment: "a", branchPattern: "b" }))).toEqual(
    takes("branchPattern", "b"),
  );
  expect(joined(create(branches, { environment: "a", tagPattern: "v1" }))).toEqual(takes("tagPattern", "v1"));
  const environment = (repository: string) =>
    create("github:index/repositoryEnvironment:RepositoryEnvironment", { environment: "a", repository });
  const rule = create(branches, { environment: "a", repository: "shop", branchPattern: "b" });
  expect(joined(rule, environment("shop"))).toEqual([]);
  expect(joined(rule, environment("other"))).toEqual(takes("branchPattern", "b"));
  expect(joined(create("aws:ec2/instance:Instance", {}))).toEqual([
    "refuse type: is new, and a aws:ec2/instance:Instance: nobody has judged what it opens; look at the platform what it does, and to what",
  ]);
});

test("a new record of a zone that was there is shown where mail, the zone or certificates depend on it", () => {
  const record = (type: string) =>
    create("digitalocean:index/dnsRecord:DnsRecord", { domain: "a.example", type, name: "@", value: "x" });
  const zone = create("digitalocean:index/domain:Domain", { name: "a.example" });
  const seen = (type: string) => [
    `warn value: is new: ${type} @ x; know that mail, the zone or certificates depend on it`,
  ];
  for (const type of ["MX", "NS", "CAA"]) {
    expect(joined(record(type))).toEqual(seen(type));
    expect(joined(record(type), zone)).toEqual([]);
  }
  expect(joined(record("TXT"))).toEqual([]);
});

describe("rights that are made with what they are for", () => {
  const policy = (Action: string, Resource: string) =>
    JSON.stringify({ Statement: [{ Effect: "Allow", Action, Resource }] });
  const trust = JSON.stringify({
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "s3.amazonaws.com" } }],
  });
  const bucket = create(s3("Bucket"), { bucket: "mine" });
  const user = create("aws:iam/user:User", { name: "me" });
  const role = create("aws:iam/role:Role", { name: "it", assumeRolePolicy: trust });
  const stack = create("pulumi:pulumi:Stack", {});
  const rights = (text: unknown) => create("aws:iam/userPolicy:UserPolicy", { user: "me", policy: text });

  test.each([
    ["s3:GetObject", "arn:aws:s3:::mine/*"],
    ["iam:GetUser", "arn:aws:iam::1:user/me"],
    ["iam:GetRole", "arn:aws:iam::1:role/it"],
  ])("pass: %s on %s", (action, resource) => {
    expect(joined(rights(policy(action, resource)), bucket, user, role)).toEqual([]);
    const before = [bucket, user, role].map((step): Step => ({ ...step, op: "same" }));
    expect(joined(rights(policy(action, resource)), user, ...before)).toEqual(
      resource.endsWith("me")
        ? []
        : [
            `refuse policy: is new and allows ${action} on ${resource}, which is not made with it; name the actions and the resources that it needs, of what is made with it`,
          ],
    );
  });

  test("pass where their owner is made in the place of another", () => {
    const replaced = create("aws:iam/user:User", { name: "me" }, {}, "create-replacement");
    expect(joined(rights(policy("iam:GetUser", "arn:aws:iam::1:user/me")), replaced)).toEqual([]);
  });

  test("pass unknown with a new stack only", () => {
    const unknown =
      "refuse policy: is new, and nobody knows before up what it allows; make what it is for first, and the policy by a change of its own";
    expect(joined(rights(undefined), user)).toEqual([unknown]);
    expect(joined(rights(undefined), user, stack)).toEqual([]);
    expect(joined(rights(undefined), user, { ...stack, op: "same" })).toEqual([unknown]);
  });

  test("belong to what the preview says that they need, where their owner is not known yet", () => {
    const text = policy("iam:GetUser", "arn:aws:iam::1:user/me");
    const of = (more: object) => create("aws:iam/userPolicy:UserPolicy", { policy: text }, more);
    const old =
      "refuse policy: is new and gives rights to who was there already; make it with what it is for, or change the policy that is there";
    expect(joined(of({ dependencies: [user.urn] }), user)).toEqual([]);
    expect(joined(of({ propertyDependencies: { user: [user.urn] } }), user)).toEqual([]);
    expect(joined(of({ propertyDependencies: { user: [] }, dependencies: [user.urn] }), user)).toEqual([old]);
    expect(joined(of({}), user)).toEqual([old]);
  });

  test("of a bucket and of a role are judged in the same way", () => {
    const wide = "name the actions and the resources that it needs, of what is made with it";
    expect(
      joined(create(s3("BucketPolicy"), { bucket: "mine", policy: policy("s3:*", "x") }), bucket),
    ).toEqual([`refuse policy: is new and allows s3:*, whatever that is; ${wide}`]);
    expect(
      joined(create("aws:iam/rolePolicy:RolePolicy", { role: "it", policy: policy("s3:*", "x") }), role),
    ).toEqual([`refuse policy: is new and allows s3:*, whatever that is; ${wide}`]);
    expect(
      joined(create("aws:iam/role:Role", { name: "it", assumeRolePolicy: trust, managedPolicyArns: [] })),
    ).toEqual([
      "refuse managedPolicyArns: is new with managedPolicyArns, of which nobody has judged what it allows; give it its rights by a RolePolicy",
    ]);
  });
});

describe("an app's alerts", () => {
  const alert = (more: object = {}) => ({
    rule: "CPU_UTILIZATION",
    operator: "GREATER_THAN",
    value: 80,
    window: "FIVE_MINUTES",
    ...more,
  });
  const app = (...alerts: object[]) => ({ spec: { services: [{ name: "api", alerts }] } });
  const told = (before: Values, after: Values) => appAlertsWeaken(before, after).map(({ does }) => does);
  const later = (text: string) => [
    `tells of CPU_UTILIZATION of api later: GREATER_THAN 80 FIVE_MINUTES → ${text}`,
  ];
  test.each<[object[], string[]]>([
    [[alert()], []],
    [[alert({ value: 70 })], []],
    [[alert({ value: 90 }), alert({ value: 80 })], []],
    [[alert({ value: 90 })], later("GREATER_THAN 90 FIVE_MINUTES")],
    [[alert({ value: "x" })], later("GREATER_THAN x FIVE_MINUTES")],
    [[alert({ operator: "LESS_THAN" })], later("LESS_THAN 80 FIVE_MINUTES")],
    [[alert({ window: "ONE_HOUR" })], later("GREATER_THAN 80 ONE_HOUR")],
    [[alert({ disabled: true })], ["tells nobody of CPU_UTILIZATION of api any more"]],
  ])("%j", (after, expected) => {
    expect(told(app(alert()), app(...after))).toEqual(expected);
  });

  test("below a limit come as early at a higher one", () => {
    const below = (value: unknown) => app(alert({ operator: "LESS_THAN", value }));
    expect(told(below(10), below(20))).toEqual([]);
    expect(told(below(10), below(5))).toEqual([
      "tells of CPU_UTILIZATION of api later: LESS_THAN 10 FIVE_MINUTES → LESS_THAN 5 FIVE_MINUTES",
    ]);
  });

  test("without a number stay, and those of a part that goes are told with it", () => {
    const failed = { spec: { alerts: [{ rule: "DEPLOYMENT_FAILED" }] } };
    expect(told(failed, failed)).toEqual([]);
    expect(told(app(alert()), { spec: {} })).toEqual([]);
    expect(told(app(alert({ value: "x" })), app(alert({ value: "x" })))).toEqual([]);
  });
});
