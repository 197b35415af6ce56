import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Interrupted } from "../../backup/failure.ts";
import { runCommand } from "../../backup/program.ts";
import { homeDirectory } from "../../local/home.ts";
import { holdInterrupts } from "../../local/interrupts.ts";
import { progressOn } from "../../local/progress.ts";
import { stackExists } from "../../local/stack/state-file.ts";
import { programCalls } from "../../operations/backup/access.ts";
import { OperationFault } from "../../operations/fault.ts";
import {
  type ConfigurationPiece,
  configurationName,
  forNewAccount,
  gatherConfiguration,
} from "../../operations/recovery/configuration.ts";
import { settingsByStackFile } from "../../operations/recovery/place.ts";
import { exportedState } from "../drift.ts";
import { reached } from "./run.ts";
import type { StackPlace } from "./stack-place.ts";

/** What of a stack's configuration is saved. */
export interface SaveConfigOptions extends StackPlace {
  json?: true;
}

/** Saves the stack's state, its app's spec and its zone; resolves with the exit code. */
export async function saveConfiguration(options: SaveConfigOptions): Promise<number> {
  const { stack } = options;
  const { access, around } = await reached(options);
  const isLocal = around.endpoint !== undefined;
  const clouds = await import("../clouds.ts");
  const { digitalocean } = isLocal ? await clouds.localClouds() : await clouds.cloudsOf(process.env);
  const { pieces, faults } = await gatherConfiguration(
    stack,
    await exportedState(stack, isLocal),
    digitalocean,
  );
  const [{ environment } = { environment: {} }] = programCalls("run", access, around);
  const said: string[] = [];
  let exitCode = faults.length === 0 ? 0 : 1;
  await inFolder(async (folder, signal) => {
    for (const { piece, text } of pieces) {
      const file = join(folder, piece);
      writeFileSync(file, text, { mode: 0o600 });
      const args = ["save-config", "--config", configurationName(piece, stack), "--file", file];
      const command = options.json ? [...args, "--json"] : args;
      exitCode = (await runCommand(command, environment, writing(said), { signal })) || exitCode;
    }
  });
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  process.stdout.write(options.json ? `[${said.join(",")}]\n` : said.map((line) => `${line}\n`).join(""));
  return exitCode;
}

/** Which piece, of when, and where to. */
export interface RestoreConfigOptions extends StackPlace {
  piece: ConfigurationPiece;
  output: string;
  id?: string;
  at?: Date;
  withoutState?: true;
  stackFile?: string;
  newAccount?: true;
  json?: true;
}

/** Reads a piece of a stack's configuration back into a new file; resolves with the exit code. */
export async function restoreConfiguration(options: RestoreConfigOptions): Promise<number> {
  const { stack, piece, output, id, at } = options;
  if (options.newAccount && piece !== "stack")
    throw new OperationFault("--new-account is about an exported state: --piece stack");
  const environment = options.withoutState ? await withoutState(options) : await withState(options);
  const said: string[] = [];
  const args = ["restore-config", "--config", configurationName(piece, stack), "--output", output];
  if (id !== undefined) args.push("--id", id);
  if (at !== undefined) args.push("--at", at.toISOString());
  if (options.json) args.push("--json");
  let exitCode = 0;
  await inFolder(async (_folder, signal) => {
    exitCode = await runCommand(args, environment, writing(said), { signal });
  });
  if (exitCode === 0 && options.newAccount)
    writeFileSync(output, forNewAccount(readFileSync(output, "utf8")), { mode: 0o600 });
  process.stdout.write(said.map((line) => `${line}\n`).join(""));
  return exitCode;
}

async function withState(place: StackPlace): Promise<Record<string, string>> {
  const { access, around } = await reached(place);
  return programCalls("list", access, around)[0]?.environment ?? {};
}

/** What the stack file and the person know, where the state with the bucket's keys is gone too. */
async function withoutState({
  stack,
  local,
  stackFile,
}: RestoreConfigOptions): Promise<Record<string, string>> {
  const settings = await settingsByStackFile(stack, stackFile);
  if (local !== true) return { ...definedOf(process.env), BACKUP_SETTINGS: JSON.stringify(settings) };
  if (stackExists(homeDirectory(), stack))
    throw new OperationFault(`stack ${stack} has a state: leave --without-state out`);
  const { context } = await import("../local/context.ts");
  const { localCredential } = await import("../../local/cloud/credential.ts");
  const { cloud, secrets } = context();
  const { endpoints } = await cloud.status();
  return {
    BACKUP_SETTINGS: JSON.stringify({ ...settings, endpoint: endpoints.aws }),
    AWS_ACCESS_KEY_ID: localCredential,
    AWS_SECRET_ACCESS_KEY: localCredential,
    BACKUP_IDENTITIES: secrets.identities(stack),
  };
}

const definedOf = (variables: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).flatMap(([name, value]) => (value ? [[name, value]] : [])));

const { say: complain, show } = progressOn();
const writing = (said: string[]) => ({
  say: (line: string) => void said.push(line),
  complain,
  show,
  isTerminal: process.stderr.isTTY === true,
});

/** Work in a folder that is gone afterwards, and that a signal ends cleanly. */
async function inFolder(work: (folder: string, signal: AbortSignal) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-config-"));
  const interruption = new AbortController();
  const release = holdInterrupts((signal) =>
    interruption.abort(new Interrupted(signal === "SIGTERM" ? "SIGTERM" : "SIGINT")),
  );
  try {
    await work(folder, interruption.signal);
  } finally {
    release();
    rmSync(folder, { recursive: true, force: true });
  }
}
