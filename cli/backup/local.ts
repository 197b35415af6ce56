import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LocalFault } from "../../local/fault.ts";
import { findPostgresClients } from "../../local/services/postgres-clients.ts";
import { stackOutputs } from "../../local/stack/outputs.ts";
import type { Around } from "../../operations/backup/access.ts";
import { context } from "../local/context.ts";

/** The outputs of a stack of the local cloud, and what else its backups need on this machine. */
export async function localBackups(
  stack: string,
): Promise<{ outputs: Readonly<Record<string, unknown>>; around: Partial<Around>; now: () => Date }> {
  const local = context();
  const values = await stackOutputs(local, stack);
  if (!(await local.cloud.isRunning()))
    throw new LocalFault(`the local clouds do not run: start them with \`npm start -- --stack ${stack}\``);
  // Has a server that was killed started again.
  const { endpoints } = await local.cloud.status();
  // The workers' clock may be ahead; what they made is as old as it says.
  const ahead = await local.cloud.clockAhead();
  return {
    now: () => new Date(Date.now() + ahead),
    outputs: values,
    around: {
      endpoint: endpoints.aws,
      caCertificate: readFileSync(join(local.home, "ca.crt"), "utf8"),
      postgresBin: await findPostgresClients({ directory: local.cache, progress: local.progress.say }),
      identities: local.secrets.identities(stack) || undefined,
      ...(typeof values["databaseAdminUrl"] === "string" ? { scratchUrl: values["databaseAdminUrl"] } : {}),
    },
  };
}
