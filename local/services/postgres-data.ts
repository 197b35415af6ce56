import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LocalFault } from "../fault.ts";
import { writePrivately } from "../files.ts";
import type { PostgresBinaries } from "./postgres-binaries.ts";
import { type Certified, isIssuedBy, serverCertificate } from "./postgres-certificates.ts";
import { newRecord, type ServerFiles, type ServerRecord } from "./postgres-files.ts";
import { accessRules, serverSettings, superuser } from "./postgres-settings.ts";
import { asRunner, handOver, type Runner } from "./postgres-user.ts";
import { plainEnvironment } from "./processes.ts";

/** What all servers of a local cloud have in common. */
export interface Surroundings {
  /** Folder with one folder a server. */
  readonly home: string;
  readonly runner: Runner;
  readonly authority: Certified;
  /** Told what a person should know, such as a port that had to change. */
  notice(text: string): void;
}

/** Milliseconds that initdb may take; it needs about 500. */
const initialiseLimit = 120_000;

/** Makes the data of a server where there is none yet; a killed attempt is begun anew. About half a second. */
export async function makeData(
  files: ServerFiles,
  binaries: PostgresBinaries,
  around: Surroundings,
): Promise<void> {
  if (files.dataVersion() !== undefined) {
    if (files.record() !== undefined) return;
    throw new LocalFault(
      `${files.directory} holds a database without its server.json: restore that file or remove the folder`,
    );
  }
  const record = files.record() ?? (await newRecord());
  files.remember(record);
  const next = `${files.data}.next`;
  const passwordFile = join(files.directory, "password");
  rmSync(next, { recursive: true, force: true });
  mkdirSync(next, { mode: 0o700 });
  writeFileSync(passwordFile, record.superuserPassword, { mode: 0o600 });
  try {
    handOver(around.runner, next, around.home);
    handOver(around.runner, passwordFile, around.home);
    await initialise(next, passwordFile, binaries, around.runner);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(next, files.data);
}

/** Rules for letters, best first: the same on every machine that has them, and `C`, which all have. */
const locales = process.platform === "darwin" ? ["en_US.UTF-8", "C"] : ["C.UTF-8", "C"];

async function initialise(
  data: string,
  passwordFile: string,
  binaries: PostgresBinaries,
  runner: Runner,
): Promise<void> {
  for (const locale of locales) {
    const complaint = await initdb(binaries, runner, data, [
      `--pgdata=${data}`,
      `--username=${superuser}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      `--locale=${locale}`,
      "--no-instructions",
      "--no-sync",
    ]);
    if (complaint === undefined) return;
    if (!/invalid locale/.test(complaint) || locale === "C") throw new Error(`initdb failed: ${complaint}`);
  }
}

/** Runs initdb, which cleans up after a failure: undefined, or what it complained about. */
function initdb(
  binaries: PostgresBinaries,
  runner: Runner,
  directory: string,
  options: readonly string[],
): Promise<string | undefined> {
  const { command, args, ...user } = asRunner(runner, join(binaries.directory, "initdb"), options);
  const settings = { env: plainEnvironment(), cwd: directory, ...user, timeout: initialiseLimit };
  return new Promise((resolve) => {
    execFile(command, [...args], settings, (error, output, complaints) => {
      resolve(error === null ? undefined : complaints.trim() || output.trim() || error.message);
    });
  });
}

/** Writes the settings, the access rules and, where they are missing or old, the key and certificate of a server. */
export async function writeSettings(
  files: ServerFiles,
  record: ServerRecord,
  around: Surroundings,
): Promise<void> {
  writePrivately(join(files.data, "postgresql.conf"), serverSettings(record.port));
  writePrivately(join(files.data, "pg_hba.conf"), accessRules);
  const certificateFile = join(files.data, "slipway.crt");
  const kept = statSync(certificateFile, { throwIfNoEntry: false });
  if (kept !== undefined && isIssuedBy(around.authority, readFileSync(certificateFile, "utf8"))) return;
  const { certificate, key } = await serverCertificate(around.authority);
  // The key first: a killed process then leaves no certificate, and both are made again.
  rmSync(certificateFile, { force: true });
  writePrivately(join(files.data, "slipway.key"), key);
  writePrivately(certificateFile, certificate);
  chmodSync(certificateFile, 0o644);
}
