import type { Properties, ResourceHandler } from "../resource.ts";
import { type Account, fetchRepositoryId, replacedRepository, unlessMissing } from "./account.ts";
import type { Json } from "./client.ts";
import { onceThere } from "./patience.ts";
import type { Scope } from "./scope.ts";
import { goTime } from "./times.ts";

function timesOf(variable: Json | undefined): Properties {
  return variable === undefined
    ? {}
    : { createdAt: goTime(variable.created_at), updatedAt: goTime(variable.updated_at) };
}

/** `github.ActionsVariable` and `github.ActionsEnvironmentVariable`. */
export function variableHandler(account: Account, scope: Scope): ResourceHandler {
  const { client } = account;
  const path = (properties: Properties): string =>
    `${scope.variablesPath(properties)}/${properties.variableName}`;
  const bodyOf = (inputs: Properties): Json => ({ name: inputs.variableName, value: inputs.value });
  return {
    replaces: (changed, state, inputs) => replacedRepository(account, changed, state, inputs),
    async create(inputs) {
      const repositoryId = await fetchRepositoryId(account, inputs.repository);
      await client.send("POST", scope.variablesPath(inputs), bodyOf(inputs));
      const variable = await onceThere(() => client.get(path(inputs)));
      return {
        id: scope.idOf(inputs, String(inputs.variableName)),
        state: { ...inputs, repositoryId, ...timesOf(variable) },
      };
    },
    async read(id, _inputs, state) {
      const parsed = scope.parse(id, "variable_name");
      const place = { ...parsed.place, variableName: parsed.name, ...state };
      const variable = await unlessMissing(client.get(path(place)));
      if (variable === undefined) return undefined;
      const repositoryId = state.repositoryId ?? (await fetchRepositoryId(account, parsed.place.repository));
      return {
        id,
        state: { ...place, repositoryId, value: variable.body.value, ...timesOf(variable.body) },
      };
    },
    async update(_id, inputs, state) {
      await client.send("PATCH", path(inputs), bodyOf(inputs));
      const variable = await onceThere(() => client.get(path(inputs)));
      return {
        ...inputs,
        repositoryId: state.repositoryId,
        createdAt: state.createdAt,
        ...timesOf(variable),
      };
    },
    async delete(_id, state) {
      await client.send("DELETE", path(state));
    },
    async find(inputs) {
      const variable = await unlessMissing(client.get(path(inputs)));
      return variable === undefined ? undefined : scope.idOf(inputs, String(inputs.variableName));
    },
  };
}
