import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { appNameFaults, fullName } from "../../components/dns.rules.ts";
import { type DnsRecordSettings, DnsSettings } from "../../components/dns.settings.ts";
import { Dns, recordArgs, recordKey, textParts } from "../../components/dns.ts";
import { outputValue, register, resourceList, resourceNamed } from "../support/mocks.ts";
import { complete, faultLines } from "../support/settings.ts";

const zone = "tinkertools.ao";
const caa = (value: string) => ({ type: "CAA", name: "@", tag: "issue", value }) as const;

describe("Dns", () => {
  const records = [
    caa("letsencrypt.org"),
    caa("pki.goog"),
    { type: "MX", name: "@", value: "mail.example.com", priority: 10 },
    { type: "CNAME", name: "docs", value: "pages.example.com", ttl: 300 },
  ] as const;

  test("is a zone with its records", async () => {
    const { built, resources } = await register(
      (options) => new Dns("dns", { zone, records: [...records], appNames: [zone] }, options),
    );
    const record = "digitalocean:index/dnsRecord:DnsRecord";
    expect(resourceList(resources)).toEqual([
      `${record} dns-caa-issue-apex-letsencrypt-org-959a1c15`,
      `${record} dns-caa-issue-apex-pki-goog-0b426d5e`,
      `${record} dns-cname-docs`,
      `${record} dns-mx-apex-mail-example-com-f92c0344`,
      "digitalocean:index/domain:Domain dns",
      "slipway:index:Dns dns",
    ]);
    expect(resourceNamed(resources, "dns", "digitalocean:index/domain:Domain").inputs).toEqual({
      name: zone,
    });
    expect(resourceNamed(resources, "dns-cname-docs").inputs).toEqual({
      domain: zone,
      type: "CNAME",
      name: "docs",
      ttl: 300,
      value: "pages.example.com.",
    });
    expect(resourceNamed(resources, "dns-cname-docs").options.parent).toBe(built);
    expect(await outputValue(built.zone)).toBe(zone);
  });

  test("outlives a protected stack as a zone, while its records can change", async () => {
    const { resources } = await register(
      (options) => new Dns("dns", { zone, records: [...records] }, { ...options, protect: true }),
    );
    const domain = resourceNamed(resources, "dns", "digitalocean:index/domain:Domain");
    expect([domain.options.protect, domain.options.retainOnDelete]).toEqual([undefined, true]);
    const { protect, retainOnDelete } = resourceNamed(resources, "dns-cname-docs").options;
    expect([protect, retainOnDelete]).toEqual([false, undefined]);
  });

  test("fails before it registers anything", () => {
    expect(() => new Dns("dns", { zone: "tinkertools.ao." })).toThrow(
      'dns has invalid settings:\n  zone: must be a host name in lower case without scheme, path or final dot, such as tinkertools.ao; got "tinkertools.ao."',
    );
    expect(
      () =>
        new Dns("dns", {
          zone,
          records: [{ type: "A", name: "www", value: "203.0.113.7" }],
          appNames: [`www.${zone}`],
        }),
    ).toThrow(
      "dns has invalid settings:\n  records[0]: must be left out: app.domains gives www.tinkertools.ao to App Platform, which writes its address itself",
    );
  });

  test("wants the fields that a kind of record has", () => {
    const attempt = () =>
      // @ts-expect-error an MX record has a priority
      new Dns("dns", { zone, records: [{ type: "MX", name: "@", value: "mail.example.com" }] });
    expect(attempt).toThrow("records[0].priority: must be set, to a number");
  });
});

describe("DnsSettings", () => {
  const record = (settings: object) => ({ zone, records: [settings] });
  test.each<[unknown, string[]]>([
    [{ records: [] }, ["zone: must be set, to a text"]],
    [
      record({ type: "PTR", name: "x" }),
      ['records[0].type: must be one of A, AAAA, CNAME, MX, TXT, CAA, SRV; got "PTR"'],
    ],
    [
      record({ type: "A", name: "www", value: "localhost" }),
      ["records[0].value: must be an IPv4 address such as 203.0.113.7"],
    ],
    [
      record({ type: "AAAA", name: "www", value: "1.2.3.4" }),
      ["records[0].value: must be an IPv6 address such as 2001:db8::7"],
    ],
    [
      record({ type: "CNAME", name: "www", value: "example.com." }),
      [
        'records[0].value: must be a host name in lower case without a final dot, such as mail.tinkertools.ao, or @ for the zone itself; got "example.com."',
      ],
    ],
    [
      record({ type: "SRV", name: "_sip._tcp", value: "sip.example.com", priority: 0 }),
      ["records[0].weight: must be set, to a number", "records[0].port: must be set, to a number"],
    ],
    [
      record({ type: "CAA", name: "@", value: "letsencrypt.org" }),
      ["records[0].tag: must be set: one of issue, issuewild, iodef"],
    ],
    [
      record({ type: "CAA", name: "@", tag: "issue", value: "letsencrypt.org." }),
      [
        "records[0].value: must be the host name of an authority without a final dot, such as letsencrypt.org",
      ],
    ],
    [
      record({ type: "CAA", name: "@", tag: "iodef", value: "security@tinkertools.ao" }),
      [
        "records[0].value: must be a mailto: or https: address without a final dot, such as mailto:security@tinkertools.ao",
      ],
    ],
    [
      record({ type: "TXT", name: "www.tinkertools.ao.", value: "x", ttl: 10 }),
      [
        'records[0].name: must be a name inside the zone without the zone, such as www, or @ for the zone itself; got "www.tinkertools.ao."',
        "records[0].ttl: must be at least 30; got 10",
      ],
    ],
    [
      record({ type: "TXT", name: "@", value: "x", priority: 1 }),
      ["records[0].priority: must be a known setting: one of type, name, ttl, value"],
    ],
    [
      record({ type: "CNAME", name: "@", value: "example.com" }),
      ["records[0].type: must not be CNAME at the zone itself, which has other records; use A"],
    ],
    [
      {
        zone,
        records: [
          { type: "TXT", name: "www", value: "a" },
          { type: "CNAME", name: "www", value: "example.com" },
        ],
      },
      ["records[1].name: must be used once: a CNAME allows no other record for www"],
    ],
    [
      {
        zone,
        records: [
          { type: "A", name: "www", value: "203.0.113.7", ttl: 300 },
          { type: "A", name: "www", value: "203.0.113.8", ttl: 600 },
          { type: "A", name: "www", value: "203.0.113.7", ttl: 300 },
        ],
      },
      [
        "records[1].ttl: must be 300 as in records[0]: all records of one name share one ttl; got 600",
        "records[2]: must not be there twice",
      ],
    ],
  ])("fails on %j", (input, expected) => {
    expect(faultLines(DnsSettings, input)).toEqual(expected);
  });

  test("parses what it has parsed to the same", () => {
    const once = complete(DnsSettings, {
      zone,
      records: [
        caa("letsencrypt.org"),
        { type: "SRV", name: "_sip._tcp", value: "@", priority: 0, weight: 0, port: 1 },
      ],
    });
    expect(complete(DnsSettings, once)).toEqual(once);
  });
});

describe("appNameFaults", () => {
  const lines = (records: object[], appNames: string[]) =>
    appNameFaults(complete(DnsSettings, { zone, records }), appNames).map(
      ({ path, message }) => `${path.join(".")}: ${message}`,
    );

  test("lets the zone itself have what App Platform does not write", () => {
    expect(lines([{ type: "MX", name: "@", value: "mail.example.com", priority: 1 }], [zone])).toEqual([]);
    expect(lines([{ type: "A", name: "other", value: "203.0.113.7" }], [zone, `www.${zone}`])).toEqual([]);
  });

  test("refuses addresses of the zone itself, and every record beside the platform's CNAME", () => {
    expect(
      lines(
        [
          { type: "AAAA", name: "@", value: "2001:db8::7" },
          { type: "TXT", name: "www", value: "x" },
        ],
        [zone, `www.${zone}`],
      ),
    ).toEqual([
      "records.0: must be left out: app.domains gives tinkertools.ao to App Platform, which writes its address itself",
      "records.1: must be left out: app.domains gives www.tinkertools.ao to App Platform, which writes its only record itself",
    ]);
  });

  test("wants the platform's authorities allowed where any is named", () => {
    expect(lines([caa("letsencrypt.org")], [zone])).toEqual([
      "records: must allow App Platform's certificates: add CAA issue pki.goog at @",
    ]);
    expect(lines([caa("example.com")], [`api.${zone}`])).toEqual([
      "records: must allow App Platform's certificates: add CAA issue letsencrypt.org and pki.goog at @",
    ]);
    expect(lines([caa("example.com")], [])).toEqual([]);
  });
});

describe("recordArgs", () => {
  const shared = { name: "x", ttl: 1800 };
  test.each<[DnsRecordSettings, object]>([
    [{ ...shared, type: "A", value: "203.0.113.7" }, { value: "203.0.113.7" }],
    [{ ...shared, type: "AAAA", value: "2001:db8::7" }, { value: "2001:db8::7" }],
    [{ ...shared, type: "CNAME", value: "example.com" }, { value: "example.com." }],
    [{ ...shared, type: "CNAME", value: "@" }, { value: "@" }],
    [{ ...shared, type: "TXT", value: "v=spf1 -all" }, { value: "v=spf1 -all" }],
    [
      { ...shared, type: "MX", value: "mail.example.com", priority: 0 },
      { value: "mail.example.com.", priority: 0 },
    ],
    [
      { ...shared, type: "SRV", value: "sip.example.com", priority: 1, weight: 2, port: 3 },
      { value: "sip.example.com.", priority: 1, weight: 2, port: 3 },
    ],
    [
      { ...shared, type: "CAA", value: "letsencrypt.org", tag: "issue", flags: 0 },
      { value: "letsencrypt.org.", tag: "issue", flags: 0 },
    ],
    [
      { ...shared, type: "CAA", value: "mailto:a@example.com", tag: "iodef", flags: 128 },
      { value: "mailto:a@example.com", tag: "iodef", flags: 128 },
    ],
  ])("of %j", (record, expected) => {
    expect(recordArgs(record)).toEqual({ type: record.type, ...shared, ...expected });
  });
});

describe("recordKey", () => {
  test("tells records apart by value, except a CNAME, which can change in place", () => {
    const shared = { name: "www", ttl: 1800 };
    const key = (value: string) => recordKey({ ...shared, type: "A", value });
    expect(key("203.0.113.7")).not.toBe(key("203.0.113.8"));
    expect(recordKey({ ...shared, type: "CNAME", value: "example.com" })).toBe("cname-www");
  });
});

describe("textParts", () => {
  test("leaves a text that fits as it is", () => {
    expect(textParts("x".repeat(255))).toBe("x".repeat(255));
  });

  test("splits a longer one into parts of at most 255 bytes that join to it again", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", "é", "€"), minLength: 256, maxLength: 900 }),
        (text) => {
          const parts = textParts(text)
            .split(" ")
            .map((part) => /^"(.*)"$/.exec(part)?.[1] ?? "unquoted");
          expect(parts.join("")).toBe(text);
          expect(parts.every((part) => part !== "" && Buffer.byteLength(part) <= 255)).toBe(true);
        },
      ),
    );
  });
});

test("fullName adds the zone to all but itself", () => {
  expect(fullName(zone, "@")).toBe(zone);
  expect(fullName(zone, "www")).toBe(`www.${zone}`);
});

test.each([
  ["letsencrypt.org", "letsencrypt.org."],
  ["letsencrypt.org; validationmethods=dns-01", "letsencrypt.org.; validationmethods=dns-01"],
  [";", ";"],
])("the authority %s is written as %s", (value, written) => {
  const record = { type: "CAA", name: "@", tag: "issue", flags: 0, ttl: 1800, value } as const;
  expect(recordArgs(record)).toEqual({ ...record, value: written });
});

test("a service that there is not is written as a dot", () => {
  const record = {
    type: "SRV",
    name: "_imap._tcp",
    value: ".",
    priority: 0,
    weight: 0,
    port: 1,
    ttl: 60,
  } as const;
  expect(recordArgs(record)).toEqual(record);
});

test("authorities count whatever their parameters are", () => {
  const caa = (value: string) =>
    ({ type: "CAA", name: "@", tag: "issue", flags: 0, ttl: 1800, value }) as const;
  const zone = { zone: "shop.example", records: [caa("letsencrypt.org; x=1"), caa("pki.goog")] };
  expect(appNameFaults(zone, ["shop.example"])).toEqual([]);
  expect(appNameFaults({ ...zone, records: [caa(";")] }, ["shop.example"])).toEqual([
    {
      path: ["records"],
      message: "must allow App Platform's certificates: add CAA issue letsencrypt.org and pki.goog at @",
    },
  ]);
});
