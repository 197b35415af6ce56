import type { DnsRecordSettings } from "./dns.settings.ts";
import { Hostname } from "./internal/values.ts";

interface Zone {
  zone: string;
  records: readonly DnsRecordSettings[];
}

interface PathFault {
  path: (string | number)[];
  message: string;
}

/**
 * Authorities that App Platform gets its certificates from.
 *
 * Source: digitalocean-labs/do-app-platform-skills, domains-dns.md, 2026-08-02.
 */
const appAuthorities = ["letsencrypt.org", "pki.goog"];

/** The whole name of a record: `www` in `tinkertools.ao` is `www.tinkertools.ao`. */
export const fullName = (zone: string, name: string) => (name === "@" ? zone : `${name}.${zone}`);

const identity = (record: DnsRecordSettings) =>
  [record.type, record.name, record.type === "CAA" ? record.tag : "", record.value].join(" ");

/** What is wrong across the records of a zone; paths start at the block. */
export function dnsFaults({ records }: Zone): PathFault[] {
  return records.flatMap((record, index) => {
    const at = (...path: string[]) => ["records", index, ...path];
    const sameName = records.filter(({ name }) => name === record.name);
    const first = records.findIndex(({ name }) => name === record.name);
    const faults: PathFault[] = [];
    const ttl = records[first]?.ttl;
    if (ttl !== undefined && record.ttl !== ttl)
      faults.push({
        path: at("ttl"),
        message: `must be ${ttl} as in records[${first}]: all records of one name share one ttl; got ${record.ttl}`,
      });
    if (records.findIndex((other) => identity(other) === identity(record)) < index)
      faults.push({ path: at(), message: "must not be there twice" });
    else if (record.type === "CNAME" && record.name === "@")
      faults.push({
        path: at("type"),
        message: "must not be CNAME at the zone itself, which has other records; use A",
      });
    else if (record.type === "CNAME" && sameName.length > 1)
      faults.push({
        path: at("name"),
        message: `must be used once: a CNAME allows no other record for ${record.name}`,
      });
    if (record.type === "CAA") {
      const fault = authorityFault(record.tag, record.value);
      if (fault !== undefined) faults.push({ path: at("value"), message: fault });
    }
    return faults;
  });
}

function authorityFault(tag: "issue" | "issuewild" | "iodef", value: string): string | undefined {
  if (tag === "iodef")
    return /^(?:mailto:[^\s@]+@[^\s@]+[^.]|https?:\/\/\S+[^.])$/.test(value)
      ? undefined
      : "must be a mailto: or https: address without a final dot, such as mailto:security@tinkertools.ao";
  return Hostname.safeParse(value).success
    ? undefined
    : "must be the host name of an authority without a final dot, such as letsencrypt.org";
}

/** What a zone may not hold because App Platform keeps the records of these host names itself. */
export function appNameFaults({ zone, records }: Zone, appNames: readonly string[]): PathFault[] {
  const faults: PathFault[] = records.flatMap((record, index) => {
    const name = fullName(zone, record.name);
    const isAddress = record.type === "A" || record.type === "AAAA" || record.type === "CNAME";
    // At the zone itself the platform writes A records, which allow others beside them; elsewhere a CNAME, which does not.
    if (!appNames.includes(name) || (record.name === "@" && !isAddress)) return [];
    const message = `must be left out: app.domains gives ${name} to App Platform, which writes its ${isAddress ? "address" : "only record"} itself`;
    return [{ path: ["records", index], message }];
  });
  const isServed = appNames.some((name) => name === zone || name.endsWith(`.${zone}`));
  const allowed = records.flatMap((one) =>
    one.type === "CAA" && one.name === "@" && one.tag === "issue" ? [one.value] : [],
  );
  const missing = appAuthorities.filter((authority) => !allowed.includes(authority));
  if (isServed && allowed.length > 0 && missing.length > 0)
    faults.push({
      path: ["records"],
      message: `must allow App Platform's certificates: add CAA issue ${missing.join(" and ")} at @`,
    });
  return faults;
}
