import { createHmac, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Account } from "../account.ts";
import { badRequest, found, notFound, readBody } from "../errors.ts";
import { origin, page } from "../http.ts";
import type { Deployments } from "./deployments.ts";
import { deploymentsOf, logsOf } from "./history.ts";
import { type AppRecord, type DeploymentRecord, isOpen, type LogType } from "./model.ts";
import { refusePinned } from "./routes.ts";
import { componentsOf } from "./spec.ts";
import { deploymentView } from "./views.ts";

/** Where the texts of logs are served: outside of the API, to whoever has the signed address. */
export const logPath = "/app-logs";

const RestartBody = z.object({ components: z.array(z.string()).optional() });
const LogQuery = z.object({ type: z.string().default("RUN"), component_name: z.string().optional() });

type OfApp = { Params: { id: string } };
type OfDeployment = { Params: { id: string; deployment: string } };

function deploymentOf(account: Account, { id, deployment }: OfDeployment["Params"]): DeploymentRecord {
  const app = found(account.apps.get(id));
  const record = found(account.deployments.get(deployment));
  return found(record.appId === app.id ? record : undefined);
}

/** The text of one kind of log. What a job wrote is found under both kinds that it can be asked for. */
function logText(account: Account, deployment: DeploymentRecord, type: string, component: string): string {
  const jobs = (deployment.spec.jobs ?? []).map(({ name }) => name);
  const isWanted = (log: { component: string; type: LogType }): boolean =>
    (component === "" || log.component === component) &&
    (log.type === type || (type === "RUN" && log.type === "DEPLOY" && jobs.includes(log.component)));
  return logsOf(account, deployment.id)
    .filter(isWanted)
    .map((log) => log.text.replace(/^(?=.)/gm, log.component === "" ? "" : `${log.component} `))
    .join("");
}

const signature = (account: Account, text: string): string =>
  createHmac("sha256", account.identity.sealingKey).update(text).digest("base64url");

function logAnswer(
  account: Account,
  request: FastifyRequest,
  deployment: DeploymentRecord,
  name?: string,
): Record<string, unknown> {
  const query = readBody(LogQuery, request.query);
  const component = name ?? query.component_name ?? "";
  const names = componentsOf(deployment.spec).map(({ spec }) => spec.name);
  if (component !== "" && !names.includes(component)) throw notFound();
  const path = `${logPath}/${deployment.id}/${query.type}/${component}`;
  const url = `${origin(request)}${path}?signature=${signature(account, path)}`;
  return { live_url: url, historic_urls: [url] };
}

function logRoutes(server: FastifyInstance, account: Account): void {
  const latest = (app: AppRecord): DeploymentRecord => {
    const active = account.deployments.get(app.activeDeploymentId ?? "");
    return found(active ?? deploymentsOf(account, app.id)[0]);
  };

  server.get<OfDeployment>("/v2/apps/:id/deployments/:deployment/logs", async (request) =>
    logAnswer(account, request, deploymentOf(account, request.params)),
  );

  server.get<{ Params: OfDeployment["Params"] & { component: string } }>(
    "/v2/apps/:id/deployments/:deployment/components/:component/logs",
    async (request) =>
      logAnswer(account, request, deploymentOf(account, request.params), request.params.component),
  );

  server.get<OfApp>("/v2/apps/:id/logs", async (request) =>
    logAnswer(account, request, latest(found(account.apps.get(request.params.id)))),
  );

  server.get<{ Params: OfApp["Params"] & { component: string } }>(
    "/v2/apps/:id/components/:component/logs",
    async (request) =>
      logAnswer(
        account,
        request,
        latest(found(account.apps.get(request.params.id))),
        request.params.component,
      ),
  );

  server.get<{
    Params: { deployment: string; type: string; component: string };
    Querystring: { signature?: string };
  }>(`${logPath}/:deployment/:type/:component`, async (request, reply) => {
    const { deployment, type, component } = request.params;
    const expected = Buffer.from(signature(account, `${logPath}/${deployment}/${type}/${component}`));
    const given = Buffer.from(request.query.signature ?? "");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw notFound();
    const text = logText(account, found(account.deployments.get(deployment)), type, component);
    return reply.type("text/plain; charset=utf-8").send(text);
  });
}

/** Serves the deployments of apps and their logs. */
export function deploymentRoutes(server: FastifyInstance, account: Account, deployments: Deployments): void {
  const redeploy = (id: string, text: string): Record<string, unknown> => {
    const app = found(account.apps.get(id));
    refusePinned(app);
    return { deployment: deploymentView(deployments.create(app, app.spec, { text, type: "MANUAL" })) };
  };

  server.get<OfApp>("/v2/apps/:id/deployments", async (request) => {
    const app = found(account.apps.get(request.params.id));
    return page(request, "deployments", deploymentsOf(account, app.id).map(deploymentView));
  });

  server.post<OfApp>("/v2/apps/:id/deployments", async (request) => redeploy(request.params.id, "manual"));

  server.post<OfApp>("/v2/apps/:id/restart", async (request) => {
    readBody(RestartBody, request.body);
    return redeploy(request.params.id, "restart");
  });

  server.get<OfDeployment>("/v2/apps/:id/deployments/:deployment", async (request) => ({
    deployment: deploymentView(deploymentOf(account, request.params)),
  }));

  server.post<OfDeployment>("/v2/apps/:id/deployments/:deployment/cancel", async (request) => {
    const deployment = deploymentOf(account, request.params);
    if (!isOpen(deployment)) throw badRequest(`deployment in phase ${deployment.phase} cannot be canceled`);
    deployments.cancel(deployment);
    return { deployment: deploymentView(deploymentOf(account, request.params)) };
  });

  logRoutes(server, account);
}
