import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { type Account, now } from "./account.ts";
import { settleAppDomains } from "./apps/domains.ts";
import { defaultTtl } from "./dns-rules.ts";
import { found, readBody, unprocessable } from "./errors.ts";
import { page } from "./http.ts";
import { assign, defaultProject, unassign } from "./projects.ts";
import { createRecord, recordsOf } from "./records.ts";

/** A DNS zone. */
export interface Domain {
  readonly name: string;
  readonly createdAt: string;
}

/** A host name of at least two labels, without a dot at its end. */
export const hostname = z
  .string()
  .max(253, "must have 253 characters at most")
  .regex(/^([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]{2,}$/, "is not a valid domain name");

const DomainBody = z.object({ name: hostname, ip_address: z.string().optional() });

function domainView(account: Account, { name }: Domain): Record<string, unknown> {
  const lines = recordsOf(account, name).map((record) =>
    [record.name, record.ttl, "IN", record.type, record.flags, record.tag, record.priority, record.weight]
      .concat([record.port, record.data])
      .filter((part) => part !== undefined)
      .join(" "),
  );
  return {
    name,
    ttl: defaultTtl,
    zone_file: [`$ORIGIN ${name}.`, `$TTL ${defaultTtl}`, ...lines, ""].join("\n"),
  };
}

/** Serves DNS zones. */
export function domainRoutes(server: FastifyInstance, account: Account): void {
  type One = { Params: { name: string } };

  server.get("/v2/domains", async (request) =>
    page(
      request,
      "domains",
      account.domains.list().map((domain) => domainView(account, domain)),
    ),
  );

  server.post("/v2/domains", async (request, reply) => {
    const asked = readBody(DomainBody, request.body);
    const name = asked.name.toLowerCase();
    if (account.domains.get(name) !== undefined) throw unprocessable(`Domain "${name}" already exists`);
    const domain: Domain = { name, createdAt: now() };
    account.domains.put(name, domain);
    assign(account, `do:domain:${name}`, defaultProject(account).id);
    if (asked.ip_address !== undefined && asked.ip_address !== "") {
      createRecord(account, name, { type: "A", name: "@", data: asked.ip_address });
    }
    settleAppDomains(account);
    return reply.code(201).send({ domain: domainView(account, domain) });
  });

  server.get<One>("/v2/domains/:name", async (request) => ({
    domain: domainView(account, found(account.domains.get(request.params.name))),
  }));

  server.delete<One>("/v2/domains/:name", async (request, reply) => {
    const { name } = found(account.domains.get(request.params.name));
    for (const record of recordsOf(account, name)) account.records.delete(String(record.id));
    account.domains.delete(name);
    unassign(account, `do:domain:${name}`);
    settleAppDomains(account);
    return reply.code(204).send();
  });
}
