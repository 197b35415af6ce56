import { Option } from "commander";
import { knownStacks } from "../operations/known-stacks.ts";

/** The option that names one stack; another name is a fault of usage, in every command. */
export const stackOption = (description = "the stack", flags = "-s, --stack <name>"): Option =>
  new Option(flags, description).choices(knownStacks());

/** The option that names one stack, or all that have a file, and dev. */
export const stacksOption = (): Option =>
  new Option("-s, --stack <name>", "one stack, or all").choices([...knownStacks(), "all"]);

/** The option for stack files from elsewhere; the stack of each is in its name, or is the one that was named. */
export const stackFilesOption = (): Option =>
  new Option("--stack-file <file>", "a stack file from elsewhere; may be given again")
    .default([], "Pulumi.<stack>.yaml")
    .argParser((path, before: string[]) => [...before, path]);
