import { Command } from "commander";
import { proposeCommand, pruneCommand } from "./release/built.ts";
import { figuresCommand, historyCommand } from "./release/history.ts";
import { beginCommand, holdCommand, resumeCommand } from "./release/hold.ts";
import { promoteCommand } from "./release/promote.ts";
import { rollbackCommand } from "./release/rollback.ts";
import { showCommand } from "./release/show.ts";
import { verifyCommand } from "./release/verify.ts";

/** `slipway release`: what runs, whether it is what was meant, and how it gets to production and back. */
export function releaseCommand(): Command {
  const command = new Command("release")
    .description("show, verify, promote, roll back and hold what a stack runs")
    .addHelpText(
      "after",
      `
Once built:  propose opens the pull request of a release; prune deletes old images that none needs.
Day by day:  begin, pulumi up, verify in staging; promote; begin, pulumi up, verify in production.
When it is bad:  rollback, then verify, and resume once it is mended.
docs/releases.md tells it at length; each command's --help has its options and exit codes.

Exit codes: 0 done, 1 a platform refuses or a file has faults, 2 wrong options, 3 a gate says no, 130 Ctrl-C: what was
done is kept, and the same command goes on from there.`,
    );
  const parts = [
    showCommand,
    proposeCommand,
    beginCommand,
    verifyCommand,
    promoteCommand,
    rollbackCommand,
    holdCommand,
    resumeCommand,
    historyCommand,
    figuresCommand,
    pruneCommand,
  ];
  for (const part of parts) command.addCommand(part());
  return command;
}
