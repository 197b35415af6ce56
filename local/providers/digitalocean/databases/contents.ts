import type { ResourceHandler } from "../../resource.ts";
import { type Context, compact, handler, importedParts, stillThere } from "../handler.ts";
import { inTurn } from "../wait.ts";

interface Inputs {
  clusterId: string;
  name: string;
}

interface UserInputs extends Inputs {
  mysqlAuthPlugin?: string;
  settings?: unknown[];
}

interface UserState extends UserInputs {
  role: string;
  password?: string;
}

interface User {
  name: string;
  role?: string;
  password?: string;
}

/** One database of a cluster. Its id is `<cluster>/database/<name>`. */
export function databaseDb({ client }: Context): ResourceHandler {
  const read = async ({ clusterId, name }: Inputs, signal?: AbortSignal) => {
    const reply = await client.find(`/v2/databases/${clusterId}/dbs/${encodeURIComponent(name)}`, signal);
    return reply === undefined
      ? undefined
      : { id: `${clusterId}/database/${name}`, state: { clusterId, name } };
  };
  return handler<Inputs, Inputs>({
    create: async (inputs, { signal }) => {
      const { clusterId, name } = inputs;
      await client.send("POST", `/v2/databases/${clusterId}/dbs`, { name }, signal);
      return stillThere(await read(inputs, signal), `database ${name}`);
    },
    read: (id, inputs, state, { signal }) => read(partsOf("database", id, { ...state, ...inputs }), signal),
    update: async (_id, inputs) => inputs,
    delete: async (_id, { clusterId, name }, { signal }) => {
      const path = `/v2/databases/${clusterId}/dbs/${encodeURIComponent(name)}`;
      await client.send("DELETE", path, undefined, signal);
    },
    find: async (inputs) => (await read(inputs))?.id,
  });
}

/** One login of a cluster. Its id is `<cluster>/user/<name>`. */
export function databaseUser({ client }: Context): ResourceHandler {
  const stateOf = (inputs: UserInputs, user: User, password: string | undefined): UserState =>
    compact<UserState>({
      clusterId: inputs.clusterId,
      name: user.name,
      mysqlAuthPlugin: inputs.mysqlAuthPlugin,
      settings: inputs.settings,
      role: user.role === undefined || user.role === "" ? "normal" : user.role,
      // Some engines tell the password once only; it must not be lost then.
      password: user.password === undefined || user.password === "" ? password : user.password,
    });
  const pathOf = ({ clusterId, name }: Inputs): string =>
    `/v2/databases/${clusterId}/users/${encodeURIComponent(name)}`;
  const idOf = ({ clusterId, name }: Inputs): string => `${clusterId}/user/${name}`;
  const read = async (known: UserInputs, password: string | undefined, signal?: AbortSignal) => {
    const reply = await client.find<{ user: User }>(pathOf(known), signal);
    if (reply === undefined) return undefined;
    return { id: idOf(known), state: stateOf(known, reply.user, password) };
  };
  return handler<UserInputs, UserState>({
    create: async (inputs, { signal }) => {
      const { clusterId, name } = inputs;
      const { user } = await inTurn(`users ${clusterId}`, () =>
        client.send<{ user: User }>("POST", `/v2/databases/${clusterId}/users`, { name }, signal),
      );
      return { id: idOf(inputs), state: stateOf(inputs, user, undefined) };
    },
    read: (id, inputs, state, { signal }) => {
      const known = { ...state, ...inputs };
      return read({ ...known, ...partsOf("user", id, known) }, state.password, signal);
    },
    update: async (_id, inputs, state, { signal }) =>
      stillThere(await read(inputs, state.password, signal), `database user ${inputs.name}`).state,
    delete: async (_id, state, { signal }) => {
      await inTurn(`users ${state.clusterId}`, () => client.send("DELETE", pathOf(state), undefined, signal));
    },
    find: async (inputs) => (await read(inputs, undefined))?.id,
  });
}

/** Cluster and name of a part of a cluster, from what is known or from its id or the id that an import gives. */
export function partsOf(kind: string, id: string, known: Partial<Inputs>): Inputs {
  const { clusterId, name } = known;
  if (clusterId !== undefined && name !== undefined) return { clusterId, name };
  const imported = importedParts(id);
  if (imported !== undefined) return { clusterId: imported[0], name: imported[1] };
  const [cluster, middle, ...rest] = id.split("/");
  if (cluster === undefined || middle !== kind || rest.length === 0) {
    throw new Error(`the id must be the cluster's id and the name joined with a comma, got ${id}`);
  }
  return { clusterId: cluster, name: rest.join("/") };
}
