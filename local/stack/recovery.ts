import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";
import { readJson } from "../files.ts";
import type { Progress } from "../progress.ts";
import { aws } from "../providers/aws/index.ts";
import { digitalocean } from "../providers/digitalocean/index.ts";
import { github } from "../providers/github/index.ts";
import type { Properties, Provider } from "../providers/resource.ts";
import { endsWithin, stopProcess } from "../services/processes.ts";
import { commandLine, identify, type ProcessIdentity } from "../services/processes-identity.ts";
import type { RunRecord } from "./run-record.ts";
import { projectName } from "./state-file.ts";

/** Longest wait for an engine whose command was killed to end by itself, milliseconds. */
const engineLimit = 30_000;

/** Waits for the engine that a killed command left behind, and ends it when it does not end by itself. */
export async function endLeftEngine(record: RunRecord, progress: Progress): Promise<void> {
  const engine = await engineOf(record);
  if (engine === undefined || (await endsWithin(engine, 0))) return;
  progress.say(`an earlier command was killed: waiting for its engine (process ${engine.pid}) to end`);
  if (!(await endsWithin(engine, engineLimit))) await stopProcess(engine, { signal: "SIGINT" });
}

/** The engine of a record. Without a start time its number counts only while a `pulumi` has it. */
async function engineOf({ engine }: RunRecord): Promise<ProcessIdentity | undefined> {
  if (engine === undefined) return undefined;
  const { pid, started } = engine;
  if (started !== undefined) return { pid, started };
  return /pulumi/.test(await commandLine(pid)) ? await identify(pid) : undefined;
}

/**
 * Puts back the state's last whole text. The engine writes its state over the old one, so a kill can leave a part of
 * it; the copy that it made just before lacks one step at most, which stands in it as pending.
 */
export function restoreCheckpoint(file: string, progress: Progress): void {
  if (!existsSync(file) || isJson(file)) return;
  const copy = `${file}.bak`;
  if (existsSync(copy) && isJson(copy)) {
    copyFileSync(copy, file);
    progress.say("an earlier command was killed while it wrote the state: going on from the copy before");
    return;
  }
  rmSync(file);
  progress.say(
    "the state and its copy are both cut off, so it is not known what there is: where something exists already, `slipway local down` makes room",
  );
}

/**
 * Removes what a kill can leave beside the files of the state: unfinished copies, and notes about a file (`.attrs`) that
 * were cut off, which keep the engine from reading the file itself. It does without notes.
 */
export function removeFragments(home: string): void {
  const state = join(home, "state");
  if (!existsSync(state)) return;
  for (const entry of readdirSync(state, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const isCutOff = entry.name.endsWith(".attrs") && !isJson(path);
    if (entry.isFile() && (isCutOff || entry.name.endsWith(".tmp"))) rmSync(path, { force: true });
  }
}

function isJson(file: string): boolean {
  try {
    JSON.parse(readFileSync(file, "utf8"));
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

const Lock = z.looseObject({ pid: z.int(), hostname: z.string() });

/**
 * Removes the engine's locks whose owner was a process of this machine that is gone. A lock of another machine, or of
 * a process that lives, stays.
 */
export async function removeStaleLocks(home: string, stack: string): Promise<void> {
  const directory = join(home, "state", ".pulumi", "locks", "organization", projectName, stack);
  if (!existsSync(directory)) return;
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    const lock = Lock.safeParse(readJson(path));
    if (!lock.success || lock.data.hostname !== hostname()) continue;
    if ((await identify(lock.data.pid)) === undefined) rmSync(path, { force: true });
  }
}

const Deployment = z.looseObject({
  resources: z.array(z.looseObject({ type: z.string(), id: z.string().optional() })).optional(),
  pending_operations: z
    .array(
      z.looseObject({
        type: z.string(),
        resource: z.looseObject({
          type: z.string(),
          urn: z.string(),
          inputs: z.record(z.string(), z.unknown()).default({}),
        }),
      }),
    )
    .optional(),
});

const providers: Readonly<Record<string, Provider>> = { digitalocean, github, aws };

/**
 * Undoes what was being created when the engine was killed: the engine cannot know whether the cloud got that far, and
 * would create it again. The object is looked up by what makes it unique, removed, and forgotten by the engine; the
 * next run creates it anew.
 *
 * @param configuration - that of each provider, by name: the one which the engine was killed with
 */
export async function undoPendingCreates(
  stack: Pick<Stack, "exportStack" | "importStack">,
  configuration: Readonly<Record<string, Properties>>,
  progress: Progress,
): Promise<void> {
  const exported = await stack.exportStack();
  const deployment = Deployment.parse(exported.deployment ?? {});
  const pending = deployment.pending_operations ?? [];
  if (pending.length === 0) return;
  const known = new Set(deployment.resources?.map(({ type, id }) => `${type} ${id}`));
  for (const { type: operation, resource } of pending) {
    if (operation !== "creating") continue;
    const provider = providers[resource.type.split(":")[0] ?? ""];
    const handler = (await provider?.configure(configuration[provider.name] ?? {}))?.resources[resource.type];
    if (handler === undefined) continue;
    const inputs = withoutSecretWrappers(resource.inputs);
    const id = await handler.find(inputs);
    if (id === undefined || known.has(`${resource.type} ${id}`)) continue;
    progress.say(`undoing an interrupted create: ${resource.urn.split("::").slice(-2).join(" ")}`);
    const found = await handler.read(id, inputs, {});
    await handler.delete(id, found?.state ?? {});
  }
  await stack.importStack({ ...exported, deployment: { ...exported.deployment, pending_operations: [] } });
}

/** Inputs as they stand in an export that shows secrets: each secret is an object with its JSON text inside. */
function withoutSecretWrappers(inputs: Properties): Properties {
  return JSON.parse(JSON.stringify(inputs), (_key, value: unknown) => {
    if (typeof value !== "object" || value === null || !("4dabf18193072939515e22adb298388d" in value))
      return value;
    return "plaintext" in value && typeof value.plaintext === "string" ? JSON.parse(value.plaintext) : value;
  });
}
