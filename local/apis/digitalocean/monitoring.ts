import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Account } from "./account.ts";
import { found, readBody, unprocessable } from "./errors.ts";
import { page } from "./http.ts";
import { Notified } from "./uptime.ts";

/** Metrics that an alert can watch (DigitalOcean API description, 2026-08, `alert_policy`). */
const droplet = [
  "load_1",
  "load_5",
  "load_15",
  "memory_utilization_percent",
  "disk_utilization_percent",
  "cpu",
  "disk_read",
  "disk_write",
  "public_outbound_bandwidth",
  "public_inbound_bandwidth",
  "private_outbound_bandwidth",
  "private_inbound_bandwidth",
].map((metric) => `v1/insights/droplet/${metric}`);

const cluster = ["load_15_alerts", "memory_utilization_alerts", "disk_utilization_alerts", "cpu_alerts"].map(
  (metric) => `v1/dbaas/alerts/${metric}`,
);

const Body = z.object({
  type: z.enum([...droplet, ...cluster]),
  description: z.string(),
  compare: z.enum(["GreaterThan", "LessThan"]),
  value: z.number().min(0, "must be at least 0"),
  window: z.enum(["5m", "10m", "30m", "1h"]),
  entities: z.array(z.string()).default([]),
  tags: z.array(z.string()).default([]),
  alerts: Notified,
  enabled: z.boolean().default(true),
});

/** An alert on a metric. Field names are the API's. */
export interface AlertPolicy extends z.output<typeof Body> {
  readonly uuid: string;
}

function madePolicy(account: Account, body: unknown, uuid: string): AlertPolicy {
  const asked = readBody(Body, body);
  if (asked.alerts.email.length + asked.alerts.slack.length === 0) {
    throw unprocessable("alerts: must have an e-mail address or a Slack channel");
  }
  if (asked.type.endsWith("_alerts") && asked.value > 100 && !asked.type.includes("load")) {
    throw unprocessable("value: must be a percentage, 100 at most");
  }
  const missing = cluster.includes(asked.type)
    ? asked.entities.find((id) => account.clusters.get(id) === undefined)
    : undefined;
  if (missing !== undefined) throw unprocessable(`entities: database cluster "${missing}" does not exist`);
  return { uuid, ...asked };
}

/** Serves alerts on metrics. They are kept, not watched: the metrics of this machine are not the platform's. */
export function monitoringRoutes(server: FastifyInstance, account: Account): void {
  type One = { Params: { id: string } };

  server.get("/v2/monitoring/alerts", async (request) => page(request, "policies", account.policies.list()));

  server.post("/v2/monitoring/alerts", async (request) => {
    const policy = madePolicy(account, request.body, randomUUID());
    account.policies.put(policy.uuid, policy);
    return { policy };
  });

  server.get<One>("/v2/monitoring/alerts/:id", async (request) => ({
    policy: found(account.policies.get(request.params.id)),
  }));

  server.put<One>("/v2/monitoring/alerts/:id", async (request) => {
    const { uuid } = found(account.policies.get(request.params.id));
    const policy = madePolicy(account, request.body, uuid);
    account.policies.put(uuid, policy);
    return { policy };
  });

  server.delete<One>("/v2/monitoring/alerts/:id", async (request, reply) => {
    account.policies.delete(found(account.policies.get(request.params.id)).uuid);
    return reply.code(204).send();
  });
}
