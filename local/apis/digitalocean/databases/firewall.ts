import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { type Account, now } from "../account.ts";
import { found, readBody, unprocessable } from "../errors.ts";
import { readRange } from "../vpc-ranges.ts";
import { changeCluster, noteEvent } from "./lifecycle.ts";
import type { FirewallRule } from "./model.ts";

/** Trusted sources as a client sends them: 100 at most (DigitalOcean PostgreSQL limits, 2026-08). */
export const FirewallRules = z
  .array(
    z.object({
      uuid: z.string().optional(),
      type: z.enum(["droplet", "k8s", "ip_addr", "tag", "app"]),
      value: z.string(),
      description: z.string().optional(),
    }),
  )
  .max(100, "must have 100 rules at most");

const Body = z.object({ rules: FirewallRules });

type AskedRule = z.output<typeof FirewallRules>[number];

/** What is wrong with a source, if anything. */
function ruleFault(account: Account, { type, value }: AskedRule): string | undefined {
  switch (type) {
    case "ip_addr":
      return readRange(value) === undefined
        ? `"${value}" must be an IPv4 address or a range in CIDR notation`
        : undefined;
    case "app":
      return account.apps.get(value) === undefined ? `app "${value}" does not exist` : undefined;
    case "tag":
      return account.tags.get(value) === undefined ? `tag "${value}" does not exist` : undefined;
    default:
      return `${type} "${value}" does not exist`;
  }
}

/** The rules that replace those of before. One that was there keeps its id and its date. */
export function madeRules(
  account: Account,
  clusterId: string,
  asked: readonly AskedRule[],
  before: readonly FirewallRule[],
): FirewallRule[] {
  return asked.map((rule, index) => {
    const fault = ruleFault(account, rule);
    if (fault !== undefined) throw unprocessable(`rules.${index}.value: ${fault}`);
    const same = (other: { type: string; value: string }): boolean =>
      other.type === rule.type && other.value === rule.value;
    if (asked.findIndex(same) < index) throw unprocessable(`rules.${index}: is there twice`);
    const kept = before.find(same);
    return {
      uuid: kept?.uuid ?? randomUUID(),
      cluster_uuid: clusterId,
      type: rule.type,
      value: rule.value,
      ...(rule.description === undefined ? {} : { description: rule.description }),
      created_at: kept?.created_at ?? now(),
    };
  });
}

/** Serves the list of trusted sources. It is kept, not enforced: the server listens on the loopback address only. */
export function firewallRoutes(server: FastifyInstance, account: Account): void {
  server.get<{ Params: { id: string } }>("/v2/databases/:id/firewall", async (request) => ({
    rules: found(account.clusters.get(request.params.id)).rules,
  }));

  server.put<{ Params: { id: string } }>("/v2/databases/:id/firewall", async (request, reply) => {
    const cluster = found(account.clusters.get(request.params.id));
    const asked = readBody(Body, request.body).rules;
    const rules = madeRules(account, cluster.id, asked, cluster.rules);
    changeCluster(account, cluster.id, (current) => ({ ...current, rules }));
    if (rules.length === 0) {
      noteEvent(account, cluster, "cluster_update", "no trusted source is left: open to every address");
    }
    return reply.code(204).send();
  });
}
