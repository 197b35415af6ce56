import type { FastifyInstance } from "fastify";
import type { Account } from "../account.ts";
import { alertRoutes } from "./alerts.ts";
import { deploymentRoutes } from "./deployment-routes.ts";
import type { Deployments } from "./deployments.ts";
import { proposeRoute } from "./propose.ts";
import { rollbackRoutes } from "./rollback.ts";
import { appRoutes } from "./routes.ts";

/** Serves App Platform. */
export function platformRoutes(server: FastifyInstance, account: Account, deployments: Deployments): void {
  appRoutes(server, account, deployments);
  proposeRoute(server, account);
  deploymentRoutes(server, account, deployments);
  alertRoutes(server, account);
  rollbackRoutes(server, account, deployments);
}
