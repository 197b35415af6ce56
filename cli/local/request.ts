import { existsSync } from "node:fs";
import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { registries } from "../../catalog/registries.ts";
import { readSettings, type StackSettings, secretsAskedFor } from "../../components/config.ts";
import { LocalFault } from "../../local/fault.ts";
import { cloneDirectory } from "../../local/home.ts";
import type { LocalSecrets } from "../../local/stack/secrets.ts";
import type { StackRequest } from "../../local/stack/session.ts";
import { projectName } from "../../local/stack/state-file.ts";
import { existingStacks } from "../../operations/known-stacks.ts";
import { readStackFile, readWith, type StackFile } from "../../operations/stack-file.ts";

export interface StackOptions {
  readonly stack: string;
  readonly stackFile?: string;
  readonly plugins?: boolean;
  readonly policy?: boolean;
  readonly refresh?: boolean;
}

/**
 * Checks a stack's settings, before anything starts, and puts together what the engine needs of them. Secrets that
 * only an owner could decrypt, or that nobody has set yet, are made up for this machine.
 *
 * @throws SettingsError with every fault of the stack file
 */
export function stackRequest(command: string, options: StackOptions, secrets: LocalSecrets): StackRequest {
  const { stack, stackFile } = options;
  const file = settingsFile(options);
  const provided = Object.entries(localSecrets(stack, file, secrets)).map(
    ([name, value]) => [`${projectName}:${name}`, value] as const,
  );
  const settings = readWith(stack, file, () =>
    readSettings(
      stack,
      { ...file.values, ...Object.fromEntries(provided) },
      {
        isSecret: (key) => file.values[key] === undefined,
        githubOwner: process.env.GITHUB_OWNER,
        stacks: existingStacks([stack], stackFile === undefined ? [] : [stackFile]),
      },
    ),
  );
  return {
    stack,
    command,
    values: file.values,
    secrets: Object.fromEntries(provided),
    repository: settings.product.repository,
    hasSubjectIds: settings.delivery?.oidc?.subjectFormat === "ids",
    operationsImages: operationsImages(settings),
    needsPostgres: settings.database !== undefined,
    usesPlugins: options.plugins ?? false,
    refreshes: options.refresh,
    policyPack: options.policy ? join(cloneDirectory, "policy") : undefined,
  };
}

/** Names of the secrets that a stack asks for. */
export function askedSecrets(options: StackOptions): string[] {
  return secretsAskedFor(settingsFile(options).values).map(({ name }) => name);
}

function settingsFile({ stack, stackFile }: StackOptions): StackFile {
  if (stackFile !== undefined && !existsSync(stackFile)) {
    throw new LocalFault(`--stack-file ${stackFile} must name a file that is there`);
  }
  return readStackFile(stackFile ?? join(cloneDirectory, `Pulumi.${stack}.yaml`), projectName);
}

/** Every secret that is set for the stack on this machine and that the stack file asks for. */
function localSecrets(stack: string, file: StackFile, secrets: LocalSecrets): Record<string, string> {
  const asked = secretsAskedFor(file.values);
  const needed = asked.filter(
    ({ name, optional, usedBy }) =>
      !optional ||
      file.secureKeys.includes(`${projectName}:${name}`) ||
      // Whoever asks for a backup of a local stack gets one.
      usedBy.includes("backups.recipients"),
  );
  const provided = secrets.provide(
    stack,
    needed.map(({ name }) => name),
  );
  const names = new Set(asked.map(({ name }) => name));
  return Object.fromEntries(Object.entries(provided).filter(([name]) => names.has(name)));
}

/** Repositories of the image that `backup/` stands for on this machine. */
function operationsImages({ operations }: StackSettings): string[] {
  return operations === undefined ? [] : [`${registries[operations.registry].host}/${operations.repository}`];
}

let runs = 0;

/** The program of the clone, for the engine to run; each run of the engine loads it anew. */
export function stackProgram(): PulumiFn {
  return async () => {
    runs += 1;
    const module: unknown = await import(`../../index.ts?run=${runs}`);
    if (typeof module !== "object" || module === null) throw new LocalFault("index.ts must be a module");
    return { ...module };
  };
}
