import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { account } from "./accounts.ts";
import { GitHubError, parseBody } from "./errors.ts";
import { findRepository } from "./repositories.ts";
import { type GitHubState, timestamp } from "./state.ts";

const Subject = z.object({
  use_default: z.boolean(),
  include_claim_keys: z.array(z.string()).optional(),
  use_immutable_subject: z.boolean().optional(),
});

/** Serves how the subject of a repository's OpenID Connect tokens is made. */
export function oidcRoutes(server: FastifyInstance, state: GitHubState): void {
  const path = "/actions/oidc/customization/sub";

  server.get(path, async (request) => {
    const repository = findRepository(state, request);
    const { owner, ownerType, name, id, oidc } = repository;
    const ownerId = account(state, owner, ownerType)?.id;
    return {
      use_default: oidc.useDefault,
      ...(oidc.useDefault ? {} : { include_claim_keys: oidc.claimKeys }),
      use_immutable_subject: oidc.isImmutable,
      sub_claim_prefix: oidc.isImmutable ? `repo:${owner}@${ownerId}/${name}@${id}` : `repo:${owner}/${name}`,
    };
  });

  server.put(path, async (request, reply) => {
    const repository = findRepository(state, request);
    const wanted = parseBody(Subject, request.body);
    const bad = wanted.include_claim_keys?.find((key) => !/^\w+$/.test(key));
    if (bad !== undefined) {
      throw new GitHubError(422, "Claim keys must only contain alphanumeric characters and underscores");
    }
    state.repositories.put(String(repository.id), {
      ...repository,
      oidc: {
        useDefault: wanted.use_default,
        claimKeys: wanted.use_default ? [] : (wanted.include_claim_keys ?? []),
        isImmutable: wanted.use_immutable_subject ?? repository.oidc.isImmutable,
      },
      updatedAt: timestamp(),
    });
    return reply.code(201).send({});
  });
}
