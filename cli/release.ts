import { Command } from "commander";
import { figuresCommand, historyCommand } from "./release/history.ts";
import { beginCommand, holdCommand, resumeCommand } from "./release/hold.ts";
import { promoteCommand } from "./release/promote.ts";
import { rollbackCommand } from "./release/rollback.ts";
import { showCommand } from "./release/show.ts";
import { verifyCommand } from "./release/verify.ts";

/** `slipway release`: what runs, whether it is what was meant, and how it gets to production and back. */
export function releaseCommand(): Command {
  const command = new Command("release").description(
    "show, verify, promote, roll back and hold what a stack runs",
  );
  const parts = [
    showCommand,
    beginCommand,
    verifyCommand,
    promoteCommand,
    rollbackCommand,
    holdCommand,
    resumeCommand,
    historyCommand,
    figuresCommand,
  ];
  for (const part of parts) command.addCommand(part());
  return command;
}
