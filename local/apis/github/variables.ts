import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { GitHubError, notFound, parseBody } from "./errors.ts";
import type { VariableRecord } from "./records.ts";
import { checkedName, refuseLarge } from "./secrets.ts";
import { type GitHubState, page, timestamp } from "./state.ts";

const NewVariable = z.object({ name: z.string(), value: z.string() });
const ChangedVariable = NewVariable.partial();

const variableReply = ({ name, value, createdAt, updatedAt }: VariableRecord): Record<string, unknown> => ({
  name,
  value,
  created_at: createdAt,
  updated_at: updatedAt,
});

/** Serves the variables below one path. */
export function variableRoutes(
  server: FastifyInstance,
  state: GitHubState,
  path: string,
  scopeOf: (request: FastifyRequest) => string,
): void {
  const find = (request: FastifyRequest): VariableRecord => {
    const { name } = request.params as { name: string };
    const found = state.variables.get(`${scopeOf(request)}/${name.toUpperCase()}`);
    if (found === undefined) throw notFound();
    return found;
  };
  const refuseTaken = (scope: string, name: string): void => {
    if (state.variables.get(`${scope}/${name}`) === undefined) return;
    throw new GitHubError(409, "Already exists - Variable already exists");
  };

  server.get(path, async (request) => {
    const scope = scopeOf(request);
    const variables = state.variables.list().filter((variable) => variable.scope === scope);
    return { total_count: variables.length, variables: page(variables, request).map(variableReply) };
  });

  server.post(path, async (request, reply) => {
    const scope = scopeOf(request);
    const sent = parseBody(NewVariable, request.body);
    const name = checkedName("Variable", sent.name);
    refuseLarge("Variable", sent.value);
    refuseTaken(scope, name);
    const now = timestamp();
    state.variables.put(`${scope}/${name}`, {
      scope,
      name,
      value: sent.value,
      createdAt: now,
      updatedAt: now,
    });
    return reply.code(201).send({});
  });

  server.get(`${path}/:name`, async (request) => variableReply(find(request)));

  server.patch(`${path}/:name`, async (request, reply) => {
    const known = find(request);
    const sent = parseBody(ChangedVariable, request.body);
    const name = checkedName("Variable", sent.name ?? known.name);
    const value = sent.value ?? known.value;
    refuseLarge("Variable", value);
    if (name !== known.name) {
      refuseTaken(known.scope, name);
      state.variables.delete(`${known.scope}/${known.name}`);
    }
    state.variables.put(`${known.scope}/${name}`, { ...known, name, value, updatedAt: timestamp() });
    return reply.code(204).send();
  });

  server.delete(`${path}/:name`, async (request, reply) => {
    const { scope, name } = find(request);
    state.variables.delete(`${scope}/${name}`);
    return reply.code(204).send();
  });
}
