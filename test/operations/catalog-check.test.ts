import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { pricesWith } from "../../components/prices.ts";
import { type CatalogCheck, checkCatalog } from "../../operations/catalog-check.ts";
import { digitalOceanAccess } from "../../operations/digitalocean.ts";
import { OperationFault } from "../../operations/fault.ts";
import { type LocalDigitalOcean, localDigitalOcean } from "../local/apis/digitalocean/server.ts";

const prices = pricesWith();
const closers: (() => void)[] = [];
let cloud: LocalDigitalOcean;

beforeEach(async () => {
  cloud = await localDigitalOcean();
});

afterEach(async () => {
  await cloud.close();
  expect(cloud.deviations).toEqual([]);
  for (const close of closers.splice(0)) close();
});

/** A server that answers as the local API does, with some of its words changed. */
async function changed(change: (path: string, text: string) => string, statusCode = 200): Promise<string> {
  const server = createServer(async (request, response) => {
    const { body } = await cloud.ask("GET", request.url ?? "/");
    response.writeHead(statusCode, { "content-type": "application/json" });
    response.end(change(request.url ?? "/", JSON.stringify(body)));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  closers.push(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const check = (endpoint: string): Promise<CatalogCheck> => checkCatalog({ endpoint, token: "t0ken" }, prices);

describe("the check of the catalog", () => {
  test("finds the catalog and the local API the same", async () => {
    const { compared, differences } = await check(cloud.url);
    expect(differences).toEqual([]);
    expect(compared).toBe(228);
    expect(cloud.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /v2/apps/tiers/instance_sizes",
      "GET /v2/apps/regions",
      "GET /v2/databases/options",
    ]);
  });

  test("tells each difference with the file to mend", async () => {
    const endpoint = await changed((_path, text) =>
      text
        .replace('"usd_per_month":"12.00"', '"usd_per_month":"13.00"')
        .replace('"bandwidth_allowance_gib":"50"', '"bandwidth_allowance_gib":"60"')
        .replace('"slug":"apps-s-2vcpu-4gb"', '"slug":"basic-m"')
        .replace('"data_centers":["nyc1"]', '"data_centers":["nyc3","nyc2"]')
        .replace('"versions":["15",', '"versions":["18","15",')
        .replace("2028-11-09T", "2028-12-09T")
        .replaceAll('"gd-40vcpu-160gb"', '"gd-48vcpu-192gb"'),
    );
    const { differences } = await check(endpoint);
    const file = (name: string) => `catalog/${name}.ts`;
    expect(differences).toEqual([
      { what: "app size apps-s-2vcpu-4gb", ours: "there", theirs: "not there", file: file("app-sizes") },
      { what: "app size basic-m", ours: "not there", theirs: "there", file: file("app-sizes") },
      {
        what: "app size apps-s-1vcpu-0.5gb, transfer in GiB",
        ours: "50",
        theirs: "60",
        file: file("app-sizes"),
      },
      { what: "app size apps-s-1vcpu-1gb, USD a month", ours: "12", theirs: "13", file: file("app-sizes") },
      { what: "former app size basic-m", ours: "no longer sold", theirs: "sold", file: file("app-sizes") },
      { what: "region nyc, data centre", ours: "nyc1", theirs: "nyc3, nyc2", file: file("regions") },
      {
        what: "database size gd-40vcpu-160gb",
        ours: "there",
        theirs: "not there",
        file: file("database-sizes"),
      },
      {
        what: "database size gd-48vcpu-192gb",
        ours: "not there",
        theirs: "there",
        file: file("database-sizes"),
      },
      {
        what: "database size with a standby gd-40vcpu-160gb",
        ours: "there",
        theirs: "not there",
        file: file("database-sizes"),
      },
      {
        what: "database size with a standby gd-48vcpu-192gb",
        ours: "not there",
        theirs: "there",
        file: file("database-sizes"),
      },
      { what: "Postgres version 18", ours: "not there", theirs: "there", file: file("postgres-versions") },
      {
        what: "Postgres version 16, end of life",
        ours: "2028-11-09",
        theirs: "2028-12-09",
        file: file("postgres-versions"),
      },
    ]);
  });

  test("sends a wrong price of the owner back to the owner's file", async () => {
    const own = pricesWith({
      source: "invoice",
      date: "2026-11-01",
      appSizes: { "apps-s-1vcpu-1gb": 11 },
      databaseSizes: {},
      platform: {},
      s3: {},
    });
    const { differences } = await checkCatalog({ endpoint: cloud.url, token: "t0ken" }, own);
    expect(differences).toEqual([
      {
        what: "app size apps-s-1vcpu-1gb, USD a month",
        ours: "11",
        theirs: "12",
        file: "catalog/overrides.json",
      },
    ]);
  });

  test("reads every page, and sends its token to no other place", async () => {
    const paths: string[] = [];
    const endpoint = await changed((path, text) => {
      paths.push(path);
      const isFirst = path === "/v2/apps/regions";
      const next = isFirst
        ? `${endpoint}/v2/apps/regions?page=2`
        : "https://elsewhere.example/v2/apps/regions";
      return path.startsWith("/v2/apps/regions")
        ? text.replace(/}$/, `,"links":{"pages":{"next":"${next}"}}}`)
        : text;
    });
    expect((await check(endpoint)).differences).toEqual([]);
    expect(paths.filter((path) => path.startsWith("/v2/apps/regions"))).toEqual([
      "/v2/apps/regions",
      "/v2/apps/regions?page=2",
    ]);
  });

  test.each([
    [401, "answered 401: the token is wrong or has expired"],
    [403, "answered 403: the token lacks a scope: it needs app:read and database:read"],
    [429, "answered 429: too many requests: wait an hour at most"],
    [500, "answered 500"],
  ])("fails on %d in words", async (status, text) => {
    const endpoint = await changed((_path, body) => body, status);
    await expect(check(endpoint)).rejects.toThrow(
      new OperationFault(`GET /v2/apps/tiers/instance_sizes ${text}`),
    );
  });

  test("fails on an answer of another form, with its place", async () => {
    const endpoint = await changed((path, text) =>
      path.includes("instance_sizes") ? text.replace('"5.00"', "5") : text,
    );
    await expect(check(endpoint)).rejects.toThrow(
      "GET /v2/apps/tiers/instance_sizes answered in a form that is not known, at instance_sizes.0.usd_per_month",
    );
  });

  test("fails where nobody answers", async () => {
    await expect(check("http://127.0.0.1:9")).rejects.toThrow(OperationFault);
    await expect(check("http://127.0.0.1:9")).rejects.toThrow(
      "GET /v2/apps/tiers/instance_sizes was not answered in a readable way: check the network and DIGITALOCEAN_API_URL",
    );
  });

  test("gives up on an answer that does not come", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((listening) => silent.listen(0, "127.0.0.1", listening));
    closers.push(() => silent.close().closeAllConnections());
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    await expect(checkCatalog({ endpoint, token: "t0ken", timeout: 20 }, prices)).rejects.toThrow(
      "GET /v2/apps/tiers/instance_sizes was not answered within 0.02 s",
    );
  });
});

describe("the way to the API", () => {
  test.each([
    [{ DIGITALOCEAN_TOKEN: "a" }, { endpoint: "https://api.digitalocean.com", token: "a" }],
    [{ DIGITALOCEAN_ACCESS_TOKEN: "b" }, { endpoint: "https://api.digitalocean.com", token: "b" }],
    [
      {
        DIGITALOCEAN_TOKEN: "a",
        DIGITALOCEAN_ACCESS_TOKEN: "b",
        DIGITALOCEAN_API_URL: "http://127.0.0.1:80/",
      },
      { endpoint: "http://127.0.0.1:80", token: "a" },
    ],
    [
      { DIGITALOCEAN_TOKEN: "a", DIGITALOCEAN_API_URL: "http://[::1]:8080" },
      { endpoint: "http://[::1]:8080", token: "a" },
    ],
  ])("is by %j", (environment, access) => {
    expect(digitalOceanAccess(environment)).toEqual(access);
  });

  test.each([
    "http://example.com",
    "ftp://127.0.0.1",
    "https://u:p@example.com",
    "http://127.0.0.1.example.com",
    "x",
  ])("is not %s, to which no token is sent", (address) => {
    expect(() => digitalOceanAccess({ DIGITALOCEAN_TOKEN: "a", DIGITALOCEAN_API_URL: address })).toThrow(
      "DIGITALOCEAN_API_URL must be an https address without credentials, or a http address of this machine",
    );
  });

  test("fails without a token, with the way to get one, and with one that is none", () => {
    expect(() => digitalOceanAccess({ DIGITALOCEAN_TOKEN: "" })).toThrow(
      "DIGITALOCEAN_TOKEN must be set: make a token with the scopes app:read and database:read at https://cloud.digitalocean.com/account/api/tokens and export it",
    );
    expect(() => digitalOceanAccess({ DIGITALOCEAN_TOKEN: "a\nb" })).toThrow(
      "DIGITALOCEAN_TOKEN must be one word without spaces and line breaks",
    );
  });
});
