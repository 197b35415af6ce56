import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { blocks, neededSecrets, readSettings } from "../components/config.ts";
import { defaultProduct } from "../components/default-product.ts";
import { recipients } from "./support/settings.ts";

const root = new URL("../", import.meta.url);
const stacks = readdirSync(root).flatMap((file) => /^Pulumi\.(\w+)\.yaml$/.exec(file)?.[1] ?? []);

interface StackFile {
  text: string;
  config: Record<string, unknown>;
}

function stackFile(stack: string): StackFile {
  const text = readFileSync(new URL(`Pulumi.${stack}.yaml`, root), "utf8");
  return { text, config: parse(text).config };
}

/** The settings of a stack, with every secret that its file asks for. */
function settingsOf(stack: string, secrets: readonly string[]) {
  const { config } = stack === "dev" ? { config: {} } : stackFile(stack);
  const entries = Object.entries(config).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const given = secrets.map((name) => [
    `slipway:${name}`,
    name === "backupRecipients" ? recipients : "a secret",
  ]);
  return readSettings(stack, Object.fromEntries([...entries, ...given]));
}

const needed: Record<string, string[]> = {
  dev: ["digitaloceanAccessToken", "secretKey"],
  staging: ["backupRecipients", "digitaloceanAccessToken", "secretKey"],
  production: ["backupRecipients", "digitaloceanAccessToken", "secretKey", "slackAlerts", "slackCritical"],
};

test("staging and production have files, dev needs none", () => {
  expect(stacks.sort()).toEqual(["production", "staging"]);
});

test("the project runs index.ts by Node alone", () => {
  const { description: _, ...project } = parse(readFileSync(new URL("Pulumi.yaml", root), "utf8"));
  expect(project).toEqual({
    name: "slipway",
    main: "index.ts",
    runtime: { name: "nodejs", options: { typescript: false } },
    config: { "aws:region": { value: "us-east-1" }, "github:owner": { value: "tinkertools" } },
  });
});

describe.each(Object.entries(needed))("%s", (stack, secrets) => {
  test("is accepted with these secrets and no others", () => {
    const required = neededSecrets(settingsOf(stack, secrets)).filter(({ optional }) => !optional);
    expect(required.map(({ name }) => name)).toEqual(secrets);
  });

  test("protects what holds data in production only", () => {
    expect(settingsOf(stack, secrets).isProtected).toBe(stack === "production");
  });
});

describe.each(stacks)("Pulumi.%s.yaml", (stack) => {
  const { text, config } = stackFile(stack);

  test("holds blocks and settings of providers, and of secrets only sealed values", () => {
    for (const [key, value] of Object.entries(config)) {
      const [namespace, name = ""] = key.split(":");
      const isBlock = namespace !== "slipway" || name in blocks;
      expect({ key, isFine: isBlock || Object.keys(value as object).join() === "secure" }).toEqual({
        key,
        isFine: true,
      });
    }
  });

  test("lists every secret that an owner must set", () => {
    const names = neededSecrets(settingsOf(stack, needed[stack] ?? [])).map(({ name }) => name);
    expect(names.filter((name) => !text.includes(`pulumi config set --secret slipway:${name}`))).toEqual([]);
  });
});

describe("TinkerTools is what its owners asked for", () => {
  const dev = settingsOf("dev", needed.dev ?? []);
  const staging = settingsOf("staging", needed.staging ?? []);
  const production = settingsOf("production", needed.production ?? []);

  const table = ({ app, database, backups, budget, delivery }: typeof dev) => {
    const api = app?.services["tinkertools-api"];
    return {
      instances: `${api?.instances ?? 1} x ${api?.size}`,
      logLevel: api?.environment.LOG_LEVEL,
      flags: [api?.environment.FEATURE_ADVANCED_SEARCH, api?.environment.FEATURE_REAL_TIME_UPDATES],
      database: `${1 + (database?.standbyNodes ?? 0)} x ${database?.size}, Postgres ${database?.version}`,
      backups: `${backups?.schedule}, ${backups?.retentionDays} days, ${backups?.lock.mode}`,
      branch: delivery?.branch,
      domains: app?.domains.map(({ name }) => name),
      budget: budget?.total ?? (budget?.database ?? 0) + (budget?.compute ?? 0) + (budget?.storage ?? 0),
    };
  };

  test("in dev", () => {
    expect(table(dev)).toEqual({
      instances: "1 x apps-s-1vcpu-0.5gb",
      logLevel: "DEBUG",
      flags: [true, true],
      database: "1 x db-s-1vcpu-1gb, Postgres 16",
      backups: "onDemand, 7 days, governance",
      branch: undefined,
      domains: [],
      budget: 30,
    });
  });

  test("in staging", () => {
    expect(table(staging)).toEqual({
      instances: "1 x apps-s-1vcpu-0.5gb",
      logLevel: "INFO",
      flags: [true, false],
      database: "1 x db-s-1vcpu-1gb, Postgres 16",
      backups: "daily, 7 days, governance",
      branch: "develop",
      domains: [],
      budget: 40,
    });
  });

  test("in production", () => {
    expect(table(production)).toEqual({
      instances: "2 x apps-s-1vcpu-1gb",
      logLevel: "WARNING",
      flags: [true, true],
      database: "1 x db-s-1vcpu-2gb, Postgres 16",
      backups: "daily, 30 days, compliance",
      branch: "main",
      domains: ["tinkertools.ao"],
      budget: 100,
    });
  });

  test("with one site, one set of rules and one database in all three", () => {
    const { staticSites, ingress } = dev.app ?? {};
    for (const { app, database } of [staging, production]) {
      const site = app?.staticSites["tinkertools-frontend"];
      const { github: _, ...same } = site ?? {};
      const { github: __, ...expected } = staticSites?.["tinkertools-frontend"] ?? {};
      expect(same).toEqual(expected);
      expect(app?.ingress).toEqual(ingress);
      expect(database?.databases).toEqual(dev.database?.databases);
    }
  });

  test("and its development values are plain data for known blocks", () => {
    expect(Object.keys(defaultProduct).filter((block) => !(block in blocks))).toEqual([]);
    expect(JSON.parse(JSON.stringify(defaultProduct))).toEqual(defaultProduct);
  });
});
