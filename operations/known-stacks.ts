import { existsSync, readdirSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** The stacks of the default product: commands know them also where their file is not there. */
const defaultStacks = ["dev", "staging", "production"];

const root = fileURLToPath(new URL("..", import.meta.url));

/** The stacks whose files are in a folder, sorted. A name that the engine would not take is none, nor is `all`. */
function stacksWithFile(folder: string): string[] {
  return readdirSync(folder)
    .flatMap((name) => /^Pulumi\.([A-Za-z0-9_-]+)\.yaml$/.exec(name)?.[1] ?? [])
    .filter((stack) => stack !== "all")
    .sort();
}

/** The stacks that the commands take: those of the default product, and every `Pulumi.<stack>.yaml` beside Pulumi.yaml. */
export const knownStacks = (folder = root): string[] => [
  ...new Set([...defaultStacks, ...stacksWithFile(folder)]),
];

/**
 * The stacks that the settings of some may refer to: those of the repository, those that were named, and those with a file
 * beside the files of these.
 */
export function existingStacks(
  named: Iterable<string>,
  files: Iterable<string> = [],
  folder = root,
): string[] {
  const beside = [...files].map((file) => dirname(file)).filter((one) => existsSync(one));
  return [...new Set([...allStacks(folder), ...named, ...beside.flatMap(stacksWithFile)])];
}

/** What `all` stands for: every stack with a file, and dev, which needs none. */
export function allStacks(folder = root): string[] {
  const files = stacksWithFile(folder);
  return knownStacks(folder).filter((stack) => stack === "dev" || files.includes(stack));
}
