import { displayable, namesSecret, secretForm } from "../../components/internal/secret-looks.ts";
import { secretMark } from "../plan/marks.ts";

/** The key by which the engine knows a secret among plain values. */
const wrapper = "4dabf18193072939515e22adb298388d";

/**
 * Properties that the providers' schemas mark as secret (digitalocean 4.80.1, github 6.15.0, aws 7.48.0), by type; a test
 * walks the schemas. `*` stands for the elements of a list.
 */
export const secretProperties: Readonly<Record<string, readonly string[]>> = {
  "aws:iam/accessKey:AccessKey": ["secret", "sesSmtpPasswordV4"],
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": ["token"],
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": ["token"],
  "digitalocean:index/app:App": [
    "spec.envs.*.value",
    "spec.functions.*.envs.*.value",
    "spec.functions.*.logDestinations.*.openSearch.basicAuth.password",
    "spec.jobs.*.envs.*.value",
    "spec.jobs.*.image.registryCredentials",
    "spec.jobs.*.logDestinations.*.openSearch.basicAuth.password",
    "spec.services.*.envs.*.value",
    "spec.services.*.image.registryCredentials",
    "spec.services.*.logDestinations.*.openSearch.basicAuth.password",
    "spec.staticSites.*.envs.*.value",
    "spec.workers.*.envs.*.value",
    "spec.workers.*.image.registryCredentials",
    "spec.workers.*.logDestinations.*.openSearch.basicAuth.password",
  ],
  "digitalocean:index/databaseCluster:DatabaseCluster": [
    "password",
    "privateUri",
    "uiPassword",
    "uiUri",
    "uri",
  ],
  "digitalocean:index/databaseConnectionPool:DatabaseConnectionPool": ["password", "privateUri", "uri"],
  "digitalocean:index/databaseReplica:DatabaseReplica": ["password", "privateUri", "uri"],
  "digitalocean:index/databaseUser:DatabaseUser": ["accessCert", "accessKey", "password"],
  "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret": [
    "encryptedValue",
    "plaintextValue",
    "value",
    "valueEncrypted",
  ],
  "github:index/actionsSecret:ActionsSecret": ["encryptedValue", "plaintextValue", "value", "valueEncrypted"],
};

/** Forms of tokens by which they are known anywhere: of DigitalOcean, GitHub, GitLab, Slack, Stripe, AWS, age; and private keys. */
const tokens =
  /\b(?:do[opr]_v1_|gh[opsur]_|github_pat_|glpat-|xox[abeprs]-|xapp-|sk_live_|rk_live_|pul-)[A-Za-z0-9_-]{4,}|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|AGE-SECRET-KEY-1[0-9A-Z]+|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/** What stands behind the host of a webhook lets anybody write. */
const webhook =
  /(\bhttps:\/\/(?:hooks\.slack\.com|discord(?:app)?\.com\/api\/webhooks|[a-z0-9.-]+\.webhook\.office\.com)\/)[^\s"'<>\\]+/gi;

/** Properties of components that carry secrets on from one run to the next. */
const alwaysSecret = new Set(["sealed"]);

/** A cipher text of App Platform, and the password in an address. */
const cipher = /EV\[[^\]]*\]?/g;
const password = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)[^\s/@]+@/gi;

/**
 * A resource's properties as plain JSON with `[secret]` for everything that is secret: what the engine wraps, what the
 * provider's schema or the resource itself (`additionalSecretOutputs`) says, cipher texts, and passwords in addresses.
 */
export function withoutSecrets(
  type: string,
  properties: Readonly<Record<string, unknown>> | undefined,
  additional: readonly string[],
): Record<string, unknown> {
  const patterns = [
    ...(Object.hasOwn(secretProperties, type) ? (secretProperties[type] ?? []) : []),
    ...additional,
    ...alwaysSecret,
  ].map((path) => path.split("."));
  return revealedValues(properties ?? {}, patterns);
}

type Patterns = readonly (readonly string[])[];
type Values = Readonly<Record<string, unknown>>;

function revealedValues(values: Values, patterns: Patterns): Record<string, unknown> {
  // A variable is named beside its value.
  const variable = values["variableName"] ?? values["key"];
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      alwaysSecret.has(key) ||
      (key === "value" && isNamedSecret(variable, value)) ||
      isNamedSecret(key, value)
        ? secretMark
        : revealed(value, inside(patterns, key)),
    ]),
  );
}

/** Whether a text is a secret by the name beside it; `secret` itself is a reference to one by its name. */
const isNamedSecret = (name: unknown, value: unknown): boolean =>
  typeof name === "string" &&
  typeof value === "string" &&
  name !== "secret" &&
  !value.includes("${") &&
  namesSecret(name);

function revealed(value: unknown, patterns: Patterns): unknown {
  if (patterns.some((rest) => rest.length === 0)) return secretMark;
  if (typeof value === "string") return withoutTokens(value);
  if (Array.isArray(value)) return value.map((one) => revealed(one, inside(patterns, "*")));
  if (typeof value !== "object" || value === null) return value;
  if (Object.hasOwn(value, wrapper)) return secretMark;
  return revealedValues(value as Values, patterns);
}

/** A text in which every secret that is known by its form is hidden. */
export function withoutTokens(text: string): string {
  const shown = text
    .replace(cipher, secretMark)
    .replace(password, `$1${secretMark}@`)
    .replace(tokens, secretMark)
    .replace(webhook, `$1${secretMark}`);
  return secretForm(shown) === undefined ? shown : displayable(shown);
}

/** What is left of the patterns behind a key. */
const inside = (patterns: Patterns, key: string): Patterns =>
  patterns.flatMap(([first, ...rest]) => (first === key ? [rest] : []));
