import { dnsLimits } from "../catalog/platform-limits.ts";
import type { DnsRecordSettings } from "./dns.settings.ts";
import type { Rule, RuleFault } from "./internal/rules.ts";
import { Hostname } from "./internal/values.ts";

interface Zone {
  zone: string;
  records: readonly DnsRecordSettings[];
}

/**
 * Authorities that App Platform gets its certificates from.
 *
 * Source: digitalocean-labs/do-app-platform-skills, domains-dns.md, 2026-08-02.
 */
const appAuthorities = ["letsencrypt.org", "pki.goog"];

/** The whole name of a record: `www` in `tinkertools.ao` is `www.tinkertools.ao`. */
export const fullName = (zone: string, name: string) => (name === "@" ? zone : `${name}.${zone}`);

/** Whether a host name is a zone or inside it. */
export const isWithin = (name: string, zone: string) => name === zone || name.endsWith(`.${zone}`);

const identity = (record: DnsRecordSettings) =>
  [record.type, record.name, record.type === "CAA" ? record.tag : "", record.value].join(" ");

const isRepeated = (records: readonly DnsRecordSettings[], index: number) =>
  records.findIndex((other, at) => at === index || identity(other) === identityAt(records, index)) < index;

function identityAt(records: readonly DnsRecordSettings[], index: number): string {
  const record = records[index];
  return record === undefined ? "" : identity(record);
}

/** A rule that looks at each record among the others. */
function recordRule(
  id: string,
  demands: string,
  fault: (
    record: DnsRecordSettings,
    records: readonly DnsRecordSettings[],
    index: number,
  ) => { at: string[]; message: string } | undefined,
): Rule<Zone> {
  return {
    id,
    demands,
    isPerEntry: true,
    faults: ({ records }) =>
      records.flatMap((record, index): RuleFault[] => {
        const found = fault(record, records, index);
        return found === undefined ? [] : [{ path: ["records", index, ...found.at], message: found.message }];
      }),
  };
}

/** What must hold between the records of a zone. */
export const dnsRules: readonly Rule<Zone>[] = [
  recordRule("record-ttl", "All records of one name share one ttl.", (record, records) => {
    const first = records.findIndex(({ name }) => name === record.name);
    const ttl = records[first]?.ttl;
    if (ttl === undefined || record.ttl === ttl) return undefined;
    const message = `must be ${ttl} as in records[${first}]: all records of one name share one ttl; got ${record.ttl}`;
    return { at: ["ttl"], message };
  }),
  recordRule("record-once", "No record is there twice.", (_, records, index) =>
    isRepeated(records, index) ? { at: [], message: "must not be there twice" } : undefined,
  ),
  {
    id: "record-in-zone",
    demands: "A name is said without its zone.",
    isPerEntry: true,
    faults: ({ zone, records }) =>
      records.flatMap(({ name }, index) => {
        if (!isWithin(name, zone)) return [];
        const inside = name === zone ? "@" : name.slice(0, -zone.length - 1);
        const message = `must be ${inside}, without the zone, or it is ${fullName(zone, name)}; got ${name}`;
        return [{ path: ["records", index, "name"], message }];
      }),
  },
  recordRule("record-address", "An address is one that others reach.", ({ type, value }) =>
    type === "A" && /^(?:0|127)\./.test(value)
      ? {
          at: ["value"],
          message: `must be an address that others reach; ${value} is the asking machine itself`,
        }
      : undefined,
  ),
  recordRule("one-spf", "A name has one rule of who may send its mail.", (record, records, index) => {
    const isRule = ({ type, name, value }: DnsRecordSettings) =>
      type === "TXT" && name === record.name && /^v=spf1(?: |$)/i.test(value);
    const first = records.findIndex(isRule);
    if (!isRule(record) || first === index || isRepeated(records, index)) return undefined;
    const message = `must be one with records[${first}]: where a name has two texts with v=spf1, mail servers take neither`;
    return { at: ["value"], message };
  }),
  recordRule("apex-cname", "The zone itself has no CNAME.", ({ type, name }, records, index) =>
    type === "CNAME" && name === "@" && !isRepeated(records, index)
      ? { at: ["type"], message: "must not be CNAME at the zone itself, which has other records; use A" }
      : undefined,
  ),
  recordRule("cname-alone", "A CNAME is the only record of its name.", (record, records, index) => {
    const { type, name } = record;
    const isAlone = records.filter((other) => other.name === name).length === 1;
    if (type !== "CNAME" || name === "@" || isAlone || isRepeated(records, index)) return undefined;
    return { at: ["name"], message: `must be used once: a CNAME allows no other record for ${name}` };
  }),
  {
    id: "record-name-length",
    demands: "A name with its zone is no longer than DNS can carry.",
    isPerEntry: true,
    faults: ({ zone, records }) =>
      records.flatMap(({ name }, index) =>
        fullName(zone, name).length > dnsLimits.name
          ? [
              {
                path: ["records", index, "name"],
                message: `must have at most ${dnsLimits.name} characters with the zone; it has ${fullName(zone, name).length}`,
              },
            ]
          : [],
      ),
  },
  {
    id: "record-target",
    demands: "Mail and services are sent to names with addresses of their own, not to a CNAME.",
    isPerEntry: true,
    faults: ({ zone, records }) =>
      records.flatMap((record, index) => {
        if (record.type !== "MX" && record.type !== "SRV") return [];
        const target = record.value === "@" ? zone : record.value;
        const alias = records.findIndex(
          (other) => other.type === "CNAME" && fullName(zone, other.name) === target,
        );
        return alias < 0
          ? []
          : [
              {
                path: ["records", index, "value"],
                message: `must be a name with an address: ${target} is a CNAME by records[${alias}], which ${record.type} may not follow`,
              },
            ];
      }),
  },
  recordRule("caa-value", "A CAA record names an authority, or with iodef an address.", (record) => {
    const message = record.type === "CAA" ? authorityFault(record.tag, record.value) : undefined;
    return message === undefined ? undefined : { at: ["value"], message };
  }),
];

function authorityFault(tag: "issue" | "issuewild" | "iodef", value: string): string | undefined {
  if (tag === "iodef")
    return /^(?:mailto:[^\s@]+@[^\s@]+[^.]|https?:\/\/\S+[^.])$/.test(value)
      ? undefined
      : "must be a mailto: or https: address without a final dot, such as mailto:security@tinkertools.ao";
  const [authority = "", ...parameters] = value.split(";").map((part) => part.trim());
  const isNamed = Hostname.safeParse(authority).success || (authority === "" && parameters.length > 0);
  return isNamed && parameters.every((one) => /^(?:[A-Za-z0-9-]+=[!-:<-~]*)?$/.test(one))
    ? undefined
    : "must be the host name of an authority without a final dot, such as letsencrypt.org";
}

/** The authority without its parameters: `letsencrypt.org; validationmethods=dns-01`. */
const authorityOf = (value: string): string => (value.split(";")[0] ?? "").trim();

/** Records of names whose records App Platform writes by itself. */
export function platformRecordFaults({ zone, records }: Zone, appNames: readonly string[]): RuleFault[] {
  return records.flatMap((record, index) => {
    const name = fullName(zone, record.name);
    const isAddress = record.type === "A" || record.type === "AAAA" || record.type === "CNAME";
    // At the zone itself the platform writes A records, which allow others beside them; elsewhere a CNAME, which does not.
    if (!appNames.includes(name) || (record.name === "@" && !isAddress)) return [];
    const message = `must be left out: app.domains gives ${name} to App Platform, which writes its ${isAddress ? "address" : "only record"} itself`;
    return [{ path: ["records", index], message }];
  });
}

/** Authorities that a zone must allow and does not, or App Platform gets no certificate for its names. */
export function authorityFaults({ zone, records }: Zone, appNames: readonly string[]): RuleFault[] {
  const isServed = appNames.some((name) => isWithin(name, zone));
  const allowed = records.flatMap((one) =>
    one.type === "CAA" && one.name === "@" && one.tag === "issue" ? [authorityOf(one.value)] : [],
  );
  const missing = appAuthorities.filter((authority) => !allowed.includes(authority));
  return isServed && allowed.length > 0 && missing.length > 0
    ? [
        {
          path: ["records"],
          message: `must allow App Platform's certificates: add CAA issue ${missing.join(" and ")} at @`,
        },
      ]
    : [];
}

/** What a zone may not hold because App Platform keeps the records of these host names itself. */
export const appNameFaults = (zone: Zone, appNames: readonly string[]): RuleFault[] => [
  ...platformRecordFaults(zone, appNames),
  ...authorityFaults(zone, appNames),
];
