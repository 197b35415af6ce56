import { describe, expect, test } from "@jest/globals";
import type { BlockSettings } from "../../components/config.ts";
import { connectionRules, directConnections } from "../../components/connections.rules.ts";
import { DatabaseSettings } from "../../components/database.settings.ts";
import { WebAppSettings } from "../../components/web-app.settings.ts";
import { complete } from "../support/settings.ts";

const image = { registry: "ghcr", repository: "acme/api", tag: "1" };
const url = { database: "shop" };
const database = (more: object = {}) =>
  complete(DatabaseSettings, {
    version: "16",
    size: "db-s-1vcpu-1gb",
    databases: { shop: { owner: "shop_app" } },
    ...more,
  });
const app = (given: object) => complete(WebAppSettings, given);
const service = (more: object = {}) => ({
  image,
  port: 8080,
  size: "apps-s-1vcpu-1gb",
  health: { path: "/health" },
  ...more,
});
const withEnvironment = (environment: object) => app({ services: { api: service({ environment }) } });
const scaled = { size: "apps-d-1vcpu-1gb", autoscaling: { min: 1, max: 4 } };

/** What a rule says of an app and its database. */
const said = (id: string, blocks: Pick<Partial<BlockSettings>, "app" | "database">) =>
  connectionRules
    .filter((rule) => rule.id === id)
    .flatMap((rule) => rule.faults(blocks as BlockSettings))
    .map(({ path, message }) => `${path}: ${message}`);

describe("the direct connections of a component", () => {
  test.each([
    ["are none without a database", { LEVEL: "INFO" }, []],
    ["are one where nothing tells how many", { URL: url }, [1]],
    ["are what the pool variable tells", { URL: url, DATABASE_POOL_SIZE: 7 }, [7]],
    ["are one at least", { URL: url, DATABASE_POOL_SIZE: 1 }, [1]],
    ["are one where the pool variable is zero", { URL: url, DATABASE_POOL_SIZE: 0 }, [1]],
    ["are one where the pool variable is no whole number", { URL: url, DATABASE_POOL_SIZE: "2.5" }, [1]],
    ["are what a public value tells", { URL: url, DATABASE_POOL_SIZE: { value: "8", isPublic: true } }, [8]],
    [
      "are one where the pool variable is a secret",
      { URL: url, DATABASE_POOL_SIZE: { secret: "size" } },
      [1],
    ],
    ["are added up", { A: { ...url, connections: 4 }, B: { ...url, connections: 2 } }, [6]],
    ["are what the variable itself says", { URL: { ...url, connections: 3 }, DATABASE_POOL_SIZE: 9 }, [3]],
  ])("%s", (_title, environment, each) => {
    expect(directConnections(withEnvironment(environment))).toEqual(
      each.map((count) => ({
        name: "api",
        instances: 1,
        each: count,
        databases: "A" in environment ? 2 : 1,
      })),
    );
  });

  test("are those of all its instances, and of the largest number that it scales to", () => {
    const environment = { URL: url };
    const all = app({
      services: {
        api: service({ instances: 3, environment }),
        web: service({ ...scaled, port: 8081, environment }),
      },
      workers: { mail: { image, size: "apps-s-1vcpu-1gb", environment } },
      jobs: { migrate: { image, size: "apps-s-1vcpu-1gb", kind: "preDeploy", environment } },
    });
    expect(directConnections(all)).toEqual([
      { name: "api", instances: 3, each: 1, databases: 1 },
      { name: "web", instances: 4, each: 1, databases: 1 },
      { name: "mail", instances: 1, each: 1, databases: 1 },
      { name: "migrate", instances: 1, each: 1, databases: 1 },
    ]);
  });

  test("count what the whole app is given, but not for a static site", () => {
    const github = { repository: "acme/site", branch: "main", deployOnPush: false };
    const all = app({
      environment: { URL: url },
      services: { api: service() },
      staticSites: { site: { github, outputDirectory: "dist" } },
      ingress: [
        { path: "/api", component: "api" },
        { path: "/", component: "site" },
      ],
    });
    expect(directConnections(all)).toEqual([{ name: "api", instances: 1, each: 1, databases: 1 }]);
  });
});

test("connections to several databases are told as such", () => {
  const two = withEnvironment({ A: { ...url, connections: 40 }, B: { ...url, connections: 40 } });
  expect(said("database-connections", { app: two, database: database() })).toEqual([
    "database.size: must have room for 80 connections (api 1 × 80 to 2 databases), and db-s-1vcpu-1gb has 22: take a larger size, fewer instances, a smaller DATABASE_POOL_SIZE or a pool",
  ]);
});

describe("the connections of a plan", () => {
  const pools = (size: number) => ({ pools: { web: { database: "shop", user: "shop_app", size } } });
  const asking = (connections: number) => withEnvironment({ URL: { ...url, connections } });

  test("suffice to the last", () => {
    expect(said("database-connections", { app: asking(22), database: database() })).toEqual([]);
    expect(said("database-connections", { app: asking(12), database: database(pools(10)) })).toEqual([]);
  });

  test("do not suffice for one more", () => {
    const rest =
      "and db-s-1vcpu-1gb has 22: take a larger size, fewer instances, a smaller DATABASE_POOL_SIZE or a pool";
    expect(said("database-connections", { app: asking(23), database: database() })).toEqual([
      `database.size: must have room for 23 connections (api 1 × 23), ${rest}`,
    ]);
    expect(said("database-connections", { app: asking(1), database: database(pools(22)) })).toEqual([
      `database.size: must have room for 23 connections (api 1 × 1, pools 22), ${rest}`,
    ]);
  });

  test("are not told of where the pools alone are too many, or a block is missing", () => {
    const shop = database();
    const tooMany = {
      ...shop,
      pools: { web: { ...database(pools(22)).pools.web, size: 23 } },
    } as typeof shop;
    expect(said("database-connections", { app: asking(1), database: tooMany })).toEqual([]);
    expect(said("database-connections", { app: asking(99) })).toEqual([]);
    expect(said("database-connections", { database: shop })).toEqual([]);
  });
});

describe("a reference to a pool", () => {
  const pools = {
    web: { database: "shop", user: "shop_app", size: 5 },
    batch: { database: "shop", user: "shop_app", size: 5 },
  };
  const binding = (bind: string) => withEnvironment({ URL: url, POOL_URL: { bind } });
  const at = "app.services.api.environment.POOL_URL.bind: must name a pool of database.pools";

  test.each([
    ["names a pool", "${db.web.DATABASE_URL}", { pools }, []],
    ["names none where there is none", "${db.webb.DATABASE_URL}", {}, [`${at}; there is none, got webb`]],
    ["is told the pools", "${db.webb.DATABASE_URL}", { pools }, [`${at}; there is web, batch, got webb`]],
    ["is one fact of the database", "${db.PASSWORD}", { pools }, []],
    ["is a fact of another component", "${api.PRIVATE_URL}", { pools }, []],
  ])("%s", (_title, bind, more, expected) => {
    expect(said("pool-reference", { app: binding(bind), database: database(more) })).toEqual(expected);
  });

  test("needs an app, and finds no pool without a database", () => {
    expect(said("pool-reference", { database: database() })).toEqual([]);
    expect(said("pool-reference", { app: binding("${db.web.DATABASE_URL}") })).toEqual([
      `${at}; there is none, got web`,
    ]);
  });
});
