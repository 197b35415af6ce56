import type { CheckFailure, Properties, ResourceHandler } from "../resource.ts";
import {
  type Account,
  environmentPath,
  fetchRepositoryId,
  replacedRepository,
  unlessMissing,
} from "./account.ts";
import type { Json } from "./client.ts";
import { buildId, escapePart, parseId, unescapePart } from "./ids.ts";

function checkOnePattern(inputs: Properties): CheckFailure[] {
  return inputs.branchPattern === undefined && inputs.tagPattern === undefined
    ? [{ property: "branchPattern", reason: "must be given, or tagPattern in its place" }]
    : [];
}

function wantedPolicy(inputs: Properties): { name: unknown; type: "branch" | "tag" } {
  const branch = inputs.branchPattern;
  return branch === undefined || branch === ""
    ? { name: inputs.tagPattern, type: "tag" }
    : { name: branch, type: "branch" };
}

function patternOf({ name, type }: Json): Properties {
  return type === "tag" ? { tagPattern: name } : { branchPattern: name };
}

/** `github.RepositoryEnvironmentDeploymentPolicy`. */
export function environmentPolicyHandler(account: Account): ResourceHandler {
  const path = ({ repository, environment }: Properties): string =>
    `${environmentPath(account, repository, environment)}/deployment-branch-policies`;
  const idOf = (inputs: Properties, policyId: unknown): string =>
    buildId(String(inputs.repository), escapePart(String(inputs.environment)), String(policyId));
  return {
    check: checkOnePattern,
    async replaces(changed, state, inputs) {
      // A policy cannot change between branches and tags.
      const both = ["branchPattern", "tagPattern"].filter((name) => changed.includes(name));
      return [
        ...(await replacedRepository(account, changed, state, inputs)),
        ...(both.length === 2 ? both : []),
      ];
    },
    async create(inputs) {
      const repositoryId = await fetchRepositoryId(account, inputs.repository);
      const { body } = await account.client.send("POST", path(inputs), wantedPolicy(inputs));
      return {
        id: idOf(inputs, body.id),
        state: { ...inputs, repositoryId, policyId: body.id },
      };
    },
    async read(id, _inputs, state) {
      const parts = parseId(id, "repository", "environment", "policy_id");
      const repository = state.repository ?? parts[0];
      const environment = state.environment ?? unescapePart(parts[1] ?? "");
      const policyId = state.policyId ?? Number(parts[2]);
      if (!Number.isInteger(policyId))
        throw new Error(`the id must end in the number of a policy, got ${id}`);
      const reply = await unlessMissing(
        account.client.get(`${path({ repository, environment })}/${policyId}`),
      );
      if (reply === undefined) return undefined;
      const repositoryId = state.repositoryId ?? (await fetchRepositoryId(account, repository));
      return { id, state: { repository, environment, repositoryId, policyId, ...patternOf(reply.body) } };
    },
    async update(_id, inputs, state) {
      const { name } = wantedPolicy(inputs);
      await account.client.send("PUT", `${path(inputs)}/${state.policyId}`, { name });
      return { ...inputs, repositoryId: state.repositoryId, policyId: state.policyId };
    },
    async delete(_id, state) {
      await account.client.send("DELETE", `${path(state)}/${state.policyId}`);
    },
    async find(inputs) {
      const wanted = wantedPolicy(inputs);
      const policies = await unlessMissing(account.client.list(path(inputs), "branch_policies"));
      const same = policies?.find(({ name, type }) => name === wanted.name && type === wanted.type);
      return same === undefined ? undefined : idOf(inputs, same.id);
    },
  };
}
