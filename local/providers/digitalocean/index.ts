import type { Properties, Provider, ResourceHandler } from "../resource.ts";
import { providerSchema } from "../schema.ts";
import { app } from "./apps/app.ts";
import { Client } from "./client.ts";
import { databaseCluster } from "./databases/cluster.ts";
import { databaseDb, databaseUser } from "./databases/contents.ts";
import { databaseFirewall } from "./databases/firewall.ts";
import { databaseConnectionPool } from "./databases/pool.ts";
import { databasePostgresqlConfig } from "./databases/postgresql-config.ts";
import { databaseReplica } from "./databases/replica.ts";
import { dnsRecord } from "./dns-record.ts";
import { domain } from "./domain.ts";
import type { Context } from "./handler.ts";
import { monitorAlert } from "./monitor-alert.ts";
import { project, projectResources } from "./project.ts";
import { uptimeAlert, uptimeCheck } from "./uptime.ts";
import { vpc } from "./vpc.ts";

const handlers: Readonly<Record<string, (context: Context) => ResourceHandler>> = {
  app,
  databaseCluster,
  databaseConnectionPool,
  databaseDb,
  databaseFirewall,
  databasePostgresqlConfig,
  databaseReplica,
  databaseUser,
  dnsRecord,
  domain,
  monitorAlert,
  project,
  projectResources,
  uptimeAlert,
  uptimeCheck,
  vpc,
};

/** How the provider behaves beyond its configuration. */
export interface DigitalOceanOptions {
  /**
   * Pause between two looks at a deployment or a cluster, milliseconds. The published provider takes 10 or 15 seconds.
   * @default 100
   */
  readonly pollInterval?: number;
}

/** A DigitalOcean provider for the local cloud: same inputs, outputs and waits as the published one. */
export function digitalOceanProvider({ pollInterval = 100 }: DigitalOceanOptions = {}): Provider {
  return {
    name: "digitalocean",
    version: providerSchema("digitalocean").version,
    configure: async (config, limits) => {
      const client = new Client({ ...connectionOf(config), ...limits });
      const context = { client, pollInterval };
      const resources = Object.entries(handlers).map(([name, make]) => [tokenOf(name), make(context)]);
      return { resources: Object.fromEntries(resources), functions: {} };
    },
  };
}

/** The provider as the local cloud serves it. */
export const digitalocean: Provider = digitalOceanProvider();

function tokenOf(name: string): string {
  return `digitalocean:index/${name}:${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

function connectionOf(config: Properties) {
  const { apiEndpoint, token, httpRetryMax, httpRetryWaitMin, httpRetryWaitMax } = config;
  if (typeof apiEndpoint !== "string" || !URL.canParse(apiEndpoint)) {
    throw new Error("digitalocean:apiEndpoint must be the address of the local cloud's DigitalOcean API");
  }
  if (typeof token !== "string" || token === "") throw new Error("digitalocean:token must be given");
  const numberOr = (value: unknown, fallback: number): number =>
    typeof value === "number" ? value : fallback;
  return {
    endpoint: apiEndpoint,
    token,
    retries: numberOr(httpRetryMax, 4),
    retryWaitMin: numberOr(httpRetryWaitMin, 1),
    retryWaitMax: numberOr(httpRetryWaitMax, 30),
  };
}
