import type { FastifyInstance } from "fastify";
import type { Account } from "../account.ts";
import { found } from "../errors.ts";
import { dataCenters } from "../regions.ts";
import { clusterRoutes } from "./clusters.ts";
import { contentRoutes } from "./contents.ts";
import { firewallRoutes } from "./firewall.ts";
import { type ClusterStarter, readyCluster } from "./lifecycle.ts";
import { poolRoutes } from "./pools.ts";
import { replicaRoutes } from "./replicas.ts";
import { scalingRoutes } from "./scaling.ts";
import { availableVersions, defaultVersion, sizesFor, versionAvailability } from "./sizes.ts";

/** Serves managed PostgreSQL. */
export function databaseRoutes(server: FastifyInstance, account: Account, starter: ClusterStarter): void {
  server.get("/v2/databases/options", async () => ({
    options: {
      pg: {
        regions: dataCenters,
        versions: availableVersions(new Date()),
        layouts: [1, 2, 3].map((nodes) => ({ num_nodes: nodes, sizes: sizesFor(nodes) })),
        default_version: defaultVersion,
      },
    },
    version_availability: {
      pg: versionAvailability.map((life) => ({ ...life, default: life.version === defaultVersion })),
    },
  }));

  server.get<{ Params: { id: string } }>("/v2/databases/:id/ca", async (request) => {
    const certificate = readyCluster(account, request.params.id).server?.caCertificate ?? "";
    return { ca: { certificate: Buffer.from(certificate).toString("base64") } };
  });

  server.get<{ Params: { id: string } }>("/v2/databases/:id/backups", async (request) => {
    const { config } = found(account.clusters.get(request.params.id));
    return {
      // The platform's daily backups do not exist on this machine.
      backups: [],
      scheduled_backup_time: {
        backup_hour: config["backup_hour"] ?? 0,
        backup_minute: config["backup_minute"] ?? 0,
        backup_interval_hours: 24,
      },
    };
  });

  clusterRoutes(server, account, starter);
  scalingRoutes(server, account);
  firewallRoutes(server, account);
  contentRoutes(server, account);
  poolRoutes(server, account);
  replicaRoutes(server, account);
}
