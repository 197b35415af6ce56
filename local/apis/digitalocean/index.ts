import Fastify, { type FastifyInstance } from "fastify";
import type { Store } from "../../cloud/store.ts";
import { refuseStrangers } from "../own-requests.ts";
import { keepJournal, type RequestJournal } from "../request-log.ts";
import { Account, accountRoutes } from "./account.ts";
import { logPath } from "./apps/deployment-routes.ts";
import { Deployments, type HeadOf } from "./apps/deployments.ts";
import { platformRoutes } from "./apps/index.ts";
import { databaseRoutes } from "./databases/index.ts";
import { ClusterStarter } from "./databases/lifecycle.ts";
import { type Difference, differences } from "./differences.ts";
import { domainRoutes } from "./domains.ts";
import { answerErrors } from "./errors.ts";
import { readJson, requireToken } from "./http.ts";
import { monitoringRoutes } from "./monitoring.ts";
import type { AppRuntime, DatabaseServers } from "./platform.ts";
import { projectRoutes } from "./projects.ts";
import { recordRoutes } from "./records.ts";
import { tagRoutes } from "./tags.ts";
import { uptimeRoutes } from "./uptime.ts";
import { vpcRoutes } from "./vpcs.ts";

export type { Difference } from "./differences.ts";

/** The DigitalOcean API of this machine. */
export interface DigitalOceanApi {
  /** Does not listen yet. */
  readonly server: FastifyInstance;
  /** Starts again what the store knows: database servers, apps, deployments that had not ended. Call it once. */
  resume(): Promise<void>;
  /** Starts database servers again that ended by themselves or were killed. */
  revive(): Promise<void>;
  /** Stops answering and abandons what runs; the next {@link resume} continues it. Servers and apps go on. */
  close(): Promise<void>;
  /** What this machine has in place of what was asked for. */
  differences(): Difference[];
  /** Names of the database clusters without a trusted source: on the platform every address could log in. */
  openDatabases(): string[];
}

export interface DigitalOceanApiOptions {
  readonly store: Store;
  readonly journal: RequestJournal;
  readonly databases: DatabaseServers;
  readonly apps: AppRuntime;
  /** Where branches are that components are built from. @default - nobody knows */
  readonly headOf?: HeadOf;
}

/** Makes the API over a store. Everything that it knows is in there, so that it outlives the process. */
export function digitalOceanApi(options: DigitalOceanApiOptions): DigitalOceanApi {
  const account = new Account(options.store, options.databases, options.apps);
  const starter = new ClusterStarter(account);
  const deployments = new Deployments(account, options.headOf);
  const server = Fastify({ routerOptions: { maxParamLength: 253 }, forceCloseConnections: true });
  refuseStrangers(server);
  readJson(server);
  answerErrors(server);
  keepJournal(server, { api: "digitalocean", journal: options.journal });
  server.addHook("onRequest", async (request) => {
    if (!request.url.startsWith(`${logPath}/`)) requireToken(request);
  });
  accountRoutes(server, account);
  tagRoutes(server, account);
  vpcRoutes(server, account);
  projectRoutes(server, account);
  databaseRoutes(server, account, starter);
  domainRoutes(server, account);
  recordRoutes(server, account);
  platformRoutes(server, account, deployments);
  uptimeRoutes(server, account);
  monitoringRoutes(server, account);
  const revive = async (): Promise<void> => {
    await Promise.all(account.clusters.list().map(({ id }) => starter.run(id)));
  };
  return {
    server,
    async resume() {
      await revive();
      await deployments.resume();
    },
    revive,
    async close() {
      await server.close();
      await account.work.close();
    },
    differences: () => differences(account),
    openDatabases: () =>
      account.clusters
        .list()
        .filter(({ rules }) => rules.length === 0)
        .map(({ name }) => name),
  };
}
