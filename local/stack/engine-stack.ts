import { createHmac } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { LocalWorkspace, type PulumiFn, Stack } from "@pulumi/pulumi/automation/index.js";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { engineCommand } from "../engine/command.ts";
import type { Engine } from "../engine/find.ts";
import { readJson, writePrivately } from "../files.ts";
import type { LocalSecrets } from "./secrets.ts";
import { projectName, stackExists } from "./state-file.ts";

export interface EngineStackOptions {
  readonly home: string;
  readonly stack: string;
  readonly engine: Engine;
  readonly secrets: LocalSecrets;
  /** PULUMI_DEBUG_PROVIDERS: providers that the engine attaches to instead of starting plugins. */
  readonly debugProviders: string;
  /** Use the person's own Pulumi folder, where installed plugins are. */
  readonly usesPlugins: boolean;
  /** Folder of a policy pack, whose own `bin` starts it for an engine without a language host. */
  readonly policyPack?: string | undefined;
  /** Have `preview` print its own JSON. */
  readonly printsPreviews?: boolean | undefined;
  onProcess(pid: number | undefined): void;
}

const SettingsFile = z.looseObject({
  encryptionsalt: z.string().optional(),
  config: z.record(z.string(), z.unknown()).default({}),
});

const Outputs = z.record(z.string(), z.unknown());

/** One stack of the local engine: its state, its configuration and its project file all stand under `.slipway/`. */
export async function openEngineStack(options: EngineStackOptions): Promise<EngineStack> {
  const { home, stack, engine, secrets } = options;
  const workDir = join(home, "work");
  for (const directory of [workDir, join(home, "state")])
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  const project = join(workDir, "Pulumi.yaml");
  if (!existsSync(project)) writePrivately(project, stringify({ name: projectName, runtime: "nodejs" }));
  const pulumiCommand = engineCommand(engine, options);
  const pulumiHome = options.usesPlugins ? undefined : join(home, "pulumi");
  const envVars = {
    PULUMI_BACKEND_URL: pathToFileURL(join(home, "state")).href,
    PULUMI_CONFIG_PASSPHRASE_FILE: secrets.passphraseFile(),
    PULUMI_DEBUG_PROVIDERS: options.debugProviders,
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...(options.policyPack === undefined
      ? {}
      : { PATH: `${join(options.policyPack, "bin")}${delimiter}${process.env["PATH"] ?? ""}` }),
    PULUMI_DISABLE_RESOURCE_REFERENCES: "false",
  };
  const workspace = await LocalWorkspace.create({
    workDir,
    ...(pulumiHome === undefined ? {} : { pulumiHome }),
    pulumiCommand,
    envVars,
  });
  // Each call of the engine costs a third of a second. Every command names its stack, so none has to be selected, and
  // nothing reads the history and the outputs that the SDK asks for after an update.
  workspace.selectStack = async () => undefined;
  const opened = stackExists(home, stack)
    ? await Stack.select(stack, workspace)
    : await Stack.create(stack, workspace);
  opened.info = async () => undefined;
  opened.outputs = async () => ({});
  const environment = { ...envVars, ...(pulumiHome === undefined ? {} : { PULUMI_HOME: pulumiHome }) };
  const setSecret = async (key: string, value: string): Promise<void> => {
    const args = ["config", "set", "--secret", "--stack", stack, key];
    // The engine takes one line end off what it reads.
    await pulumiCommand.run(args, workDir, environment, undefined, undefined, undefined, `${value}\n`);
  };
  const outputs = async (): Promise<Record<string, unknown>> => {
    const args = ["stack", "output", "--json", "--show-secrets", "--stack", stack];
    return Outputs.parse(JSON.parse((await pulumiCommand.run(args, workDir, environment)).stdout));
  };
  return { stack: opened, setSecret, outputs };
}

/** A stack of the local engine, and what the Automation API cannot do without showing a secret to other users. */
export interface EngineStack {
  readonly stack: Stack;
  /** Encrypts a secret into the settings file. It goes by standard input: a process list shows every argument. */
  setSecret(key: string, value: string): Promise<void>;
  /** The stack's outputs as its state has them, secrets in clear. */
  outputs(): Promise<Readonly<Record<string, unknown>>>;
}

/** What a stack's configuration should be. */
export interface StackConfiguration {
  readonly values: Readonly<Record<string, string>>;
  /** Full key → secret in clear. The engine encrypts them into the settings file. */
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * Brings the stack's settings file in line. Plain values are written straight to the file; the engine is asked only to
 * encrypt secrets that changed, since each call of it costs a third of a second.
 */
export async function configure(
  { stack, setSecret }: EngineStack,
  configuration: StackConfiguration,
  home: string,
  secrets: LocalSecrets,
): Promise<void> {
  const path = join(home, "work", `Pulumi.${stack.name}.yaml`);
  const marksPath = join(home, "work", `secrets.${stack.name}.json`);
  const before = SettingsFile.parse(existsSync(path) ? (parse(readFileSync(path, "utf8")) ?? {}) : {});
  const marks = z.record(z.string(), z.string()).parse(readJson(marksPath) ?? {});
  const markOf = (value: string): string =>
    createHmac("sha256", secrets.passphrase()).update(value).digest("base64url");
  const isKept = (key: string, value: string): boolean =>
    marks[key] === markOf(value) && before.config[key] !== undefined;
  const entries = Object.entries(configuration.secrets);
  const kept = entries.filter(([key, value]) => isKept(key, value)).map(([key]) => [key, before.config[key]]);
  const changed = entries.filter(([key, value]) => !isKept(key, value));
  const after = { ...before, config: { ...configuration.values, ...Object.fromEntries(kept) } };
  const text = stringify(after);
  if (!existsSync(path) || text !== readFileSync(path, "utf8")) writePrivately(path, text);
  for (const [key, value] of changed) await setSecret(key, value);
  const now = Object.fromEntries(entries.map(([key, value]) => [key, markOf(value)]));
  if (JSON.stringify(now) !== JSON.stringify(marks)) writePrivately(marksPath, JSON.stringify(now));
}

export type { PulumiFn, Stack };
