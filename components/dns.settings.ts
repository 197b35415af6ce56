import { z } from "zod";
import { dnsRules } from "./dns.rules.ts";
import { adoptedByName } from "./internal/adoption.ts";
import { shown } from "./internal/faults.ts";
import { ruled } from "./internal/rules.ts";
import { FreeText, Hostname, Port, text } from "./internal/values.ts";

const Priority = z
  .int()
  .min(0)
  .max(65535)
  .describe("Rank of the host among those of the name; the lowest is tried first.")
  .meta({ examples: [10] });

const shared = {
  name: text(
    /^(?:@|(?:\*|[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*)$/,
    "must be a name inside the zone without the zone, such as www, or @ for the zone itself",
  )
    .describe("Name inside the zone; `@` is the zone itself.")
    .meta({ examples: ["www", "@", "*.apps"] }),
  // Least: DigitalOcean DNS, 2026-11-21.
  ttl: z
    .int()
    .min(30)
    .max(86400)
    .default(1800)
    .describe("How long others may remember it, in seconds; the same for all records of one name."),
};

/** The final dot is added by the component. */
const Target = z
  .string()
  .refine((host) => host === "@" || Hostname.safeParse(host).success, {
    error: ({ input }) =>
      `must be a host name in lower case without a final dot, such as mail.tinkertools.ao, or @ for the zone itself; got ${shown(input)}`,
  })
  .describe("Host that is meant, without a final dot; `@` is the zone itself.")
  .meta({ examples: ["mail.tinkertools.ao", "@"] });

const ServiceTarget = z
  .union([z.literal("."), Target])
  .describe(
    "Host of the service, without a final dot; `@` is the zone itself, `.` says that there is no such service.",
  )
  .meta({ examples: ["chat.tinkertools.ao", "."] });

/** One DNS record in the words of the stack file. */
export const DnsRecordSettings = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("A").describe("The IPv4 address of a name."),
    ...shared,
    value: z
      .ipv4({ error: "must be an IPv4 address such as 203.0.113.7" })
      .describe("IPv4 address.")
      .meta({ examples: ["203.0.113.7"] }),
  }),
  z.strictObject({
    type: z.literal("AAAA").describe("The IPv6 address of a name."),
    ...shared,
    value: z
      .ipv6({ error: "must be an IPv6 address such as 2001:db8::7" })
      .describe("IPv6 address.")
      .meta({ examples: ["2001:db8::7"] }),
  }),
  z.strictObject({
    type: z.literal("CNAME").describe("Another name that the name stands for."),
    ...shared,
    value: Target,
  }),
  z.strictObject({
    type: z.literal("MX").describe("The host that takes mail for the name."),
    ...shared,
    value: Target,
    priority: Priority,
  }),
  z.strictObject({
    type: z.literal("TXT").describe("Any text, such as a proof of ownership or the rules of mail."),
    ...shared,
    value: FreeText.max(2048)
      .describe("The text itself, without quotes around it.")
      .meta({ examples: ["v=spf1 include:_spf.tinkertools.ao -all"] }),
  }),
  z.strictObject({
    type: z.literal("CAA").describe("Authorities that may issue certificates for the name."),
    ...shared,
    tag: z
      .enum(["issue", "issuewild", "iodef"])
      .describe(
        "What is said: who issues certificates (`issue`), who does so for a wildcard (`issuewild`), or where refusals are reported (`iodef`).",
      ),
    flags: z
      .int()
      .min(0)
      .max(255)
      .default(0)
      .describe("128 makes an authority that does not know the tag refuse."),
    value: FreeText.describe(
      "An authority such as `letsencrypt.org`, with parameters after a semicolon, or `;` for none; with `iodef` a mailto: or https: address.",
    ).meta({ examples: ["letsencrypt.org", "mailto:devops@tinkertools.ao"] }),
  }),
  z.strictObject({
    type: z.literal("SRV").describe("Host and port of a service of the name."),
    ...shared,
    value: ServiceTarget,
    priority: Priority,
    weight: z
      .int()
      .min(0)
      .max(65535)
      .describe("Share of the requests among hosts of the same priority.")
      .meta({ examples: [100] }),
    port: Port.describe("TCP or UDP port of the service.").meta({ examples: [5060] }),
  }),
]);
export type DnsRecordSettings = z.output<typeof DnsRecordSettings>;

/** What a stack file may say about the zone. */
export const DnsSettings = ruled(
  z.strictObject({
    zone: Hostname.describe("The domain; its name servers are DigitalOcean's."),
    import: adoptedByName.describe(
      "Whether the zone is there already and is taken over; records of `records` must not be in it yet.",
    ),
    records: z
      .array(DnsRecordSettings)
      .default([])
      .describe("Records of the zone; those of the app and its domains are not among them.")
      .meta({ examples: [[{ type: "MX", name: "@", value: "mail.tinkertools.ao", priority: 10 }]] }),
  }),
  dnsRules,
);
export type DnsSettings = z.output<typeof DnsSettings>;
