import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { type Account, now } from "./account.ts";
import { found, readBody, unprocessable } from "./errors.ts";
import { page } from "./http.ts";

const regions = ["us_east", "us_west", "eu_west", "se_asia"] as const;

/** A target that is probed from outside. Field names are the API's. */
export interface UptimeCheck {
  readonly id: string;
  readonly name: string;
  readonly type: "ping" | "http" | "https";
  readonly target: string;
  readonly regions: readonly (typeof regions)[number][];
  readonly enabled: boolean;
  readonly createdAt: string;
}

/** Who hears of a check's trouble. Field names are the API's. */
export interface UptimeAlert {
  readonly id: string;
  readonly checkId: string;
  readonly name: string;
  readonly type: "latency" | "down" | "down_global" | "ssl_expiry";
  readonly threshold?: number | undefined;
  readonly comparison?: "greater_than" | "less_than" | undefined;
  readonly period?: string | undefined;
  readonly notifications: Notifications;
}

const notifications = z.object({
  email: z.array(z.string().regex(/^[^@\s]+@[^@\s]+$/, "must be an e-mail address")).default([]),
  slack: z
    .array(z.object({ channel: z.string().min(1, "is required"), url: z.url("must be a URL") }))
    .default([]),
});

type Notifications = z.output<typeof notifications>;

/** Who is told: e-mail addresses and Slack channels. Both lists are always in replies. */
export const Notified = notifications;

const CheckBody = z.object({
  name: z.string().min(1, "is required"),
  type: z.enum(["ping", "http", "https"]).default("https"),
  target: z.string(),
  regions: z.array(z.enum(regions)).default([]),
  enabled: z.boolean().default(true),
});

// The published clients send an empty word for a comparison that is not set.
const comparison = z.preprocess(
  (word) => (word === "" ? undefined : word),
  z.enum(["greater_than", "less_than"]).optional(),
);

const AlertBody = z.object({
  name: z.string().min(1, "is required"),
  type: z.enum(["latency", "down", "down_global", "ssl_expiry"]),
  threshold: z.int().optional(),
  comparison,
  period: z.enum(["2m", "3m", "5m", "10m", "15m", "30m", "1h"]).optional(),
  notifications,
});

function checkedTarget(type: UptimeCheck["type"], target: string): string {
  const url = URL.parse(target);
  if (type === "ping") {
    if (!/^[a-zA-Z0-9.-]+$/.test(target))
      throw unprocessable(`target: "${target}" must be a host name or an address`);
  } else if (url === null || url.protocol !== `${type}:`) {
    throw unprocessable(`target: "${target}" must be a URL that starts with ${type}://`);
  }
  return target;
}

function madeCheck(asked: z.output<typeof CheckBody>, kept?: UptimeCheck): UptimeCheck {
  return {
    id: kept?.id ?? randomUUID(),
    createdAt: kept?.createdAt ?? now(),
    name: asked.name,
    type: asked.type,
    target: checkedTarget(asked.type, asked.target),
    regions: asked.regions.length === 0 ? regions : asked.regions,
    enabled: asked.enabled,
  };
}

/** An alert whose type has what it needs: a limit for latency and certificates, a period for all but certificates. */
function madeAlert(
  checkId: string,
  asked: z.output<typeof AlertBody>,
  id: string = randomUUID(),
): UptimeAlert {
  const { type, threshold, period } = asked;
  if (type !== "ssl_expiry" && period === undefined) throw unprocessable(`period is required for "${type}"`);
  if (type === "latency" || type === "ssl_expiry") {
    if (threshold === undefined || threshold <= 0) throw unprocessable(`threshold is required for "${type}"`);
    if (asked.comparison === undefined) throw unprocessable(`comparison is required for "${type}"`);
  }
  if (asked.notifications.email.length + asked.notifications.slack.length === 0) {
    throw unprocessable("notifications: must have an e-mail address or a Slack channel");
  }
  return { ...asked, id, checkId };
}

const alertView = ({ checkId: _, ...alert }: UptimeAlert): Record<string, unknown> => alert;
const checkView = ({ createdAt: _, ...check }: UptimeCheck): Record<string, unknown> => ({ ...check });

function checkRoutes(server: FastifyInstance, account: Account): void {
  type One = { Params: { id: string } };

  server.get("/v2/uptime/checks", async (request) =>
    page(request, "checks", account.checks.list().map(checkView)),
  );

  server.post("/v2/uptime/checks", async (request, reply) => {
    const check = madeCheck(readBody(CheckBody, request.body));
    account.checks.put(check.id, check);
    return reply.code(201).send({ check: checkView(check) });
  });

  server.get<One>("/v2/uptime/checks/:id", async (request) => ({
    check: checkView(found(account.checks.get(request.params.id))),
  }));

  server.put<One>("/v2/uptime/checks/:id", async (request) => {
    const kept = found(account.checks.get(request.params.id));
    const check = madeCheck(readBody(CheckBody, request.body), kept);
    account.checks.put(check.id, check);
    return { check: checkView(check) };
  });

  server.delete<One>("/v2/uptime/checks/:id", async (request, reply) => {
    const { id } = found(account.checks.get(request.params.id));
    for (const alert of account.uptimeAlerts.list()) {
      if (alert.checkId === id) account.uptimeAlerts.delete(alert.id);
    }
    account.checks.delete(id);
    return reply.code(204).send();
  });

  // Nothing on this machine probes from outside: a check stays "checking".
  server.get<One>("/v2/uptime/checks/:id/state", async (request) => {
    const check = found(account.checks.get(request.params.id));
    const state = { status: "CHECKING", status_changed_at: check.createdAt, thirty_day_uptime_percentage: 0 };
    return { state: { regions: Object.fromEntries(check.regions.map((region) => [region, state])) } };
  });
}

/** Serves uptime checks and their alerts. */
export function uptimeRoutes(server: FastifyInstance, account: Account): void {
  type One = { Params: { id: string; alert: string } };
  const alertOf = (params: One["Params"]): UptimeAlert => {
    const alert = found(account.uptimeAlerts.get(params.alert));
    return found(alert.checkId === params.id ? alert : undefined);
  };
  checkRoutes(server, account);

  server.get<{ Params: { id: string } }>("/v2/uptime/checks/:id/alerts", async (request) => {
    const { id } = found(account.checks.get(request.params.id));
    const alerts = account.uptimeAlerts.list().filter(({ checkId }) => checkId === id);
    return page(request, "alerts", alerts.map(alertView));
  });

  server.post<{ Params: { id: string } }>("/v2/uptime/checks/:id/alerts", async (request, reply) => {
    const { id } = found(account.checks.get(request.params.id));
    const alert = madeAlert(id, readBody(AlertBody, request.body));
    account.uptimeAlerts.put(alert.id, alert);
    return reply.code(201).send({ alert: alertView(alert) });
  });

  server.get<One>("/v2/uptime/checks/:id/alerts/:alert", async (request) => ({
    alert: alertView(alertOf(request.params)),
  }));

  server.put<One>("/v2/uptime/checks/:id/alerts/:alert", async (request) => {
    const kept = alertOf(request.params);
    const alert = madeAlert(kept.checkId, readBody(AlertBody, request.body), kept.id);
    account.uptimeAlerts.put(alert.id, alert);
    return { alert: alertView(alert) };
  });

  server.delete<One>("/v2/uptime/checks/:id/alerts/:alert", async (request, reply) => {
    account.uptimeAlerts.delete(alertOf(request.params).id);
    return reply.code(204).send();
  });
}
