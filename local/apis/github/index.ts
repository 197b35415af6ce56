import { createHash } from "node:crypto";
import Fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import type { Store } from "../../cloud/store.ts";
import { refuseStrangers } from "../own-requests.ts";
import { keepJournal, type RequestJournal } from "../request-log.ts";
import { accountRoutes } from "./accounts.ts";
import { branchRoutes } from "./branches.ts";
import { checkRunRoutes } from "./check-runs.ts";
import { commentRoutes } from "./comments.ts";
import { commitRoutes, compareRoutes } from "./commits.ts";
import { contentRoutes } from "./contents.ts";
import { deploymentRoutes } from "./deployments.ts";
import { environmentRoutes, findEnvironment } from "./environments.ts";
import { answerFailures, GitHubError } from "./errors.ts";
import { issueRoutes } from "./issues.ts";
import { oidcRoutes } from "./oidc.ts";
import { pullRoutes } from "./pulls.ts";
import { findRepository, ownerRoutes, repositoryRoutes } from "./repositories.ts";
import { rulesetRoutes } from "./rulesets.ts";
import { scopeKey } from "./scopes.ts";
import { sealingReady } from "./sealing.ts";
import { secretRoutes } from "./secrets.ts";
import { type GitHubState, gitHubState } from "./state.ts";
import { variableRoutes } from "./variables.ts";

/** Paths that GitHub answers without a token. */
const open = new Set(["/meta", "/rate_limit"]);

/** Requests an hour that GitHub grants a token (docs.github.com, read 2026-11-21). The local cloud never uses them up. */
const hourlyRequests = 5000;

const resetTime = (): number => Math.ceil(Date.now() / 3_600_000) * 3600;

/**
 * The GitHub REST API as far as slipway uses it, under `/api/v3` as on an Enterprise Server and without a prefix as on
 * github.com. It does not listen yet. All state is in the store.
 */
export function gitHubApi(options: { store: Store; journal: RequestJournal }): FastifyInstance {
  const state = gitHubState(options.store);
  const server = Fastify({ routerOptions: { maxParamLength: 1000, ignoreTrailingSlash: true } });
  refuseStrangers(server);
  answerFailures(server);
  acceptAnyJson(server);
  requireToken(server);
  keepJournal(server, { api: "github", journal: options.journal });
  tagReplies(server);
  server.addHook("onReady", sealingReady);
  for (const prefix of ["", "/api/v3"]) {
    server.register(async (scope) => allRoutes(scope, state), { prefix });
  }
  return server;
}

function allRoutes(server: FastifyInstance, state: GitHubState): void {
  server.get("/meta", async () => ({ verifiable_password_authentication: false }));
  server.get("/rate_limit", async () => {
    const core = { limit: hourlyRequests, used: 0, remaining: hourlyRequests, reset: resetTime() };
    return { resources: { core }, rate: core };
  });
  accountRoutes(server, state);
  ownerRoutes(server, state);
  for (const prefix of ["/repos/:owner/:repo", "/repositories/:repositoryId"]) {
    server.register(async (scope) => repositoryTree(scope, state), { prefix });
  }
}

/** Everything below one repository. GitHub serves all of it by name and by id. */
function repositoryTree(server: FastifyInstance, state: GitHubState): void {
  repositoryRoutes(server, state);
  branchRoutes(server, state);
  checkRunRoutes(server, state);
  commentRoutes(server, state);
  commitRoutes(server, state);
  compareRoutes(server, state);
  contentRoutes(server, state);
  deploymentRoutes(server, state);
  environmentRoutes(server, state);
  issueRoutes(server, state);
  oidcRoutes(server, state);
  pullRoutes(server, state);
  rulesetRoutes(server, state);
  const scopes: readonly [path: string, scopeOf: (request: FastifyRequest) => string][] = [
    ["/actions", (request) => scopeKey(findRepository(state, request))],
    [
      "/environments/:environment",
      (request) => {
        const { repository, environment } = findEnvironment(state, request);
        return scopeKey(repository, environment);
      },
    ],
  ];
  for (const [path, scopeOf] of scopes) {
    secretRoutes(server, state, `${path}/secrets`, scopeOf);
    variableRoutes(server, state, `${path}/variables`, scopeOf);
  }
}

/** GitHub reads every body as JSON, whatever its content type, and takes an empty one for none. */
function acceptAnyJson(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "string" }, async (_request: FastifyRequest, body: string) => {
    if (body === "") return undefined;
    try {
      return JSON.parse(body) as unknown;
    } catch {
      throw new GitHubError(400, "Problems parsing JSON");
    }
  });
}

function requireToken(server: FastifyInstance): void {
  server.addHook("onRequest", async (request) => {
    if (open.has(request.url.replace(/^\/api\/v3/, "").replace(/\?.*$/, ""))) return;
    const authorization = request.headers.authorization;
    if (authorization === undefined) throw new GitHubError(401, "Requires authentication");
    if (!/^(bearer|token)\s+\S+$/i.test(authorization)) throw new GitHubError(401, "Bad credentials");
  });
}

/** Gives replies their ETag and rate headers, and answers 304 where the caller already has the reply. */
function tagReplies(server: FastifyInstance): void {
  server.addHook("onSend", async (request, reply, payload) => {
    const usual = {
      "x-github-media-type": "github.v3; format=json",
      "x-ratelimit-limit": hourlyRequests,
      "x-ratelimit-remaining": hourlyRequests,
      "x-ratelimit-reset": resetTime(),
      "x-ratelimit-resource": "core",
      "x-ratelimit-used": 0,
    };
    // A fault that was set may carry its own.
    for (const [name, value] of Object.entries(usual)) if (!reply.hasHeader(name)) reply.header(name, value);
    if (reply.statusCode >= 300 || typeof payload !== "string") return payload;
    const etag = `W/"${createHash("sha256").update(payload).digest("hex")}"`;
    reply.header("etag", etag);
    if (request.method !== "GET" || request.headers["if-none-match"] !== etag) return payload;
    reply.code(304);
    return "";
  });
}
