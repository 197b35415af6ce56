import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { StackSettings } from "../../components/config.ts";
import { readSettings } from "../../components/config.ts";
import { OperationFault } from "../fault.ts";
import { readStackFile } from "../stack-file.ts";
import { stackSettings } from "../stack-settings.ts";

/** The settings of a stack, of its own file or of one that stands anywhere. */
export function settingsOfStack(stack: string, file: string | undefined): StackSettings {
  if (file === undefined) return stackSettings(stack);
  const path = resolve(file);
  if (!existsSync(path)) throw new OperationFault(`--stack-file ${file} must name a file that is there`);
  return readSettings(stack, readStackFile(path, "slipway").values, {
    needsSecrets: false,
    // What is sealed in the file is not among its values.
    isSecret: () => false,
  });
}
