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

/**
 * The environments in which the backup program does a command for a stack: one for each login, or the one whose database
 * is meant.
 *
 * @throws OperationFault where the stack has no such database, or nobody could open its backups
 */
export function programEnvironments(
  command: BackupCommand,
  { isProtected, writer, reader, sources }: BackupAccess,
  around: Around,
  database?: string,
): Record<string, string>[] {
  const known = sources.flatMap(({ settings }) => settings.databases);
  const chosen = sources.filter(
    ({ settings }) => database === undefined || settings.databases.includes(database),
  );
  if (chosen.length === 0)
    throw new OperationFault(
      `--database must be a database of stack ${around.stack}: ${known.join(", ")}; got ${database}`,
    );
  if (command === "run" && chosen.some(({ settings }) => settings.recipients.length === 0))
    throw new OperationFault(
      `stack ${around.stack} has no public keys to encrypt its backups for: make a pair with age-keygen, set it with: pulumi config set --secret slipway:backupRecipients, and bring the stack up`,
    );
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
  return chosen.map(({ settings, databaseUrl }) =>
    without({
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
    }),
  );
}

/**
 * The environment for a restore into the stack's own database, as its owner.
 *
 * @throws OperationFault where it has to be told which
 */
export function inPlaceEnvironment(
  access: BackupAccess,
  around: Around,
  database?: string,
): Record<string, string> {
  const [environment = {}] = programEnvironments("restore", access, around, database);
  const databases = access.sources.flatMap(({ settings }) => settings.databases);
  const [name = "", ...others] = database === undefined ? databases : [database];
  if (others.length > 0)
    throw new OperationFault(`--in-place needs --database, one of ${databases.join(", ")}`);
  const source = access.sources.find(({ settings }) => settings.databases.includes(name));
  const url = new URL(source?.databaseUrl ?? "");
  url.pathname = `/${encodeURIComponent(name)}`;
  const { TARGET_DATABASE_CA_CERT: _, ...rest } = environment;
  return {
    ...rest,
    TARGET_DATABASE_URL: url.href,
    ...(around.caCertificate && { TARGET_DATABASE_CA_CERT: around.caCertificate }),
  };
}

/** The variables that have a value. */
const without = (variables: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
