import { z } from "zod";
import { dnsRules } from "./dns.rules.ts";
import { adoptedByName } from "./internal/adoption.ts";
import { shown } from "./internal/faults.ts";
import { ruled } from "./internal/rules.ts";
import { FreeText, Hostname, Port, text } from "./internal/values.ts";

const Priority = z.int().min(0).max(65535);

const shared = {
  name: text(
    /^(?:@|(?:\*|[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*)$/,
    "must be a name inside the zone without the zone, such as www, or @ for the zone itself",
  ).describe("Name inside the zone; `@` is the zone itself."),
  // Least: DigitalOcean DNS, 2026-11-21.
  ttl: z
    .int()
    .min(30)
    .max(86400)
    .default(1800)
    .describe("How long others may remember it, in seconds; the same for all records of one name."),
};

/** A host elsewhere, or `@` for the zone itself; the final dot is added by the component. */
const Target = z.string().refine((host) => host === "@" || Hostname.safeParse(host).success, {
  error: ({ input }) =>
    `must be a host name in lower case without a final dot, such as mail.tinkertools.ao, or @ for the zone itself; got ${shown(input)}`,
});

/** A target of SRV; `.` says that there is no such service. */
const ServiceTarget = z.union([z.literal("."), Target]);

/** One DNS record in the words of the stack file. */
export const DnsRecordSettings = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("A"),
    ...shared,
    value: z.ipv4({ error: "must be an IPv4 address such as 203.0.113.7" }),
  }),
  z.strictObject({
    type: z.literal("AAAA"),
    ...shared,
    value: z.ipv6({ error: "must be an IPv6 address such as 2001:db8::7" }),
  }),
  z.strictObject({ type: z.literal("CNAME"), ...shared, value: Target }),
  z.strictObject({ type: z.literal("MX"), ...shared, value: Target, priority: Priority }),
  z.strictObject({ type: z.literal("TXT"), ...shared, value: FreeText.max(2048) }),
  z.strictObject({
    type: z.literal("CAA"),
    ...shared,
    tag: z.enum(["issue", "issuewild", "iodef"]),
    flags: z
      .int()
      .min(0)
      .max(255)
      .default(0)
      .describe("128 makes an authority that does not know the tag refuse."),
    value: FreeText.describe(
      "An authority such as `letsencrypt.org`, with parameters after a semicolon, or `;` for none; with `iodef` a mailto: or https: address.",
    ),
  }),
  z.strictObject({
    type: z.literal("SRV"),
    ...shared,
    value: ServiceTarget,
    priority: Priority,
    weight: z.int().min(0).max(65535),
    port: Port,
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
    records: z.array(DnsRecordSettings).default([]),
  }),
  dnsRules,
);
export type DnsSettings = z.output<typeof DnsSettings>;
