import { Command } from "commander";
import { showCommand } from "./release/show.ts";

/** `slipway release`: what runs, whether it is what was meant, and how it gets to production and back. */
export function releaseCommand(): Command {
  const command = new Command("release").description(
    "show, verify, promote, roll back and hold what a stack runs",
  );
  for (const part of [showCommand]) command.addCommand(part());
  return command;
}
