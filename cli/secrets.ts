import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "commander";
import { todayDate } from "../components/deployed.rules.ts";
import { cloneDirectory, homeDirectory } from "../local/home.ts";
import { LocalSecrets } from "../local/stack/secrets.ts";
import { longestAgeDays, needsWork, type StackSecret, stackSecrets } from "../operations/secrets.ts";
import { knownStacks } from "../operations/stack-settings.ts";
import { plainTable } from "./plain-table.ts";

interface Options {
  stack: string;
  json?: boolean;
}

/** `slipway secrets check`: which secrets the stacks need, have, do not use, and have had for too long. */
export function secretsCommand(): Command {
  const check = new Command("check")
    .description(
      "list the secrets of stacks: needed, set, unused, overdue, and where each ends up; never a value",
    )
    .addOption(
      new Option("-s, --stack <name>", "one stack, or all").choices([...knownStacks, "all"]).default("all"),
    )
    .option("--json", "print one JSON document and nothing else on standard output")
    .addHelpText(
      "after",
      `\nWhen a secret was set is the day on which its line in the stack file was committed.\nExit codes: 0 fine, 1 one is missing or older than ${longestAgeDays} days.`,
    )
    .action(({ stack, json }: Options) => {
      const today = todayDate();
      const names = stack === "all" ? [...knownStacks] : [stack];
      const reports = names.map((name) =>
        stackSecrets({
          stack: name,
          path: join(cloneDirectory, `Pulumi.${name}.yaml`),
          local: localNames(name),
          today,
        }),
      );
      if (json) process.stdout.write(`${JSON.stringify(reports, undefined, 2)}\n`);
      else {
        const rows = reports.flatMap((report) => report.secrets.map((secret) => row(report.stack, secret)));
        process.stdout.write(`${plainTable(rows, ["stack", "secret", "state", "set", "ends up in"])}\n`);
      }
      if (reports.some(needsWork)) process.exitCode = 1;
    });
  return new Command("secrets").description("look after the secrets of stacks").addCommand(check);
}

function localNames(stack: string): string[] {
  return existsSync(join(homeDirectory(), "secrets"))
    ? Object.keys(new LocalSecrets(homeDirectory()).read(stack))
    : [];
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
