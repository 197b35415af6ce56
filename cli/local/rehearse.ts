import type { Command } from "commander";
import { rehearsingAlone } from "../../local/rehearse/alone.ts";
import { rehearse } from "../../local/rehearse/index.ts";
import { jsonOption } from "../output-options.ts";
import { plainTable } from "../plain-table.ts";
import { context, namedStackCommand, stackFileOption, withOptions, withOwnFile } from "./context.ts";
import { expectations, type RehearseOptions, surroundings } from "./rehearse-surroundings.ts";

/** `slipway local rehearse`: the whole recovery, measured. */
export function rehearseCommand(): Command {
  return namedStackCommand(
    "rehearse",
    "lose a local stack's database, its app and then everything, and bring each back by the runbooks' commands",
  )
    .addOption(stackFileOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Afterwards the databases of the stack file hold what they held, row by row. Otherwise than before: the app and the database
have other addresses, a database made by hand is gone, and the bucket has two more backups, the last of them read whole (one
where the databases hold no table of their own). It previews the stack first, and deletes nothing of one that is held or
whose settings are refused. A rehearsal that was interrupted is taken up by the next: it brings back first what is gone.
There is one at a time on a machine: a second one says who does the first, and does nothing. Real stacks are not touched.

Exit codes: 0 everything came back in time; 1 something did not come back, or a fault; 3 a recovery took too long.`,
    )
    .action(
      withOptions(async (given: RehearseOptions & { json?: boolean }) => {
        const local = context();
        const options = withOwnFile(local, given);
        const place = { home: local.home, stack: options.stack };
        // Before anything is asked: the other one may just be starting the clouds anew.
        const report = await rehearsingAlone(place, async () => rehearse(await surroundings(local, options)));
        const onPlatform = expectations(options);
        if (options.json)
          process.stdout.write(
            `${JSON.stringify({ ...report, recoveries: report.recoveries.map((one) => ({ ...one, onPlatform: onPlatform[one.loss] })) }, undefined, 2)}\n`,
          );
        else {
          const rows = report.recoveries.map(({ loss, seconds, objectiveMinutes, isInTime }) => [
            loss,
            `${seconds.toFixed(1)} s here`,
            `objective ${objectiveMinutes} min`,
            `${isInTime ? "" : "TOO SLOW; "}${onPlatform[loss]}`,
          ]);
          const { databases, tables, rows: count } = report;
          process.stdout.write(
            `${plainTable(rows)}\n${counted(databases, "database")}, ${counted(tables, "table")}, ${counted(count, "row")} came back each time with the same checksums\n`,
          );
        }
        if (report.result !== "passed") process.exitCode = 3;
      }),
    );
}

const counted = (count: number, what: string): string =>
  `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
