import { X509Certificate } from "node:crypto";
import { z } from "zod";
import type { ServerAddress } from "./database.ts";
import { Failure } from "./failure.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** PostgreSQL cuts longer names without a word. */
const longestName = 63;

/** Name of a database or a user. */
export const DatabaseName = z
  .string()
  .refine((name) => name !== "" && !name.includes("\0") && Buffer.byteLength(name) <= longestName, {
    error: `must be a name of 1 to ${longestName} bytes, for example tinkertools`,
  });

/** The failure that lists every fault of the environment at once. */
export function environmentFailure(faults: readonly string[]): Failure {
  return new Failure(
    "environment",
    ["the environment is not valid:", ...faults.map((fault) => `  ${fault}`)].join("\n"),
  );
}

/** A parser's complaints as lines that name the variable and the path in it. */
export function issueFaults(variable: string, error: z.ZodError): string[] {
  return error.issues.map(({ path, message }) => {
    const where = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
    return `${variable}${where}: ${message}`;
  });
}

/** The parser's own message would print a part of the text. */
export function jsonOrUndefined(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}

export function isDistinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}

const secureModes = ["require", "verify-ca", "verify-full"] as const;

/** Reads a URL of a PostgreSQL server; without TLS there is none. Faults hold no value. */
export function readServer(
  variable: string,
  form: string,
  environment: Environment,
  caCertificate: string | undefined,
  faults: string[],
): ServerAddress | undefined {
  const text = environment[variable];
  const url = text === undefined || !URL.canParse(text) ? undefined : new URL(text);
  const parts = url === undefined ? undefined : decodedParts(url);
  if (
    url === undefined ||
    parts === undefined ||
    !/^postgres(ql)?:$/.test(url.protocol) ||
    parts.includes("")
  ) {
    faults.push(`${variable}: ${form}`);
    return undefined;
  }
  const unknown = [...url.searchParams.keys()].find((key) => key !== "sslmode");
  if (unknown !== undefined) faults.push(`${variable}: must have no parameter but sslmode`);
  const given = url.searchParams.get("sslmode") ?? "require";
  const mode = secureModes.find((secure) => secure === given);
  if (mode === undefined) faults.push(`${variable}: sslmode must be one of ${secureModes.join(", ")}`);
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
  } catch {
    return undefined;
  }
}

/** Reads a certificate in PEM form; undefined where there is none. */
export function readCertificate(
  variable: string,
  environment: Environment,
  faults: string[],
): string | undefined {
  const text = environment[variable];
  if (text === undefined || text.trim() === "") return undefined;
  try {
    return new X509Certificate(text).toString();
  } catch {
    faults.push(`${variable}: must be a certificate in PEM form, -----BEGIN CERTIFICATE-----`);
    return undefined;
  }
}
