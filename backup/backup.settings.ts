import { existsSync, readFileSync } from "node:fs";
import { identityToRecipient } from "age-encryption";
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

const Recipient = z
  .string()
  .regex(/^age1[02-9ac-hj-np-z]{20,}$/, "must be a public key of age, age1..., as age-keygen prints it");

const Cron = z
  .string()
  .regex(/^\S+( \S+){4}$/, "must be five fields of cron, for example 0 3 * * * for three o'clock");

/** Everything about backups that is no secret. */
export const BackupSettings = z.strictObject({
  /** The bucket, and where it is. */
  bucket: z.string().min(3, "must be the name of a bucket"),
  region: z.string().min(1, "must be a region, for example eu-central-1"),
  /** Another S3 than Amazon's. */
  endpoint: z.url("must be a URL, for example https://s3.example.com").optional(),
  prefix: z
    .string()
    .regex(
      /^(?:[A-Za-z0-9_-]+\/)+$/,
      "must be one or more folders, each ending in a slash, such as postgres/",
    )
    .default("postgres/"),
  /** Name of the database cluster among those that share the bucket. */
  cluster: DatabaseName,
  /**
   * The databases to back up.
   * @default - the one that DATABASE_URL names
   */
  databases: z
    .array(DatabaseName)
    .min(1, "must name a database at least")
    .refine(isDistinct, "must not name a database twice")
    .optional(),
  /** Who can open the backups. Put in a new one before you take out the old one. */
  recipients: z
    .array(Recipient)
    .min(1, "must name a public key at least")
    .refine(isDistinct, "must not name a public key twice"),
  /** A backup whose dump has fewer bytes than this is none. */
  minimumBytes: z.int().min(0).default(0),
  /** Whether a database without any table may be backed up. */
  allowEmpty: z.boolean().default(false),
  /** Seconds that a table may stay locked before the run gives up. */
  lockWaitSeconds: z.int().min(1).max(3600).default(60),
  /** Days after which the bucket lets a backup go, as its own rule has it. */
  retentionDays: z.int().min(1).default(30),
  /** Hosts that nothing is restored to without typed confirmation; the source is one of them in any case. */
  productionHosts: z.array(z.string()).default([]),
  /** When the worker does what. */
  schedule: z
    .strictObject({
      backup: Cron.default("0 3 * * *"),
      maintenance: Cron.optional(),
      timeZone: z
        .string()
        .refine((zone) => isTimeZone(zone), "must be a time zone, for example Africa/Luanda")
        .default("UTC"),
      /** Seconds by which a start may be late, so that not all the world's backups start at once. */
      jitterSeconds: z.int().min(0).max(3600).default(120),
    })
    .prefault({}),
  drill: z
    .strictObject({
      /** The oldest that the newest backup may be. */
      maxAgeHours: z.number().positive().default(26),
      /** Minutes that a recovery may take. */
      objectiveMinutes: z.number().positive().default(15),
    })
    .prefault({}),
});
export type BackupSettings = z.output<typeof BackupSettings>;

/** Who asks the object store. */
export interface StorageCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What a command can need beside the settings; each has variables of its own. */
export interface Needs {
  readonly source?: true;
  readonly target?: "TARGET" | "SCRATCH";
  readonly identities?: true;
}

export interface CommandSettings {
  readonly backup: BackupSettings;
  readonly credentials: StorageCredentials;
  readonly source: ServerAddress;
  readonly target: ServerAddress;
  readonly identities: readonly string[];
  /** Folder of pg_dump and pg_restore; empty where they are on PATH. */
  readonly programs: string;
}

const urlForm = "must be a URL like postgresql://<user>:<password>@<host>:25060/<database>?sslmode=require";

/**
 * Reads the environment of the commands about backups. Only what the command needs has to be there.
 *
 * @throws Failure that names every fault at once and no value that can be a secret
 */
export async function readCommandSettings(environment: Environment, needs: Needs): Promise<CommandSettings> {
  const faults: string[] = [];
  const backup = readSettings(environment, faults);
  const credentials = readCredentials(environment, faults);
  const server = (start: string): ServerAddress | undefined =>
    readServer(
      `${start}DATABASE_URL`,
      urlForm,
      environment,
      readCertificate(`${start}DATABASE_CA_CERT`, environment, faults),
      faults,
    );
  const source = needs.source ? server("") : nowhere;
  const target = needs.target ? server(`${needs.target}_`) : nowhere;
  const identities = needs.identities ? await readIdentities(environment, faults) : [];
  const programs = environment["POSTGRES_BIN"] ?? "";
  if (programs !== "" && !existsSync(programs))
    faults.push("POSTGRES_BIN: must be a folder with pg_dump and pg_restore");
  if (
    backup === undefined ||
    credentials === undefined ||
    source === undefined ||
    target === undefined ||
    faults.length > 0
  ) {
    throw environmentFailure(faults);
  }
  return { backup, credentials, source, target, identities, programs };
}

const nowhere: ServerAddress = {
  host: "",
  port: 0,
  user: "",
  password: "",
  database: "",
  mode: "verify-full",
};

function readSettings(environment: Environment, faults: string[]): BackupSettings | undefined {
  const file = environment["BACKUP_SETTINGS_FILE"];
  const given = environment["BACKUP_SETTINGS"];
  if ((file === undefined) === (given === undefined)) {
    faults.push("BACKUP_SETTINGS: must be set, or BACKUP_SETTINGS_FILE, and not both");
    return undefined;
  }
  const variable = file === undefined ? "BACKUP_SETTINGS" : "BACKUP_SETTINGS_FILE";
  if (file !== undefined && !existsSync(file)) {
    faults.push(`${variable}: must be the path of a file that is there`);
    return undefined;
  }
  const json = jsonOrUndefined(file === undefined ? given : readFileSync(file, "utf8"));
  if (json === undefined) {
    faults.push(
      `${variable}: must be JSON like {"bucket":"shop-backups","region":"eu-central-1","cluster":"shop-db","recipients":["age1..."]}`,
    );
    return undefined;
  }
  const parsed = BackupSettings.safeParse(json);
  if (parsed.success) return parsed.data;
  faults.push(...issueFaults(variable, parsed.error));
  return undefined;
}

function readCredentials(environment: Environment, faults: string[]): StorageCredentials | undefined {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId = "",
    AWS_SECRET_ACCESS_KEY: secretAccessKey = "",
    AWS_SESSION_TOKEN: sessionToken,
  } = environment;
  if (accessKeyId === "") faults.push("AWS_ACCESS_KEY_ID: must be an access key of the object store");
  if (secretAccessKey === "") faults.push("AWS_SECRET_ACCESS_KEY: must be the access key's secret half");
  if (accessKeyId === "" || secretAccessKey === "") return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
}

async function readIdentities(environment: Environment, faults: string[]): Promise<string[]> {
  const lines = (environment["BACKUP_IDENTITIES"] ?? "").split("\n").map((line) => line.trim());
  const identities = lines.filter((line) => line !== "" && !line.startsWith("#"));
  const areGood = await Promise.all(identities.map(isIdentity));
  if (identities.length === 0 || areGood.includes(false)) {
    faults.push("BACKUP_IDENTITIES: must be secret keys of age, one a line, AGE-SECRET-KEY-1...");
  }
  return identities;
}

async function isIdentity(text: string): Promise<boolean> {
  try {
    await identityToRecipient(text);
    return true;
  } catch {
    return false;
  }
}

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
