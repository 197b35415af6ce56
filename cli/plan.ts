import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { todayDate } from "../components/internal/days.ts";
import { type PlanDocument, planDocument } from "../operations/plan/document.ts";
import { planMarkdown } from "../operations/plan/markdown.ts";
import { planStacks, stackFiles } from "../operations/plan/stacks.ts";
import { planText } from "../operations/plan/text.ts";
import { cleaned } from "../operations/plan/words.ts";
import { stopping } from "../policy/evaluate.ts";
import { gateSaysNo } from "./exit-codes.ts";
import { formatOption, formOf, jsonFormOption } from "./output-options.ts";
import { stackFilesOption, stacksOption } from "./stack-option.ts";

const formats = {
  text: (document: PlanDocument) => planText(cleaned(document)),
  markdown: (document: PlanDocument) => planMarkdown(cleaned(document)),
  json: (document: unknown) => `${JSON.stringify(document, undefined, 2)}\n`,
};

interface PlanOptions {
  stack?: string;
  stackFile: string[];
  format: keyof typeof formats;
  json?: boolean;
  output?: string;
}

/** `slipway plan`: what stacks would be, without an engine or a token. */
export function planCommand(): Command {
  return new Command("plan")
    .description("tell what stacks would be: resources, policy, cost, recovery, platform limits, secrets")
    .addOption(stacksOption())
    .addOption(stackFilesOption())
    .addOption(formatOption(Object.keys(formats), "text"))
    .addOption(jsonFormOption())
    .option("--output <file>", "write it to this file")
    .addHelpText("after", "\nExit codes: 0 fine, 1 a stack file has faults, 3 a policy says no.")
    .action(async (options: PlanOptions) => {
      const files = stackFiles(options.stack, options.stackFile);
      const document = planDocument(await planStacks(files), todayDate());
      const text = formats[formOf(options)](document);
      if (options.output === undefined) process.stdout.write(text);
      else writeFileSync(options.output, text);
      for (const { message } of document.faults) process.stderr.write(`${message}\n`);
      if (document.faults.length > 0) process.exitCode = 1;
      else if (document.stacks.some(({ findings }) => stopping(findings).length > 0))
        process.exitCode = gateSaysNo;
    });
}
