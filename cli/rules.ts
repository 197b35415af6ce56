import { Command } from "commander";
import { allRules } from "../policy/evaluate.ts";
import { rulesPage } from "../policy/listing.ts";

/** `slipway rules`: the rules that every stack must meet. */
export function rulesCommand(): Command {
  return new Command("rules")
    .description("list the rules that every stack must meet")
    .option("--json", "print one JSON document and nothing else on standard output")
    .option("--markdown", "print the page docs/rules.md")
    .action((options: { json?: boolean; markdown?: boolean }) => {
      if (options.markdown) process.stdout.write(rulesPage());
      else if (options.json) process.stdout.write(`${JSON.stringify(allRules, undefined, 2)}\n`);
      else
        for (const { id, severity, title } of allRules)
          process.stdout.write(`${severity.padEnd(8)} ${id.padEnd(28)} ${title}\n`);
    });
}
