import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { appSizes } from "../../catalog/app-sizes.ts";
import { databaseSizes, takesStandby } from "../../catalog/database-sizes.ts";
import { readSettings, type StackSettings } from "../../components/config.ts";
import { type MonthlyCost, monthlyCost } from "../../components/cost.ts";
import { pricesWith } from "../../components/prices.ts";
import { stackSettings } from "../../operations/stack-settings.ts";
import { stackConfig } from "../support/settings.ts";

const prices = pricesWith();
const costOf = (settings: StackSettings, today?: string) => monthlyCost(settings, today, { prices });

const product = { name: "shop", repository: "acme/shop" };
const image = { registry: "ghcr", repository: "acme/api", tag: "1" };
const settingsOf = (blocks: Record<string, unknown>) =>
  readSettings("dev", stackConfig({ product, ...blocks }), { needsSecrets: false });

/** Lines as `item: minimum to maximum`. */
const shown = ({ lines }: MonthlyCost) =>
  lines.map(({ item, minimum, maximum }) => `${item}: ${minimum} to ${maximum}`);

// Prices in USD a month: instances 5 (0.5 GB) and 12 (1 GB); nodes 15.15 (1 GB) and 30.45 (2 GB); a check 1.
// S3 in us-east-1: 0.023 a GiB and month, 0.005 for 1000 PUT, 0.09 for a GiB out.
// The job: 5 USD / 40,320 minutes of 28 days; 30 minutes are 0.0037, 1000 minutes are 0.1240.
describe("the cost of each committed stack is that of a hand calculation", () => {
  test("dev", () => {
    const cost = costOf(stackSettings("dev"));
    expect(shown(cost)).toEqual([
      "primary node, 1 × db-s-1vcpu-1gb: 15.15 to 15.15",
      "disk, 10 GiB a node: 0 to 0",
      "platform backups of 7 days: 0 to 0",
      "tinkertools-api, 1 × apps-s-1vcpu-0.5gb: 5 to 5",
      "prepare-database, job on apps-s-1vcpu-0.5gb: 0 to 0.12",
      "tinkertools-frontend, static: 0 to 0",
      "outbound transfer, 50 GiB included: 0 to 0",
      // On demand: none, or one a week kept for 14 days: 2 × 2.5 GiB × 0.023 = 0.115.
      "backups in S3, 7 days and 7 more after expiry: 0 to 0.12",
      // 5 × (2560 MiB / 16 + 2) = 810 PUT × 0.000005 = 0.00405.
      "requests of the backups: 0 to 0",
      // 2.5 GiB × 0.09 = 0.225.
      "restore of one backup a month: 0 to 0.23",
      "images in GitHub's registry, 2: 0 to 0",
    ]);
    expect(cost.byBudget).toEqual({
      database: { minimum: 15.15, maximum: 15.15 },
      compute: { minimum: 5, maximum: 5.12 },
      storage: { minimum: 0, maximum: 0.35 },
      other: { minimum: 0, maximum: 0 },
    });
    expect([cost.minimum, cost.maximum]).toEqual([20.15, 20.62]);
  });

  test("staging", () => {
    const cost = costOf(stackSettings("staging"));
    expect(shown(cost)).toEqual([
      "primary node, 1 × db-s-1vcpu-1gb: 15.15 to 15.15",
      "disk, 10 GiB a node: 0 to 0",
      "platform backups of 7 days: 0 to 0",
      "tinkertools-api, 1 × apps-s-1vcpu-0.5gb: 5 to 5",
      "backup-worker, 1 × apps-s-1vcpu-0.5gb: 5 to 5",
      "prepare-database, job on apps-s-1vcpu-0.5gb: 0 to 0.12",
      "tinkertools-frontend, static: 0 to 0",
      "outbound transfer, 100 GiB included: 0 to 0",
      // 14 dumps: × 0.1 GiB × 0.023 = 0.0322; × 2.5 GiB × 0.023 = 0.805.
      "backups in S3, 7 days and 7 more after expiry: 0.03 to 0.81",
      // 30 × (103 MiB in 7 parts + 2) = 270 PUT = 0.00135; 31 × (160 + 2) = 5022 PUT = 0.02511.
      "requests of the backups: 0 to 0.03",
      "restore of one backup a month: 0 to 0.23",
      "uptime checks, 1: 1 to 1",
      "images in GitHub's registry, 2: 0 to 0",
    ]);
    expect(cost.byBudget).toEqual({
      database: { minimum: 15.15, maximum: 15.15 },
      compute: { minimum: 10, maximum: 10.12 },
      storage: { minimum: 0.03, maximum: 1.07 },
      other: { minimum: 1, maximum: 1 },
    });
    expect([cost.minimum, cost.maximum]).toEqual([26.18, 27.34]);
  });

  test("production", () => {
    const cost = costOf(stackSettings("production"));
    expect(shown(cost)).toEqual([
      "primary node, 1 × db-s-1vcpu-2gb: 30.45 to 30.45",
      "disk, 30 GiB a node: 0 to 0",
      "platform backups of 7 days: 0 to 0",
      "tinkertools-api, 2 × apps-s-1vcpu-1gb: 24 to 24",
      "backup-worker, 1 × apps-s-1vcpu-0.5gb: 5 to 5",
      "prepare-database, job on apps-s-1vcpu-0.5gb: 0 to 0.12",
      "tinkertools-frontend, static: 0 to 0",
      "outbound transfer, 350 GiB included: 0 to 0",
      // 37 dumps: × 0.1 GiB × 0.023 = 0.0851; × 7.5 GiB × 0.023 = 6.3825.
      "backups in S3, 30 days and 7 more after expiry: 0.09 to 6.38",
      // 31 × (7680 MiB / 16 + 2) = 14,942 PUT = 0.07471.
      "requests of the backups: 0 to 0.07",
      // 7.5 GiB × 0.09 = 0.675.
      "restore of one backup a month: 0 to 0.68",
      "uptime checks, 3: 3 to 3",
      "images in GitHub's registry, 2: 0 to 0",
    ]);
    expect(cost.byBudget).toEqual({
      database: { minimum: 30.45, maximum: 30.45 },
      compute: { minimum: 29, maximum: 29.12 },
      storage: { minimum: 0.09, maximum: 7.13 },
      other: { minimum: 3, maximum: 3 },
    });
    expect([cost.minimum, cost.maximum]).toEqual([62.54, 69.7]);
    expect([cost.currency, cost.pricesOf]).toEqual(["USD", "2026-03-27"]);
  });
});

describe("a line", () => {
  const lineOf = (blocks: Record<string, unknown>, item: RegExp) => {
    const found = costOf(settingsOf(blocks)).lines.find((line) => item.test(line.item));
    if (found === undefined) throw new Error(`no line ${item}`);
    return found;
  };
  const app = (more: Record<string, unknown>) => ({ app: more });
  const network = { ipRange: "10.0.0.0/20" };

  test("of an autoscaled component goes from its least to its most instances", () => {
    const autoscaling = { min: 1, max: 3 };
    const services = { api: { image, size: "apps-d-1vcpu-0.5gb", autoscaling } };
    expect(lineOf(app({ services }), /^api/)).toEqual({
      component: "compute",
      item: "api, 1 to 3 × apps-d-1vcpu-0.5gb",
      minimum: 29,
      maximum: 87,
      assumption: "from the least to the most instances all month",
      source: "DigitalOcean API description, GET /v2/apps/tiers/instance_sizes, 2026-08-07",
    });
  });

  test("of a second backup worker says why it is there", () => {
    const workers = { "backup-worker-2": { image, size: "apps-s-1vcpu-0.5gb" } };
    expect(lineOf(app({ workers }), /^backup-worker-2/).item).toBe(
      "backup-worker-2, 1 × apps-s-1vcpu-0.5gb, since each further owner in database.databases is backed up by a worker of its own",
    );
  });

  test("of standby nodes and replicas counts each as a node", () => {
    const database = {
      size: "db-s-1vcpu-2gb",
      standbyNodes: 1,
      replicas: { reports: { size: "db-s-2vcpu-4gb" } },
    };
    expect(lineOf({ network, database }, /^standby/)).toMatchObject({
      item: "standby nodes, 1 × db-s-1vcpu-2gb",
      minimum: 30.45,
      maximum: 30.45,
    });
    expect(lineOf({ network, database }, /^replica/)).toMatchObject({
      item: "replica reports, 1 × db-s-2vcpu-4gb",
      minimum: 60.9,
      maximum: 60.9,
      assumption:
        "a replica costs as much as a node, which no source confirms; the price is as third parties report it",
    });
  });

  test("whose price nobody tells says that it is estimated, by memory", () => {
    // 60.90 USD for 4 GiB, so 8 GiB are 121.80.
    expect(lineOf({ network, database: { size: "gd-2vcpu-8gb" } }, /^primary/)).toMatchObject({
      minimum: 121.8,
      assumption:
        "it runs all month; the price is not known and estimated from others: an owner can set it in catalog/overrides.json",
    });
  });

  test("of a job that runs when a deployment fails may be nothing", () => {
    const jobs = { tell: { kind: "failedDeploy", image, size: "apps-d-8vcpu-32gb" } };
    // 392 USD / 40,320 minutes × 1000 minutes.
    expect(lineOf(app({ jobs }), /^tell/)).toMatchObject({
      minimum: 0,
      maximum: 9.72,
      assumption: "billed by the second while it runs: none at least, 100 runs of 10 minutes at most",
    });
  });

  test("of static sites alone may cost, after the first three apps of the account", () => {
    const staticSites = { site: { git: { cloneUrl: "https://example.com/site.git", branch: "main" } } };
    const ingress = [{ path: "/", component: "site" }];
    expect(lineOf(app({ staticSites, ingress }), /^site/)).toMatchObject({
      item: "site, static",
      minimum: 0,
      maximum: 3,
    });
  });

  test.each([
    [1, 0, 5],
    [2, 5, 20],
    [6, 20, 20],
  ])("of %d repositories in DigitalOcean's registry goes from %d to %d", (count, minimum, maximum) => {
    const workers = Object.fromEntries(
      Array.from({ length: count }, (_, at) => [
        `worker-${at}`,
        { image: { registry: "docr", repository: `image-${at}`, tag: "1" } },
      ]),
    );
    expect(lineOf(app({ workers }), /^images/)).toMatchObject({
      item: `images in DigitalOcean's registry, ${count}`,
      minimum,
      maximum,
    });
  });

  test("of dedicated addresses and of an archived app says what is not known", () => {
    const services = { api: { image } };
    expect(lineOf(app({ services, egress: "dedicated" }), /^dedicated/)).toMatchObject({
      minimum: 25,
      assumption: "the price is unconfirmed: an owner can correct it in catalog/overrides.json",
    });
    expect(lineOf(app({ services, maintenance: { isArchived: true } }), /^api/)).toMatchObject({
      minimum: 0,
      maximum: 5,
      assumption:
        "every instance runs all month; archived: nothing, or all of it, since no source says which",
    });
  });

  test("of backups takes the declared size of a dump and the prices of the region", () => {
    const settings = settingsOf({ backups: { schedule: "daily", retentionDays: 13, dumpGiB: 10 } });
    const [kept] = monthlyCost(settings, undefined, { prices, awsRegion: "eu-central-1" }).lines;
    // 20 dumps of 10 GiB at 0.0245.
    expect(kept).toMatchObject({
      minimum: 4.9,
      maximum: 4.9,
      assumption:
        "a dump is 10 GiB, as backups.dumpGiB says; one a day, each whole; the price is unconfirmed: an owner can correct it in catalog/overrides.json",
    });
    const [elsewhere] = monthlyCost(settings, undefined, { prices, awsRegion: "af-south-1" }).lines;
    expect(elsewhere?.assumption).toContain("prices of us-east-1 stand for af-south-1");
  });

  test("says when its price is a year old", () => {
    const settings = settingsOf({ app: { services: { api: { image } } } });
    const [young, old] = ["2027-08-06", "2027-08-07"].map(
      (day) => costOf(settings, day).lines[0]?.assumption,
    );
    expect(young).toBe("every instance runs all month");
    expect(old).toBe("every instance runs all month; the price is of 2026-08-07: look it up again");
  });
});

test("a stack of nothing costs nothing", () => {
  expect(costOf(settingsOf({}))).toEqual({
    currency: "USD",
    minimum: 0,
    maximum: 0,
    lines: [],
    byBudget: {
      database: { minimum: 0, maximum: 0 },
      compute: { minimum: 0, maximum: 0 },
      storage: { minimum: 0, maximum: 0 },
      other: { minimum: 0, maximum: 0 },
    },
    pricesOf: "",
  });
});

describe("of any stack", () => {
  const countable = Object.entries(appSizes).flatMap(([size, { isCountable }]) =>
    isCountable ? [size] : [],
  );
  const autoscalable = countable.filter((size) => size.startsWith("apps-d-"));
  const nodes = Object.keys(databaseSizes).filter((size) => takesStandby(size as keyof typeof databaseSizes));
  const fixedScale = fc.record({
    size: fc.constantFrom(...countable),
    instances: fc.integer({ min: 1, max: 100 }),
  });
  const autoScale = fc
    .record({
      size: fc.constantFrom(...autoscalable),
      min: fc.integer({ min: 1, max: 50 }),
      more: fc.integer({ min: 1, max: 50 }),
    })
    .map(({ size, min, more }) => ({ size, autoscaling: { min, max: min + more } }));
  const stack = fc.record({
    service: fc.oneof(fixedScale, autoScale),
    size: fc.constantFrom(...nodes),
    standbyNodes: fc.integer({ min: 0, max: 2 }),
    backups: fc.record({
      schedule: fc.constantFrom("onDemand", "daily"),
      retentionDays: fc.integer({ min: 7, max: 3650 }),
      noncurrentDays: fc.integer({ min: 1, max: 365 }),
    }),
  });
  const costAs = ({
    service,
    size,
    standbyNodes,
    backups,
  }: typeof stack extends fc.Arbitrary<infer S> ? S : never) =>
    costOf(
      settingsOf({
        network: { ipRange: "10.0.0.0/20" },
        database: { size, standbyNodes },
        app: { services: { api: { image, ...service } } },
        backups,
      }),
    );
  const centsOf = (usd: number) => {
    expect(Number(usd.toFixed(2))).toBe(usd);
    return Math.round(usd * 100);
  };

  test("the maximum is at least the minimum, in every line, and both are the sums of the lines in whole cents", () => {
    fc.assert(
      fc.property(stack, (one) => {
        const { lines, minimum, maximum, byBudget } = costAs(one);
        for (const line of lines) expect(line.maximum).toBeGreaterThanOrEqual(line.minimum);
        const sum = (key: "minimum" | "maximum", parts: { minimum: number; maximum: number }[]) =>
          parts.reduce((total, part) => total + centsOf(part[key]), 0);
        expect(sum("minimum", lines)).toBe(centsOf(minimum));
        expect(sum("maximum", lines)).toBe(centsOf(maximum));
        expect(sum("minimum", Object.values(byBudget))).toBe(centsOf(minimum));
        expect(sum("maximum", Object.values(byBudget))).toBe(centsOf(maximum));
      }),
    );
  });

  test("more instances, nodes or days never cost less", () => {
    fc.assert(
      fc.property(stack, fc.constantFrom("instances", "standbyNodes", "retentionDays"), (one, what) => {
        const { service, standbyNodes, backups } = one;
        const more = {
          instances:
            "instances" in service
              ? { ...one, service: { ...service, instances: service.instances + 1 } }
              : {
                  ...one,
                  service: {
                    ...service,
                    autoscaling: { ...service.autoscaling, max: service.autoscaling.max + 1 },
                  },
                },
          standbyNodes: { ...one, standbyNodes: Math.min(2, standbyNodes + 1) },
          retentionDays: {
            ...one,
            backups: { ...backups, retentionDays: Math.min(3650, backups.retentionDays + 1) },
          },
        }[what];
        const [before, after] = [costAs(one), costAs(more)];
        expect(after.minimum).toBeGreaterThanOrEqual(before.minimum);
        expect(after.maximum).toBeGreaterThanOrEqual(before.maximum);
      }),
    );
  });
});
