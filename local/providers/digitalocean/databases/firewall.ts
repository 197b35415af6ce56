import { randomUUID } from "node:crypto";
import type { ResourceHandler } from "../../resource.ts";
import { type Context, compact, handler, stillThere } from "../handler.ts";

interface Rule {
  type: string;
  value: string;
  uuid?: string;
  createdAt?: string;
}

interface Inputs {
  clusterId: string;
  rules: Rule[];
}

interface ApiRule {
  uuid: string;
  type: string;
  value: string;
  created_at: string;
}

/** The whole list of sources that may connect to a cluster. Removing it writes an empty list, which means open. */
export function databaseFirewall({ client }: Context): ResourceHandler {
  const pathOf = (clusterId: string): string => `/v2/databases/${clusterId}/firewall`;
  const write = (clusterId: string, rules: readonly Rule[], signal: AbortSignal): Promise<unknown> =>
    client.send(
      "PUT",
      pathOf(clusterId),
      { rules: rules.map(({ type, value, uuid }) => compact({ type, value, uuid })) },
      signal,
    );
  const read = async (clusterId: string, signal?: AbortSignal): Promise<Inputs | undefined> => {
    const reply = await client.find<{ rules: ApiRule[] | null }>(pathOf(clusterId), signal);
    if (reply === undefined) return undefined;
    const rules = (reply.rules ?? []).map(({ uuid, type, value, created_at: createdAt }) => ({
      uuid,
      type,
      value,
      createdAt,
    }));
    return { clusterId, rules };
  };
  // The provider makes the id up; the API knows the list by its cluster.
  const newId = (clusterId: string): string => `${clusterId}-${randomUUID().replaceAll("-", "")}`;

  return handler<Inputs, Inputs>({
    create: async ({ clusterId, rules }, { signal }) => {
      await write(clusterId, rules, signal);
      const state = stillThere(await read(clusterId, signal), `firewall of database cluster ${clusterId}`);
      return { id: newId(clusterId), state };
    },
    read: async (id, inputs, state, { signal }) => {
      const known = { ...state, ...inputs }.clusterId;
      const found = await read(known ?? id, signal);
      if (found === undefined) return undefined;
      return { id: known === undefined ? newId(id) : id, state: found };
    },
    update: async (_id, { clusterId, rules }, _state, { signal }) => {
      await write(clusterId, rules, signal);
      return stillThere(await read(clusterId, signal), `firewall of database cluster ${clusterId}`);
    },
    delete: async (_id, { clusterId }, { signal }) => {
      await write(clusterId, [], signal);
    },
    // Writing the list again does no harm, but taking an unfinished one back would open the cluster.
    find: async () => undefined,
  });
}
