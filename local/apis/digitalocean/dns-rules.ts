import { isIPv4, isIPv6 } from "node:net";

/** What a DNS record says. Names are relative to the zone, `@` is the zone itself; no trailing dots. */
export interface RecordData {
  readonly type: string;
  readonly name: string;
  readonly data: string;
  /** Seconds. */
  readonly ttl: number;
  readonly priority?: number | undefined;
  readonly port?: number | undefined;
  readonly weight?: number | undefined;
  readonly flags?: number | undefined;
  readonly tag?: string | undefined;
}

/** Seconds that a record without a TTL lives in caches (DigitalOcean DNS, 2026-08). */
export const defaultTtl = 1800;

/** Least TTL in seconds that DigitalOcean DNS takes (DNS limits, 2026-08). */
export const leastTtl = 30;

const recordTypes = ["A", "AAAA", "CAA", "CNAME", "MX", "NS", "SOA", "SRV", "TXT"];

/** The name as it is kept: relative to the zone, lower case, `@` for the zone itself. */
export function relativeName(name: string, zone: string): string {
  const lower = name.toLowerCase();
  const full = `${zone.toLowerCase()}.`;
  if (lower === "" || lower === "@" || lower === full) return "@";
  return lower.endsWith(`.${full}`) ? lower.slice(0, -full.length - 1) : lower.replace(/\.$/, "");
}

const isHostData = ({ type, tag }: RecordData): boolean =>
  ["CNAME", "MX", "NS", "SRV"].includes(type) || (type === "CAA" && tag !== "iodef");

function inRange(name: string, value: number | undefined, high: number): string | undefined {
  if (value === undefined) return `${name} is required`;
  return value < 0 || value > high ? `${name} must be between 0 and ${high}` : undefined;
}

function dataFault(record: RecordData): string | undefined {
  const { type, data } = record;
  if (data === "") return "Data is required";
  if (type === "A" && !isIPv4(data)) return `Data "${data}" must be an IPv4 address`;
  if (type === "AAAA" && !isIPv6(data)) return `Data "${data}" must be an IPv6 address`;
  if (type === "TXT" && data.length > 512) return "Data must have 512 characters at most";
  if (isHostData(record) && data !== "@" && !data.endsWith(".")) return "Data needs to end with a dot (.)";
  return undefined;
}

/** What is wrong with a record as it was sent, with its trailing dot, in the API's words. */
export function recordFault(record: RecordData): string | undefined {
  const { type, ttl } = record;
  if (!recordTypes.includes(type)) return `Type "${type}" is not a record type`;
  if (type === "SOA") return "SOA records cannot be made, the zone has its own";
  const data = dataFault(record);
  if (data !== undefined) return data;
  if (ttl < leastTtl) return `TTL must be at least ${leastTtl} seconds`;
  if (type === "MX") return inRange("Priority", record.priority, 65_535);
  if (type === "SRV") {
    return (
      inRange("Priority", record.priority, 65_535) ??
      inRange("Port", record.port, 65_535) ??
      inRange("Weight", record.weight, 65_535)
    );
  }
  if (type === "CAA") {
    if (!["issue", "issuewild", "iodef"].includes(record.tag ?? "")) {
      return "Tag must be one of issue, issuewild, iodef";
    }
    return inRange("Flags", record.flags, 255);
  }
  return undefined;
}

/** The record as it is kept and shown: without the trailing dot, and only the numbers that its type has. */
export function keptRecord(record: RecordData, zone: string): RecordData {
  const { type, ttl, priority, port, weight, flags, tag } = record;
  const data = isHostData(record) && record.data !== "@" ? record.data.replace(/\.$/, "") : record.data;
  return {
    type,
    name: relativeName(record.name, zone),
    data,
    ttl,
    ...(type === "MX" || type === "SRV" ? { priority: priority ?? 0 } : {}),
    ...(type === "SRV" ? { port: port ?? 0, weight: weight ?? 0 } : {}),
    ...(type === "CAA" ? { flags: flags ?? 0, tag } : {}),
  };
}

/** What a new record may not share its name with, if it does. */
export function clash(record: RecordData, others: readonly RecordData[]): string | undefined {
  const named = others.filter(({ name }) => name === record.name);
  if (record.type === "CNAME" && record.name === "@")
    return "CNAME records cannot be made at the root of a zone";
  if (record.type === "CNAME" ? named.length > 0 : named.some(({ type }) => type === "CNAME")) {
    return "CNAME records cannot share a name with other records";
  }
  const same = (other: RecordData): boolean =>
    other.type === record.type && other.data === record.data && other.priority === record.priority;
  return named.some(same) ? "Record already exists" : undefined;
}

/**
 * The records that have another TTL now that one of their name was written: all records of a name share the TTL that
 * was written last (RFC 2181, section 5.2).
 */
export function withSharedTtl<R extends RecordData>(records: readonly R[], written: RecordData): R[] {
  return records
    .filter(({ name, ttl }) => name === written.name && ttl !== written.ttl)
    .map((record) => ({ ...record, ttl: written.ttl }));
}
