import { Command } from "commander";
import { settingsRules } from "../components/rules.ts";
import { allRules } from "../policy/evaluate.ts";
import { rulesPage } from "../policy/listing.ts";
import { formatOption, formOf, jsonFormOption } from "./output-options.ts";

const formats = {
  text: () =>
    allRules.map(({ id, severity, title }) => `${severity.padEnd(8)} ${id.padEnd(28)} ${title}\n`).join(""),
  markdown: rulesPage,
  json: () => `${JSON.stringify(allRules, undefined, 2)}\n`,
};

const settingsLines = () =>
  settingsRules.map(({ block, id, demands }) => `${block.padEnd(11)} ${id.padEnd(28)} ${demands}\n`).join("");

interface RulesOptions {
  format: keyof typeof formats;
  json?: boolean;
  settings?: boolean;
}

/** `slipway rules`: the rules that every stack must meet. */
export function rulesCommand(): Command {
  return new Command("rules")
    .description("list the rules that every stack must meet")
    .option("--settings", "list the rules between the settings of a stack file instead, as text or JSON")
    .addOption(formatOption(Object.keys(formats), "text", "Markdown is the page docs/rules.md"))
    .addOption(jsonFormOption())
    .action((options: RulesOptions) => {
      const format = formOf(options);
      const ofSettings = () =>
        format === "json" ? `${JSON.stringify(settingsRules, undefined, 2)}\n` : settingsLines();
      process.stdout.write(options.settings ? ofSettings() : formats[format]());
    });
}
