import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { neededSecrets, readSettings, type StackSettings } from "../../components/config.ts";
import { projectName } from "../../local/engine-stack.ts";
import { LocalFault } from "../../local/fault.ts";
import { cloneDirectory } from "../../local/home.ts";
import type { LocalSecrets } from "../../local/secrets.ts";
import type { StackRequest } from "../../local/session.ts";
import { readStackFile } from "../../local/stack-file.ts";

export interface StackOptions {
  readonly stack: string;
  readonly configFile?: string;
  readonly plugins?: boolean;
}

/**
 * Checks a stack's settings, before anything starts, and puts together what the engine needs of them. Secrets that
 * only an owner could decrypt, or that nobody has set yet, are made up for this machine.
 *
 * @throws SettingsError with every fault of the stack file
 */
export function stackRequest(command: string, options: StackOptions, secrets: LocalSecrets): StackRequest {
  const { stack } = options;
  const file = readStackFile(options.configFile ?? join(cloneDirectory, `Pulumi.${stack}.yaml`), projectName);
  const settings = localSettings(stack, file.values, secrets);
  const provided = secrets.read(stack);
  return {
    stack,
    command,
    values: file.values,
    secrets: Object.fromEntries(
      Object.entries(provided).map(([name, value]) => [`${projectName}:${name}`, value]),
    ),
    repository: settings.product.repository,
    operationsImages: settings.operations === undefined ? [] : [imageOf(settings.operations)],
    needsPostgres: settings.database !== undefined,
    usesPlugins: options.plugins ?? false,
  };
}
