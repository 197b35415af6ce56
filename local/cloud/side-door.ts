import type { FastifyInstance } from "fastify";
import type { z } from "zod";
import { approvedAndMerged, committed } from "../apis/github/side-door.ts";
import { gitHubState } from "../apis/github/state.ts";
import { RegistryError } from "../apis/registry/errors.ts";
import { keepMadeUpImage } from "../apis/registry/manifests.ts";
import { LocalFault } from "../fault.ts";
import {
  type CommitReply,
  CommitRequest,
  faultStatus,
  type ImageReply,
  ImageRequest,
  type MergeReply,
  MergeRequest,
} from "./control.ts";
import type { Store } from "./store.ts";

/** What a product's own pipeline and its people do at the registry and at GitHub, for commands that stand in for them. */
export function sideDoorRoutes(control: FastifyInstance, store: Store): void {
  const state = gitHubState(store);
  control.setErrorHandler(async (error: Error, _request, reply) => {
    if (!(error instanceof LocalFault || error instanceof RegistryError)) throw error;
    return reply.code(faultStatus).send({ fault: error.message });
  });
  control.post("/images", (request): z.output<typeof ImageReply> => {
    const { repository, tag } = ImageRequest.parse(request.body);
    return { digest: keepMadeUpImage(store, repository, tag) };
  });
  control.post("/commits", (request): CommitReply => committed(state, CommitRequest.parse(request.body)));
  control.post(
    "/merges",
    (request): MergeReply => approvedAndMerged(state, MergeRequest.parse(request.body)),
  );
}
