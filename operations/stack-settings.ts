import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { readSettings, type StackSettings } from "../components/config.ts";
import { OperationFault } from "./fault.ts";
import { existingStacks, knownStacks } from "./known-stacks.ts";
import { readStackFile, readWith, type StackFile } from "./stack-file.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const project = "slipway";

/**
 * The settings of a stack, or of a file such as `Pulumi.staging.yaml` anywhere, for who only looks at them: no secret is
 * needed. A stack without a file runs on the default product.
 *
 * @throws SettingsError with every fault, OperationFault where there is neither such a stack nor such a file
 */
export const stackSettings = (stackOrFile: string): StackSettings => stackConfiguration(stackOrFile).settings;

/**
 * The settings of a stack as `stackSettings` reads them, with the region of its backups where the file sets one; `file`
 * stands in the place of the stack's own.
 */
export function stackConfiguration(
  stackOrFile: string,
  file?: string,
): {
  settings: StackSettings;
  awsRegion: string | undefined;
} {
  const isKnown = file !== undefined || knownStacks().includes(stackOrFile);
  const path = file ?? (isKnown ? resolve(root, `Pulumi.${stackOrFile}.yaml`) : resolve(stackOrFile));
  if (!isKnown && !existsSync(path))
    throw new OperationFault(
      `"${stackOrFile}" must be one of ${knownStacks().join(", ")}, or a stack file that is there`,
    );
  const stack = isKnown ? stackOrFile : stackOf(path);
  const content = readStackFile(path, project);
  return { settings: settingsIn(stack, content, path), awsRegion: content.values["aws:region"] };
}

/**
 * The settings in a stack file, for who only looks at them: no secret is needed.
 *
 * @param path - where the file is, if it is one
 * @throws SettingsError with every fault of the file and of its settings
 */
export const settingsIn = (stack: string, file: StackFile, path?: string): StackSettings =>
  readWith(stack, file, () =>
    readSettings(stack, file.values, {
      needsSecrets: false,
      // What is sealed in the file is not among its values.
      isSecret: () => false,
      stacks: existingStacks([stack], path === undefined ? [] : [path]),
    }),
  );

/** The stack that a file is of by its name, `Pulumi.staging.yaml`; one of any other name is as free as dev. */
const stackOf = (path: string): string => /Pulumi\.([\w.-]+)\.ya?ml$/.exec(path)?.[1] ?? "dev";
