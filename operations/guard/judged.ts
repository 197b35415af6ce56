import { stateful } from "./stateful.ts";

/** What becomes of a resource that holds no data itself, when it is taken away. */
export interface Judged {
  /** In words, "the bucket's policy". */
  what: string;
  /** What is lost when it is deleted. */
  loss: string;
  instead: string;
  /** Whether the gate stops its deletion, or it is shown first. */
  deletion: "refuse" | "warn";
  /** Whether a new one in its place is worth a look. */
  replacement: "warn" | "free";
}

const guardsBucket = (what: string, loss: string): Judged => ({
  what,
  loss,
  instead: "keep it as long as its bucket is there",
  deletion: "refuse",
  replacement: "warn",
});
const watches = (what: string): Judged => ({
  what,
  loss: "nobody is told any more",
  instead: "keep it, or say in the pull request who watches instead",
  deletion: "warn",
  replacement: "free",
});
const rights = (what: string, loss: string): Judged => ({
  what,
  loss,
  instead: "move what uses it first",
  deletion: "refuse",
  replacement: "warn",
});

/** Resources that protect, admit or watch others. What holds data, an address or secrets itself is in `stateful`. */
export const judged: Readonly<Record<string, Judged>> = {
  "aws:s3/bucketVersioning:BucketVersioning": guardsBucket(
    "the bucket's versioning",
    "what is overwritten or deleted is gone",
  ),
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": guardsBucket(
    "the bucket's object lock",
    "new backups can be deleted before their time",
  ),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": guardsBucket(
    "the bucket's public access block",
    "nothing keeps the backups from being made public",
  ),
  "aws:s3/bucketPolicy:BucketPolicy": guardsBucket(
    "the bucket's policy",
    "what it denies is allowed, plain HTTP among it",
  ),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": guardsBucket(
    "the bucket's ownership rule",
    "access lists count again, and others may own objects",
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": guardsBucket(
    "the bucket's encryption",
    "new backups are encrypted as the platform likes",
  ),
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": guardsBucket(
    "the bucket's replication",
    "new files have no copy in another region",
  ),
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": {
    what: "the bucket's CORS",
    loss: "pages can neither upload nor read files until there is another",
    instead: "keep it as long as its bucket is there",
    deletion: "warn",
    replacement: "warn",
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    what: "the bucket's lifecycle",
    loss: "old backups are never deleted, and the cost grows",
    instead: "keep it as long as its bucket is there",
    deletion: "warn",
    replacement: "warn",
  },
  "aws:iam/user:User": rights(
    "the IAM user",
    "its keys and rights go with it, and what uses them is shut out",
  ),
  "aws:iam/role:Role": rights("the IAM role", "who takes it on is shut out"),
  "aws:iam/accessKey:AccessKey": rights("the access key", "what uses it is shut out"),
  "aws:iam/userPolicy:UserPolicy": rights("the policy of an IAM user", "what it may do and must not do ends"),
  "aws:iam/rolePolicy:RolePolicy": rights("the policy of an IAM role", "what it may do and must not do ends"),
  "digitalocean:index/databaseConnectionPool:DatabaseConnectionPool": rights(
    "the connection pool",
    "whoever connects through it is shut out",
  ),
  "digitalocean:index/dnsRecord:DnsRecord": {
    what: "the DNS record",
    loss: "its name is not found any more",
    instead: "make the record that takes its place first",
    deletion: "warn",
    replacement: "warn",
  },
  "digitalocean:index/uptimeCheck:UptimeCheck": watches("the uptime check"),
  "digitalocean:index/uptimeAlert:UptimeAlert": watches("the alert of an uptime check"),
  "digitalocean:index/monitorAlert:MonitorAlert": watches("the alert"),
  "github:index/repositoryRuleset:RepositoryRuleset": {
    what: "the ruleset of a branch",
    loss: "the branch takes pushes without review or checks, and force pushes",
    instead: "keep it as long as the branch is there",
    deletion: "refuse",
    replacement: "warn",
  },
  "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy": {
    what: "the rule which branches may deploy",
    loss: "the environment takes deployments from other branches, or from none",
    instead: "keep it as long as the environment is there",
    deletion: "refuse",
    replacement: "warn",
  },
  "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret": {
    what: "the secret of an environment",
    loss: "workflows that use it fail",
    instead: "take it out of the workflows first",
    deletion: "warn",
    replacement: "free",
  },
  "github:index/actionsSecret:ActionsSecret": {
    what: "the secret of the repository",
    loss: "workflows that use it fail",
    instead: "take it out of the workflows first",
    deletion: "warn",
    replacement: "free",
  },
};

/** Resources that can be made again from the program, with nothing lost: their deletion needs nobody's word. */
const free = [
  "digitalocean:index/databasePostgresqlConfig:DatabasePostgresqlConfig",
  "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable",
  "github:index/actionsVariable:ActionsVariable",
];

/** Every type of which the guard knows what is lost with it. */
export const judgedTypes: readonly string[] = [
  ...new Set([...Object.keys(stateful), ...Object.keys(judged), ...free]),
];

/** What makes up the program itself: components, the stack, providers, and the stack's own last outputs. */
export const isOwn = (type: string): boolean =>
  /^(?:slipway:index|pulumi:pulumi|pulumi:providers):/.test(type);
