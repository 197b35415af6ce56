import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { GitHubError, notFound, parseBody } from "./errors.ts";
import type { EnvironmentRecord, PolicyRecord } from "./records.ts";
import { baseUrl, type GitHubState, nodeId, page } from "./state.ts";

const Pattern = z.object({ name: z.string().min(1, "is empty") });
const NewPattern = Pattern.extend({ type: z.enum(["branch", "tag"]).default("branch") });

const policyReply = ({ id, name, type }: PolicyRecord): Record<string, unknown> => ({
  id,
  node_id: nodeId("GateBranchPolicy", id),
  name,
  type,
});

/**
 * Serves the patterns of branches and tags that may deploy to an environment. An environment that is not restricted to
 * such patterns has none, and answers 404 for all of them.
 */
export function policyRoutes(
  server: FastifyInstance,
  state: GitHubState,
  find: (request: FastifyRequest) => { environment: EnvironmentRecord },
): void {
  const path = "/environments/:environment/deployment-branch-policies";
  const environmentOf = (request: FastifyRequest): EnvironmentRecord => {
    const { environment } = find(request);
    if (environment.branchPolicy !== "custom") throw notFound();
    return environment;
  };
  const policiesOf = (environment: EnvironmentRecord): PolicyRecord[] =>
    state.policies.list().filter(({ environmentId }) => environmentId === environment.id);
  const policyOf = (request: FastifyRequest): PolicyRecord => {
    const environment = environmentOf(request);
    const policy = state.policies.get((request.params as { policy: string }).policy);
    if (policy?.environmentId !== environment.id) throw notFound();
    return policy;
  };

  server.get(path, async (request) => {
    const policies = policiesOf(environmentOf(request));
    return { total_count: policies.length, branch_policies: page(policies, request).map(policyReply) };
  });

  server.post(path, async (request, reply) => {
    const environment = environmentOf(request);
    const { name, type } = parseBody(NewPattern, request.body);
    const same = policiesOf(environment).find((policy) => policy.name === name && policy.type === type);
    if (same !== undefined) {
      throw new GitHubError(303, "See Other", {
        headers: {
          location: `${baseUrl(request)}${request.url.replace(/^\/api\/v3|\?.*$/g, "")}/${same.id}`,
        },
      });
    }
    const policy: PolicyRecord = { id: state.nextId(), environmentId: environment.id, name, type };
    state.policies.put(String(policy.id), policy);
    return reply.send(policyReply(policy));
  });

  server.get(`${path}/:policy`, async (request) => policyReply(policyOf(request)));

  server.put(`${path}/:policy`, async (request) => {
    const policy = policyOf(request);
    const changed: PolicyRecord = { ...policy, name: parseBody(Pattern, request.body).name };
    state.policies.put(String(changed.id), changed);
    return policyReply(changed);
  });

  server.delete(`${path}/:policy`, async (request, reply) => {
    state.policies.delete(String(policyOf(request).id));
    return reply.code(204).send();
  });
}
