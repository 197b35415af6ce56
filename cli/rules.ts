import { Command } from "commander";
import { settingsRules } from "../components/rules.ts";
import { allRules } from "../policy/evaluate.ts";
import { rulesPage } from "../policy/listing.ts";

/** `slipway rules`: the rules that every stack must meet. */
export function rulesCommand(): Command {
  return new Command("rules")
    .description("list the rules that every stack must meet")
    .option("--json", "print one JSON document and nothing else on standard output")
    .option("--settings", "list the rules between the settings of a stack file instead")
    .option("--markdown", "print the page docs/rules.md")
    .action((options: { json?: boolean; markdown?: boolean; settings?: boolean }) => {
      if (options.settings) {
        const lines = settingsRules.map(
          ({ block, id, demands }) => `${block.padEnd(11)} ${id.padEnd(28)} ${demands}`,
        );
        const text = options.json ? JSON.stringify(settingsRules, undefined, 2) : lines.join("\n");
        process.stdout.write(`${text}\n`);
        return;
      }
      if (options.markdown) process.stdout.write(rulesPage());
      else if (options.json) process.stdout.write(`${JSON.stringify(allRules, undefined, 2)}\n`);
      else
        for (const { id, severity, title } of allRules)
          process.stdout.write(`${severity.padEnd(8)} ${id.padEnd(28)} ${title}\n`);
    });
}
