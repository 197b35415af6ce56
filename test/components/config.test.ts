import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type Block, blocks, neededSecrets, readSettings, secretsAskedFor } from "../../components/config.ts";
import { SettingsError } from "../../components/internal/settings.ts";
import { recipients, stackConfig, stackLines } from "../support/settings.ts";

const secrets = { "slipway:secretKey": "k", "slipway:digitaloceanAccessToken": "t" };

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

  test("does without secrets for who only looks at the settings, and finds every other fault", () => {
    expect(readSettings("dev", {}, { needsSecrets: false })).toEqual(readSettings("dev", secrets));
    // A preview prints secrets so.
    const hidden = { ...secrets, "slipway:backupRecipients": "[secret]" };
    expect(readSettings("dev", hidden, { needsSecrets: false })).toEqual(readSettings("dev", secrets));
    expect(() => readSettings("dev", hidden)).toThrow("backupRecipients: must be public keys of age");
    expect(() => readSettings("dev", { "slipway:budgets": "{}" }, { needsSecrets: false })).toThrow(
      "stack dev has invalid settings:\n  budgets: must be a known setting; did you mean budget?",
    );
  });

  test("fails on public keys that are none, without repeating them", () => {
    const given = { ...secrets, ...stackConfig({ backupRecipients: "AGE-SECRET-KEY-1" }) };
    expect(() => readSettings("dev", given)).toThrow(
      "stack dev has invalid settings:\n  backupRecipients: must be public keys of age, age1..., with blanks between; age-keygen makes a pair and prints it",
    );
    const two = { ...secrets, ...stackConfig({ backupRecipients: `${recipients}\n${recipients}` }) };
    expect(readSettings("dev", two)).toEqual(readSettings("dev", secrets));
  });

  test("replaces a block of the default product whole", () => {
    const settings = readSettings("dev", {
      ...secrets,
      ...stackConfig({ backups: { schedule: "daily", retentionDays: 14 }, backupRecipients: recipients }),
    });
    expect(settings.backups?.forceDestroy).toBe(false);
    expect(settings.backups?.retentionDays).toBe(14);
    expect(settings.product.name).toBe("tinkertools");
  });

  test("stands alone where a product is set", () => {
    expect(readSettings("dev", stackConfig({ product }))).toEqual({
      stack: "dev",
      isProtected: false,
      product: { ...product, region: "nyc" },
      release: { images: {} },
    });
  });

  test("protects production and nothing else", () => {
    expect(readSettings("production", stackConfig({ product })).isProtected).toBe(true);
    expect(readSettings("staging", stackConfig({ product })).isProtected).toBe(false);
    expect(stackLines({}, "production")).toEqual([
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
    expect(readSettings("dev", { ...secrets, ...stackConfig(again) })).toEqual(once);
  });

  test("fails with every fault of every block at once, without a stack", () => {
    const attempt = () =>
      readSettings(
        "staging",
        stackConfig({
          product: { ...product, region: "nyc1" },
          database: { version: 15, standbyNodes: -1 },
          backups: { schedule: "weekly" },
          databse: {},
        }),
      );
    expect(attempt).toThrow(
      [
        "stack staging has invalid settings:",
        '  product.region: must be a region of App Platform, not a data centre: nyc, beside which the database is put into nyc1; got "nyc1"',
        '  database.version: must be a text: write it in quotes, "15"',
        "  database.standbyNodes: must be at least 0; got -1",
        '  backups.schedule: must be one of onDemand, daily; got "weekly"',
        "  network: must be set: only the private network may reach the database",
        "  databse: must be left out: there is no such setting, and database is set beside it",
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
      "app.services.api.prt: must be left out: there is no such setting, and port is set beside it",
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
    [
      "release",
      { version: 1.4 },
      'release.version: must be a version of three numbers in quotes, such as "1.4.2" or "2.0.0-rc.1"; got 1.4',
    ],
    [
      "release",
      { version: "latest" },
      'release.version: must be a version of three numbers in quotes, such as "1.4.2" or "2.0.0-rc.1"; got "latest"',
    ],
    ["operations", { repository: "acme/ops" }, "operations.digest: must be set, to a text"],
    [
      "operations",
      { registry: "gcr" },
      'operations.registry: must be one of ghcr, docr, dockerHub; got "gcr", did you mean ghcr?',
    ],
  ])("fails on %s: %j", (block, input, expected) => {
    expect(stackLines({ product, [block]: input }).filter((line) => line.startsWith(expected))).toHaveLength(
      1,
    );
  });

  test("fails on a block that is no block", () => {
    expect(stackLines({ product, network: "yes", backups: "true", dns: "null", budget: "[" })).toEqual([
      "network: must be a block of settings, not a text",
      "backups: must be a block of settings, not true or false",
      "dns: must be a block of settings, and it is empty: leave it out or write {}",
      "budget: must be a block of settings, not a text",
    ]);
  });

  test("fails on a key that nothing needs, without repeating its value", () => {
    expect(stackLines({ product, secretkey: "hunter2" })).toEqual([
      `secretkey: must be a known setting: one of ${Object.keys(blocks).join(", ")}`,
    ]);
    expect(stackLines({ secretKey: "k", digitaloceanAccesToken: "hunter2" })).toEqual([
      "digitaloceanAccessToken: must be set, because delivery.token needs it: pulumi config set --secret slipway:digitaloceanAccessToken",
      "digitaloceanAccesToken: must be a known setting; did you mean digitaloceanAccessToken?",
    ]);
  });

  test("waits with keys that may be secrets until it knows which are needed", () => {
    expect(
      stackLines({ product, app: { services: { api: { ...api, port: 0 } } }, apiKey: "hunter2" }),
    ).toEqual(["app.services.api.port: must be at least 1; got 0"]);
  });

  test.each([
    [
      "hunter2",
      "must not be in plain text, where everybody can read it: make a new one and set it with: pulumi config set --secret slipway:secretKey",
    ],
    [
      '{"a":1}',
      "must be the text of a secret, not a block of settings: pulumi config set --secret slipway:secretKey",
    ],
  ])("fails on %s where a secret belongs, without repeating it", (value, message) => {
    const config = { ...secrets, "slipway:secretKey": value };
    const isSecret = (key: string) => key !== "slipway:secretKey";
    expect(() => readSettings("dev", config, { isSecret })).toThrow(
      new SettingsError("stack dev", [{ path: "secretKey", message }]),
    );
    expect(() => readSettings("dev", config)).not.toThrow();
  });

  test("fails on an empty secret", () => {
    expect(stackLines({ secretKey: "", digitaloceanAccessToken: "t" })).toEqual([
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
            /^stack dev has invalid settings:(?:\n {2}\S.*: must .+)+$/,
          );
        }
      }),
    );
  });
});

describe("neededSecrets", () => {
  test("names each secret once, with every setting that needs it", () => {
    const settings = readSettings("dev", {
      ...secrets,
      ...stackConfig({
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
      { name: "backupRecipients", optional: true, usedBy: ["backups.recipients"] },
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
      secretsAskedFor(stackConfig(given)).map(({ name, optional }) => (optional ? `${name}?` : name));
    expect(names({})).toEqual([
      "backupRecipients?",
      "digitaloceanAccessToken",
      "newRelicLicenseKey?",
      "secretKey",
      "sentryDsn?",
    ]);
    expect(names({ app: { services: 5 } })).toEqual(["backupRecipients?", "digitaloceanAccessToken"]);
    expect(names({ product })).toEqual([]);
  });
});
