import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { todayDate } from "../components/internal/days.ts";
import { cloneDirectory, homeDirectory } from "../local/home.ts";
import { ownStackFile } from "../local/stack/stack-files.ts";
import { OperationFault } from "../operations/fault.ts";
import { allStacks } from "../operations/known-stacks.ts";
import { longestAgeDays, needsWork, type StackSecret, stackSecrets } from "../operations/secrets.ts";
import { localSecretNames } from "./local-secret-names.ts";
import { jsonOption } from "./output-options.ts";
import { plainTable } from "./plain-table.ts";
import { stacksOption } from "./stack-option.ts";

interface Options {
  stack: string;
  stackFile?: string;
  local?: boolean;
  json?: boolean;
}

/** `slipway secrets check`: which secrets the stacks need, have, do not use, and have had for too long. */
export function secretsCommand(): Command {
  const check = new Command("check")
    .description(
      "list the secrets of stacks: needed, set, unused, overdue, and where each ends up; never a value",
    )
    .addOption(stacksOption().default("all"))
    .option("--stack-file <file>", "the stack file of the one stack, from elsewhere")
    .option("--local", "count what this machine made up for its local clouds, which no real platform has")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `\nWhen a secret was set is the day on which its line in the stack file was committed.\nWhat this machine made up for its local clouds is set on no platform: only --local counts it.\nExit codes: 0 fine, 1 one is missing or older than ${longestAgeDays} days.`,
    )
    .action(({ stack, stackFile, local, json }: Options) => {
      if (stackFile !== undefined && stack === "all")
        throw new OperationFault("--stack-file must go with --stack and the name of one stack");
      if (stackFile !== undefined && !existsSync(stackFile))
        throw new OperationFault(`--stack-file ${stackFile} must name a file that is there`);
      const today = todayDate();
      const names = stack === "all" ? allStacks() : [stack];
      const reports = names.map((name) =>
        stackSecrets({
          stack: name,
          path: resolve(
            (local ? ownStackFile(homeDirectory(), name, stackFile) : stackFile) ??
              join(cloneDirectory, `Pulumi.${name}.yaml`),
          ),
          local: local ? localSecretNames(name) : [],
          today,
        }),
      );
      if (json) process.stdout.write(`${JSON.stringify(reports, undefined, 2)}\n`);
      else {
        const rows = reports.flatMap((report) => report.secrets.map((secret) => row(report.stack, secret)));
        process.stdout.write(`${plainTable(rows, ["stack", "secret", "state", "set", "ends up in"])}\n`);
        const missing = reports.some(({ secrets }) => secrets.some(({ state }) => state === "missing"));
        if (missing)
          process.stdout.write(
            local
              ? "`slipway local secret NAME --stack STACK` sets one here\n"
              : "`pulumi config set --secret slipway:NAME --stack STACK` sets one\n",
          );
      }
      if (reports.some(needsWork)) process.exitCode = 1;
    });
  return new Command("secrets").description("look after the secrets of stacks").addCommand(check);
}

function row(
  stack: string,
  { name, state, setIn, setOn, ageDays, isOverdue, endsUpIn }: StackSecret,
): string[] {
  const since =
    setIn === null
      ? "-"
      : setIn === "this machine"
        ? "on this machine, day unknown"
        : setOn === null
          ? "day unknown"
          : `${setOn}, ${ageDays} days ago`;
  return [stack, name, isOverdue ? "overdue" : state, since, endsUpIn.join("; ") || "nothing"];
}
