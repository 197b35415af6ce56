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
  return Object.fromEntries(
    Object.entries(properties ?? {}).map(([key, value]) => [
      key,
      revealed(value, key, inside(patterns, key)),
    ]),
  );
}

type Patterns = readonly (readonly string[])[];

function revealed(value: unknown, key: string, patterns: Patterns): unknown {
  if (patterns.some((rest) => rest.length === 0)) return secretMark;
  if (typeof value === "string")
    return value.replace(cipher, secretMark).replace(password, `$1${secretMark}@`);
  if (Array.isArray(value)) return value.map((one) => revealed(one, key, inside(patterns, "*")));
  if (typeof value !== "object" || value === null) return value;
  if (Object.hasOwn(value, wrapper)) return secretMark;
  return Object.fromEntries(
    Object.entries(value).map(([inner, one]) => [
      inner,
      alwaysSecret.has(inner) ? secretMark : revealed(one, inner, inside(patterns, inner)),
    ]),
  );
}

/** What is left of the patterns behind a key. */
const inside = (patterns: Patterns, key: string): Patterns =>
  patterns.flatMap(([first, ...rest]) => (first === key ? [rest] : []));
