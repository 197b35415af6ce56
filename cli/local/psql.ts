import { spawn } from "node:child_process";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { LocalFault } from "../../local/fault.ts";
import { holdInterrupts } from "../../local/interrupts.ts";
import { findPostgresClients } from "../../local/services/postgres-clients.ts";
import { stackOutputs } from "../../local/stack/outputs.ts";
import { context, stackCommand } from "./context.ts";
import { DatabaseUrls, databaseAddress } from "./outputs-table.ts";

/** `slipway local psql`: psql on the stack's database, as the app's user or as `doadmin`. */
export function psqlCommand(): Command {
  return stackCommand("psql", "open psql on the stack's local database, as the app's user")
    .addOption(
      new Option("--database <name>", "which database, where the stack has several; with --admin any"),
    )
    .option("--admin", "as doadmin")
    .argument("[arguments...]", "arguments for psql")
    .allowUnknownOption()
    .addHelpText("after", "\nExample: npm run -s slipway -- local psql -c 'select 1'")
    .action(async (args: string[], options: PsqlOptions) => {
      const local = context();
      const outputs = await stackOutputs(local, options.stack);
      if (!(await local.cloud.isRunning())) {
        throw new LocalFault(
          `the local clouds do not run: start them with \`npm start -- --stack ${options.stack}\``,
        );
      }
      // Has a server that was killed started again.
      await local.cloud.status();
      const url = chosen(outputs, options);
      const clients = await findPostgresClients({ directory: local.cache, progress: local.progress.say });
      process.exitCode = await runPsql(join(clients, "psql"), [databaseAddress(url, local.home), ...args]);
    });
}

interface PsqlOptions {
  readonly stack: string;
  readonly database?: string;
  readonly admin?: boolean;
}

/** The address of the database that was asked for; `doadmin` has one of its own where none was. */
export function chosen(
  outputs: Readonly<Record<string, unknown>>,
  { stack, database, admin }: PsqlOptions,
): string {
  const urls = DatabaseUrls.parse(outputs["databaseUrls"] ?? {});
  const names = Object.keys(urls);
  if (names.length === 0) throw new LocalFault(`stack ${stack} has no database`);
  const [only] = names.length === 1 ? names : [];
  const name = database ?? (admin ? undefined : only);
  // doadmin may go into every database, also one that a person made; psql says where there is none of the name.
  if (!admin && (name === undefined || !names.includes(name)))
    throw new LocalFault(
      `--database must be one of ${names.sort().join(", ")}; with --admin it may be any that is there`,
    );
  if (!admin) return urls[name ?? ""] ?? "";
  const url = new URL(String(outputs["databaseAdminUrl"]));
  if (name !== undefined) url.pathname = `/${encodeURIComponent(name)}`;
  return url.href;
}

function runPsql(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    // Ctrl-C belongs to psql, which cancels a query and stays.
    const release = holdInterrupts(() => undefined);
    const child = spawn(program, args, { stdio: "inherit" });
    child.on("error", reject);
    child.on("close", (code) => {
      release();
      resolve(code ?? 1);
    });
  });
}
