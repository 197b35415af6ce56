import { InvalidArgumentError, Option } from "commander";
import type { NamedFile } from "../operations/report/facts.ts";

/** An option that names a file for a stack and may be given again, `--preview production=preview.json`. */
export function namedFileOption(name: string, description: string): Option {
  return new Option(`--${name} <stack=file>`, `${description}; may be given again`).argParser(namedFile);
}

function namedFile(given: string, before: NamedFile[] = []): NamedFile[] {
  const [, stack, file] = /^([A-Za-z0-9][\w.-]{0,99})=(.+)$/s.exec(given) ?? [];
  if (stack === undefined || file === undefined)
    throw new InvalidArgumentError("It must be <stack>=<file>, such as production=preview.json.");
  if (before.some((one) => one.stack === stack))
    throw new InvalidArgumentError(`There must be one for ${stack}.`);
  return [...before, { stack, file }];
}
