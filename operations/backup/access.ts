import { z } from "zod";
import { OperationFault } from "../fault.ts";

const Key = z.object({ keyId: z.string(), secret: z.string() });

/** The stack's output `backupAccess`: how its backups are made, found and read. */
export const BackupAccess = z.object({
  /** Whether nothing may be restored over the databases without typed confirmation. */
  isProtected: z.boolean(),
  /** Can add to the bucket and nothing else. */
  writer: Key,
  /** Can find and read what is in the bucket and nothing else. */
  reader: Key,
  /** The databases, by the login that owns them. */
  sources: z
    .array(
      z.object({
        settings: z.looseObject({
          databases: z.array(z.string()).min(1),
          recipients: z.array(z.string()),
        }),
        /** The first database, from outside the private network. */
        databaseUrl: z.string(),
      }),
    )
    .min(1),
});
export type BackupAccess = z.output<typeof BackupAccess>;

/** Commands of the backup program that work on a stack. */
export type BackupCommand = "run" | "list" | "verify" | "restore" | "drill" | "maintain";

/** What the stack's outputs do not hold. */
export interface Around {
  stack: string;
  /** A local S3. @default - Amazon's */
  endpoint?: string | undefined;
  /** PEM text of who signed the databases' certificates. */
  caCertificate?: string | undefined;
  /** Folder of PostgreSQL's client programs. @default - PATH */
  postgresBin?: string | undefined;
  /** Secret keys of age, where this machine has them. */
  identities?: string | undefined;
  /** A server where a drill may make a database. */
  scratchUrl?: string | undefined;
  /** What the person set: it wins, but never over the keys of the bucket. */
  own: Readonly<Record<string, string | undefined>>;
}

/** Variables of the program that a person may set himself. */
const passed = [
  "BACKUP_IDENTITIES",
  "DATABASE_CA_CERT",
  "POSTGRES_BIN",
  "REPORT_SIGNING_KEY",
  "SCRATCH_DATABASE_CA_CERT",
  "SCRATCH_DATABASE_URL",
  "TARGET_DATABASE_CA_CERT",
  "TARGET_DATABASE_URL",
] as const;

/** Databases of one login that a command is about, with the settings for them. */
type Source = BackupAccess["sources"][number];

/** One call of the backup program. */
export interface ProgramCall {
  readonly databases: readonly string[];
  readonly environment: Record<string, string>;
}

/**
 * The calls of the backup program that do a command for a stack: one for each login, of a drill one for each database, or
 * the one for the database that is meant.
 *
 * @throws OperationFault where the stack has no such database, has to be told which, or nobody could open its backups
 */
export function programCalls(
  command: BackupCommand,
  access: BackupAccess,
  around: Around,
  database?: string,
): ProgramCall[] {
  const chosen = chosenSources(command, access, around.stack, database);
  if (command === "run" && chosen.some(({ settings }) => settings.recipients.length === 0))
    throw new OperationFault(
      `stack ${around.stack} has no public keys to encrypt its backups for: make a pair with age-keygen, set it with: pulumi config set --secret slipway:backupRecipients, and bring the stack up`,
    );
  return chosen.map((source) => ({
    databases: source.settings.databases,
    environment: environmentOf(command, access, around, source),
  }));
}

function chosenSources(
  command: BackupCommand,
  { sources }: BackupAccess,
  stack: string,
  database: string | undefined,
): Source[] {
  const known = sources.flatMap(({ settings }) => settings.databases);
  const chosen = sources.filter(
    ({ settings }) => database === undefined || settings.databases.includes(database),
  );
  if (chosen.length === 0)
    throw new OperationFault(
      `--database must be a database of stack ${stack}: ${known.join(", ")}; got ${database}`,
    );
  // What is restored goes to one place.
  if (command === "restore" && database === undefined && known.length > 1)
    throw new OperationFault(`restore needs --database, one of ${known.join(", ")}`);
  if (command !== "drill") return chosen;
  return chosen.flatMap(({ settings, ...rest }) => {
    const databases = database === undefined ? settings.databases : [database];
    return databases.map((name) => ({ ...rest, settings: { ...settings, databases: [name] } }));
  });
}

function environmentOf(
  command: BackupCommand,
  { isProtected, writer, reader }: BackupAccess,
  around: Around,
  { settings, databaseUrl }: Source,
): Record<string, string> {
  const { keyId, secret } = command === "run" || command === "maintain" ? writer : reader;
  const own = Object.fromEntries(
    passed.flatMap((name) => {
      const value = around.own[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const isOfSource = command === "run" || command === "maintain";
  // So that a restore knows what production is.
  const namesSource = isOfSource || isProtected;
  return without({
    BACKUP_SETTINGS: JSON.stringify({ ...settings, endpoint: around.endpoint }),
    AWS_ACCESS_KEY_ID: keyId,
    AWS_SECRET_ACCESS_KEY: secret,
    DATABASE_URL: namesSource ? databaseUrl : undefined,
    DATABASE_CA_CERT: around.caCertificate,
    POSTGRES_BIN: around.postgresBin,
    BACKUP_IDENTITIES: around.identities,
    SCRATCH_DATABASE_URL: around.scratchUrl,
    SCRATCH_DATABASE_CA_CERT: around.scratchUrl && around.caCertificate,
    ...own,
  });
}

/**
 * The call that restores into the stack's own database, as its owner.
 *
 * @throws OperationFault where it has to be told which
 */
export function inPlaceCall(access: BackupAccess, around: Around, database?: string): ProgramCall {
  const [source] = chosenSources("restore", access, around.stack, database) as [Source];
  const { TARGET_DATABASE_CA_CERT: _, ...rest } = environmentOf("restore", access, around, source);
  const [name = ""] = database === undefined ? source.settings.databases : [database];
  const url = new URL(source.databaseUrl);
  url.pathname = `/${encodeURIComponent(name)}`;
  const environment = {
    ...rest,
    TARGET_DATABASE_URL: url.href,
    ...(around.caCertificate && { TARGET_DATABASE_CA_CERT: around.caCertificate }),
  };
  return { databases: [name], environment };
}

/** The variables that have a value. */
const without = (variables: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
