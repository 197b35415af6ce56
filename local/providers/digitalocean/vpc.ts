import type { ResourceHandler } from "../resource.ts";
import { ApiError } from "./client.ts";
import { type Context, compact, goTime, handler, stillThere, unlessEmpty } from "./handler.ts";
import { inTurn, waitUntil } from "./wait.ts";

interface Inputs {
  name: string;
  region: string;
  description?: string;
  ipRange?: string;
}

interface State extends Inputs {
  vpcUrn: string;
  default: boolean;
  createdAt: string;
}

interface Vpc {
  id: string;
  urn: string;
  name: string;
  region: string;
  description: string;
  ip_range: string;
  default: boolean;
  created_at: string;
}

/** Longest wait for the members of a network to leave it, milliseconds: that of the published provider. */
const longestDelete = 2 * 60 * 1000;

/** A private network. */
export function vpc({ client, pollInterval }: Context): ResourceHandler {
  const read = async (id: string, signal?: AbortSignal) => {
    const reply = await client.find<{ vpc: Vpc }>(`/v2/vpcs/${id}`, signal);
    if (reply === undefined) return undefined;
    const { vpc: found } = reply;
    const state: State = {
      name: found.name,
      region: found.region,
      description: found.description,
      ipRange: found.ip_range,
      vpcUrn: found.urn,
      default: found.default,
      createdAt: goTime(found.created_at),
    };
    return { id: found.id, state };
  };
  return handler<Inputs, State>({
    create: async (inputs, { signal }) => {
      const body = compact({
        name: inputs.name,
        region: inputs.region,
        description: unlessEmpty(inputs.description),
        ip_range: unlessEmpty(inputs.ipRange),
      });
      // Two networks made at once in one region could be given the same range.
      const { vpc: made } = await inTurn(`vpc ${inputs.region}`, () =>
        client.send<{ vpc: Vpc }>("POST", "/v2/vpcs", body, signal),
      );
      return stillThere(await read(made.id, signal), `network ${inputs.name}`);
    },
    read: (id, _inputs, _state, { signal }) => read(id, signal),
    update: async (id, inputs, state, { changed, signal }) => {
      if (changed.includes("name") || changed.includes("description")) {
        const body = { name: inputs.name, description: inputs.description ?? "", default: state.default };
        await client.send("PUT", `/v2/vpcs/${id}`, body, signal);
      }
      return stillThere(await read(id, signal), `network ${inputs.name}`).state;
    },
    delete: (id, state, operation) =>
      waitUntil(
        `the members of network ${state.name ?? id} to leave it`,
        async () => {
          try {
            await client.send("DELETE", `/v2/vpcs/${id}`, undefined, operation.signal);
            return null;
          } catch (error) {
            if (error instanceof ApiError && (error.status === 403 || error.status === 409)) return undefined;
            throw error;
          }
        },
        { operation, interval: pollInterval, limit: longestDelete },
      ).then(() => undefined),
    find: async ({ name }) => {
      const all = await client.list<Vpc>("/v2/vpcs", "vpcs");
      return all.find((one) => one.name === name)?.id;
    },
  });
}
