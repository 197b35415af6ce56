import type { Operation } from "../../resource.ts";
import { type Context, compact } from "../handler.ts";
import { autoscaleBody, type ClusterInputs, type ClusterState } from "./cluster-model.ts";

/** What an update of a cluster works on. */
interface Update {
  readonly inputs: ClusterInputs;
  readonly state: ClusterState;
  readonly operation: Operation;
}

/** Makes the calls that bring a cluster from its state to its inputs, in the order of the published provider. */
export async function applyClusterChanges(
  { client }: Context,
  id: string,
  { inputs, state, operation }: Update,
  awaitOnline: () => Promise<unknown>,
): Promise<void> {
  const { changed, signal } = operation;
  const has = (...names: (keyof ClusterInputs)[]): boolean => names.some((name) => changed.includes(name));
  const put = (path: string, body: unknown): Promise<unknown> =>
    client.send("PUT", `/v2/databases/${id}/${path}`, body, signal);

  if (has("size", "nodeCount", "storageSizeMib")) {
    // A larger size brings its own storage; an old amount sent along could be below its minimum.
    const storage = has("storageSizeMib") ? inputs.storageSizeMib : undefined;
    await put(
      "resize",
      compact({
        size: inputs.size,
        num_nodes: inputs.nodeCount,
        storage_size_mib: storage === undefined ? undefined : Number(storage),
      }),
    );
    await awaitOnline();
  }
  if (has("region")) {
    await put("migrate", { region: inputs.region.toLowerCase() });
    await awaitOnline();
  }
  const window = inputs.maintenanceWindows?.[0];
  if (has("maintenanceWindows") && window !== undefined) await put("maintenance", window);
  if (has("version")) await put("upgrade", { version: inputs.version });
  if (has("tags")) await changeTags({ client }, id, state.tags ?? [], inputs.tags ?? [], signal);
  if (has("storageAutoscale") && inputs.storageAutoscale !== undefined) {
    await put("autoscale", { storage: autoscaleBody(inputs.storageAutoscale) });
  }
}

async function changeTags(
  { client }: Pick<Context, "client">,
  id: string,
  old: readonly string[],
  wanted: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const resources = [{ resource_id: id, resource_type: "database" }];
  const pathOf = (tag: string): string => `/v2/tags/${encodeURIComponent(tag)}/resources`;
  for (const tag of old.filter((one) => !wanted.includes(one))) {
    await client.send("DELETE", pathOf(tag), { resources }, signal);
  }
  for (const tag of wanted.filter((one) => !old.includes(one))) {
    await client.send("POST", "/v2/tags", { name: tag }, signal);
    await client.send("POST", pathOf(tag), { resources }, signal);
  }
}
