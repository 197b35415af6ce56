import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { stackFileSchemaText } from "../operations/schema.ts";
import { settingsPage } from "../operations/settings-page.ts";
import { formatOption } from "./output-options.ts";

const formats = { json: stackFileSchemaText, markdown: settingsPage };

/** `slipway schema`: what editors need to know of a stack file. */
export function schemaCommand(): Command {
  return new Command("schema")
    .description(
      "print the JSON Schema of a stack file, by which editors complete and check it, or the page of its settings",
    )
    .addOption(formatOption(Object.keys(formats), "json", "Markdown is the page docs/settings.md"))
    .option("--output <file>", "write it to this file")
    .addHelpText(
      "after",
      "\nThe committed ones: npm run -s slipway -- schema --output components/stack.schema.json\n  and npm run -s slipway -- schema --format markdown --output docs/settings.md",
    )
    .action(({ output, format }: { output?: string; format: keyof typeof formats }) => {
      const text = formats[format]();
      if (output === undefined) process.stdout.write(text);
      else writeFileSync(output, text);
    });
}
