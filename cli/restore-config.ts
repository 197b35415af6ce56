import { Command, Option } from "commander";
import { timeOf } from "../backup/commands.ts";
import { configurationPieces } from "../operations/recovery/configuration.ts";
import type { RestoreConfigOptions, SaveConfigOptions } from "./backup/config.ts";
import { withPlace } from "./backup/stack-place.ts";
import { jsonOption } from "./output-options.ts";

const pieceHelp = `
The pieces: "stack" is what \`pulumi stack export\` prints, "app" the spec that the app runs with, "zone" the records.
Secrets stay encrypted: by the engine in the state, by the platform in the spec.`;

/** `slipway backup save-config`: what of a stack stands in no repository, into its bucket of backups. */
export function saveConfigCommand(): Command {
  return withPlace(new Command("save-config"))
    .description("save a stack's state, its app's spec and its zone into the bucket of its backups")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `${pieceHelp}
A real stack needs DIGITALOCEAN_TOKEN, which only reads. \`slipway restore-config\` reads them back.`,
    )
    .action(async (options: SaveConfigOptions) => {
      const { saveConfiguration } = await import("./backup/config.ts");
      process.exitCode = await saveConfiguration(options);
    });
}

/** `slipway restore-config`: a piece of a stack's configuration, as it was saved. */
export function restoreConfigCommand(): Command {
  return withPlace(new Command("restore-config"))
    .description("read a stack's saved state, app spec or zone back into a new file, whole or not at all")
    .addOption(new Option("--piece <piece>", "which piece").choices(configurationPieces).default("stack"))
    .requiredOption("--output <file>", "the file to make; it must not be there yet")
    .option("--id <id>", "the one with this id, and not the newest")
    .addOption(
      new Option("--at <time>", "the newest that was saved at or before this time").argParser(timeOf),
    )
    .option("--without-state", "the state is gone too: the stack file says where the bucket is")
    .option(
      "--stack-file <file>",
      "for --without-state: settings from this file instead of Pulumi.<stack>.yaml",
    )
    .option(
      "--new-account",
      "leave out of the state what only the lost account could decrypt; the next run sends it anew",
    )
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `${pieceHelp}
BACKUP_IDENTITIES holds the secret keys of age; a local stack has its own. With --without-state AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY are those of somebody who may read the bucket.

What to do with a state: \`pulumi stack import --file FILE\`, then \`pulumi up --refresh --run-program\`; on this machine
\`slipway local up --state FILE\` does both.`,
    )
    .action(async (options: RestoreConfigOptions) => {
      const { restoreConfiguration } = await import("./backup/config.ts");
      process.exitCode = await restoreConfiguration(options);
    });
}
