import { unknown } from "../../../policy/values.ts";
import { all, type Cases, plus, production, resource, set } from "../support.ts";

const arn = "arn:aws:s3:::tinkertools-backups-production";
const document = (...Statement: unknown[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const put = {
  Effect: "Allow",
  Action: ["s3:PutObject", "s3:AbortMultipartUpload"],
  Resource: `${arn}/postgres/*`,
};
const read = { Effect: "Allow", Action: ["s3:GetObject"], Resource: `${arn}/postgres/*` };
const keep = { Effect: "Allow", Action: ["s3:GetBucketPolicy", "s3:PutBucketPolicy"], Resource: arn };

const issuer = "token.actions.githubusercontent.com";
const subject = "repo:tinkertools/tinkertools:environment:production";
const trust = (equals: Record<string, unknown>, more: object = {}) =>
  document({
    Effect: "Allow",
    Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${issuer}` },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { StringEquals: equals },
    ...more,
  });
const narrow = { [`${issuer}:aud`]: "sts.amazonaws.com", [`${issuer}:sub`]: subject };

/** A writer, a reader and a role for one environment. */
export const identities = [
  resource("iam/UserPolicy", "writer", { policy: document(put) }),
  resource("iam/UserPolicy", "reader", { policy: document(read) }),
  resource("iam/Role", "role", { name: "tinkertools-delivery-production", assumeRolePolicy: trust(narrow) }),
  resource("iam/RolePolicy", "role-rights", { policy: document(keep) }),
];

const good = production(identities);
const but = (...changes: Parameters<typeof all>) => production(all(...changes)(identities));
const rights = (of: string, ...statements: unknown[]) => but(set(of, "policy", document(...statements)));
const trusts = (text: unknown) => but(set("role", "assumeRolePolicy", text));

/** The identity of the product, which keeps files of its users. */
const ofFiles = (...statements: unknown[]) => {
  const one = resource("iam/UserPolicy", "product", { policy: document(...statements) });
  return production([{ ...one, urn: one.urn.replace("::aws", "::slipway:index:FileStore$aws") }]);
};
const product =
  "product: must allow s3:PutObject, s3:GetObject, s3:PutObjectTagging and s3:AbortMultipartUpload under one prefix at most; mark what is to go with the tag deleted=true, and let the bucket's lifecycle delete it";

const anything = (of: string) =>
  `${of}: must not allow anything for the resource *; name the resources by their ARN`;
const writer =
  "writer: must allow s3:PutObject and s3:AbortMultipartUpload under one prefix, and nothing else; give reading and listing to an identity of its own";
const deletes = (of: string, actions: string) =>
  `${of}: must not allow ${actions}; let the bucket's lifecycle delete (backups.retentionDays)`;
const climbs = (of: string, actions: string) =>
  `${of}: must not allow ${actions}; let an administrator change roles, outside the workflows`;
const wide =
  "role: must be for one subject repo:owner/repository:environment:name and sts.amazonaws.com; compare sub and aud with StringEquals, without a star";

/** Subjects of tokens that other jobs can get, or that a pattern would let in. */
export const foreignSubjects = [
  "repo:tinkertools/tinkertools:*",
  "repo:tinkertools/*:environment:production",
  "repo:tinkertools/tinkertools:environment:*",
  "repo:tinkertools/tinkertools:environment:prod?ction",
  "repo:tinkertools/tinkertools:ref:refs/heads/main",
  "repo:tinkertools/tinkertools:pull_request",
  "repo:*/tinkertools:environment:production",
  "tinkertools/tinkertools:environment:production",
  "repo:tinkertools:environment:production",
  "repo:tinkertools/a/b:environment:production",
  "repo:tinkertools/tinkertools:environment:production:job_workflow_ref:x",
  "repo:tinkertools/tinkertools:environment:",
  "xrepo:tinkertools/tinkertools:environment:production",
  "*",
  "",
];

export const iamCases: Record<string, Cases> = {
  "iam-any-action": {
    keeps: [
      good,
      but(set("writer", "policy", unknown)),
      rights("reader", { ...read, Effect: "Deny", Action: "*" }),
    ],
    breaks: [
      [
        rights("reader", { ...read, Action: "*" }),
        ["reader: must not allow *; list the actions that are needed"],
      ],
      [
        rights("role-rights", keep, { ...keep, Action: ["s3:Get*", "s3:List*"] }),
        ["role-rights: must not allow s3:Get*, s3:List*; list the actions that are needed"],
      ],
      [
        rights("reader", { Effect: "Allow", NotAction: "iam:PassRole", Resource: arn }),
        ["reader: must not allow NotAction; list the actions that are needed"],
      ],
      [
        but(plus(resource("iam/Policy", "shared", { policy: { Statement: { ...read, Action: "s3:*" } } }))),
        ["shared: must not allow s3:*; list the actions that are needed"],
      ],
    ],
  },
  "iam-any-resource": {
    keeps: [good, rights("reader", { ...read, Effect: "Deny", Resource: "*" })],
    breaks: [
      [rights("reader", { ...read, Resource: "*" }), [anything("reader")]],
      [rights("reader", read, { ...read, Resource: [arn, "arn:aws:s3:::*"] }), [anything("reader")]],
      [rights("role-rights", { ...keep, Resource: undefined, NotResource: arn }), [anything("role-rights")]],
    ],
  },
  "iam-writer-rights": {
    keeps: [
      good,
      rights("writer", { ...put, Action: ["S3:AbortMultipartUpload", "s3:putobject"] }),
      rights("role-rights", put, keep),
      rights("writer", read),
      rights("reader", read, { ...put, Action: "s3:PutObject", Resource: `${arn}/records/postgres/*` }),
      ofFiles({ ...put, Action: ["s3:PutObject", "s3:GetObject"] }),
    ],
    breaks: [
      [rights("writer", put, read), [writer]],
      [rights("writer", read, { ...put, Resource: `${arn}/records*` }), [writer]],
      [rights("writer", read, { ...put, Resource: [`${arn}/records/*`, `${arn}/postgres/*`] }), [writer]],
      [rights("writer", { ...put, Action: ["s3:PutObject"] }), [writer]],
      [rights("writer", { ...put, Action: "s3:Put*" }), [writer]],
      [rights("writer", { ...put, Resource: `${arn}/*` }), [writer]],
      [rights("writer", { ...put, Resource: arn }), [writer]],
      [rights("writer", { ...put, Resource: [`${arn}/postgres/*`, "arn:aws:s3:::a*/postgres/*"] }), [writer]],
    ],
  },
  "iam-file-rights": {
    keeps: [
      good,
      ofFiles({ ...put, Action: ["s3:PutObject", "s3:GetObject", "s3:PutObjectTagging"] }),
      ofFiles({ ...read, Effect: "Deny", Action: "s3:DeleteObject", Resource: arn }),
    ],
    breaks: [
      [ofFiles(put, { ...read, Action: ["s3:ListBucket"] }), [product]],
      [ofFiles({ ...put, Action: ["s3:PutObject", "s3:PutObjectAcl"] }), [product]],
      [ofFiles({ ...read, Resource: `${arn}/*` }), [product]],
    ],
  },
  "iam-delete-backups": {
    keeps: [good, rights("reader", { ...read, Effect: "Deny", Action: "s3:DeleteObject" })],
    breaks: [
      [rights("reader", { ...read, Action: "s3:DeleteObject" }), [deletes("reader", "s3:deleteobject")]],
      [
        rights("role-rights", keep, { ...keep, Action: ["s3:Delete*", "s3:BypassGovernanceRetention"] }),
        [deletes("role-rights", "s3:deleteobject, s3:deleteobjectversion, s3:bypassgovernanceretention")],
      ],
      [
        rights("reader", { ...read, Action: ["s3:GetObject", "s3:DeleteObjectVersion"] }),
        [deletes("reader", "s3:deleteobjectversion")],
      ],
    ],
  },
  "iam-climb": {
    keeps: [good, rights("role-rights", { ...keep, Action: ["iam:GetRolePolicy", "iam:PutUserPolicy"] })],
    breaks: [
      [
        rights("role-rights", { ...keep, Action: ["iam:AttachRolePolicy", "iam:PutRolePolicy"] }),
        [climbs("role-rights", "iam:attachrolepolicy, iam:putrolepolicy")],
      ],
      [
        rights("reader", { ...read, NotAction: "s3:*", Action: undefined }),
        [
          climbs(
            "reader",
            "iam:attachrolepolicy, iam:attachuserpolicy, iam:createpolicyversion, iam:putrolepolicy, iam:updateassumerolepolicy",
          ),
        ],
      ],
    ],
  },
  "iam-one-environment": {
    keeps: [
      good,
      trusts(unknown),
      trusts(trust({ ...narrow, [`${issuer}:sub`]: "repo:tinkertools@1/tinkertools@2:environment:staging" })),
      // A role of another kind has another way to be narrow.
      trusts(
        document({ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }),
      ),
      trusts(trust({}, { Effect: "Deny" })),
    ],
    breaks: [
      ...foreignSubjects.map((sub): [ReturnType<typeof but>, string[]] => [
        trusts(trust({ ...narrow, [`${issuer}:sub`]: sub })),
        [wide],
      ]),
      [trusts(trust({ ...narrow, [`${issuer}:sub`]: [subject, "repo:a/b:environment:c"] })), [wide]],
      [trusts(trust({ ...narrow, [`${issuer}:aud`]: "https://github.com/tinkertools" })), [wide]],
      [trusts(trust({ [`${issuer}:sub`]: subject })), [wide]],
      [trusts(trust({ [`${issuer}:aud`]: "sts.amazonaws.com" })), [wide]],
      [trusts(trust({}, { Condition: { StringLike: narrow } })), [wide]],
      [trusts(trust({}, { Condition: undefined })), [wide]],
    ],
  },
  "iam-console-login": {
    keeps: [good],
    breaks: [
      [
        but(plus(resource("iam/UserLoginProfile", "login", { user: "writer" }))),
        [
          "login: must not exist: the identities here are for programs; take it out; people sign in through the organisation",
        ],
      ],
    ],
  },
};
