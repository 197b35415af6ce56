import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  leastTtl,
  type RecordData,
  relativeName,
  withSharedTtl,
} from "../../../../local/apis/digitalocean/dns-rules.ts";
import { type Answer, type LocalDigitalOcean, localDigitalOcean } from "./server.ts";

let cloud: LocalDigitalOcean;
const zone = "/v2/domains/shop.example";

beforeEach(async () => {
  cloud = await localDigitalOcean();
  await cloud.ask("POST", "/v2/domains", { name: "shop.example" });
});

afterEach(async () => {
  await cloud.close();
  expect(cloud.deviations).toEqual([]);
});

const add = (body: Record<string, unknown>): Promise<Answer> => cloud.ask("POST", `${zone}/records`, body);

const shown = async (): Promise<[string, string, string, number][]> =>
  (await cloud.ask("GET", `${zone}/records`)).body.domain_records.map(
    (record: { type: string; name: string; data: string; ttl: number }) => [
      record.type,
      record.name,
      record.data,
      record.ttl,
    ],
  );

describe("a zone", () => {
  test("is shown with its records as text", async () => {
    await add({ type: "MX", name: "@", data: "mail.shop.example.", priority: 10 });
    const { domain } = (await cloud.ask("GET", zone)).body;
    expect(domain).toEqual({
      name: "shop.example",
      ttl: 1800,
      zone_file: "$ORIGIN shop.example.\n$TTL 1800\n@ 1800 IN MX 10 mail.shop.example\n",
    });
    expect((await cloud.ask("GET", "/v2/domains")).body.domains).toEqual([domain]);
  });

  test("can start with an address", async () => {
    await cloud.ask("POST", "/v2/domains", { name: "Other.example", ip_address: "192.0.2.1" });
    const { domain_records: records } = (await cloud.ask("GET", "/v2/domains/other.example/records")).body;
    expect(records).toMatchObject([{ type: "A", name: "@", data: "192.0.2.1" }]);
  });

  test("takes its records with it", async () => {
    const { domain_record: record } = (await add({ type: "A", name: "www", data: "192.0.2.1" })).body;
    expect((await cloud.ask("DELETE", zone)).status).toBe(204);
    expect((await cloud.ask("GET", `${zone}/records/${record.id}`)).status).toBe(404);
    expect((await cloud.ask("GET", `${zone}/records`)).status).toBe(404);
  });

  test("fails twice, and for a name that is none", async () => {
    expect((await cloud.ask("POST", "/v2/domains", { name: "shop.example" })).body.message).toBe(
      'Domain "shop.example" already exists',
    );
    expect((await cloud.ask("POST", "/v2/domains", { name: "shop" })).body.message).toBe(
      "name: is not a valid domain name",
    );
  });
});

describe("a record", () => {
  test.each([
    [
      { type: "A", name: "www", data: "192.0.2.1" },
      { name: "www", data: "192.0.2.1" },
    ],
    [
      { type: "AAAA", name: "@", data: "2001:db8::1" },
      { name: "@", data: "2001:db8::1" },
    ],
    [
      { type: "CNAME", name: "www.shop.example.", data: "shop.example." },
      { name: "www", data: "shop.example" },
    ],
    [
      { type: "CNAME", name: "www", data: "@" },
      { name: "www", data: "@" },
    ],
    [
      { type: "TXT", name: "@", data: "v=spf1 -all" },
      { name: "@", data: "v=spf1 -all" },
    ],
    [
      { type: "NS", name: "sub", data: "ns1.other.example." },
      { name: "sub", data: "ns1.other.example" },
    ],
    [
      { type: "MX", name: "@", data: "mail.shop.example.", priority: 0 },
      { data: "mail.shop.example", priority: 0 },
    ],
    [
      { type: "SRV", name: "_sip._tcp", data: "sip.shop.example.", priority: 1, weight: 2, port: 5060 },
      { data: "sip.shop.example", priority: 1, weight: 2, port: 5060 },
    ],
    [
      { type: "CAA", name: "@", data: "letsencrypt.org.", flags: 0, tag: "issue" },
      { data: "letsencrypt.org", flags: 0, tag: "issue" },
    ],
    [
      { type: "CAA", name: "@", data: "mailto:a@shop.example", flags: 0, tag: "iodef" },
      { data: "mailto:a@shop.example", tag: "iodef" },
    ],
  ])("is kept without its dot: %j", async (sent, kept) => {
    const { status, body } = await add(sent);
    expect(status).toBe(201);
    expect(body.domain_record).toMatchObject({ ...kept, type: sent.type, ttl: 1800 });
    expect(Number.isInteger(body.domain_record.id)).toBe(true);
  });

  test.each([
    [{ name: "www", data: "192.0.2.1" }, "Type is required"],
    [{ type: "PTR", name: "www", data: "x." }, 'Type "PTR" is not a record type'],
    [{ type: "SOA", name: "@", data: "1800" }, "SOA records cannot be made, the zone has its own"],
    [{ type: "A", name: "www" }, "Data is required"],
    [{ type: "A", name: "www", data: "300.1.1.1" }, 'Data "300.1.1.1" must be an IPv4 address'],
    [{ type: "AAAA", name: "www", data: "192.0.2.1" }, 'Data "192.0.2.1" must be an IPv6 address'],
    [{ type: "CNAME", name: "www", data: "shop.example" }, "Data needs to end with a dot (.)"],
    [
      { type: "CAA", name: "@", data: "letsencrypt.org", flags: 0, tag: "issue" },
      "Data needs to end with a dot (.)",
    ],
    [{ type: "CNAME", name: "@", data: "a.example." }, "CNAME records cannot be made at the root of a zone"],
    [{ type: "TXT", name: "@", data: "x".repeat(513) }, "Data must have 512 characters at most"],
    [{ type: "A", name: "www", data: "192.0.2.1", ttl: 29 }, "TTL must be at least 30 seconds"],
    [{ type: "MX", name: "@", data: "a.example." }, "Priority is required"],
    [{ type: "MX", name: "@", data: "a.example.", priority: 70_000 }, "Priority must be between 0 and 65535"],
    [{ type: "SRV", name: "a", data: "a.example.", priority: 1, weight: 1 }, "Port is required"],
    [
      { type: "CAA", name: "@", data: "a.example.", flags: 0, tag: "allow" },
      "Tag must be one of issue, issuewild, iodef",
    ],
    [
      { type: "CAA", name: "@", data: "a.example.", flags: 256, tag: "issue" },
      "Flags must be between 0 and 255",
    ],
  ])("fails for %j", async (wrong, message) => {
    const { status, body } = await add(wrong);
    expect([status, body.message]).toEqual([422, message]);
  });

  test("fails beside a CNAME of its name, and twice", async () => {
    await add({ type: "CNAME", name: "www", data: "shop.example." });
    const clash = "CNAME records cannot share a name with other records";
    expect((await add({ type: "A", name: "www", data: "192.0.2.1" })).body.message).toBe(clash);
    await add({ type: "A", name: "api", data: "192.0.2.1" });
    expect((await add({ type: "CNAME", name: "api", data: "shop.example." })).body.message).toBe(clash);
    expect((await add({ type: "A", name: "api", data: "192.0.2.1" })).body.message).toBe(
      "Record already exists",
    );
  });

  test("is changed in part, by PUT and by PATCH", async () => {
    const { domain_record: record } = (await add({ type: "CNAME", name: "www", data: "a.example." })).body;
    const path = `${zone}/records/${record.id}`;
    const put = await cloud.ask("PUT", path, { name: "web", data: "b.example.", priority: 0, flags: 0 });
    expect(put.body.domain_record).toEqual({ ...record, name: "web", data: "b.example" });
    expect((await cloud.ask("PATCH", path, { ttl: 60 })).body.domain_record).toMatchObject({
      data: "b.example",
      ttl: 60,
    });
    expect((await cloud.ask("PUT", path, { data: "b.example" })).body.message).toBe(
      "Data needs to end with a dot (.)",
    );
    expect((await cloud.ask("DELETE", path)).status).toBe(204);
    expect((await cloud.ask("GET", path)).status).toBe(404);
  });

  test("never gets an id that another one had", async () => {
    const { domain_record: first } = (await add({ type: "A", name: "a", data: "192.0.2.1" })).body;
    await cloud.ask("DELETE", `${zone}/records/${first.id}`);
    const { domain_record: second } = (await add({ type: "A", name: "a", data: "192.0.2.1" })).body;
    expect(second.id).toBeGreaterThan(first.id);
  });

  test("is found by name and type", async () => {
    await add({ type: "A", name: "@", data: "192.0.2.1" });
    await add({ type: "A", name: "www", data: "192.0.2.1" });
    await add({ type: "TXT", name: "www", data: "x" });
    const names = async (query: string): Promise<string[]> =>
      (await cloud.ask("GET", `${zone}/records${query}`)).body.domain_records.map(
        (record: { type: string; name: string }) => `${record.type} ${record.name}`,
      );
    expect(await names("?name=www.shop.example")).toEqual(["A www", "TXT www"]);
    expect(await names("?name=shop.example&type=A")).toEqual(["A @"]);
  });
});

describe("the TTL of a name", () => {
  test("is the one that was written last, for all its records", async () => {
    await add({ type: "A", name: "www", data: "192.0.2.1", ttl: 300 });
    await add({ type: "A", name: "api", data: "192.0.2.1", ttl: 300 });
    await add({ type: "AAAA", name: "www", data: "2001:db8::1", ttl: 60 });
    expect(await shown()).toEqual([
      ["A", "www", "192.0.2.1", 60],
      ["A", "api", "192.0.2.1", 300],
      ["AAAA", "www", "2001:db8::1", 60],
    ]);
  });

  test("is one, whatever is written in whatever order", () => {
    const record = fc.record({
      type: fc.constantFrom("A", "AAAA", "TXT"),
      name: fc.constantFrom("@", "www", "api"),
      data: fc.string(),
      ttl: fc.integer({ min: leastTtl, max: 86_400 }),
    });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 12 }), (written) => {
        const kept: RecordData[] = [];
        for (const one of written) {
          const changed = withSharedTtl(kept, one);
          for (const [index, other] of kept.entries()) {
            const after = changed.find(
              ({ type, name, data }) => type === other.type && name === other.name && data === other.data,
            );
            if (after !== undefined) kept[index] = after;
          }
          kept.push(one);
        }
        for (const name of ["@", "www", "api"]) {
          const last = written.findLast((one) => one.name === name);
          const ttls = new Set(kept.filter((one) => one.name === name).map(({ ttl }) => ttl));
          expect([...ttls]).toEqual(last === undefined ? [] : [last.ttl]);
        }
      }),
    );
  });
});

test.each([
  ["@", "@"],
  ["", "@"],
  ["shop.example.", "@"],
  ["WWW", "www"],
  ["www.shop.example.", "www"],
  ["a.b", "a.b"],
])("the name %j is kept as %j", (name, kept) => {
  expect(relativeName(name, "shop.example")).toBe(kept);
});
