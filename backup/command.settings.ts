import { existsSync, readFileSync } from "node:fs";
import { Encrypter, identityToRecipient } from "age-encryption";
import { BackupSettings } from "./backup.settings.ts";
import type { ServerAddress } from "./database.ts";
import {
  type Environment,
  environmentFailure,
  issueFaults,
  jsonOrUndefined,
  readCertificate,
  readServer,
} from "./environment.ts";

/** Who asks the object store. */
export interface StorageCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What a command can need beside the settings; each has variables of its own. */
export interface Needs {
  readonly source?: true;
  /** Public keys that something can be encrypted for: who reads does not fail for a wrong one. */
  readonly recipients?: true;
  readonly target?: "TARGET" | "SCRATCH";
  readonly identities?: true;
  /** @default true */
  readonly storage?: boolean;
}

export interface CommandSettings {
  readonly backup: BackupSettings;
  readonly credentials: StorageCredentials;
  readonly source: ServerAddress;
  readonly target: ServerAddress;
  readonly identities: readonly string[];
  /** Folder of pg_dump and pg_restore; empty where they are on PATH. */
  readonly programs: string;
  /** Told of every backup that was made. */
  readonly heartbeatUrl: string | undefined;
  /** Where the worker answers on /health; 0 for any free port. */
  readonly healthPort: number;
}

const urlForm = "must be a URL like postgresql://<user>:<password>@<host>:25060/<database>?sslmode=require";

/**
 * Reads the environment of the commands about backups. Only what the command needs has to be there.
 *
 * @throws Failure that names every fault at once and no value that can be a secret
 */
export async function readCommandSettings(environment: Environment, needs: Needs): Promise<CommandSettings> {
  const faults: string[] = [];
  const backup = readSettings(environment, needs, faults);
  const credentials = needs.storage === false ? nobody : readCredentials(environment, faults);
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
    faults.push("POSTGRES_BIN: must be a folder with pg_dump, pg_restore and psql");
  const heartbeatUrl = environment["BACKUP_HEARTBEAT_URL"];
  if (heartbeatUrl !== undefined && !/^https?:/.test(URL.parse(heartbeatUrl)?.protocol ?? ""))
    faults.push("BACKUP_HEARTBEAT_URL: must be a URL, https://...");
  const healthPort = Number(environment["PORT"] ?? "8080");
  if (!(Number.isInteger(healthPort) && healthPort >= 0 && healthPort < 65_536))
    faults.push("PORT: must be a port, such as 8080");
  if (
    backup === undefined ||
    credentials === undefined ||
    source === undefined ||
    target === undefined ||
    faults.length > 0
  ) {
    throw environmentFailure(faults);
  }
  return { backup, credentials, source, target, identities, programs, heartbeatUrl, healthPort };
}

const nobody: StorageCredentials = { accessKeyId: "", secretAccessKey: "" };

const nowhere: ServerAddress = {
  host: "",
  port: 0,
  user: "",
  password: "",
  database: "",
  mode: "verify-full",
};

function readSettings(environment: Environment, needs: Needs, faults: string[]): BackupSettings | undefined {
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
  if (parsed.success) {
    for (const [at, recipient] of parsed.data.recipients.entries())
      if (needs.recipients && !isRecipient(recipient))
        faults.push(
          `${variable}.recipients[${at}]: must be a public key of age, and is mistyped: copy it again`,
        );
    return parsed.data;
  }
  faults.push(...issueFaults(variable, parsed.error));
  return undefined;
}

/** A public key ends in a checksum: one with another character is nobody's. */
function isRecipient(text: string): boolean {
  try {
    new Encrypter().addRecipient(text);
    return true;
  } catch {
    return false;
  }
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
