import { X509Certificate } from "node:crypto";
import { z } from "zod";
import type { ServerAddress } from "./database.ts";
import { Failure } from "./failure.ts";

/** PostgreSQL cuts longer names without a word. */
const longestName = 63;

const Name = z
  .string()
  .refine((name) => name !== "" && !name.includes("\0") && Buffer.byteLength(name) <= longestName, {
    error: `must be a name of 1 to ${longestName} bytes, for example tinkertools`,
  });

const Extension = z
  .string()
  .regex(/^[a-z0-9_][a-z0-9_-]{0,62}$/, "must be the name of an extension, for example uuid-ossp");

const Preparation = z.strictObject({
  databases: z
    .array(
      z.strictObject({
        name: Name,
        owner: Name,
        extensions: z.array(Extension).refine(isDistinct, "must not name an extension twice").default([]),
      }),
    )
    .min(1, "must name a database at least")
    .refine((databases) => isDistinct(databases.map(({ name }) => name)), "must not name a database twice"),
});

/** One database: who creates in it and which extensions it gets. */
export type DatabasePreparation = z.output<typeof Preparation>["databases"][number];

export interface PrepareSettings {
  readonly server: ServerAddress;
  readonly databases: readonly DatabasePreparation[];
  /** Milliseconds for the server to answer and for other runs to end. */
  readonly wait: number;
}

/**
 * Reads the environment of `prepare`.
 *
 * @throws Failure that names every fault at once and no value that can be a secret
 */
export function readPrepareSettings(
  environment: Readonly<Record<string, string | undefined>>,
): PrepareSettings {
  const faults: string[] = [];
  const caCertificate = readCertificate(environment["DATABASE_CA_CERT"], faults);
  const server = readAddress(environment["DATABASE_ADMIN_URL"], caCertificate, faults);
  const databases = readPreparation(environment["DATABASE_PREPARATION"], faults);
  const wait = readWait(environment["DATABASE_WAIT_SECONDS"], faults);
  for (const [index, { owner }] of databases.entries()) {
    if (owner === server?.user) {
      faults.push(
        `DATABASE_PREPARATION.databases[${index}].owner: must be another user than the administrator`,
      );
    }
  }
  if (server === undefined || faults.length > 0) {
    throw new Failure(
      "environment",
      ["the environment is not valid:", ...faults.map((fault) => `  ${fault}`)].join("\n"),
    );
  }
  return { server, databases, wait };
}

const secureModes = ["require", "verify-ca", "verify-full"] as const;

function readAddress(
  text: string | undefined,
  caCertificate: string | undefined,
  faults: string[],
): ServerAddress | undefined {
  const form = "must be a URL like postgresql://doadmin:<password>@<host>:25060/defaultdb?sslmode=require";
  const url = text === undefined || !URL.canParse(text) ? undefined : new URL(text);
  const parts = url === undefined ? undefined : decodedParts(url);
  if (
    url === undefined ||
    parts === undefined ||
    !/^postgres(ql)?:$/.test(url.protocol) ||
    parts.includes("")
  ) {
    faults.push(`DATABASE_ADMIN_URL: ${form}`);
    return undefined;
  }
  const unknown = [...url.searchParams.keys()].find((key) => key !== "sslmode");
  if (unknown !== undefined) faults.push("DATABASE_ADMIN_URL: must have no parameter but sslmode");
  const given = url.searchParams.get("sslmode") ?? "require";
  const mode = secureModes.find((secure) => secure === given);
  if (mode === undefined) faults.push(`DATABASE_ADMIN_URL: sslmode must be one of ${secureModes.join(", ")}`);
  const [user, password, host, database] = parts;
  return {
    host,
    port: url.port === "" ? 5432 : Number(url.port),
    user,
    password,
    database,
    mode: mode ?? "require",
    ...(caCertificate === undefined ? {} : { caCertificate }),
  };
}

/** User, password, host and database; undefined where an escape is broken. */
function decodedParts(url: URL): [string, string, string, string] | undefined {
  try {
    const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
    const database = decodeURIComponent(url.pathname.slice(1));
    return [decodeURIComponent(url.username), decodeURIComponent(url.password), host, database];
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function readCertificate(text: string | undefined, faults: string[]): string | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  try {
    return new X509Certificate(text).toString();
  } catch {
    faults.push("DATABASE_CA_CERT: must be a certificate in PEM form, -----BEGIN CERTIFICATE-----");
    return undefined;
  }
}

function readPreparation(text: string | undefined, faults: string[]): DatabasePreparation[] {
  const parsed = Preparation.safeParse(jsonOrUndefined(text));
  if (parsed.success) return parsed.data.databases;
  if (jsonOrUndefined(text) === undefined) {
    faults.push(
      'DATABASE_PREPARATION: must be JSON like {"databases":[{"name":"shop","owner":"shop_app","extensions":[]}]}',
    );
    return [];
  }
  for (const { path, message } of parsed.error.issues) {
    const where = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
    faults.push(`DATABASE_PREPARATION${where}: ${message}`);
  }
  return [];
}

/** The parser's own message would print a part of the text. */
function jsonOrUndefined(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

function readWait(text: string | undefined, faults: string[]): number {
  const seconds = text === undefined || text === "" ? 120 : Number(text);
  if (!(seconds >= 0 && seconds <= 600)) {
    faults.push("DATABASE_WAIT_SECONDS: must be a number of seconds from 0 to 600");
  }
  return seconds * 1000;
}

function isDistinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}
