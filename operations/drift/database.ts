import { z } from "zod";
import type { Clouds } from "./clouds.ts";
import { partsDrift } from "./database-parts.ts";
import { differences } from "./differences.ts";
import { type Notes, told } from "./finding.ts";
import { lookAtDigitalOcean, looking } from "./look.ts";
import { ofType, type StackState, type StateResource, textOf } from "./state.ts";

const Cluster = z.looseObject({ database: z.looseObject({ created_at: z.string().optional() }) });
const Rules = z.looseObject({
  rules: z.array(z.looseObject({ type: z.string(), value: z.string() })).nullish(),
});
const Config = z.looseObject({ config: z.record(z.string(), z.unknown()) });
const Backups = z.looseObject({ backups: z.array(z.looseObject({ created_at: z.string() })).nullish() });

/** The API's fields of a cluster by the provider's. */
const clusterFields = {
  size: "size",
  nodeCount: "num_nodes",
  version: "version",
  region: "region",
  privateNetworkUuid: "private_network_uuid",
  storageSizeMib: "storage_size_mib",
} as const;

/** Newest backup of the platform: it makes one a day. */
const backupHours = 48;

/** The database: its cluster, whom it lets in, what is inside, its settings, the platform's backups. */
export async function databaseDrift(
  notes: Notes,
  state: StackState,
  clouds: Clouds,
  now: Date,
): Promise<void> {
  for (const cluster of ofType(state, "digitalocean:index/databaseCluster:DatabaseCluster")) {
    const name = `database cluster ${textOf(cluster.inputs["name"]) || cluster.name}`;
    const of = (type: string) =>
      ofType(state, `digitalocean:index/${type}`).filter(({ inputs }) => inputs["clusterId"] === cluster.id);
    const path = `/v2/databases/${cluster.id}`;
    await looking(notes, name, async () => {
      const access = clouds.digitalocean();
      const live = await lookAtDigitalOcean(access, path, Cluster);
      if (live === undefined) return notes.gone(name);
      for (const [ours, theirs] of Object.entries(clusterFields)) {
        const [was, is] = [cluster.outputs[ours], live.database[theirs]];
        if (was !== undefined && String(was) !== String(is))
          notes.drift("cluster", name, `${theirs} is ${told(is)}; the last run left ${told(was)}`);
      }
      for (const firewall of of("databaseFirewall:DatabaseFirewall")) {
        const rules = (await lookAtDigitalOcean(access, `${path}/firewall`, Rules))?.rules ?? [];
        firewallDrift(notes, `firewall of ${name}`, firewall, rules);
      }
      for (const config of of("databasePostgresqlConfig:DatabasePostgresqlConfig"))
        configDrift(
          notes,
          name,
          config,
          (await lookAtDigitalOcean(access, `${path}/config`, Config))?.config,
        );
      await partsDrift(notes, name, of, { access, path });
      const backups = (await lookAtDigitalOcean(access, `${path}/backups`, Backups))?.backups ?? [];
      const since = live.database.created_at;
      if (clouds.hasBackups !== false) backupDrift(notes, name, backups, since, now);
    });
  }
}

function firewallDrift(
  notes: Notes,
  name: string,
  firewall: StateResource,
  live: readonly { type: string; value: string }[],
): void {
  const text = (rule: { type?: unknown; value?: unknown }) => `${textOf(rule.type)} ${textOf(rule.value)}`;
  const wanted = firewall.inputs["rules"];
  const made = Array.isArray(wanted) ? wanted.map(text) : [];
  const found = live.map(text);
  if (found.length === 0 && made.length > 0) {
    notes.drift("firewall", name, "has no rule: every address may try to log in");
    return;
  }
  for (const rule of found.filter((one) => !made.includes(one)))
    notes.drift("firewall", name, `lets in ${told(rule)}, which the program does not`);
  for (const rule of made.filter((one) => !found.includes(one)))
    notes.drift("firewall", name, `does not let in ${told(rule)} any more`);
}

function configDrift(
  notes: Notes,
  cluster: string,
  config: StateResource,
  live: Readonly<Record<string, unknown>> | undefined,
): void {
  for (const [key, was] of Object.entries(config.inputs)) {
    if (key === "clusterId" || key.startsWith("__")) continue;
    const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (differences(was, live?.[name]).length > 0)
      notes.drift(
        "database-settings",
        cluster,
        `setting ${name} is ${told(live?.[name])}; the program says ${told(was)}`,
      );
  }
}

function backupDrift(
  notes: Notes,
  cluster: string,
  backups: readonly { created_at: string }[],
  clusterSince: string | undefined,
  now: Date,
): void {
  const newest =
    backups
      .map((backup) => backup.created_at)
      .sort()
      .at(-1) ?? clusterSince;
  if (newest === undefined || now.getTime() - Date.parse(newest) <= backupHours * 3_600_000) return;
  const what =
    backups.length === 0
      ? "the platform has no backup of it"
      : `the platform's newest backup is of ${told(newest)}`;
  notes.drift("backups", cluster, what, "ask DigitalOcean's support: the platform makes one a day by itself");
}
