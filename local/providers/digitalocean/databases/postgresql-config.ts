import type { Properties, ResourceHandler } from "../../resource.ts";
import { providerSchema } from "../../schema.ts";
import { type Context, handler, stillThere, unlessEmpty } from "../handler.ts";

interface Inputs extends Properties {
  clusterId: string;
}

const token = "digitalocean:index/databasePostgresqlConfig:DatabasePostgresqlConfig";

/** Settings that the API groups under one key and the provider gives as a list of one. */
const groups: Readonly<Record<string, string>> = { pgbouncers: "pgbouncer", timescaledbs: "timescaledb" };

/** The PostgreSQL settings of a cluster. Removing the resource leaves the settings as they are. */
export function databasePostgresqlConfig({ client }: Context): ResourceHandler {
  const pathOf = (clusterId: string): string => `/v2/databases/${clusterId}/config`;
  const idOf = (clusterId: string): string => `${clusterId}/postgresql-config`;
  const read = async (clusterId: string, known: Properties, signal?: AbortSignal) => {
    const reply = await client.find<{ config: Properties }>(pathOf(clusterId), signal);
    if (reply === undefined) return undefined;
    return { id: idOf(clusterId), state: stateOf(clusterId, reply.config, known) };
  };
  const write = async (inputs: Inputs, signal: AbortSignal) => {
    const { clusterId } = inputs;
    await client.send("PATCH", pathOf(clusterId), { config: configOf(inputs) }, signal);
    return stillThere(await read(clusterId, inputs, signal), `database cluster ${clusterId}`);
  };
  return handler<Inputs, Inputs>({
    create: (inputs, { signal }) => write(inputs, signal),
    read: (id, inputs, state, { signal }) => {
      const known = { ...state, ...inputs };
      return read(known.clusterId ?? id.replace(/\/postgresql-config$/, ""), known, signal);
    },
    update: async (_id, inputs, _state, { signal }) => (await write(inputs, signal)).state,
    delete: async (_id, { clusterId }, { warn }) => {
      warn(
        `the settings of database cluster ${clusterId} stay as they are; removing them from the program resets nothing`,
      );
    },
    // The settings belong to the cluster: they were there before and go with it.
    find: async () => undefined,
  });
}

/** The provider cannot send zero, an empty text or, but for `jit`, false. */
function configOf(inputs: Inputs): Properties {
  const config: Properties = {};
  for (const [key, value] of Object.entries(inputs)) {
    if (key === "clusterId") continue;
    const group = groups[key];
    if (group !== undefined) {
      const first = Array.isArray(value) ? value[0] : undefined;
      if (first !== undefined) config[group] = renamed(first as Properties, snakeCase);
    } else if (unlessEmpty(value) !== undefined || key === "jit") {
      config[snakeCase(key)] = value;
    }
  }
  return config;
}

function stateOf(clusterId: string, config: Properties, known: Properties): Inputs {
  const state: Inputs = { clusterId };
  for (const key of Object.keys(providerSchema("digitalocean").resources[token]?.inputProperties ?? {})) {
    const group = groups[key];
    if (group !== undefined) {
      if (known[key] !== undefined && config[group] !== undefined) {
        state[key] = [renamed(config[group] as Properties, camelCase)];
      }
    } else if (key !== "clusterId" && config[snakeCase(key)] !== undefined) {
      state[key] = config[snakeCase(key)];
    }
  }
  return state;
}

function renamed(value: Properties, rename: (key: string) => string): Properties {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [rename(key), inner]));
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camelCase(key: string): string {
  return key.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
