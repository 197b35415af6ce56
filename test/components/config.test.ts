import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Block, blocks, neededSecrets, readSettings, secretsAskedFor } from "../../components/config.ts";
import { SettingsError } from "../../components/internal/settings.ts";

const secrets = { "slipway:secretKey": "k", "slipway:digitaloceanAccessToken": "t" };

/** A configuration as the engine hands it over: blocks are JSON. */
const config = (given: Partial<Record<string, unknown>>) => ({
  ...Object.fromEntries(
    Object.entries(given).map(([key, value]) => [
      `slipway:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  ),
});

/** The lines that a person reads about a stack, without header and indent. */
function lines(given: Partial<Record<string, unknown>>, stack = "dev"): string[] {
  try {
    readSettings(stack, config(given));
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.message
      .split("\n")
      .slice(1)
      .map((line) => line.slice(2));
  }
}

const product = { name: "shop", repository: "acme/shop" };
const api = { image: { registry: "ghcr", repository: "acme/api", tag: "1" }, port: 8080 };

describe("readSettings", () => {
  test("has the default product where none is set", () => {
    const settings = readSettings("dev", { ...secrets, "aws:region": "us-east-1" });
    expect(settings.stack).toBe("dev");
    expect(settings.isProtected).toBe(false);
    expect(settings.product).toEqual({
      name: "tinkertools",
      repository: "tinkertools/tinkertools",
      region: "nyc",
      contact: "devops@tinkertools.ao",
    });
    expect(Object.keys(settings.app?.services ?? {})).toEqual(["tinkertools-api"]);
    expect(settings.database?.databases).toEqual({
      tinkertools: { owner: "tinkertools_app", extensions: ["uuid-ossp", "pg_trgm", "pg_stat_statements"] },
    });
  });

  test("replaces a block of the default product whole", () => {
    const settings = readSettings("dev", {
      ...secrets,
      ...config({ backups: { schedule: "daily", retentionDays: 14 } }),
    });
    expect(settings.backups?.forceDestroy).toBe(false);
    expect(settings.backups?.retentionDays).toBe(14);
    expect(settings.product.name).toBe("tinkertools");
  });

  test("stands alone where a product is set", () => {
    expect(readSettings("dev", config({ product }))).toEqual({
      stack: "dev",
      isProtected: false,
      product: { ...product, region: "nyc" },
      release: { images: {} },
    });
  });

  test("protects production and nothing else", () => {
    expect(readSettings("production", config({ product })).isProtected).toBe(true);
    expect(readSettings("staging", config({ product })).isProtected).toBe(false);
    expect(lines({}, "production")).toEqual([
      "product: must be set: a protected stack does not run on defaults",
    ]);
  });

  test("reads its own result again to the same", () => {
    const once = readSettings("dev", secrets);
    const again = Object.fromEntries(
      (Object.keys(blocks) as Block[]).flatMap((block) =>
        once[block] === undefined ? [] : [[block, once[block]]],
      ),
    );
    expect(readSettings("dev", { ...secrets, ...config(again) })).toEqual(once);
  });

  test("fails with every fault of every block at once, without a stack", () => {
    const attempt = () =>
      readSettings(
        "staging",
        config({
          product: { ...product, region: "nyc1" },
          database: { version: 15, standbyNodes: -1 },
          backups: { schedule: "weekly" },
          databse: {},
        }),
      );
    expect(attempt).toThrow(
      [
        "stack staging has invalid settings:",
        '  product.region: must be one of nyc, sfo, ams, fra, lon, tor, sgp, blr, syd, atl; got "nyc1", did you mean nyc?',
        '  database.version: must be a text: write it in quotes, "15"',
        "  database.standbyNodes: must be at least 0; got -1",
        '  backups.schedule: must be one of onDemand, daily; got "weekly"',
        "  databse: must be a known setting; did you mean database?",
      ].join("\n"),
    );
  });

  test.each<[Block, unknown, string]>([
    ["product", {}, "product.name: must be set, to a text"],
    [
      "product",
      { ...product, name: "Shop" },
      'product.name: must be 2 to 24 lower-case letters, digits and single hyphens, with a letter first, such as tinkertools; got "Shop"',
    ],
    ["product", { ...product, contact: 5 }, 'product.contact: must be a text: write it in quotes, "5"'],
    [
      "product",
      { ...product, regoin: "nyc" },
      "product.regoin: must be a known setting; did you mean region?",
    ],
    [
      "network",
      { iprange: "10.0.0.0/20" },
      "network.iprange: must be a known setting; did you mean ipRange?",
    ],
    ["network", { ipRange: 10 }, 'network.ipRange: must be a text: write it in quotes, "10"'],
    [
      "network",
      { ipRange: "10.0.0.0/8" },
      'network.ipRange: must be a private network range between /16 and /28, such as 10.30.0.0/20; got "10.0.0.0/8"',
    ],
    ["database", { size: 1 }, "database.size: must be one of db-s-1vcpu-1gb"],
    ["database", { databases: { shop: {} } }, "database.databases.shop.owner: must be set, to a text"],
    ["backups", { retentionDays: "30" }, "backups.retentionDays: must be a number: write 30 without quotes"],
    [
      "backups",
      { retentionDays: 1 },
      "backups.retentionDays: must be at least 7, so that one bad week can be undone",
    ],
    [
      "app",
      { services: { api: { ...api, prt: 1 } } },
      "app.services.api.prt: must be a known setting; did you mean port?",
    ],
    ["dns", {}, "dns.zone: must be set, to a text"],
    ["dns", { zone: "shop.example", records: {} }, "dns.records: must be a list, not a block of settings"],
    ["delivery", {}, "delivery.environment: must be set, to a text"],
    [
      "delivery",
      { environment: "dev", waitMinutes: 50_000 },
      "delivery.waitMinutes: must be at most 43200; got 50000",
    ],
    ["repository", { branch: {} }, "repository.branch: must be a known setting; did you mean branches?"],
    [
      "monitoring",
      { database: { cpuPercent: "80" } },
      "monitoring.database.cpuPercent: must be a number: write 80 without quotes",
    ],
    ["budget", { database: -1 }, "budget.database: must be at least 0; got -1"],
    [
      "budget",
      { warnAtPercent: [90, 50] },
      "budget.warnAtPercent: must rise from one step to the next, such as [50, 75, 90]",
    ],
    ["budget", { databse: 40 }, "budget.databse: must be a known setting; did you mean database?"],
    [
      "release",
      { images: { api: "latest" } },
      'release.images.api: must be an image digest: sha256: and 64 hexadecimal digits; got "latest"',
    ],
    ["release", { version: 1.4 }, 'release.version: must be a text: write it in quotes, "1.4"'],
    ["operations", { repository: "acme/ops" }, "operations.digest: must be set, to a text"],
    [
      "operations",
      { registry: "gcr" },
      'operations.registry: must be one of ghcr, docr, dockerHub; got "gcr", did you mean ghcr?',
    ],
  ])("fails on %s: %j", (block, input, expected) => {
    expect(lines({ product, [block]: input }).filter((line) => line.startsWith(expected))).toHaveLength(1);
  });

  test("fails on a block that is no block", () => {
    expect(lines({ product, network: "yes", backups: "true", dns: "null", budget: "[" })).toEqual([
      "network: must be a block of settings, not a text",
      "backups: must be a block of settings, not true or false",
      "dns: must be a block of settings, not nothing",
      "budget: must be a block of settings, not a text",
    ]);
  });

  test("fails on a key that nothing needs, without repeating its value", () => {
    expect(lines({ product, secretkey: "hunter2" })).toEqual([
      `secretkey: must be a known setting: one of ${Object.keys(blocks).join(", ")}`,
    ]);
    expect(lines({ secretKey: "k", digitaloceanAccesToken: "hunter2" })).toEqual([
      "digitaloceanAccessToken: must be set, because delivery.token needs it: pulumi config set --secret slipway:digitaloceanAccessToken",
      "digitaloceanAccesToken: must be a known setting; did you mean digitaloceanAccessToken?",
    ]);
  });

  test("waits with keys that may be secrets until it knows which are needed", () => {
    expect(lines({ product, app: { services: { api: { ...api, port: 0 } } }, apiKey: "hunter2" })).toEqual([
      "app.services.api.port: must be at least 1; got 0",
    ]);
  });

  test("fails on an empty secret", () => {
    expect(lines({ secretKey: "", digitaloceanAccessToken: "t" })).toEqual([
      "secretKey: must not be empty; set it with: pulumi config set --secret slipway:secretKey",
    ]);
  });

  test("never throws anything but its own error, whatever it is given", () => {
    const junk = fc.dictionary(
      fc.constantFrom(...Object.keys(blocks).map((block) => `slipway:${block}`), "slipway:x", "aws:region"),
      fc.oneof(fc.string(), fc.json()),
    );
    fc.assert(
      fc.property(junk, (given) => {
        try {
          readSettings("dev", given);
        } catch (error) {
          expect(error).toBeInstanceOf(SettingsError);
          expect((error as Error).message).toMatch(
            /^stack dev has invalid settings:(?:\n {2}\S+: must .+)+$/s,
          );
        }
      }),
    );
  });
});

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
      ["database.databases.shop: must be set: the app asks for it; did you mean shopp there?"],
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
    expect(lines({ product, ...given })).toEqual(expected);
  });

  test("fail on what production may not have", () => {
    expect(
      lines(
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
    expect(lines({ product, network: { ipRange: 1 }, database: {} })).toEqual([
      'network.ipRange: must be a text: write it in quotes, "1"',
    ]);
  });
});

describe("neededSecrets", () => {
  test("names each secret once, with every setting that needs it", () => {
    const settings = readSettings("dev", {
      ...secrets,
      ...config({
        operations: {
          repository: "tinkertools/slipway-operations",
          digest: `sha256:${"0".repeat(64)}`,
          credentials: { secret: "registryCredentials" },
        },
        monitoring: {
          checks: { home: { slack: { channel: "#alerts", secret: "slackAlerts" } } },
        },
        registryCredentials: "user:token",
        slackAlerts: "https://hooks.example",
      }),
    });
    expect(neededSecrets(settings)).toEqual([
      { name: "digitaloceanAccessToken", optional: false, usedBy: ["delivery.token"] },
      {
        name: "newRelicLicenseKey",
        optional: true,
        usedBy: ["app.services.tinkertools-api.environment.NEW_RELIC_LICENSE_KEY"],
      },
      { name: "registryCredentials", optional: false, usedBy: ["operations.credentials"] },
      { name: "secretKey", optional: false, usedBy: ["app.services.tinkertools-api.environment.SECRET_KEY"] },
      {
        name: "sentryDsn",
        optional: true,
        usedBy: ["app.services.tinkertools-api.environment.SENTRY_DSN"],
      },
      { name: "slackAlerts", optional: false, usedBy: ["monitoring.checks.home"] },
    ]);
  });
});

describe("secretsAskedFor", () => {
  test("reads a file whose secrets nobody has set yet, and one with a faulty block", () => {
    const names = (given: Partial<Record<string, unknown>>) =>
      secretsAskedFor(config(given)).map(({ name, optional }) => (optional ? `${name}?` : name));
    expect(names({})).toEqual(["digitaloceanAccessToken", "newRelicLicenseKey?", "secretKey", "sentryDsn?"]);
    expect(names({ app: { services: 5 } })).toEqual(["digitaloceanAccessToken"]);
    expect(names({ product })).toEqual([]);
  });
});
