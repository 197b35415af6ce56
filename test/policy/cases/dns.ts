import { unknown } from "../../../policy/values.ts";
import { all, type Cases, plus, production, resource, set, without } from "../support.ts";

const domain = "tinkertools.ao";
const record = (name: string, props: Record<string, unknown>) =>
  resource("do/DnsRecord", name, { domain, name: "@", ttl: 1800, ...props });

/** A zone as the rules want it, with an app whose own records are in it. */
export const zone = [
  resource("do/Domain", "zone", { name: domain }),
  record("caa-1", { type: "CAA", tag: "issue", value: "letsencrypt.org." }),
  record("caa-2", { type: "CAA", tag: "issue", value: "pki.goog." }),
  record("caa-3", { type: "CAA", tag: "iodef", value: "mailto:devops@tinkertools.ao" }),
  record("mail", { type: "MX", value: `mail.${domain}.` }),
  record("text", { type: "TXT", name: "a", value: "v=spf1" }),
  record("alias", { type: "CNAME", name: "b", value: "@" }),
  record("host", { type: "A", name: "c", value: "203.0.113.7", ttl: 300 }),
  resource("do/App", "app", {
    spec: { domainNames: [{ name: domain, zone: domain }, { name: `www.${domain}` }] },
  }),
];

const good = production(zone);
const but = (...changes: Parameters<typeof all>) => production(all(...changes)(zone));

const owned = (of: string, type: string, name: string) =>
  `${of}: must be left out: the app keeps the ${type} record of ${name}; take it out of dns.records, or zone out of app.domains`;
const issuer = (name: string) =>
  `zone: must let ${name} issue certificates; add { name: "@", type: CAA, tag: issue, value: ${name} } to dns.records`;

export const dnsCases: Record<string, Cases> = {
  "dns-one-ttl": {
    keeps: [good, but(plus(record("other", { domain: "other.ao", ttl: 60 })))],
    breaks: [
      [
        but(set("mail", "ttl", 60)),
        ["mail: must have the TTL 1800, as caa-1 has; give all records of tinkertools.ao one ttl"],
      ],
      [
        but(plus(record("host-2", { type: "A", name: "C", value: "203.0.113.8", ttl: 60 }))),
        ["host-2: must have the TTL 300, as host has; give all records of c.tinkertools.ao one ttl"],
      ],
      [
        but(set("host", "ttl", undefined), plus(record("host-2", { type: "A", name: "c", ttl: 60 }))),
        [
          "host-2: must have the TTL of the platform, as host has; give all records of c.tinkertools.ao one ttl",
        ],
      ],
    ],
  },
  "dns-owned-name": {
    keeps: [good, but(plus(record("www", { type: "CNAME", name: "www", value: "elsewhere.ao." })))],
    breaks: [
      ...["A", "AAAA", "CNAME"].map((type): [ReturnType<typeof but>, string[]] => [
        but(plus(record("own", { type }))),
        [owned("own", type, domain)],
      ]),
    ],
  },
  "dns-issuers": {
    keeps: [
      good,
      but(without("caa-1"), without("caa-2")),
      but(without("caa-2"), without("app")),
      but(without("caa-2"), set("app", "spec.domainNames", [{ name: "nottinkertools.ao" }])),
    ],
    breaks: [
      [but(without("caa-2")), [issuer("pki.goog")]],
      [but(without("caa-1")), [issuer("letsencrypt.org")]],
      [but(set("caa-2", "tag", "iodef")), [issuer("pki.goog")]],
      [but(set("caa-2", "name", "sub")), [issuer("pki.goog")]],
      [but(set("caa-2", "type", "TXT")), [issuer("pki.goog")]],
      [
        but(without("caa-2"), set("app", "spec.domainNames", [{ name: `shop.${domain}` }])),
        [issuer("pki.goog")],
      ],
    ],
  },
  "dns-first-record": {
    keeps: [good],
    breaks: [
      [
        but(set("zone", "ipAddress", "203.0.113.7")),
        ["zone: must not set ipAddress; write an A record for the name @"],
      ],
    ],
  },
  "dns-final-dot": {
    keeps: [
      good,
      but(set("mail", "value", unknown)),
      but(set("caa-1", "value", "x.ao.; a=b")),
      but(set("caa-1", "value", ";")),
    ],
    breaks: [
      [but(set("mail", "value", "mail.x.ao")), ["mail: must end in a dot; write mail.x.ao."]],
      [but(set("alias", "value", "x.ao")), ["alias: must end in a dot; write x.ao."]],
      [but(set("caa-1", "value", "x.ao")), ["caa-1: must end in a dot; write x.ao."]],
      [but(set("text", "type", "NS")), ["text: must end in a dot; write v=spf1."]],
      [but(set("text", "type", "SRV")), ["text: must end in a dot; write v=spf1."]],
    ],
  },
};
