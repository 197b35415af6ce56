import type { ResourceHandler } from "../resource.ts";
import { type Context, compact, handler, stillThere } from "./handler.ts";

interface Inputs {
  name: string;
  ipAddress?: string;
}

interface State extends Inputs {
  domainUrn: string;
  ttl?: number;
}

interface Domain {
  name: string;
  ttl?: number;
}

/** A DNS zone. Its id is its name; removing it removes every record in it. */
export function domain({ client }: Context): ResourceHandler {
  const pathOf = (name: string): string => `/v2/domains/${encodeURIComponent(name)}`;
  const read = async (name: string, ipAddress: string | undefined, signal?: AbortSignal) => {
    const reply = await client.find<{ domain: Domain }>(pathOf(name), signal);
    if (reply === undefined) return undefined;
    const found = reply.domain;
    const state = compact<State>({
      name: found.name,
      ipAddress,
      domainUrn: `do:domain:${found.name}`,
      ttl: found.ttl,
    });
    return { id: found.name, state };
  };
  return handler<Inputs, State>({
    create: async ({ name, ipAddress }, { signal }) => {
      await client.send("POST", "/v2/domains", compact({ name, ip_address: ipAddress }), signal);
      return stillThere(await read(name, ipAddress, signal), `zone ${name}`);
    },
    read: (id, inputs, state, { signal }) => read(id, { ...state, ...inputs }.ipAddress, signal),
    // Every input replaces the zone, so nothing is left to update.
    update: async (_id, _inputs, state) => state,
    delete: async (id, _state, { signal }) => {
      await client.send("DELETE", pathOf(id), undefined, signal);
    },
    find: async ({ name }) => (await read(name, undefined))?.id,
  });
}
