import { z } from "zod";
import type { ServerAddress } from "./database.ts";
import {
  DatabaseName,
  type Environment,
  environmentFailure,
  isDistinct,
  issueFaults,
  jsonOrUndefined,
  readCertificate,
  readServer,
} from "./environment.ts";

const Extension = z
  .string()
  .regex(/^[a-z0-9_][a-z0-9_-]{0,62}$/, "must be the name of an extension, for example uuid-ossp");

const Preparation = z.strictObject({
  databases: z
    .array(
      z.strictObject({
        name: DatabaseName,
        owner: DatabaseName,
        extensions: z.array(Extension).refine(isDistinct, "must not name an extension twice").default([]),
      }),
    )
    .min(1, "must name a database at least")
    .refine((databases) => isDistinct(databases.map(({ name }) => name)), "must not name a database twice"),
});

const administratorForm =
  "must be a URL like postgresql://doadmin:<password>@<host>:25060/defaultdb?sslmode=require";

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
export function readPrepareSettings(environment: Environment): PrepareSettings {
  const faults: string[] = [];
  const caCertificate = readCertificate("DATABASE_CA_CERT", environment, faults);
  const server = readServer("DATABASE_ADMIN_URL", administratorForm, environment, caCertificate, faults);
  const databases = readPreparation(environment["DATABASE_PREPARATION"], faults);
  const wait = readWait(environment["DATABASE_WAIT_SECONDS"], faults);
  for (const [index, { owner }] of databases.entries()) {
    if (owner === server?.user) {
      faults.push(
        `DATABASE_PREPARATION.databases[${index}].owner: must be another user than the administrator`,
      );
    }
  }
  if (server === undefined || faults.length > 0) throw environmentFailure(faults);
  return { server, databases, wait };
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
  faults.push(...issueFaults("DATABASE_PREPARATION", parsed.error));
  return [];
}

function readWait(text: string | undefined, faults: string[]): number {
  const seconds = text === undefined || text === "" ? 120 : Number(text);
  if (!(seconds >= 0 && seconds <= 600)) {
    faults.push("DATABASE_WAIT_SECONDS: must be a number of seconds from 0 to 600");
  }
  return seconds * 1000;
}
