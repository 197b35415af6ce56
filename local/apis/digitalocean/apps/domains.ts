import { randomUUID } from "node:crypto";
import type { Account } from "../account.ts";
import { clash, defaultTtl, type RecordData, relativeName } from "../dns-rules.ts";
import { addRecord, recordsOf } from "../records.ts";
import type { AppDomain, AppRecord } from "./model.ts";
import type { AppSpec, DomainSpec } from "./spec.ts";

/** Addresses of App Platform's shared ingress, for domains that cannot be a CNAME (App Platform domains, 2026-08). */
const ingressAddresses = ["162.159.140.98", "172.66.0.96"];

/** The spec with a type for every domain: the first is the primary one unless another is. */
export function withDomainTypes(spec: AppSpec): AppSpec {
  if (spec.domains === undefined) return spec;
  const isUnset = (type: DomainSpec["type"]): boolean => type === undefined || type === "UNSPECIFIED";
  const hasPrimary = spec.domains.some(({ type }) => type === "PRIMARY");
  const first = spec.domains.find(({ type }) => isUnset(type));
  return {
    ...spec,
    domains: spec.domains.map((domain) => {
      if (!isUnset(domain.type)) return domain;
      return { ...domain, type: domain === first && !hasPrimary ? "PRIMARY" : "ALIAS" };
    }),
  };
}

/** Records that App Platform writes for a domain in its zone. */
function ownRecords(app: AppRecord, domain: string, zone: string): RecordData[] {
  const name = relativeName(`${domain}.`, zone);
  if (name !== "@") return [{ type: "CNAME", name, data: app.defaultHost, ttl: defaultTtl }];
  return ingressAddresses.map((data) => ({ type: "A", name, data, ttl: defaultTtl }));
}

/** Writes what is missing of a domain's records; the reason why it cannot, if it cannot. */
function writeRecords(account: Account, app: AppRecord, domain: string, zone: string): string | undefined {
  for (const record of ownRecords(app, domain, zone)) {
    const others = recordsOf(account, zone);
    const isWritten = others.some(
      (other) => other.appId === app.id && other.name === record.name && other.data === record.data,
    );
    if (isWritten) continue;
    const foreign = others.find(
      (other) =>
        other.appId !== app.id && other.name === record.name && ["A", "AAAA", "CNAME"].includes(other.type),
    );
    const fault =
      foreign === undefined ? clash(record, others) : `the zone has a ${foreign.type} record of that name`;
    if (fault !== undefined) return `cannot write the record of "${domain}": ${fault}`;
    // Not a TTL of its own: that would change the one that the name's other records were given.
    const ttl = others.find(({ name }) => name === record.name)?.ttl ?? record.ttl;
    addRecord(account, zone, { ...record, ttl }, app.id);
  }
  return undefined;
}

function settled(account: Account, app: AppRecord, spec: DomainSpec, kept: AppDomain | undefined): AppDomain {
  const base = { id: kept?.id ?? randomUUID(), domain: spec.domain };
  const zone = spec.zone ?? "";
  if (zone === "") {
    return {
      ...base,
      phase: "CONFIGURING",
      reason: `waits for a CNAME record to ${app.defaultHost} at the zone's host`,
    };
  }
  if (account.domains.get(zone) === undefined) {
    return { ...base, phase: "CONFIGURING", reason: `waits for the zone "${zone}" in this account` };
  }
  const reason = writeRecords(account, app, spec.domain, zone);
  return reason === undefined ? { ...base, phase: "ACTIVE" } : { ...base, phase: "ERROR", reason };
}

/** Takes away the records of domains that an app has no longer. */
function dropRecords(account: Account, app: AppRecord): void {
  const wanted = (app.spec.domains ?? []).map(({ domain }) => domain);
  for (const record of account.records.list()) {
    if (record.appId !== app.id) continue;
    const full = record.name === "@" ? record.zone : `${record.name}.${record.zone}`;
    if (!wanted.includes(full)) account.records.delete(String(record.id));
  }
}

/** Brings an app's domains and their records up to date with its spec and with the zones that there are. */
export function settleDomains(account: Account, app: AppRecord): AppRecord {
  dropRecords(account, app);
  const domains = (app.spec.domains ?? []).map((spec) =>
    settled(
      account,
      app,
      spec,
      app.domains.find(({ domain }) => domain === spec.domain),
    ),
  );
  const updated: AppRecord = { ...app, domains };
  account.apps.put(app.id, updated);
  return updated;
}

/** Does the same for every app, after a zone came or went. */
export function settleAppDomains(account: Account): void {
  for (const app of account.apps.list()) settleDomains(account, app);
}

/** Deletes every record that App Platform wrote for an app. */
export function forgetDomains(account: Account, appId: string): void {
  for (const record of account.records.list()) {
    if (record.appId === appId) account.records.delete(String(record.id));
  }
}
