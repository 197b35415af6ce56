import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Account } from "./account.ts";
import { clash, defaultTtl, keptRecord, type RecordData, recordFault, withSharedTtl } from "./dns-rules.ts";
import { found, readBody, unprocessable } from "./errors.ts";
import { page } from "./http.ts";

/** A record of a zone. */
export interface DnsRecord extends RecordData {
  readonly id: number;
  readonly zone: string;
  /** Id of the app whose record App Platform wrote by itself. */
  readonly appId?: string;
}

const RecordBody = z.object({
  type: z.string().optional(),
  name: z.string().optional(),
  data: z.string().optional(),
  priority: z.int().optional(),
  port: z.int().optional(),
  ttl: z.int().optional(),
  weight: z.int().optional(),
  flags: z.int().optional(),
  tag: z.string().optional(),
});

/** All records of a zone, in the order in which they were made. */
export const recordsOf = (account: Account, zone: string): DnsRecord[] =>
  account.records.list().filter((record) => record.zone === zone);

/** Writes a record and gives every other record of its name the same TTL. */
function write(account: Account, record: DnsRecord): DnsRecord {
  account.records.put(String(record.id), record);
  for (const other of withSharedTtl(recordsOf(account, record.zone), record)) {
    account.records.put(String(other.id), other);
  }
  return record;
}

/** Adds a record to a zone that is known to take it. */
export function addRecord(account: Account, zone: string, data: RecordData, appId?: string): DnsRecord {
  const id = account.nextRecordId();
  return write(account, { ...data, id, zone, ...(appId === undefined ? {} : { appId }) });
}

/** What stands against a record: App Platform's own record of that name and kind, or another record. */
function refuse(others: readonly DnsRecord[], record: RecordData): void {
  const managed = others.find(({ appId, name }) => appId !== undefined && name === record.name);
  if (managed !== undefined && ["A", "AAAA", "CNAME"].includes(record.type)) {
    throw unprocessable(
      `App Platform manages the ${managed.type} record of "${managed.name}" in this domain`,
    );
  }
  const fault = clash(record, others);
  if (fault !== undefined) throw unprocessable(fault);
}

/** Adds a record that a client asked for to a zone, if the zone takes it. */
export function createRecord(account: Account, zone: string, body: unknown): DnsRecord {
  const asked = readBody(RecordBody, body);
  if (asked.type === undefined) throw unprocessable("Type is required");
  const sent: RecordData = {
    ...asked,
    type: asked.type.toUpperCase(),
    name: asked.name ?? "@",
    data: asked.data ?? "",
    ttl: asked.ttl ?? defaultTtl,
  };
  const fault = recordFault(sent);
  if (fault !== undefined) throw unprocessable(fault);
  const record = keptRecord(sent, zone);
  refuse(recordsOf(account, zone), record);
  return addRecord(account, zone, record);
}

function updateRecord(account: Account, record: DnsRecord, body: unknown): DnsRecord {
  const asked = readBody(RecordBody, body);
  // The API knows the kept data without its dot, and asks for the dot again in what is sent.
  const keptData = ["CNAME", "MX", "NS", "SRV", "CAA"].includes(record.type)
    ? `${record.data}.`
    : record.data;
  const sent: RecordData = {
    type: record.type,
    name: asked.name ?? record.name,
    data: asked.data ?? (record.tag === "iodef" || record.data === "@" ? record.data : keptData),
    ttl: asked.ttl ?? record.ttl,
    priority: asked.priority ?? record.priority,
    port: asked.port ?? record.port,
    weight: asked.weight ?? record.weight,
    flags: asked.flags ?? record.flags,
    tag: asked.tag ?? record.tag,
  };
  const fault = recordFault(sent);
  if (fault !== undefined) throw unprocessable(fault);
  const updated = keptRecord(sent, record.zone);
  refuse(
    recordsOf(account, record.zone).filter(({ id }) => id !== record.id),
    updated,
  );
  return write(account, { ...updated, id: record.id, zone: record.zone });
}

/** A record as the API shows it: what its type does not have is null. */
function recordView({ zone: _zone, appId: _appId, ...record }: DnsRecord): Record<string, unknown> {
  return { priority: null, port: null, weight: null, flags: null, tag: null, ...record };
}

/** Serves the records of DNS zones. */
export function recordRoutes(server: FastifyInstance, account: Account): void {
  type One = { Params: { name: string; id: string } };
  const recordOf = ({ name, id }: One["Params"]): DnsRecord => {
    const record = found(account.records.get(id));
    return found(record.zone === name ? record : undefined);
  };

  server.get<{ Params: { name: string }; Querystring: { name?: string; type?: string } }>(
    "/v2/domains/:name/records",
    async (request) => {
      const zone = found(account.domains.get(request.params.name)).name;
      const { name, type } = request.query;
      const records = recordsOf(account, zone)
        .filter((record) => type === undefined || record.type === type)
        .filter(
          (record) => name === undefined || name === (record.name === "@" ? zone : `${record.name}.${zone}`),
        );
      return page(request, "domain_records", records.map(recordView));
    },
  );

  server.post<{ Params: { name: string } }>("/v2/domains/:name/records", async (request, reply) => {
    const zone = found(account.domains.get(request.params.name)).name;
    return reply.code(201).send({ domain_record: recordView(createRecord(account, zone, request.body)) });
  });

  server.get<One>("/v2/domains/:name/records/:id", async (request) => ({
    domain_record: recordView(recordOf(request.params)),
  }));

  for (const method of ["PUT", "PATCH"] as const) {
    server.route<One>({
      method,
      url: "/v2/domains/:name/records/:id",
      handler: async (request) => ({
        domain_record: recordView(updateRecord(account, recordOf(request.params), request.body)),
      }),
    });
  }

  server.delete<One>("/v2/domains/:name/records/:id", async (request, reply) => {
    account.records.delete(String(recordOf(request.params).id));
    return reply.code(204).send();
  });
}
