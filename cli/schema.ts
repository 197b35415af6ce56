import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { stackFileSchemaText } from "../operations/schema.ts";

/** `slipway schema`: what editors need to know of a stack file. */
export function schemaCommand(): Command {
  return new Command("schema")
    .description("print the JSON Schema of a stack file, by which editors complete and check it")
    .option("--output <file>", "write it to this file")
    .addHelpText(
      "after",
      "\nThe committed one: npm run -s slipway -- schema --output components/stack.schema.json",
    )
    .action(({ output }: { output?: string }) => {
      if (output === undefined) process.stdout.write(stackFileSchemaText());
      else writeFileSync(output, stackFileSchemaText());
    });
}
