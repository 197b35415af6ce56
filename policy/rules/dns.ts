import { each, ofType, type PolicyStack, type Rule, rule } from "../rule.ts";
import { at, isUnknown } from "../values.ts";
import { named } from "./app-spec.ts";

const app = "digitalocean:index/app:App";
const record = "digitalocean:index/dnsRecord:DnsRecord";
const zone = "digitalocean:index/domain:Domain";

const undotted = (value: unknown): string => String(value).replace(/\.$/, "").toLowerCase();

/** The full name of a record, `www.tinkertools.ao`. */
const fullName = (props: Record<string, unknown>): string =>
  props["name"] === "@"
    ? undotted(props["domain"])
    : `${undotted(props["name"])}.${undotted(props["domain"])}`;

/** The app's domains whose records the platform writes itself. */
const ownedNames = (stack: PolicyStack): string[] =>
  ofType(stack, app).flatMap(({ props }) =>
    named(props, "domainNames").flatMap(({ name, spec }) => (at(spec, "zone") === undefined ? [] : [name])),
  );

/** Who App Platform gets its certificates from. Source: DigitalOcean, manage domains of apps, 2026-11-21. */
const issuers = ["letsencrypt.org", "pki.goog"];

/** Rules about names. */
export const dnsRules: readonly Rule[] = [
  rule(
    {
      id: "dns-one-ttl",
      title: "All records of a name live equally long",
      severity: "error",
      reason: "the platform rewrites the others without a word, and every run shows a change",
      source: "digitalocean/terraform-provider-digitalocean#1157, #1012",
    },
    each(record, ({ name, props }, stack) => {
      const [first] = ofType(stack, record).filter((other) => fullName(other.props) === fullName(props));
      return first !== undefined && first.name !== name && first.props["ttl"] !== props["ttl"]
        ? {
            message: `must have the TTL ${String(first.props["ttl"] ?? "of the platform")}, as ${first.name} has`,
            fix: `give all records of ${fullName(props)} one ttl`,
          }
        : undefined;
    }),
  ),
  rule(
    {
      id: "dns-owned-name",
      title: "Nobody else writes the records of an app's domain",
      severity: "error",
      reason: "the platform writes them itself: two owners of one record undo each other",
      source: "DigitalOcean, manage domains of apps, 2026-11-21",
    },
    each(record, ({ props }, stack) =>
      ["A", "AAAA", "CNAME"].includes(String(props["type"])) && ownedNames(stack).includes(fullName(props))
        ? {
            message: `must be left out: the app keeps the ${String(props["type"])} record of ${fullName(props)}`,
            fix: "take it out of dns.records, or zone out of app.domains",
          }
        : undefined,
    ),
  ),
  rule(
    {
      id: "dns-issuers",
      title: "A zone lets the app's certificates be issued",
      severity: "error",
      reason: "with other issuers only, the certificate is not renewed and the site stops",
      source: "DigitalOcean, manage domains of apps, CAA, 2026-11-21; CKV2_AWS_38 for the idea",
    },
    each(zone, ({ props }, stack) => {
      const domain = undotted(props["name"]);
      const allowed = ofType(stack, record)
        .filter(
          (one) =>
            fullName(one.props) === domain && one.props["type"] === "CAA" && one.props["tag"] === "issue",
        )
        .map((one) => undotted(String(one.props["value"]).split(";")[0]?.trim()));
      const serves = ofType(stack, app).some((one) =>
        named(one.props, "domainNames").some(({ name }) => name === domain || name.endsWith(`.${domain}`)),
      );
      return allowed.length === 0 || !serves
        ? undefined
        : issuers
            .filter((issuer) => !allowed.includes(issuer))
            .map((issuer) => ({
              message: `must let ${issuer} issue certificates`,
              fix: `add { name: "@", type: CAA, tag: issue, value: ${issuer} } to dns.records`,
            }));
    }),
  ),
  rule(
    {
      id: "dns-first-record",
      title: "A zone is made without an address",
      severity: "error",
      reason: "a change of ipAddress replaces the zone, and every record in it is lost",
      source: "Pulumi DigitalOcean schema 4.80.1, willReplaceOnChanges of ipAddress",
    },
    each(zone, ({ props }) =>
      props["ipAddress"] === undefined
        ? undefined
        : { message: "must not set ipAddress", fix: "write an A record for the name @" },
    ),
  ),
  rule(
    {
      id: "dns-final-dot",
      title: "Names of other hosts end in a dot",
      severity: "error",
      reason: "the platform reads them back with a dot, so every run shows a change",
      source: "digitalocean/terraform-provider-digitalocean#421, #1010",
    },
    each(record, ({ props }) => {
      const value = String(props["value"]);
      const isHost =
        ["CNAME", "MX", "NS", "SRV"].includes(String(props["type"])) ||
        (props["type"] === "CAA" && props["tag"] !== "iodef");
      return isHost &&
        value !== "@" &&
        !isUnknown(value) &&
        !value.startsWith(";") &&
        !/\.(?:;|$)/.test(value)
        ? { message: "must end in a dot", fix: `write ${value}.` }
        : undefined;
    }),
  ),
];
