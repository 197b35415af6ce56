import { describe, expect, test } from "@jest/globals";
import { copierPolicy, corsRules, fileRules, filesPolicy } from "../../../components/file-store.policies.ts";
import { FileStoreSettings } from "../../../components/file-store.settings.ts";
import type { Step } from "../../../operations/guard/preview.ts";
import { judge } from "../../../operations/guard.ts";

type Values = Record<string, unknown>;
const names = {
  cors: "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
  copies: "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
  lifecycle: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  policy: "aws:s3/bucketPolicy:BucketPolicy",
  copier: "aws:iam/rolePolicy:RolePolicy",
} as const;
const urnOf = (type: string, name = "x") =>
  `urn:pulumi:production::slipway::slipway:index:FileStore$${type}::${name}`;
/** What is refused, and behind "look" what is only shown. */
function said(...steps: Step[]): string[] {
  const { refusals, warnings } = judge({ steps });
  // Whoever reads what was found is told of which input, and what to do instead.
  for (const { inputs, remedy } of [...refusals, ...warnings]) {
    for (const input of inputs) expect(input).toMatch(/^[a-z][A-Za-z]+$/);
    expect(remedy).toMatch(/^[a-z].{7,}[a-z0-9)]$/s);
  }
  return [...refusals.map(({ reason }) => reason), ...warnings.map(({ reason }) => `look: ${reason}`)];
}
const changed = (type: string, before: Values, after: Values, op = "update") =>
  said({ op, urn: urnOf(type), oldState: { inputs: before }, newState: { inputs: after } });
const made = (type: string, after: Values) =>
  said({ op: "create", urn: urnOf(type), newState: { inputs: after } });
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

describe("the pages that may use a bucket", () => {
  const cors = (origins: string[], more: object = {}) => ({
    corsRules: corsRules(origins).map((rule) => ({ ...rule, ...more })),
  });
  const shop = cors(["https://shop.example"]);
  const lets = (what: string) => `the bucket's CORS x lets pages of ${what}`;
  const everything = (origin: string, look: string) => [
    `${look}${lets(`${origin} ask by GET`)}`,
    `${look}${lets(`${origin} ask by PUT`)}`,
    `${look}${lets(`${origin} send the header content-type`)}`,
    `${look}${lets(`${origin} send the header x-amz-checksum-crc32`)}`,
    `${look}${lets(`${origin} send the header x-amz-sdk-checksum-algorithm`)}`,
  ];

  test.each<[string, Values, Values, string[]]>([
    ["stay", shop, shop, []],
    ["are fewer", cors(["https://shop.example", "https://b.example"]), shop, []],
    [
      "are more",
      shop,
      cors(["https://shop.example", "https://b.example"]),
      everything("https://b.example", "look: "),
    ],
    ["are all", shop, cors(["*"]), everything("*", "")],
    ["are all of a domain", shop, cors(["https://*.example"]), everything("https://*.example", "")],
    ["come without TLS", shop, cors(["http://shop.example"]), everything("http://shop.example", "")],
    [
      "may delete",
      shop,
      cors(["https://shop.example"], { allowedMethods: ["GET", "PUT", "DELETE"] }),
      [`look: ${lets("https://shop.example ask by DELETE")}`],
    ],
    [
      "may send every header",
      shop,
      cors(["https://shop.example"], { allowedHeaders: ["*"] }),
      [`look: ${lets("https://shop.example send the header *")}`],
    ],
    [
      "send the same header in other letters",
      shop,
      cors(["https://shop.example"], { allowedHeaders: ["Content-Type"] }),
      [],
    ],
    ["come by a rule of their own", shop, { corsRules: [...shop.corsRules, ...shop.corsRules] }, []],
    [
      "are not known",
      shop,
      { corsRules: unknown },
      ["the bucket's CORS x gets CORS rules that nobody knows before up"],
    ],
    ["are none", shop, { corsRules: [] }, []],
  ])("%s", (_, before, after, expected) => {
    expect(changed(names.cors, before, after)).toEqual(expected);
  });

  test("are looked at where they are new", () => {
    expect(made(names.cors, shop)).toEqual([]);
    expect(made(names.cors, cors(["*"]))).toEqual(everything("*", ""));
  });
});

describe("the copy of a bucket", () => {
  const copy = (more: object = {}) => ({
    id: "files",
    status: "Enabled",
    filter: { prefix: "files/" },
    deleteMarkerReplication: { status: "Disabled" },
    destination: { bucket: "arn:aws:s3:::copy", storageClass: "STANDARD_IA" },
    ...more,
  });
  const rules = (...given: object[]) => ({ rules: given });
  const deletes = { deleteMarkerReplication: { status: "Enabled" } };
  const to = (bucket: string) => ({ destination: { bucket } });
  const copies = "the bucket's replication x";
  const notAll = [`${copies} no longer copies all of files/`];

  test.each<[string, Values, Values, string[]]>([
    ["stays", rules(copy()), rules(copy()), []],
    ["has more", rules(copy()), rules(copy({ filter: {} })), []],
    [
      "has more, by an older form",
      rules(copy({ filter: undefined, prefix: "files/" })),
      rules(copy({ filter: undefined, prefix: "f" })),
      [],
    ],
    ["goes to another class of storage", rules(copy()), rules(copy(to("arn:aws:s3:::copy"))), []],
    [
      "is switched off",
      rules(copy()),
      rules(copy({ status: "Disabled" })),
      [`${copies} copies nothing any more`],
    ],
    ["was off", rules(copy({ status: "Disabled" })), rules(), []],
    ["has no rules", rules(copy()), {}, [`${copies} copies nothing any more`]],
    ["has fewer", rules(copy()), rules(copy({ filter: { prefix: "files/a/" } })), notAll],
    ["has others", rules(copy()), rules(copy({ filter: { prefix: "other/" } })), notAll],
    [
      "has only what has a tag",
      rules(copy()),
      rules(copy({ filter: { tag: { key: "a", value: "b" } } })),
      notAll,
    ],
    [
      "has only what has a tag too",
      rules(copy()),
      rules(copy({ filter: { and: { prefix: "files/", tags: { a: "b" } } } })),
      notAll,
    ],
    [
      "had all of the bucket",
      rules(copy({ filter: {} })),
      rules(copy()),
      [`${copies} no longer copies all of the bucket`],
    ],
    [
      "goes elsewhere",
      rules(copy()),
      rules(copy(to("arn:aws:s3:::other"))),
      [
        `${copies} copies files/ to arn:aws:s3:::other instead of arn:aws:s3:::copy, without what is there already`,
      ],
    ],
    ["goes elsewhere too", rules(copy()), rules(copy(to("arn:aws:s3:::other")), copy()), []],
    [
      "goes to what is made by the same change",
      rules(copy()),
      rules(copy(to(unknown))),
      [`${copies} copies files/ to a bucket that nobody knows before up`],
    ],
    [
      "is not known",
      rules(copy()),
      { rules: unknown },
      [`${copies} gets rules of copying that nobody knows before up`],
    ],
    [
      "loses what is deleted",
      rules(copy()),
      rules(copy(deletes)),
      [`${copies} deletes in the copy too what is deleted in files/`],
    ],
    [
      "keeps what is deleted",
      rules(copy(deletes)),
      rules(copy()),
      [`look: ${copies} keeps in the copy what is deleted in files/`],
    ],
    ["still loses what is deleted", rules(copy(deletes)), rules(copy(deletes)), []],
  ])("%s", (_, before, after, expected) => {
    expect(changed(names.copies, before, after)).toEqual(expected);
  });

  test("is as it was made", () => {
    expect(made(names.copies, rules(copy(deletes)))).toEqual([]);
  });
});

describe("what a bucket of files deletes and refuses", () => {
  const files = FileStoreSettings.parse({ components: ["api"] });
  const own = { rules: fileRules(files) };
  const [marked, ...rest] = own.rules;
  const sooner = (text: string) => [`the bucket's lifecycle x deletes ${text}`];
  const rule = (days: number, filter?: object) => ({ status: "Enabled", expiration: { days }, filter });
  const [a, b] = [{ tag: { key: "a", value: "1" } }, { tag: { key: "a", value: "2" } }];

  test.each<[string, Values, Values, string[]]>([
    ["what it did", own, own, []],
    [
      "older versions sooner",
      own,
      { rules: fileRules({ ...files, noncurrentDays: 1 }) },
      sooner("older versions after 1 day instead of 30"),
    ],
    [
      "all, not what is marked",
      own,
      { rules: [{ ...marked, filter: {} }, ...rest] },
      sooner("objects after 1 day, which were kept"),
    ],
    [
      "all under the prefix",
      own,
      { rules: [{ ...marked, filter: { prefix: files.prefix } }, ...rest] },
      sooner("objects after 1 day, which were kept"),
    ],
    [
      "all some day, behind what is marked",
      own,
      { rules: [...own.rules, rule(400)] },
      sooner("objects after 400 days, which were kept"),
    ],
    [
      "what is marked in the copy too",
      { rules: fileRules(files, false) },
      own,
      sooner("objects after 1 day, which were kept"),
    ],
    [
      "what was deleted by a wider rule",
      { rules: [rule(7)] },
      { rules: [rule(7, { prefix: "a/" }), rule(8, a)] },
      [],
    ],
    [
      "what has one of two tags",
      { rules: [rule(7, a)] },
      { rules: [rule(7, b)] },
      sooner("objects after 7 days, which were kept"),
    ],
    [
      "what has both",
      { rules: [rule(7, a)] },
      { rules: [rule(7, { and: { prefix: "a/", tags: { a: "1", b: "2" } } })] },
      [],
    ],
    ["the large ones only", { rules: [rule(7)] }, { rules: [rule(7, { objectSizeGreaterThan: 9 })] }, []],
    [
      "the same large ones",
      { rules: [rule(7, { objectSizeGreaterThan: 9 })] },
      { rules: [rule(7, { prefix: "a/", objectSizeGreaterThan: 9 })] },
      [],
    ],
    [
      "the small ones too",
      { rules: [rule(7, { objectSizeGreaterThan: 9 })] },
      { rules: [rule(7, { objectSizeGreaterThan: 8 })] },
      sooner("objects after 7 days, which were kept"),
    ],
    [
      "the worst is told",
      { rules: [rule(9)] },
      { rules: [rule(8), rule(3, a), rule(5, b)] },
      sooner("objects after 3 days instead of 9"),
    ],
    [
      "nothing any more",
      own,
      { rules: [] },
      [
        "look: the bucket's lifecycle x never deletes objects any more, and the cost grows",
        "look: the bucket's lifecycle x never deletes older versions any more, and the cost grows",
      ],
    ],
  ])("%s", (_, before, after, expected) => {
    expect(changed(names.lifecycle, before, after)).toEqual(expected);
  });

  const arn = "arn:aws:s3:::files";
  test("signed addresses that open for longer", () => {
    const policy = (seconds: number) => ({ policy: filesPolicy(arn, "files/", seconds) });
    expect(changed(names.policy, policy(900), policy(604_800))).toEqual(
      ["s3:GetObject", "s3:PutObject"].map(
        (action) => `the bucket's policy x denies no more: ${action} on ${arn}/files/* to "*"`,
      ),
    );
  });

  test("a role that copies from more than the files", () => {
    const policy = (prefix: string) => ({
      policy: copierPolicy(arn, "arn:aws:s3:::copy", { prefix, copiesDeletions: false }),
    });
    expect(changed(names.copier, policy("files/"), policy("files/"))).toEqual([]);
    expect(changed(names.copier, policy("files/"), policy(""))).not.toEqual([]);
  });
});

describe("a stack that has files no more", () => {
  /** Every resource of the block, with what it hangs on. */
  const parts: [type: string, name: string, on: string[]][] = [
    ["aws:s3/bucket:Bucket", "files", []],
    [names.policy, "files-policy", ["aws:s3/bucket:Bucket files"]],
    [names.cors, "files-cors", ["aws:s3/bucket:Bucket files"]],
    ["aws:s3/bucket:Bucket", "files-replica", []],
    [names.copies, "files-copies", ["aws:s3/bucket:Bucket files", "aws:s3/bucket:Bucket files-replica"]],
    ["aws:iam/role:Role", "files-copier", []],
    [names.copier, "files-copier-rights", ["aws:iam/role:Role files-copier"]],
    ["aws:iam/user:User", "files-product", []],
    ["aws:iam/accessKey:AccessKey", "files-product-key", ["aws:iam/user:User files-product"]],
  ];
  const gone = (retainOnDelete: boolean, only = parts.map(([, name]) => name)) =>
    said(
      ...parts
        .filter(([, name]) => only.includes(name))
        .map(([type, name, on]) => ({
          op: "delete",
          urn: urnOf(type, name),
          oldState: {
            retainOnDelete: retainOnDelete && type.startsWith("aws:s3/"),
            dependencies: on.map((one) => urnOf(...(one.split(" ") as [string, string]))),
          },
        })),
    );
  const rights = [
    "deletes the IAM role files-copier: who takes it on is shut out",
    "deletes the policy of an IAM role files-copier-rights: what it may do and must not do ends",
    "deletes the IAM user files-product: its keys and rights go with it, and what uses them is shut out",
    "deletes the access key files-product-key: what uses it is shut out",
  ];

  test("loses its buckets, and shuts out who keeps files", () => {
    const loss = (what: string) =>
      `with forceDestroy off that fails as long as any ${what} are in it, older versions as well; only an empty one goes`;
    expect(gone(false)).toEqual([
      `deletes the bucket files: ${loss("users' files")}`,
      `deletes the bucket files-replica: ${loss("copies of users' files")}`,
      ...rights,
    ]);
  });

  test("forgets them where it is protected", () => {
    const kept = "which stays at the platform; the next change would make a second one";
    expect(gone(true)).toEqual([
      `the stack would forget the bucket files, ${kept}`,
      `the stack would forget the bucket files-replica, ${kept}`,
      ...rights,
    ]);
  });

  test("or has no copy of them any more", () => {
    expect(gone(false, ["files-copies"])).toEqual([
      "deletes the bucket's replication files-copies: new files have no copy in another region",
    ]);
  });

  test("or shows its pages the door", () => {
    expect(gone(false, ["files-cors"])).toEqual([
      "look: deletes the bucket's CORS files-cors: pages can neither upload nor read files until there is another",
    ]);
  });
});
