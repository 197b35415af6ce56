import type { CheckFailure, ResourceHandler } from "../resource.ts";
import { orMissing } from "./client.ts";
import { type Context, compact, handler, importedParts, stillThere, unlessEmpty } from "./handler.ts";

interface Inputs {
  domain: string;
  type: string;
  name: string;
  value: string;
  port?: number;
  priority?: number;
  weight?: number;
  ttl?: number;
  flags?: number;
  tag?: string;
}

interface State extends Inputs {
  fqdn: string;
}

interface DomainRecord {
  id: number;
  type: string;
  name: string;
  data: string;
  port?: number | null;
  priority?: number | null;
  weight?: number | null;
  ttl: number;
  flags?: number | null;
  tag?: string | null;
}

/** Inputs that a record type cannot do without. */
const needed: Readonly<Record<string, readonly (keyof Inputs)[]>> = {
  MX: ["priority"],
  SRV: ["priority", "weight", "port"],
  CAA: ["flags", "tag"],
};

/** One DNS record. Its id is the API's number. */
export function dnsRecord({ client }: Context): ResourceHandler {
  const records = (domain: string): string => `/v2/domains/${encodeURIComponent(domain)}/records`;
  const read = async (domain: string, id: string, signal?: AbortSignal) => {
    const reply = await client.find<{ domain_record: DomainRecord }>(`${records(domain)}/${id}`, signal);
    if (reply === undefined) return undefined;
    return { id, state: stateOf(domain, reply.domain_record) };
  };
  return handler<Inputs, State>({
    check: recordFailures,
    equal: (property, old, wanted, { domain }) => {
      if (typeof old !== "string" || typeof wanted !== "string") return false;
      if (property === "name") return sameName(old, wanted, domain);
      return property === "value" && sameValue(old, wanted, domain);
    },
    create: async (inputs, { signal, warn }) => {
      const body = { ...bodyOf(inputs), type: inputs.type };
      const { domain_record: made } = await client.send<{ domain_record: DomainRecord }>(
        "POST",
        records(inputs.domain),
        body,
        signal,
      );
      const found = stillThere(await read(inputs.domain, String(made.id), signal), `record ${inputs.name}`);
      if (inputs.ttl !== undefined && found.state.ttl !== inputs.ttl) {
        warn(
          `the time to live of ${found.state.fqdn} became ${found.state.ttl} instead of ${inputs.ttl}: all records of one name share one`,
        );
      }
      return found;
    },
    read: (id, inputs, state, { signal }) => {
      const domain = { ...state, ...inputs }.domain;
      const [zone, number] = domain === undefined ? partsOf(id) : [domain, id];
      return read(zone, number, signal);
    },
    update: async (id, inputs, _state, { signal }) => {
      await client.send("PUT", `${records(inputs.domain)}/${id}`, bodyOf(inputs), signal);
      return stillThere(await read(inputs.domain, id, signal), `record ${inputs.name}`).state;
    },
    delete: async (id, { domain }, { signal }) => {
      await orMissing(client.send("DELETE", `${records(domain)}/${id}`, undefined, signal));
    },
    find: async (inputs) => {
      const all = await orMissing(client.list<DomainRecord>(records(inputs.domain), "domain_records"));
      const same = all?.find((one) => {
        const state = stateOf(inputs.domain, one);
        return (
          state.type === inputs.type &&
          sameName(state.name, inputs.name, inputs.domain) &&
          sameValue(state.value, inputs.value, inputs.domain)
        );
      });
      return same === undefined ? undefined : String(same.id);
    },
  });
}

function partsOf(id: string): [string, string] {
  const parts = importedParts(id);
  if (parts !== undefined) return parts;
  throw new Error(`the id must be the zone and the record's number joined with a comma, got ${id}`);
}

function recordFailures(inputs: Inputs): CheckFailure[] {
  return (needed[inputs.type] ?? [])
    .filter((name) => inputs[name] === undefined)
    .map((name) => ({ property: name, reason: `must be given for a record of type ${inputs.type}` }));
}

/** The provider always sends these four, as zero where they are not given. */
function bodyOf(inputs: Inputs): object {
  const { priority = 0, port = 0, weight = 0, flags = 0 } = inputs;
  return compact({
    name: inputs.name,
    data: inputs.value,
    priority,
    port,
    weight,
    flags,
    ttl: unlessEmpty(inputs.ttl),
    tag: unlessEmpty(inputs.tag),
  });
}

function stateOf(domain: string, record: DomainRecord): State {
  const isHostName = ["CNAME", "MX", "NS", "SRV", "CAA"].includes(record.type);
  const isBare = record.data === "@" || record.tag === "iodef";
  return compact<State>({
    domain,
    type: record.type,
    name: record.name,
    value: isHostName && !isBare ? `${record.data}.` : record.data,
    port: record.port ?? 0,
    priority: record.priority ?? 0,
    weight: record.weight ?? 0,
    ttl: record.ttl,
    flags: record.flags ?? 0,
    tag: record.tag ?? undefined,
    fqdn: fullName(record.name, domain),
  });
}

function fullName(name: string, domain: string): string {
  if (name === "@") return domain;
  const lower = name.toLowerCase();
  return lower.endsWith(`${domain}.`) ? lower.replace(/\.$/, "") : `${name}.${domain}`;
}

/** A full name with its dot means the relative name. */
function sameName(old: string, wanted: string, domain: string): boolean {
  return old === wanted || (old === "@" && wanted === `${domain}.`) || `${old}.${domain}.` === wanted;
}

/** A relative target comes back as a full one. */
function sameValue(old: string, wanted: string, domain: string): boolean {
  return old === wanted || (old === "@" && wanted === `${domain}.`) || old === `${wanted}.${domain}.`;
}
