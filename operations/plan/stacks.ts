import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { readSettings } from "../../components/config.ts";
import { SettingsError } from "../../components/internal/settings.ts";
import { currentPrices } from "../../components/prices.ts";
import { OperationFault } from "../fault.ts";
import { allStacks, existingStacks } from "../known-stacks.ts";
import { readStackFile, readWith, type StackFile } from "../stack-file.ts";
import type { PlannedStack } from "./graph.ts";
import { secretMark } from "./marks.ts";

/** A stack and what its program is configured with; a mark stands for every secret that was set. */
export interface StackSource {
  stack: string;
  config: Readonly<Record<string, string>>;
}

/** Why a stack has no plan. */
export interface StackFault {
  stack: string;
  message: string;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const project = "slipway";

/**
 * The stacks that were asked for with their files: those that `all` stands for by default, or those of the files that were given, each of
 * which is named `Pulumi.<stack>.yaml` or goes with the one stack that was named.
 *
 * @throws OperationFault for a file that nobody knows
 */
export function stackFiles(asked: string | undefined, files: readonly string[]): Map<string, string> {
  const isOne = asked !== undefined && asked !== "all";
  if (isOne && files.length > 1)
    throw new OperationFault("--stack-file must be given once beside --stack with the name of one stack");
  const entries = files.map((file) => {
    if (!existsSync(file)) throw new OperationFault(`--stack-file ${file} must name a file that is there`);
    const stack = isOne ? asked : /Pulumi\.([\w.-]+)\.ya?ml$/.exec(file)?.[1];
    if (stack === undefined)
      throw new OperationFault(`--stack-file ${file} must be called Pulumi.<stack>.yaml, or go with --stack`);
    return [stack, resolve(file)] as const;
  });
  const named = new Map(entries);
  for (const [stack, file] of entries)
    if (named.get(stack) !== file)
      throw new OperationFault(
        `--stack-file must be given once for a stack: ${file} and ${named.get(stack)} are both of ${stack}`,
      );
  const stacks = isOne
    ? [asked]
    : asked === "all" || files.length === 0
      ? [...allStacks(), ...named.keys()]
      : [...named.keys()];
  return new Map(stacks.map((stack) => [stack, named.get(stack) ?? join(root, `Pulumi.${stack}.yaml`)]));
}

/** Reads what a stack is configured with, without the engine, and what is wrong with its file. */
function readSource(stack: string, path: string): { source: StackSource; file: StackFile } {
  const file = readStackFile(path, project);
  const secrets = Object.fromEntries(file.secureKeys.map((key) => [key, secretMark]));
  return { source: { stack, config: { ...projectConfig(), ...file.values, ...secrets } }, file };
}

/** Plans, and why there are none. */
export interface Planned {
  planned: PlannedStack[];
  faults: StackFault[];
  /** What each was planned from. */
  sources: Map<string, StackSource>;
}

/**
 * Plans stacks one after the other. Faults of the settings of any of them are told before the SDK is loaded, and then
 * none is planned; where the program of one fails, the others still are.
 */
export async function planStacks(files: ReadonlyMap<string, string>): Promise<Planned> {
  const sources: StackSource[] = [];
  const faults: StackFault[] = [];
  for (const [stack, path] of files) {
    try {
      const { source, file } = readSource(stack, path);
      readWith(stack, file, () =>
        readSettings(stack, source.config, {
          needsSecrets: false,
          isSecret: (key) => source.config[key] === secretMark,
          githubOwner: process.env["GITHUB_OWNER"],
          stacks: existingStacks(files.keys(), files.values()),
        }),
      );
      sources.push(source);
    } catch (error) {
      if (!(error instanceof SettingsError || error instanceof OperationFault)) throw error;
      faults.push({ stack, message: error.message });
    }
  }
  try {
    currentPrices();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    // Of one file for all stacks it is told once.
    faults.push({ stack: "all", message: error.message });
  }
  const byName = new Map(sources.map((source) => [source.stack, source]));
  if (faults.length > 0) return { planned: [], faults, sources: byName };

  const { planStack } = await import("./graph.ts");
  const planned: PlannedStack[] = [];
  for (const { stack, config } of sources)
    try {
      planned.push(await planStack(stack, config));
    } catch (error) {
      faults.push({ stack, message: programFault(stack, error) });
    }
  return { planned, faults, sources: byName };
}

function programFault(stack: string, error: unknown): string {
  if (error instanceof SettingsError) return error.message;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `stack ${stack}: its program failed: ${text}`;
}

/** What Pulumi.yaml sets for every stack. */
function projectConfig(): Record<string, string> {
  const file: { config?: Record<string, { value?: unknown }> } = parse(
    readFileSync(join(root, "Pulumi.yaml"), "utf8"),
  );
  return Object.fromEntries(
    Object.entries(file.config ?? {}).map(([key, { value }]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}
