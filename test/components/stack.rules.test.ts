import { describe, expect, test } from "@jest/globals";
import { stackLines } from "../support/settings.ts";

const product = { name: "shop", repository: "acme/shop" };
const api = { image: { registry: "ghcr", repository: "acme/api", tag: "1" }, port: 8080 };

describe("rules between blocks", () => {
  const used = { services: { api: { ...api, environment: { DATABASE_URL: { database: "shop" } } } } };
  const shop = { databases: { shop: { owner: "shop_app" } } };
  const network = {};
  test.each<[string, Record<string, unknown>, string[]]>([
    [
      "a database without a network",
      { database: {} },
      ["network: must be set: only the private network may reach the database"],
    ],
    [
      "an app that asks for a database where there is none",
      { app: used },
      ["database: must be set: the app asks for the database shop"],
    ],
    [
      "an app that asks for a database by a wrong name",
      { network, database: { databases: { shopp: { owner: "shop_app" } } }, app: used },
      [
        "app.services.api.environment.DATABASE_URL.database: must be one of database.databases: shopp; got shop, did you mean shopp?",
      ],
    ],
    [
      "extensions that nothing makes",
      { network, database: { databases: { shop: { owner: "shop_app", extensions: ["pg_trgm"] } } } },
      ["operations: must be set: its image makes the extensions of the database shop"],
    ],
    [
      "extensions without an app to make them in",
      {
        network,
        database: { databases: { shop: { owner: "shop_app", extensions: ["pg_trgm"] } } },
        operations: { repository: "acme/ops", digest: `sha256:${"0".repeat(64)}` },
      },
      ["app: must be set: a job of it makes the extensions of the database shop"],
    ],
    [
      "a release of what is no component",
      { app: { services: { api } }, release: { images: { apu: `sha256:${"0".repeat(64)}` } } },
      ["release.images.apu: must be a component of the app with an image; did you mean api?"],
    ],
    [
      "a secret that slipway sets itself",
      {
        network,
        database: shop,
        app: { services: { api: { ...api, environment: { URL: { secret: "databaseAdminUrl" } } } } },
        databaseAdminUrl: "x",
      },
      ["app.services.api.environment.URL: must not be databaseAdminUrl, which slipway sets itself"],
    ],
    [
      "a compliance lock outside production",
      { backups: { lock: { mode: "compliance" } } },
      [
        "backups.lock.mode: must be governance outside production: a compliance lock makes the bucket undeletable while it lasts",
      ],
    ],
    [
      "records that the platform writes",
      {
        app: {
          services: { api },
          domains: [{ name: "shop.example", type: "primary", zone: "shop.example" }],
        },
        dns: { zone: "shop.example", records: [{ type: "A", name: "@", value: "203.0.113.7" }] },
      },
      [
        "dns.records[0]: must be left out: app.domains gives shop.example to App Platform, which writes its address itself",
      ],
    ],
    [
      "watching what is not there",
      {
        monitoring: {
          checks: { home: { emails: ["a@b.example"] } },
          database: { cpuPercent: 80, emails: ["a@b.example"] },
        },
      },
      [
        "monitoring.checks: must be left out: there is no app to check",
        "monitoring.database: must be left out: there is no database to watch",
      ],
    ],
    [
      "rules of a branch that another stack deploys from",
      {
        delivery: { environment: "staging", branch: "develop", token: { secret: "token" } },
        repository: { branches: { main: {} } },
        token: "t",
      },
      [
        "repository.branches.main: must be left out: this stack deploys from develop and owns no other branch's rules",
      ],
    ],
  ])("fail on %s", (_, given, expected) => {
    expect(stackLines({ product, ...given })).toEqual(expected);
  });

  test("fail on what production may not have", () => {
    expect(
      stackLines(
        {
          product,
          backups: { forceDestroy: true },
          delivery: { environment: "production", adminsMayBypass: true },
          digitaloceanAccessToken: "t",
        },
        "production",
      ),
    ).toEqual([
      "backups.forceDestroy: must be false on a protected stack, whose backups outlive it",
      "delivery.adminsMayBypass: must be false on a protected stack: the gate is for everybody",
    ]);
  });

  test("wait for the blocks that they read", () => {
    expect(stackLines({ product, network: { ipRange: 1 }, database: {} })).toEqual([
      'network.ipRange: must be a text: write it in quotes, "1"',
    ]);
  });
});
