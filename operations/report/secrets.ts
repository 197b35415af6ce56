import { looksSecret, namesSecret } from "../../components/internal/secret-looks.ts";
import { secretMark } from "../plan/marks.ts";
import { isReference, withoutTokens } from "./secret-texts.ts";

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

/** Properties of components that carry secrets on from one run to the next. */
const alwaysSecret = new Set(["sealed"]);

/** Deepest level of a value that is looked into. */
const deepest = 200;

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

function revealedValues(values: Values, patterns: Patterns, level = 0): Record<string, unknown> {
  // A variable is named beside its value.
  const variable = values["variableName"] ?? values["key"];
  const shown: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) {
    const isSecret =
      alwaysSecret.has(key) || (key === "value" && isSecretBy(variable, value)) || isSecretBy(key, value);
    const named = isSecret ? secretMark : revealed(value, inside(patterns, key), level + 1, nameFor(key));
    setOwn(shown, freeKey(shown, withoutTokens(key)), named);
  }
  return shown;
}

/** What a list holds is named by the list; what a mapping holds has names of its own. */
const nameFor = (key: string): string | undefined => (namesSecret(key) && key !== "secret" ? key : undefined);

/** Two keys that are hidden stay two. */
function freeKey(values: Values, key: string): string {
  let free = key;
  for (let count = 2; Object.hasOwn(values, free); count += 1) free = `${key} (${count})`;
  return free;
}

/** `__proto__` is a key as any other. */
const setOwn = (values: object, key: string, value: unknown): boolean =>
  Reflect.defineProperty(values, key, { value, enumerable: true, configurable: true, writable: true });

/** Whether a value is a secret by the name beside it; `secret` itself is a reference to one by its name. */
function isSecretBy(name: unknown, value: unknown): boolean {
  if (typeof name !== "string" || name === "secret") return false;
  if (typeof value === "number") return looksSecret(name, value);
  return typeof value === "string" && namesSecret(name) && !isReference(value);
}

function revealed(value: unknown, patterns: Patterns, level: number, name?: string): unknown {
  if (patterns.some((rest) => rest.length === 0)) return secretMark;
  if (isSecretBy(name, value)) return secretMark;
  if (typeof value === "string") return withoutTokens(value);
  if (typeof value !== "object" || value === null) return value;
  if (level > deepest) return secretMark;
  if (Array.isArray(value)) return value.map((one) => revealed(one, inside(patterns, "*"), level + 1, name));
  if (Object.hasOwn(value, wrapper)) return secretMark;
  return revealedValues(value as Values, patterns, level);
}

/** A value of which nothing is known but itself, without what is secret by its name or its form. */
export const withoutNamed = (value: unknown): unknown => revealed(value, [], 0);

/** What is left of the patterns behind a key. */
const inside = (patterns: Patterns, key: string): Patterns =>
  patterns.flatMap(([first, ...rest]) => (first === key ? [rest] : []));
