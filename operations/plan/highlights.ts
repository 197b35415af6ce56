import { looksSecret } from "../../components/internal/secret-looks.ts";
import { appHighlights } from "./app-highlights.ts";
import { at, listOf } from "./look-up.ts";
import { unknownMark } from "./marks.ts";

type Values = Readonly<Record<string, unknown>>;
type Highlights = (inputs: Values) => Record<string, unknown>;

/** Some inputs of a resource under their own names; those that are not set are left out. */
const pick =
  (...names: readonly string[]): Highlights =>
  (inputs) =>
    Object.fromEntries(
      names.flatMap((name) => (inputs[name] === undefined ? [] : [[name, inputs[name]] as const])),
    );

/** What matters of each type of resource, in the order in which it is shown. */
const highlights: Readonly<Record<string, Highlights>> = {
  "aws:iam/accessKey:AccessKey": pick("user"),
  "aws:iam/role:Role": (inputs) => ({
    ...pick("name")(inputs),
    trusts: subjectsOf(inputs["assumeRolePolicy"]),
  }),
  "aws:iam/rolePolicy:RolePolicy": (inputs) => ({ ...pick("role")(inputs), actions: actionsOf(inputs) }),
  "aws:iam/user:User": pick("name"),
  "aws:iam/userPolicy:UserPolicy": (inputs) => ({ ...pick("user")(inputs), actions: actionsOf(inputs) }),
  "aws:s3/bucket:Bucket": pick("bucket", "region", "objectLockEnabled", "forceDestroy"),
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": ({ corsRules }) => ({
    origins: listOf(corsRules).flatMap((rule) => listOf(at(rule, "allowedOrigins"))),
  }),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ({ rules }) => ({
    // A rule for what bears a tag says nothing of the rest.
    expireAfterDays: listOf(rules)
      .filter((rule) => at(rule, "filter", "and", "tags") === undefined)
      .flatMap((rule) => at(rule, "expiration", "days") ?? [])[0],
  }),
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": ({ rule }) => ({
    mode: at(rule, "defaultRetention", "mode"),
    days: at(rule, "defaultRetention", "days"),
  }),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ({ rule }) => ({
    ownership: at(rule, "objectOwnership"),
  }),
  "aws:s3/bucketPolicy:BucketPolicy": ({ policy }) => ({
    statements: statementsOf(policy).map((one) => `${at(one, "Effect")} ${at(one, "Sid")}`),
  }),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": pick(
    "blockPublicAcls",
    "blockPublicPolicy",
    "ignorePublicAcls",
    "restrictPublicBuckets",
  ),
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": ({ rules }) => ({
    to: at(listOf(rules)[0], "destination", "bucket"),
    deletions: at(listOf(rules)[0], "deleteMarkerReplication", "status"),
  }),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": ({ rules }) => ({
    algorithm: at(listOf(rules)[0], "applyServerSideEncryptionByDefault", "sseAlgorithm"),
  }),
  "aws:s3/bucketVersioning:BucketVersioning": (inputs) => ({
    status: at(inputs, "versioningConfiguration", "status"),
  }),
  "digitalocean:index/app:App": ({ spec }) => appHighlights(spec),
  "digitalocean:index/databaseCluster:DatabaseCluster": (inputs) => ({
    ...pick("name", "version", "size", "nodeCount", "region")(inputs),
    maintenance: maintenanceOf(listOf(inputs["maintenanceWindows"])[0]),
  }),
  "digitalocean:index/databaseConnectionPool:DatabaseConnectionPool": pick("name", "dbName", "mode", "size"),
  "digitalocean:index/databaseDb:DatabaseDb": pick("name"),
  "digitalocean:index/databaseFirewall:DatabaseFirewall": ({ rules }) => ({
    admits: listOf(rules).map((rule) => at(rule, "value")),
  }),
  "digitalocean:index/databasePostgresqlConfig:DatabasePostgresqlConfig": ({ clusterId: _, ...rest }) => rest,
  "digitalocean:index/databaseReplica:DatabaseReplica": pick("name", "size", "region"),
  "digitalocean:index/databaseUser:DatabaseUser": pick("name"),
  "digitalocean:index/dnsRecord:DnsRecord": pick("type", "name", "value", "ttl"),
  "digitalocean:index/domain:Domain": pick("name"),
  "digitalocean:index/monitorAlert:MonitorAlert": (inputs) => ({
    ...pick("type", "compare", "value", "window")(inputs),
    tells: receiversOf([inputs["alerts"]]),
  }),
  "digitalocean:index/uptimeAlert:UptimeAlert": (inputs) => ({
    ...pick("type", "threshold", "period")(inputs),
    tells: receiversOf(listOf(inputs["notifications"])),
  }),
  "digitalocean:index/uptimeCheck:UptimeCheck": pick("target", "regions"),
  "digitalocean:index/vpc:Vpc": pick("name", "region", "ipRange"),
  "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret": pick("environment", "secretName"),
  "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable": (inputs) => ({
    variableName: inputs["variableName"],
    value: looksSecret(String(inputs["variableName"]), String(inputs["value"]))
      ? "[hidden: it looks like a secret]"
      : inputs["value"],
  }),
  "github:index/repositoryEnvironment:RepositoryEnvironment": (inputs) => ({
    ...pick("environment", "preventSelfReview", "canAdminsBypass", "waitTimer")(inputs),
    reviewers: listOf(inputs["reviewers"]).length,
  }),
  "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy": pick(
    "branchPattern",
    "tagPattern",
  ),
  "github:index/repositoryRuleset:RepositoryRuleset": (inputs) => ({
    ...pick("name", "target", "enforcement")(inputs),
    reviews: at(inputs, "rules", "pullRequest", "requiredApprovingReviewCount"),
    checks: namesOf(at(inputs, "rules", "requiredStatusChecks", "requiredChecks")),
    refusesForcePush: at(inputs, "rules", "nonFastForward"),
  }),
};

/** The settings of a resource that a person looks for first; a type that is not known shows its name alone. */
export function highlightsOf(type: string, inputs: Values): Record<string, unknown> {
  const chosen = (highlights[type] ?? pick("name"))(inputs);
  return Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
}

/** Every type that has a table of its own. */
export const highlightedTypes: readonly string[] = Object.keys(highlights);

/** Who is told: addresses and channels. */
function receiversOf(notifications: readonly unknown[]): string[] | string {
  const all = notifications.flatMap((one) => [
    ...listOf(at(one, "emails")).map(String),
    ...listOf(at(one, "slacks")).map((slack) => String(at(slack, "channel"))),
  ]);
  return all.length === 0 ? "nobody" : all;
}

const namesOf = (checks: unknown): string[] | undefined =>
  checks === undefined ? undefined : listOf(checks).map((one) => String(at(one, "context")));

const maintenanceOf = (window: unknown): string | undefined =>
  window === undefined ? undefined : `${at(window, "day")} ${at(window, "hour")}`;

/** Who may take a role on, as GitHub tells it of a workflow's run. */
function subjectsOf(policy: unknown): string[] | undefined {
  const subject = "token.actions.githubusercontent.com:sub";
  const found = statementsOf(policy ?? unknownMark).flatMap(
    (one) => at(one, "Condition", "StringEquals", subject) ?? [],
  );
  return found.length === 0 ? undefined : found.map(String);
}

/** How many actions a policy names, and of which services. */
function actionsOf({ policy }: Values): string {
  const actions = statementsOf(policy).flatMap((one) => at(one, "Action"));
  const services = [...new Set(actions.map((action) => String(action).split(":")[0]))].sort();
  return `${actions.length} of ${services.join(" and ")}`;
}

/** The statements of a policy; none where it is known after up only. */
function statementsOf(policy: unknown): unknown[] {
  return policy === unknownMark ? [] : listOf(at(JSON.parse(String(policy)), "Statement"));
}
