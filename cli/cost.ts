import { Argument, Command } from "commander";
import { todayDate } from "../components/internal/days.ts";
import { comparisonText, costDifferences } from "../operations/cost-diff.ts";
import { costsText, stackCost } from "../operations/cost-report.ts";
import { knownStacks } from "../operations/known-stacks.ts";
import { stackFiles } from "../operations/plan/stacks.ts";
import { formatOption, formOf, jsonFormOption } from "./output-options.ts";
import { plainTable } from "./plain-table.ts";
import { stackFilesOption, stacksOption } from "./stack-option.ts";
import { hasColour, isUnicode, plainAscii } from "./terminal.ts";

const textOrJson = () =>
  formatOption(["text", "json"], "text", "a table with a picture, or one JSON document");

/** What the other columns leave of a terminal that is not made wider. */
const barWidth = 22;

/** `slipway cost`: what stacks cost a month, and what two of them cost otherwise. */
export function costCommand(): Command {
  return new Command("cost")
    .enablePositionalOptions()
    .description("tell what a stack costs a month, at least and at most, and how its budget stands")
    .addOption(stacksOption())
    .addOption(stackFilesOption())
    .addOption(textOrJson())
    .addOption(jsonFormOption())
    .addHelpText(
      "after",
      "\nNo account, engine or secret is needed: prices are those of `slipway catalog show`.",
    )
    .action((options: { stack?: string; stackFile: string[]; format: string; json?: boolean }) => {
      const files = [...stackFiles(options.stack, options.stackFile)];
      const costs = files.map(([stack, file]) => stackCost(stack, todayDate(), file));
      const style = { width: barWidth, isUnicode: isUnicode(), hasColour: hasColour(process.stdout) };
      const text = costsText(costs, plainTable, style);
      print(formOf(options), costs, text);
    })
    .addCommand(diffCommand());
}

function diffCommand(): Command {
  const about = `${knownStacks().join(", ")}, or a stack file`;
  return new Command("diff")
    .description("tell line by line what the second of two stacks costs otherwise than the first")
    .addArgument(new Argument("<a>", about))
    .addArgument(new Argument("<b>", about))
    .addOption(textOrJson())
    .addOption(jsonFormOption())
    .action((a: string, b: string, options: { format: string; json?: boolean }) => {
      const named = (one: string) => ({ ...stackCost(one, todayDate()), stack: one });
      const comparison = costDifferences(named(a), named(b));
      print(formOf(options), comparison, comparisonText(comparison, plainTable));
    });
}

function print(format: string, document: unknown, text: string): void {
  const shown = isUnicode() ? text : plainAscii(text);
  process.stdout.write(`${format === "json" ? JSON.stringify(document, undefined, 2) : shown}\n`);
}
