import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Endpoints } from "../cloud/control.ts";
import { localCredential } from "../cloud/credential.ts";
import { LocalFault } from "../fault.ts";
import { exclusively } from "../lock.ts";
import { madeResources, refuseUnlessUp } from "../stack/state.ts";
import { stateFile } from "../stack/state-file.ts";

/** What a rehearsal takes away. */
export const losses = ["database", "app", "everything"] as const;
export type Loss = (typeof losses)[number];

/** What an account at DigitalOcean holds of a stack, in the order in which it can go: type, and where it is. */
const objects = [
  ["app:App", "/v2/apps/"],
  ["databaseReplica:DatabaseReplica", undefined],
  ["databaseCluster:DatabaseCluster", "/v2/databases/"],
  ["uptimeCheck:UptimeCheck", "/v2/uptime/checks/"],
  ["monitorAlert:MonitorAlert", "/v2/monitoring/alerts/"],
  ["domain:Domain", "/v2/domains/"],
  ["project:Project", "/v2/projects/"],
  ["vpc:Vpc", "/v2/vpcs/"],
] as const;

const lostWith: Readonly<Record<Exclude<Loss, "everything">, string>> = {
  database: "databaseCluster:DatabaseCluster",
  app: "app:App",
};

/** What a loss needs to know. */
export interface Place {
  readonly home: string;
  readonly stack: string;
  readonly endpoints: Endpoints;
}

/**
 * Takes something of a local stack away behind the engine's back. With everything go what DigitalOcean has of it and the
 * engine's state, as if the account were closed; what is at AWS and GitHub is in other accounts, and stays.
 */
export async function lose(loss: Loss, place: Place): Promise<void> {
  const { home, stack } = place;
  await exclusively(
    join(home, "lock.db"),
    async () => {
      const resources = madeResources(home, stack);
      for (const [type, path] of objects) {
        if (path === undefined || (loss !== "everything" && lostWith[loss] !== type)) continue;
        for (const one of resources)
          if (one.type === `digitalocean:index/${type}` && one.id !== undefined)
            await remove(place, `${path}${encodeURIComponent(one.id)}`);
      }
      if (loss === "everything") forget(home, stack);
    },
    () => undefined,
  );
}

/** @throws LocalFault where the stack was not made on the local clouds of this machine */
export async function refuseUnlessOurs({ home, stack, endpoints }: Place): Promise<void> {
  refuseUnlessUp(home, stack);
  const clusters = madeResources(home, stack).filter(({ type }) => type.endsWith(lostWith.database));
  const [cluster] = clusters;
  if (cluster === undefined)
    throw new LocalFault(`stack ${stack} must have a database: without one there is nothing to recover`);
  const response = await fetch(`${endpoints.digitalocean}/v2/databases/${cluster.id}`, { headers });
  if (!response.ok)
    throw new LocalFault(
      `the database of stack ${stack} is not one of the local clouds: nothing is rehearsed on what was not made here; \`npm start -- --stack ${stack}\` mends the stack`,
    );
}

const headers = { authorization: `Bearer ${localCredential}` };

async function remove({ endpoints }: Place, path: string): Promise<void> {
  const response = await fetch(`${endpoints.digitalocean}${path}`, { method: "DELETE", headers });
  if (!response.ok && response.status !== 404)
    throw new LocalFault(`DELETE ${path} answered ${response.status}: ${await response.text()}`);
}

/** Removes everything that the engine knows of a stack; the owner's secrets are elsewhere. */
function forget(home: string, stack: string): void {
  const folder = dirname(stateFile(home, stack));
  for (const name of readdirSync(folder))
    if (name.startsWith(`${stack}.json`)) rmSync(join(folder, name), { recursive: true });
  for (const name of [`Pulumi.${stack}.yaml`, `secrets.${stack}.json`])
    rmSync(join(home, "work", name), { force: true });
  for (const kept of ["backups", "history"])
    rmSync(join(home, "state", ".pulumi", kept, "slipway", stack), { recursive: true, force: true });
}
