import { describe, expect, test } from "@jest/globals";
import { addressesIn, addressRange, isPrivate } from "../../../operations/guard/weaken/addresses.ts";
import { appWeakenings } from "../../../operations/guard/weaken/app.ts";
import { bucketWeakenings } from "../../../operations/guard/weaken/bucket.ts";
import { dnsWeakenings } from "../../../operations/guard/weaken/dns.ts";
import { newRights } from "../../../operations/guard/weaken/new-rights.ts";
import { allows, isUnreadable, policyWeakens } from "../../../operations/guard/weaken/policies.ts";
import { providerWeakens } from "../../../operations/guard/weaken/provider.ts";
import { watchingWeakenings } from "../../../operations/guard/weaken/watching.ts";
import type { Values, Weakens } from "../../../operations/guard/weaken/weakening.ts";

/** Each finding in one line: refused or shown, the input, what it does and what to do instead. */
const found = (weakens: Weakens | undefined, before: Values, after: Values): string[] =>
  (weakens ?? (() => []))(before, after).map(
    ({ weight, input, does, remedy }) => `${weight} ${input}: ${does}; ${remedy}`,
  );

describe("a range of addresses", () => {
  const range = (family: 4 | 6, first: bigint, last: bigint) => ({ family, first, last });
  const four = (first: number, last = first) => range(4, BigInt(first), BigInt(last));
  test.each([
    ["0.0.0.1", four(1)],
    ["1.2.3.4", four(0x01020304)],
    ["10.0.0.7/8", four(0x0a000000, 0x0affffff)],
    ["0.0.0.0", four(0, 0xffffffff)],
    ["0.0.0.0/32", four(0)],
    ["255.255.255.255/0", four(0, 0xffffffff)],
    ["::", four(0, 0xffffffff)],
    ["::1", four(1)],
    ["::ffff:1.2.3.4", four(0x01020304)],
    ["::ffff:102:304", four(0x01020304)],
    ["::ffff:0.0.0.1", four(1)],
    ["::ffff:10.0.0.0/104", four(0x0a000000, 0x0affffff)],
    ["64:ff9b::1.2.3.4", four(0x01020304)],
    ["::/96", four(0, 0xffffffff)],
    ["::/80", four(0, 0xffffffff)],
    ["64:ff9b::/96", four(0, 0xffffffff)],
    ["64:ff9b::1:0:0", range(6, 0x64ff9b000000000000000100000000n, 0x64ff9b000000000000000100000000n)],
    ["64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff", range(6, (0x64ff9bn << 96n) - 1n, (0x64ff9bn << 96n) - 1n)],
    ["2001:db8::1", range(6, 0x20010db8000000000000000000000001n, 0x20010db8000000000000000000000001n)],
    ["2001:db8::/32", range(6, 0x20010db8n << 96n, (0x20010db9n << 96n) - 1n)],
    ["1:2:3:4:5:6:7:8", range(6, 0x00010002000300040005000600070008n, 0x00010002000300040005000600070008n)],
    [
      "1:2:3:4:5:6:1.2.3.4",
      range(6, 0x00010002000300040005000601020304n, 0x00010002000300040005000601020304n),
    ],
    ["::/0", four(0, 0xffffffff)],
    ["1.2.3.4/33", undefined],
    ["::/129", undefined],
    ["x1.2.3.4", undefined],
    ["1.2.3.4x", undefined],
    ["1.2.3.4/8 ", undefined],
    [" 1.2.3.4", undefined],
    ["1.2.3.4/008", undefined],
    ["", undefined],
    ["/8", undefined],
  ])("%s", (text, expected) => {
    expect(addressRange(text)).toEqual(expected);
  });

  const of = (...texts: string[]) => texts.flatMap((text) => addressRange(text) ?? []);
  test.each([
    [[], 4, 0n],
    [["10.0.0.0/24"], 4, 256n],
    [["10.0.0.0/24"], 6, 0n],
    [["10.0.0.0/24", "10.0.0.0/24"], 4, 256n],
    [["10.0.1.0/24", "10.0.0.0/24"], 4, 512n],
    [["10.0.0.0/24", "10.0.0.128/25"], 4, 256n],
    [["10.0.0.5", "10.0.0.0/24", "10.0.1.7", "10.0.0.255"], 4, 257n],
    [["0.0.0.1", "0.0.0.2"], 4, 2n],
    [["2001:db8::/127", "10.0.0.0/24"], 6, 2n],
  ] as const)("%j are %d: %d", (texts, family, expected) => {
    expect(addressesIn(of(...texts), family)).toBe(expected);
  });

  test.each([
    ["10.0.0.0/8", true],
    ["10.255.255.255", true],
    ["11.0.0.0", false],
    ["9.255.255.255", false],
    ["172.16.0.0/12", true],
    ["172.32.0.0", false],
    ["192.168.0.0/16", true],
    ["192.169.0.0", false],
    ["192.0.0.0/8", false],
    ["fc00::/7", true],
    ["fd00::1", true],
    ["fe00::1", false],
  ])("%s is private: %s", (text, expected) => {
    expect(of(text).map(isPrivate)).toEqual([expected]);
  });
});

describe("a policy", () => {
  const doc = (...Statement: unknown[]) => ({ policy: JSON.stringify({ Statement }) });
  const one = (more: object = {}) => ({ Effect: "Allow", Action: "s3:GetObject", Resource: "b", ...more });
  const remedy = "name the actions and the resources that are needed, and keep what is denied";
  const more = (what: string) => [`refuse policy: allows more: ${what}; ${remedy}`];
  const weakens = policyWeakens("policy");
  test.each<[string, Values, Values, string[]]>([
    ["is the same in another order", doc(one({ a: 1, b: 2 })), doc(one({ b: 2, a: 1 })), []],
    ["is no list", { policy: JSON.stringify({ Statement: one() }) }, doc(one()), []],
    ["is no text", { policy: { Statement: [one()] } }, { policy: { Statement: one() } }, []],
    [
      "names four more",
      doc(),
      doc(one({ Action: ["a:A", "a:B", "a:C", "a:D"] })),
      ["A", "B", "C"].flatMap((name) => more(`a:${name} on b`)),
    ],
    ["is covered by one of two", doc(one({ Action: "a:A" }), one()), doc(one()), []],
    [
      "is not covered by two halves",
      doc(one({ Resource: "c" }), one({ Action: "a:A" })),
      doc(one()),
      more("s3:GetObject on b"),
    ],
    ["has a sign that is none", doc(one({ Action: "s3:Get.bject" })), doc(one()), more("s3:GetObject on b")],
    ["has one sign for any", doc(one({ Action: "s3:GetObjec?" })), doc(one()), []],
    [
      "has a star where one sign was",
      doc(one({ Action: "s3:GetObjec?" })),
      doc(one({ Action: "s3:GetObjec*" })),
      more("s3:GetObjec* on b"),
    ],
    ["is of everybody before", doc(one({ Principal: "*" })), doc(one({ Principal: { AWS: "1" } })), []],
    [
      "is of the same two",
      doc(one({ Principal: { AWS: ["1", "2"] } })),
      doc(one({ Principal: { AWS: ["2", "1"] } })),
      [],
    ],
    [
      "is of two",
      doc(one({ Principal: { AWS: "1" } })),
      doc(one({ Principal: { AWS: ["1", "2"] } })),
      more('s3:GetObject on b to {"AWS":["1","2"]}'),
    ],
    [
      "is of all but others",
      doc(one({ NotPrincipal: "1" })),
      doc(one({ NotPrincipal: "2" })),
      more("s3:GetObject on b"),
    ],
    [
      "is for all but others",
      doc({ Effect: "Allow", Action: "a:A", NotResource: "b" }),
      doc({ Effect: "Allow", Action: "a:A", NotResource: "c" }),
      more('a:A on all but "c"'),
    ],
    [
      "does all but others",
      doc({ Effect: "Allow", NotAction: "a:A", Resource: "b" }),
      doc({ Effect: "Allow", NotAction: "a:B", Resource: "b" }),
      more('all but "a:B" on b'),
    ],
    [
      "has two conditions of which one goes",
      doc(one({ Condition: { Bool: { a: "1", b: "1" } } })),
      doc(one({ Condition: { Bool: { a: "1" } } })),
      more("s3:GetObject on b"),
    ],
    [
      "has one more condition",
      doc(one({ Condition: { Bool: { a: "1" } } })),
      doc(one({ Condition: { Bool: { a: "1", b: "1" } } })),
      [],
    ],
    [
      "holds a word",
      doc(),
      { policy: '{"Statement":["x"]}' },
      [`refuse policy: has a policy that cannot be read; ${remedy}`],
    ],
    [
      "holds nothing",
      doc(),
      { policy: '{"Statement":[null]}' },
      [`refuse policy: has a policy that cannot be read; ${remedy}`],
    ],
    [
      "says a thing twice",
      doc(),
      { policy: '{"Statement":[],"Statement":[]}' },
      [`refuse policy: has a policy that cannot be read; ${remedy}`],
    ],
  ])("%s", (_, before, after, expected) => {
    expect(found(weakens, before, after)).toEqual(expected);
  });

  test("that cannot be read allows what nobody knows", () => {
    expect([isUnreadable("{"), isUnreadable(doc(one()).policy), isUnreadable(undefined)]).toEqual([
      true,
      false,
      true,
    ]);
    expect(allows("{")).toEqual([]);
    expect(allows(doc(one({ Effect: "Deny" }), one({ Action: ["a:A", "a:B"] })).policy)).toEqual([
      one({ Action: "a:A" }),
      one({ Action: "a:B" }),
    ]);
  });
});

describe("new rights", () => {
  const names = new Set(["mine", "me"]);
  const remedy = "name the actions and the resources that it needs, of what is made with it";
  const rights = (statement: object, isFirst = false) =>
    newRights("policy", JSON.stringify({ Statement: [{ Effect: "Allow", ...statement }] }), {
      names,
      isFirst,
    }).map(({ does }) => does);
  test.each<[object, string[]]>([
    [{ Action: "s3:GetObject", Resource: "arn:aws:s3:::mine" }, []],
    [{ Action: "s3:GetObject", Resource: "arn:aws:s3:::mine/a/*" }, []],
    [{ Action: "iam:GetUser", Resource: "arn:aws:iam::1:user/me" }, []],
    [{ Action: "iam:GetRole", Resource: "arn:aws:iam::123456789012:role/path/me" }, []],
    ...[
      "arn:aws:s3:::mine*",
      "arn:aws:s3:::yours/mine",
      "arn:aws:s3:::min?",
      "x-arn:aws:s3:::mine",
      "arn:aws:iam::1:user/*/me",
      "arn:aws:iam::1:user/me2",
      "arn:aws:iam::1:group/me",
      "arn:aws:iam::1:user/me/*",
      "x:arn:aws:iam::1:user/me",
    ].map((Resource): [object, string[]] => [
      { Action: "s3:GetObject", Resource },
      [`is new and allows s3:GetObject on ${Resource}, which is not made with it`],
    ]),
    [{ Action: "s3:GetObject" }, ["is new and allows s3:GetObject on anything"]],
    [{ Action: "s3:Get*", Resource: "arn:aws:s3:::mine" }, ["is new and allows s3:Get*, whatever that is"]],
    [{ Action: "s3:Ge?", Resource: "arn:aws:s3:::mine" }, ["is new and allows s3:Ge?, whatever that is"]],
    [{ NotAction: "a:A", Resource: "arn:aws:s3:::mine" }, ['is new and allows all but "a:A" (NotAction)']],
    [{ Action: "a:A", NotResource: "x" }, ['is new and allows all but "x" (NotResource)']],
    [{ Action: "a:A", Principal: { Service: "s3.amazonaws.com" } }, []],
    [
      { Action: "a:A", Principal: { Service: ["s3.amazonaws.com"] } },
      ['is new and lets {"Service":["s3.amazonaws.com"]} do a:A'],
    ],
    [
      { Action: "a:A", Principal: { Federated: "g" }, Condition: { StringEquals: { "t:sub": "repo:a" } } },
      [],
    ],
    ...[
      {},
      { StringEquals: { "t:aud": "x" } },
      { StringEquals: { "t:sub": ["repo:a"] } },
      { StringEquals: { "t:sub": "repo:?" } },
      { StringLike: { "t:sub": "repo:a" } },
    ].map((Condition): [object, string[]] => [
      { Action: "a:A", Principal: { Federated: "g" }, Condition },
      ['is new and lets {"Federated":"g"} do a:A'],
    ]),
    [
      { Action: ["a:A", "a:B", "a:C", "a:D"], Resource: "*" },
      ["A", "B", "C"].map((name) => `is new and allows a:${name} on *, which is not made with it`),
    ],
  ])("%j", (statement, expected) => {
    expect(rights(statement)).toEqual(expected);
    expect(rights(statement, true)).toEqual(expected);
  });

  test("that nobody knows pass with a new stack only", () => {
    const known = (policy: unknown, isFirst: boolean) => newRights("policy", policy, { names, isFirst });
    expect(known(undefined, true)).toEqual([]);
    expect(known(undefined, false)).toEqual([
      {
        weight: "refuse",
        input: "policy",
        does: "is new, and nobody knows before up what it allows",
        remedy: "make what it is for first, and the policy by a change of its own",
      },
    ]);
    expect(known("{", true)).toEqual([
      { weight: "refuse", input: "policy", does: "has a policy that cannot be read", remedy },
    ]);
  });
});

describe("an app", () => {
  const weakens = appWeakenings["digitalocean:index/app:App"];
  const app = (spec: object) => ({ spec });
  const keep = "keep it in app; where it is to go, move its work first";
  const part = { envs: [{ key: "A", type: "SECRET" }], name: "x" };
  test.each<[string, object, object, string[]]>([
    ...(
      [
        ["services", "service"],
        ["workers", "worker"],
        ["jobs", "job"],
        ["staticSites", "static site"],
        ["functions", "function"],
      ] as const
    ).flatMap(([kind, word]): [string, object, object, string[]][] => [
      [`a ${word} goes`, { [kind]: [part] }, {}, [`refuse spec: has the ${word} x no more; ${keep}`]],
      [
        `a ${word} shows`,
        { [kind]: [part] },
        { [kind]: [{ ...part, envs: [{ key: "A", type: "GENERAL" }] }] },
        ["refuse spec: shows the secret A of x to everybody who may see the app; keep it a secret"],
      ],
    ]),
    [
      "all of it shows",
      { envs: part.envs },
      { envs: [{ key: "A", value: "1" }] },
      ["refuse spec: shows the secret A to everybody who may see the app; keep it a secret"],
    ],
    ["a secret is bound", { envs: part.envs }, { envs: [{ key: "A", value: "${db.PASSWORD}" }] }, []],
    [
      "a secret is bound among other text",
      { envs: part.envs },
      { envs: [{ key: "A", value: "x${db.PASSWORD}" }] },
      ["refuse spec: shows the secret A to everybody who may see the app; keep it a secret"],
    ],
    [
      "it was open in that place",
      { services: [part], workers: [{ name: "y", envs: [{ key: "A" }] }] },
      { services: [part], workers: [{ name: "y", envs: [{ key: "A" }] }] },
      [],
    ],
    [
      "a secret is all the app's now",
      { services: [part] },
      { envs: part.envs, services: [{ name: "x" }] },
      [],
    ],
    [
      "a path goes",
      { ingress: { rules: [{ match: { path: { prefix: "/" } } }] } },
      {},
      [`refuse spec: has the path / no more; ${keep}`],
    ],
    [
      "it is archived",
      { maintenance: { enabled: false } },
      { maintenance: { enabled: true, archive: true } },
      ["archive", "enabled"].map(
        (mark) => `refuse spec: is taken off the net (maintenance.${mark}); leave maintenance off`,
      ),
    ],
    [
      "it scales by itself",
      { services: [{ name: "x", instanceCount: 2 }] },
      { services: [{ name: "x", autoscaling: {} }] },
      [],
    ],
  ])("%s", (_, before, after, expected) => {
    expect(found(weakens, app(before), app(after))).toEqual(expected);
  });

  test("without settings", () => {
    expect(found(weakens, app({}), {})).toEqual([
      "refuse spec: gets settings that nobody knows before up: nothing; keep app",
    ]);
    expect(found(weakens, {}, app({}))).toEqual([]);
  });

  test("whose backups are made by nobody", () => {
    expect(
      found(appWeakenings["slipway:index:BackupBucket"], { schedule: "daily" }, { schedule: "onDemand" }),
    ).toEqual([
      "refuse schedule: makes no backups by itself any more: daily → onDemand; keep backups.schedule",
    ]);
    expect(found(appWeakenings["slipway:index:BackupBucket"], { schedule: "onDemand" }, {})).toEqual([]);
  });
});

test.each<[string, Values, Values, string[]]>([
  [
    "bucketPublicAccessBlock:BucketPublicAccessBlock",
    { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    {},
    ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].map(
      (name) => `refuse ${name}: switches ${name} off: what is in it can be made public; keep ${name} on`,
    ),
  ],
  [
    "bucketOwnershipControls:BucketOwnershipControls",
    { rule: { objectOwnership: "BucketOwnerEnforced" } },
    { rule: {} },
    [
      "refuse rule: goes from BucketOwnerEnforced to nothing: access lists count again; keep BucketOwnerEnforced",
    ],
  ],
  [
    "bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    { rule: { defaultRetention: { mode: "GOVERNANCE", years: 1 } } },
    { rule: { defaultRetention: { mode: "GOVERNANCE", days: 364 } } },
    ["refuse rule: locks for 364 days instead of 365; keep mode and days, or lengthen them (backups.lock)"],
  ],
  [
    "bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    { rule: { defaultRetention: { mode: "GOVERNANCE", days: 2 } } },
    { rule: { defaultRetention: { days: 1 } } },
    [
      "refuse rule: goes from GOVERNANCE to nothing; keep mode and days, or lengthen them (backups.lock)",
      "refuse rule: locks for 1 day instead of 2; keep mode and days, or lengthen them (backups.lock)",
    ],
  ],
  [
    "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms:dsse" } }] },
    [],
  ],
])("%s %j → %j", (type, before, after, expected) => {
  expect(found(bucketWeakenings[`aws:s3/${type}`], before, after)).toEqual(expected);
});

test.each(["MX", "NS", "CAA", "A"])("a record of the type %s that leads elsewhere", (type) => {
  const remedy =
    type === "A" ? "know who answers there" : "know that mail, the zone or certificates depend on it";
  const record = dnsWeakenings["digitalocean:index/dnsRecord:DnsRecord"];
  expect(found(record, { type, value: "a" }, { type, value: "b" })).toEqual([
    `warn value: goes from a to b; ${remedy}`,
  ]);
  expect(found(record, {}, { type, value: "b" })).toEqual([]);
});

describe("what watches", () => {
  const keep = "keep it, or say in the pull request who watches instead";
  const otherwise = (input: string, was: string, is: string) =>
    `warn ${input}: watches otherwise: ${input} ${was} → ${is}; ${keep}`;
  test.each<[string, readonly string[], readonly string[]]>([
    ["monitorAlert:MonitorAlert", ["type", "compare", "value", "window", "entities", "tags"], ["alerts"]],
    ["uptimeAlert:UptimeAlert", ["type", "comparison", "threshold", "period", "checkId"], ["notifications"]],
    ["uptimeCheck:UptimeCheck", ["target", "type", "regions"], []],
  ])("%s", (type, inputs, receivers) => {
    const weakens = watchingWeakenings[`digitalocean:index/${type}`];
    const all = (value: string) =>
      Object.fromEntries([...inputs, ...receivers].map((input) => [input, value]));
    expect(found(weakens, all("a"), all("b"))).toEqual([
      ...inputs.map((input) => otherwise(input, "a", "b")),
      ...receivers.map((input) => `warn ${input}: tells others than before; ${keep}`),
    ]);
    expect(found(weakens, all("a"), all("a"))).toEqual([]);
    expect(found(weakens, {}, { ...all("a"), enabled: false })).toEqual([]);
    expect(found(weakens, { enabled: true }, { enabled: false })).toEqual([
      `warn enabled: is switched off: nobody is told any more; ${keep}`,
    ]);
    expect(found(weakens, { enabled: false }, { enabled: false })).toEqual([]);
    expect(found(weakens, { enabled: false }, { enabled: true })).toEqual([]);
  });

  test.each(["actionsVariable:ActionsVariable", "actionsEnvironmentVariable:ActionsEnvironmentVariable"])(
    "%s",
    (type) => {
      const weakens = watchingWeakenings[`github:index/${type}`];
      expect(found(weakens, { value: "a" }, { value: "b" })).toEqual([
        "warn value: has another value; know what the workflows do with it",
      ]);
      expect(found(weakens, { value: "a" }, { value: "a" })).toEqual([]);
      expect(found(weakens, {}, { value: "a" })).toEqual([]);
    },
  );
});

test("a record is compared by all that leads somewhere", () => {
  const inputs = ["name", "domain", "type", "flags", "tag", "priority", "port"];
  const all = (value: string) =>
    Object.fromEntries(["ttl", "value", ...inputs].map((input) => [input, value]));
  expect(found(dnsWeakenings["digitalocean:index/dnsRecord:DnsRecord"], all("a"), all("b"))).toEqual([
    "warn value: goes from a to b; know who answers there",
    ...inputs.map((input) => `warn ${input}: changes ${input} from a to b; know who answers there`),
  ]);
});

test("a provider's version and credentials may change, and nothing else", () => {
  const other = (input: string) =>
    `refuse ${input}: is told otherwise where it speaks to, or as whom: ${input}; keep the provider's settings; what belongs elsewhere is a stack of its own`;
  expect(
    found(
      providerWeakens,
      { version: "1", token: "a", region: "a", same: 1 },
      { version: "2", token: "b", profile: "x", same: 1 },
    ),
  ).toEqual([other("profile"), other("region")]);
});
