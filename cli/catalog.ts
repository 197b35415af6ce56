import { Command } from "commander";
import { todayDate } from "../components/internal/days.ts";
import { type CatalogCheck, checkCatalog } from "../operations/catalog-check.ts";
import { type CatalogTable, catalogTables } from "../operations/catalog-tables.ts";
import { digitalOceanAccess } from "../operations/digitalocean.ts";
import { jsonOption } from "./output-options.ts";
import { plainTable } from "./plain-table.ts";

/** `slipway catalog`: the dated facts about the platforms. */
export function catalogCommand(): Command {
  return new Command("catalog")
    .description(
      "show the facts about the platforms that slipway works with, or compare them with the platform",
    )
    .addCommand(showCommand())
    .addCommand(checkCommand());
}

function showCommand(): Command {
  return new Command("show")
    .description("list sizes, versions, regions and prices, each with its source and date")
    .addOption(jsonOption())
    .addHelpText("after", "\nAn owner's own prices stand in catalog/overrides.json.")
    .action((options: { json?: boolean }) => {
      const tables = catalogTables(todayDate());
      const text = tables.map(tableText).join("\n\n");
      process.stdout.write(`${options.json ? JSON.stringify(tables, undefined, 2) : text}\n`);
    });
}

function tableText({ title, file, source, date, rows }: CatalogTable): string {
  const head = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => head.map((column) => String(row[column] ?? "")));
  return `${title} (${file})\nsource: ${source}, ${date}\n${plainTable(cells, head)}`;
}

function checkCommand(): Command {
  return new Command("check")
    .description("compare sizes, prices, regions and versions with what DigitalOcean's API tells")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nNeeds DIGITALOCEAN_TOKEN with the scopes app:read and database:read. Exit codes: 0 the same, 1 a difference or a fault.",
    )
    .action(async (options: { json?: boolean }) => {
      const check = await checkCatalog(digitalOceanAccess(process.env));
      process.stdout.write(`${options.json ? JSON.stringify(check, undefined, 2) : checkText(check)}\n`);
      if (check.differences.length > 0) process.exitCode = 1;
    });
}

function checkText({ endpoint, compared, differences }: CatalogCheck): string {
  if (differences.length === 0) return `${compared} facts are the same at ${endpoint}`;
  const rows = differences.map(({ what, ours, theirs, file }) => [what, ours, theirs, file]);
  return `${differences.length} of ${compared} facts differ at ${endpoint}\n${plainTable(rows, ["fact", "ours", "theirs", "mend"])}`;
}
