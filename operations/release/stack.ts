import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { StackSettings } from "../../components/config.ts";
import { OperationFault } from "../fault.ts";
import { readStackFile, readStackText } from "../stack-file.ts";
import { settingsIn, stackSettings } from "../stack-settings.ts";

/** The file that a stack's settings are written in. */
export const stackFileOf = (stack: string, file: string | undefined): string =>
  file ?? fileURLToPath(new URL(`../../Pulumi.${stack}.yaml`, import.meta.url));

/** The settings of a stack, of its own file or of one that stands anywhere. */
export function settingsOfStack(stack: string, file: string | undefined): StackSettings {
  if (file === undefined) return stackSettings(stack);
  const path = resolve(file);
  if (!existsSync(path)) throw new OperationFault(`--stack-file ${file} must name a file that is there`);
  return settingsIn(stack, readStackFile(path, "slipway"), path);
}

/** The settings of a stack by the text of its file, as it stands in a repository. */
export const settingsOfText = (stack: string, text: string): StackSettings =>
  settingsIn(stack, readStackText(text, `Pulumi.${stack}.yaml`, "slipway"));
