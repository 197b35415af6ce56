import { type Command, Option } from "commander";
import { stackOption } from "../stack-option.ts";

/** Where a stack is looked for. */
export interface StackPlace {
  stack: string;
  local?: true;
  real?: true;
}

/** A command with the options that say where its stack is. */
export const withPlace = (part: Command): Command =>
  part
    .addOption(stackOption().default("dev"))
    .addOption(new Option("--local", "the stack of the local cloud").conflicts("real"))
    .option("--real", "the stack of the accounts, by `pulumi stack output`");

/** Where it is looked for by itself. */
export const whichStack =
  "Without --local and --real it is the local cloud's stack where that is up, else the real one.";
