import { DnsRecord } from "@pulumi/digitalocean/dnsRecord.js";
import { Domain } from "@pulumi/digitalocean/domain.js";
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { appNameFaults } from "./dns.rules.ts";
import { type DnsRecordSettings, DnsSettings } from "./dns.settings.ts";
import { adopting } from "./internal/adoption.ts";
import { pathText } from "./internal/faults.ts";
import { physicalName } from "./internal/names.ts";
import { parseSettings, SettingsError } from "./internal/settings.ts";

export interface DnsArgs extends z.input<typeof DnsSettings> {
  /**
   * Host names whose records App Platform writes itself.
   * @default - the platform writes none
   */
  appNames?: readonly string[];
}

/**
 * A zone at DigitalOcean with its records.
 *
 * With `protect` the zone also outlives the stack: deleting it would delete every record in it.
 *
 * @example
 * new Dns("tinkertools-dns", { zone: "tinkertools.ao", records: [{ type: "MX", name: "@", value: "mail.tinkertools.ao", priority: 10 }] });
 */
export class Dns extends pulumi.ComponentResource {
  /** The domain. */
  public readonly zone: pulumi.Output<string>;

  constructor(name: string, args: DnsArgs, opts?: pulumi.ComponentResourceOptions) {
    const { appNames = [], ...input } = args;
    const settings = parseSettings(DnsSettings, input, name);
    const faults = appNameFaults(settings, appNames);
    if (faults.length > 0)
      throw new SettingsError(
        name,
        faults.map(({ path, message }) => ({ path: pathText(path), message })),
      );
    super("slipway:index:Dns", name, settings, opts);

    const domain = new Domain(
      name,
      { name: settings.zone },
      {
        parent: this,
        retainOnDelete: opts?.protect === true,
        ...adopting(settings.import === true ? settings.zone : undefined),
      },
    );
    for (const record of settings.records)
      new DnsRecord(
        `${name}-${recordKey(record)}`,
        { domain: domain.name, ...recordArgs(record) },
        // A protected zone must still let its records be changed and taken out.
        { parent: this, protect: false },
      );

    this.zone = domain.name;
    this.registerOutputs({ zone: this.zone });
  }
}

const longestKey = 80;

/** What tells a record from all others of its zone. A CNAME is alone, so that it can change its value in place. */
export function recordKey(record: DnsRecordSettings): string {
  const name = record.name === "@" ? "apex" : record.name;
  const kind = record.type === "CAA" ? `caa-${record.tag}` : record.type.toLowerCase();
  return physicalName(record.type === "CNAME" ? [kind, name] : [kind, name, record.value], longestKey);
}

const dotted = (host: string) => (host === "@" || host === "." ? host : `${host}.`);

/** The authority ends in a dot; what follows it is kept as it is. */
const dottedAuthority = (value: string) => {
  const [authority = "", ...parameters] = value.split(";");
  return [authority.trim() === "" ? "" : `${authority.trim()}.`, ...parameters].join(";");
};

/** A record as the provider reads it back: host names with a final dot, long texts in parts. */
export function recordArgs(record: DnsRecordSettings) {
  const { type, name, ttl, value } = record;
  switch (type) {
    case "A":
    case "AAAA":
      return { type, name, ttl, value };
    case "TXT":
      return { type, name, ttl, value: textParts(value) };
    case "CNAME":
      return { type, name, ttl, value: dotted(value) };
    case "MX":
      return { type, name, ttl, value: dotted(value), priority: record.priority };
    case "SRV":
      return {
        type,
        name,
        ttl,
        value: dotted(value),
        priority: record.priority,
        weight: record.weight,
        port: record.port,
      };
    case "CAA":
      return {
        type,
        name,
        ttl,
        value: record.tag === "iodef" ? value : dottedAuthority(value),
        flags: record.flags,
        tag: record.tag,
      };
  }
}

const longestText = 255;

/** One DNS text holds 255 bytes; a longer one becomes several in quotes, which readers join again. */
export function textParts(text: string): string {
  if (Buffer.byteLength(text) <= longestText) return text;
  const parts: string[] = [];
  let part = "";
  for (const character of text) {
    if (Buffer.byteLength(part + character) > longestText) {
      parts.push(part);
      part = "";
    }
    part += character;
  }
  return [...parts, part].map((one) => `"${one}"`).join(" ");
}
