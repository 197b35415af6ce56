import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { notFound, parseBody } from "./errors.ts";
import type { CheckRunRecord, RepositoryRecord } from "./records.ts";
import { findRepository, refuseArchived } from "./repositories.ts";
import { repositoryUrl } from "./repository-reply.ts";
import { type GitHubState, nodeId, page, timestamp } from "./state.ts";

const Output = z.object({ title: z.string(), summary: z.string(), text: z.string().optional() });
const Conclusion = z.enum([
  "action_required",
  "cancelled",
  "failure",
  "neutral",
  "success",
  "skipped",
  "timed_out",
]);
const Common = {
  details_url: z.string().optional(),
  external_id: z.string().optional(),
  status: z.enum(["queued", "in_progress", "completed"]).optional(),
  conclusion: Conclusion.optional(),
  started_at: z.string().optional(),
  completed_at: z.string().optional(),
  output: Output.optional(),
};
const NewRun = z.object({ name: z.string(), head_sha: z.string(), ...Common });
const ChangedRun = z.object({ name: z.string().optional(), ...Common });

/** Serves the check runs of commits. The description names no list, so that one is what GitHub's page says. */
export function checkRunRoutes(server: FastifyInstance, state: GitHubState): void {
  const shown = (request: FastifyRequest, repository: RepositoryRecord, run: CheckRunRecord) => {
    const url = `${repositoryUrl(request, repository)}/check-runs/${run.id}`;
    return {
      id: run.id,
      node_id: nodeId("CheckRun", run.id),
      head_sha: run.headSha,
      external_id: run.externalId,
      url,
      html_url: null,
      details_url: run.detailsUrl,
      status: run.status,
      conclusion: run.conclusion,
      started_at: run.startedAt,
      completed_at: run.completedAt,
      output: {
        title: run.output?.title ?? null,
        summary: run.output?.summary ?? null,
        text: run.output?.text ?? null,
        annotations_count: 0,
        annotations_url: `${url}/annotations`,
      },
      name: run.name,
      check_suite: null,
      app: null,
      pull_requests: [],
    };
  };
  const changed = (run: CheckRunRecord, wanted: z.output<typeof ChangedRun>): CheckRunRecord => {
    // A conclusion makes a run complete, whatever its status is said to be.
    const conclusion = wanted.conclusion ?? run.conclusion;
    const status = conclusion === null ? (wanted.status ?? run.status) : "completed";
    return {
      ...run,
      name: wanted.name ?? run.name,
      status,
      conclusion,
      detailsUrl: wanted.details_url ?? run.detailsUrl,
      externalId: wanted.external_id ?? run.externalId,
      startedAt: wanted.started_at ?? run.startedAt,
      completedAt: status === "completed" ? (wanted.completed_at ?? run.completedAt ?? timestamp()) : null,
      output: wanted.output ?? run.output,
    };
  };

  server.post("/check-runs", async (request, reply) => {
    const repository = findRepository(state, request);
    refuseArchived(repository);
    const { head_sha: headSha, name, ...wanted } = parseBody(NewRun, request.body);
    const blank: CheckRunRecord = {
      id: state.nextId(),
      repositoryId: repository.id,
      headSha,
      name,
      status: "queued",
      conclusion: null,
      detailsUrl: null,
      externalId: "",
      startedAt: timestamp(),
      completedAt: null,
    };
    const run = changed(blank, wanted);
    state.checkRuns.put(String(run.id), run);
    return reply.code(201).send(shown(request, repository, run));
  });

  server.patch("/check-runs/:run", async (request) => {
    const repository = findRepository(state, request);
    const run = state.checkRuns.get((request.params as { run: string }).run);
    if (run?.repositoryId !== repository.id) throw notFound();
    const next = changed(run, parseBody(ChangedRun, request.body));
    state.checkRuns.put(String(next.id), next);
    return shown(request, repository, next);
  });

  server.get("/commits/:ref/check-runs", async (request) => {
    const repository = findRepository(state, request);
    const { ref } = request.params as { ref: string };
    const sha = repository.branches[ref] ?? ref;
    const runs = state.checkRuns
      .list()
      .filter((run) => run.repositoryId === repository.id && run.headSha === sha)
      .reverse();
    return {
      total_count: runs.length,
      check_runs: page(runs, request).map((run) => shown(request, repository, run)),
    };
  });
}
