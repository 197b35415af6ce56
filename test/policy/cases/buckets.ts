import { unknown } from "../../../policy/values.ts";
import { all, type Cases, plus, production, resource, set, staging, without } from "../support.ts";

const name = "tinkertools-backups-production";
const arn = `arn:aws:s3:::${name}`;
const tlsOnly = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [arn, `${arn}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const policy = (...Statement: unknown[]) => JSON.stringify({ Version: "2012-10-17", Statement });

/** A bucket with every setting that the rules want. */
export const bucket = [
  resource("s3/Bucket", "backups", { bucket: name, objectLockEnabled: true, forceDestroy: false }),
  resource("s3/BucketOwnershipControls", "ownership", {
    bucket: name,
    rule: { objectOwnership: "BucketOwnerEnforced" },
  }),
  resource("s3/BucketPublicAccessBlock", "access", {
    bucket: name,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  }),
  resource("s3/BucketVersioning", "versioning", {
    bucket: name,
    versioningConfiguration: { status: "Enabled" },
  }),
  resource("s3/BucketServerSideEncryptionConfiguration", "encryption", {
    bucket: name,
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
  }),
  resource("s3/BucketObjectLockConfiguration", "lock", {
    bucket: name,
    rule: { defaultRetention: { mode: "COMPLIANCE", days: 30 } },
  }),
  resource("s3/BucketLifecycleConfiguration", "expiry", {
    bucket: name,
    rules: [
      { status: "Enabled", expiration: { days: 30 }, noncurrentVersionExpiration: { noncurrentDays: 7 } },
      { status: "Enabled", abortIncompleteMultipartUpload: { daysAfterInitiation: 2 } },
      { status: "Enabled", expiration: { expiredObjectDeleteMarker: true } },
    ],
  }),
  resource("s3/BucketPolicy", "policy", { bucket: name, policy: policy(tlsOnly) }),
];

const good = production(bucket);
/** Files of users: their bucket is neither locked nor does it expire. */
const files = production(
  bucket
    .filter(({ name: one }) => one !== "lock")
    .map((one) => ({
      ...one,
      urn: one.urn.replace("::aws", "::slipway:index:FileStore$aws"),
      props: {
        ...one.props,
        ...(one.name === "backups" ? { objectLockEnabled: undefined } : {}),
        ...(one.name === "expiry"
          ? { rules: (one.props["rules"] as object[]).map((rule) => ({ ...rule, expiration: undefined })) }
          : {}),
      },
    })),
);
/** The copy of files, which needs no copy itself. */
const copyAlone = production(
  files.resources.map((one) => (one.name === "backups" ? { ...one, name: "files-replica" } : one)),
);
const but = (...changes: Parameters<typeof all>) => production(all(...changes)(bucket));

const acls = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];
const open = (flag: string) =>
  `backups: must have ${flag}; give it a BucketPublicAccessBlock with ${flag} true`;
const noTls =
  "backups: must refuse everyone who does not use TLS; give it a BucketPolicy that denies s3:* where aws:SecureTransport is false";
const noLock =
  "backups: must lock every new object for some days; give it a BucketObjectLockConfiguration with a default retention (backups.lock.days)";
const starred = "backups: must not allow the principal *; name the identities that may use the bucket";
const lockedOut =
  "backups: must not deny everybody every action; give the statement a Condition, or take s3:* out of it";
const endless =
  "backups: must let its objects expire; give it a BucketLifecycleConfiguration with expiration days (backups.retentionDays)";
const oldVersions =
  "backups: must remove old versions; add noncurrentVersionExpiration to a rule of its lifecycle (noncurrentDays of backups, or of files)";
const markers =
  "backups: must remove markers of deleted objects; add a rule with expiredObjectDeleteMarker to its lifecycle";
const parts =
  "backups: must throw unfinished uploads away; add abortIncompleteMultipartUpload to a rule of its lifecycle (abortUploadsAfterDays of backups, or of files)";
const encrypted =
  "backups: must encrypt its objects; give it a BucketServerSideEncryptionConfiguration with AES256";
const owned =
  "backups: must own every object in it; give it BucketOwnershipControls with BucketOwnerEnforced, and no acl";
const versioned = "backups: must keep old versions; give it a BucketVersioning with status Enabled";
const compliance = "backups: must lock its objects in compliance mode; set backups.lock.mode to compliance";

/** Before the first run: the settings know their bucket by the component only. */
const unnamed = production(bucket.map((one) => ({ ...one, props: { ...one.props, bucket: unknown } })));
const elsewhere = { protect: true, retainOnDelete: true, parent: "another component" };

export const bucketCases: Record<string, Cases> = {
  "s3-public-access": {
    keeps: [good, unnamed, production([])],
    breaks: [
      [but(without("access")), acls.map(open)],
      ...acls.map((flag): [ReturnType<typeof but>, string[]] => [
        but(set("access", flag, false)),
        [open(flag)],
      ]),
      // The setting of another bucket helps nobody.
      [but(set("access", "bucket", "another")), acls.map(open)],
      [
        production(
          unnamed.resources.map((one) => (one.name === "access" ? { ...one, options: elsewhere } : one)),
        ),
        acls.map(open),
      ],
    ],
  },
  "s3-public-acl": {
    keeps: [good, unnamed],
    breaks: [
      [but(without("ownership")), [owned]],
      [but(set("ownership", "rule.objectOwnership", "ObjectWriter")), [owned]],
    ],
  },
  "s3-versioning": {
    keeps: [good, unnamed],
    breaks: [
      [but(without("versioning")), [versioned]],
      [but(set("versioning", "versioningConfiguration.status", "Suspended")), [versioned]],
    ],
  },
  "s3-object-lock": {
    keeps: [files, good, unnamed],
    breaks: [
      [
        but(set("backups", "objectLockEnabled", undefined)),
        [
          "backups: must have an object lock, which only a new bucket can get; make the bucket with objectLockEnabled true",
        ],
      ],
      [but(without("lock")), [noLock]],
      [but(set("lock", "rule", {})), [noLock]],
      [but(set("lock", "rule.defaultRetention.days", 0)), [noLock]],
      [but(set("lock", "rule.defaultRetention.days", undefined)), [noLock]],
    ],
  },
  "s3-lock-within-retention": {
    keeps: [
      good,
      but(without("lock")),
      but(without("expiry")),
      but(set("lock", "rule.defaultRetention.days", 29)),
    ],
    breaks: [
      [
        but(set("lock", "rule.defaultRetention.days", 31)),
        [
          "backups: must lock objects for at most the 30 days that they are kept; got 31; lower backups.lock.days, or raise backups.retentionDays",
        ],
      ],
      [
        but(set("expiry", "rules.1.expiration", { days: 10 })),
        [
          "backups: must lock objects for at most the 10 days that they are kept; got 30; lower backups.lock.days, or raise backups.retentionDays",
        ],
      ],
    ],
  },
  "s3-compliance-lock": {
    keeps: [files, good, staging(set("lock", "rule.defaultRetention.mode", "GOVERNANCE")(bucket))],
    breaks: [[but(set("lock", "rule.defaultRetention.mode", "GOVERNANCE")), [compliance]]],
  },
  "s3-lifecycle": {
    keeps: [files, good],
    breaks: [
      [but(without("expiry")), [endless]],
      [but(set("expiry", "rules.0.expiration.days", 0)), [endless]],
      [but(set("expiry", "rules.0.status", "Disabled")), [endless]],
    ],
  },
  "s3-old-versions": {
    keeps: [good],
    breaks: [
      [but(without("expiry")), [oldVersions, markers]],
      [but(set("expiry", "rules.0.noncurrentVersionExpiration.noncurrentDays", 0)), [oldVersions]],
      [but(set("expiry", "rules.2.expiration.expiredObjectDeleteMarker", false)), [markers]],
    ],
  },
  "s3-unfinished-uploads": {
    keeps: [good],
    breaks: [
      [but(without("expiry")), [parts]],
      [but(set("expiry", "rules.1.abortIncompleteMultipartUpload.daysAfterInitiation", 0)), [parts]],
    ],
  },
  "s3-force-destroy": {
    keeps: [good, staging(set("backups", "forceDestroy", true)(bucket))],
    breaks: [
      [
        but(set("backups", "forceDestroy", true)),
        [
          "backups: must not be emptied when it is deleted; set forceDestroy of backups, or of files, to false",
        ],
      ],
    ],
  },
  "s3-tls-only": {
    keeps: [
      good,
      // The document holds the bucket's ARN, which the first preview does not know.
      but(set("policy", "policy", unknown)),
      but(set("policy", "policy", { Statement: { ...tlsOnly, Principal: { AWS: ["*"] } } })),
    ],
    breaks: [
      [but(without("policy")), [noTls]],
      [but(set("policy", "policy", "{")), [noTls]],
      [but(set("policy", "policy", 7)), [noTls]],
      [but(set("policy", "policy", policy({ ...tlsOnly, Effect: "Allow" }))), [noTls]],
      [
        but(set("policy", "policy", policy({ ...tlsOnly, Principal: { AWS: "arn:aws:iam::1:root" } }))),
        [noTls],
      ],
      [but(set("policy", "policy", policy({ ...tlsOnly, Action: ["s3:GetObject"] }))), [noTls]],
      [but(set("policy", "policy", policy({ ...tlsOnly, Resource: `${arn}/*` }))), [noTls]],
      [
        but(
          set(
            "policy",
            "policy",
            policy({ ...tlsOnly, Condition: { Bool: { "aws:SecureTransport": "true" } } }),
          ),
        ),
        [noTls],
      ],
      [but(set("policy", "policy", policy({ ...tlsOnly, Condition: undefined }))), [noTls]],
    ],
  },
  "s3-any-principal": {
    keeps: [
      good,
      but(set("policy", "policy", unknown)),
      but(without("policy")),
      but(
        set(
          "policy",
          "policy",
          policy(tlsOnly, { ...tlsOnly, Effect: "Allow", Principal: { AWS: "arn:aws:iam::1:root" } }),
        ),
      ),
    ],
    breaks: [
      [
        but(
          set(
            "policy",
            "policy",
            policy(tlsOnly, { Effect: "Allow", Principal: "*", Action: "s3:GetObject" }),
          ),
        ),
        [starred],
      ],
      [
        but(
          set(
            "policy",
            "policy",
            policy(tlsOnly, { Effect: "Allow", Principal: { AWS: ["*"] }, Action: "s3:Get*" }),
          ),
        ),
        [starred],
      ],
    ],
  },
  "s3-lock-out": {
    keeps: [
      good,
      but(set("policy", "policy", unknown)),
      but(set("policy", "policy", policy({ Effect: "Deny", Principal: "*", Action: "s3:DeleteObject" }))),
      but(set("policy", "policy", policy({ Effect: "Allow", Principal: "*", Action: "s3:*" }))),
      but(set("policy", "policy", policy({ Effect: "Deny", Principal: { AWS: "x" }, Action: "s3:*" }))),
      but(
        set(
          "policy",
          "policy",
          policy({ Effect: "Deny", Principal: "*", NotAction: ["s3:Put*", "s3:GetObject"] }),
        ),
      ),
    ],
    breaks: [
      [but(set("policy", "policy", policy({ Effect: "Deny", Principal: "*", Action: "s3:*" }))), [lockedOut]],
      [
        but(
          set("policy", "policy", policy({ Effect: "Deny", Principal: "*", Action: "s3:PutBucket?olicy" })),
        ),
        [lockedOut],
      ],
      [
        but(set("policy", "policy", policy({ Effect: "Deny", Principal: "*", NotAction: "s3:GetObject" }))),
        [lockedOut],
      ],
    ],
  },
  "s3-encryption": {
    keeps: [
      good,
      unnamed,
      but(set("encryption", "rules.0.applyServerSideEncryptionByDefault.sseAlgorithm", "aws:kms")),
    ],
    breaks: [
      [but(without("encryption")), [encrypted]],
      [but(set("encryption", "rules.0", {})), [encrypted]],
    ],
  },
  "s3-customer-key": {
    keeps: [but(set("encryption", "rules.0.applyServerSideEncryptionByDefault.sseAlgorithm", "aws:kms"))],
    breaks: [
      [
        good,
        [
          "backups: is encrypted with a key that S3 manages; nothing has to change: backups are encrypted before they are sent, and with a KMS key the writer would have to be allowed to decrypt",
        ],
      ],
      [
        files,
        [
          "backups: is encrypted with a key that S3 manages; know that whoever may read the bucket reads users' files: slipway sets no key of an owner for them",
        ],
      ],
      [
        copyAlone,
        [
          "files-replica: is encrypted with a key that S3 manages; know that whoever may read the copy reads users' files: slipway sets no key of an owner for them",
        ],
      ],
    ],
  },
  "s3-access-log": {
    keeps: [but(plus(resource("s3/BucketLogging", "log", { bucket: name })))],
    breaks: [
      [
        good,
        [
          "backups: does not log who reads it; turn on CloudTrail's data events for it; logs of its own need a second bucket",
        ],
      ],
    ],
  },
  "s3-events": {
    keeps: [but(plus(resource("s3/BucketNotification", "events", { bucket: name })))],
    breaks: [
      [
        good,
        [
          "backups: tells nobody of new objects; watch the age of the newest verified backup, which also shows one that never came",
        ],
      ],
      [
        files,
        [
          "backups: tells nobody of new objects; nothing has to change: the product itself knows which files it keeps",
        ],
      ],
      [
        copyAlone,
        [
          "files-replica: tells nobody of new objects; watch S3's replication metrics, which show copies that fail or come late",
        ],
      ],
    ],
  },
  "s3-replication": {
    keeps: [copyAlone, but(plus(resource("s3/BucketReplicationConfig", "copy", { bucket: name })))],
    breaks: [
      [
        good,
        [
          "backups: has no copy in another region; nothing has to change: it is itself the copy, at another provider than the database",
        ],
      ],
      [files, ["backups: has no copy in another region; set files.replica"]],
    ],
  },
  "s3-mfa-delete": {
    keeps: [but(set("versioning", "versioningConfiguration.mfaDelete", "Enabled"))],
    breaks: [
      [
        good,
        [
          "backups: asks for no second factor before a version is deleted; none while objects are locked (backups.lock); only the account's root user can set it, no program",
        ],
      ],
      [
        files,
        [
          "backups: asks for no second factor before a version is deleted; know who may delete versions; only the account's root user can set it, no program",
        ],
      ],
      [
        copyAlone,
        [
          "files-replica: asks for no second factor before a version is deleted; know who may delete versions; only the account's root user can set it, no program",
        ],
      ],
    ],
  },
};
