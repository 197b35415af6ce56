import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Command } from "commander";
import { LocalFault } from "../../local/fault.ts";
import { holdInterrupts } from "../../local/interrupts.ts";
import { findPostgresClients } from "../../local/services/postgres-clients.ts";
import { stackOutputs } from "../../local/stack/outputs.ts";
import { context, stackCommand } from "./context.ts";
import { databaseAddress } from "./outputs-table.ts";

/** `slipway local psql`: psql on the stack's database, as the app's user or as `doadmin`. */
export function psqlCommand(): Command {
  return stackCommand("psql", "open psql on the stack's local database, as the app's user")
    .option("--admin", "as doadmin")
    .argument("[arguments...]", "arguments for psql")
    .allowUnknownOption()
    .addHelpText("after", "\nExample: npm run -s slipway -- local psql -c 'select 1'")
    .action(async (args: string[], options: { stack: string; admin?: boolean }) => {
      const local = context();
      const outputs = await stackOutputs(local, options.stack);
      const url = outputs[options.admin ? "databaseAdminUrl" : "databaseUrl"];
      if (!(await local.cloud.isRunning())) {
        throw new LocalFault(
          `the local clouds do not run: start them with \`npm start -- --stack ${options.stack}\``,
        );
      }
      // Has a server that was killed started again.
      await local.cloud.status();
      if (typeof url !== "string") throw new LocalFault(`stack ${options.stack} has no database`);
      const clients = await findPostgresClients({ directory: local.cache, progress: local.progress.say });
      process.exitCode = await runPsql(join(clients, "psql"), [databaseAddress(url, local.home), ...args]);
    });
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
