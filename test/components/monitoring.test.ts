import { describe, expect, test } from "@jest/globals";
import { checkAlerts, databaseAlerts } from "../../components/monitoring.alerts.ts";
import { MonitoringSettings, monitoringSecrets } from "../../components/monitoring.settings.ts";
import {
  checkTarget,
  Monitoring,
  type MonitoringArgs,
  metricRule,
  uptimeRule,
} from "../../components/monitoring.ts";
import { dependencies, register, resourceList, resourceNamed, revealed } from "../support/mocks.ts";
import { complete, faultLines } from "../support/settings.ts";

const slack = { channel: "#alerts", secret: "slackWebhook" };
const emails = ["devops@tinkertools.ao"];
const webhook = "https://hooks.slack.com/services/T/B/X";

const settings = {
  checks: {
    health: {
      path: "/health",
      latencyMs: [{ above: 2000, for: "10m" as const, emails }],
      downEverywhereFor: "5m" as const,
      certificateDays: 14,
      emails,
      slack,
    },
  },
  database: {
    cpuPercent: 80,
    memoryPercent: 85,
    diskPercent: [{ above: 85 }, { above: 90, slack: { channel: "#critical", secret: "slackWebhook" } }],
    load15: 4,
    emails,
  },
};

const build = (args: Partial<MonitoringArgs> = {}) =>
  register(
    (options) =>
      new Monitoring(
        "watch",
        {
          ...settings,
          appUrl: "https://tinkertools.ao",
          clusterId: "db-1",
          secrets: { slackWebhook: webhook },
          ...args,
        },
        options,
      ),
    { stack: "production" },
  );

describe("Monitoring", () => {
  test("checks the site from outside", async () => {
    const { built, resources } = await build();
    const check = resourceNamed(resources, "watch-health");
    expect(check.inputs).toEqual({
      name: "watch-health-production",
      target: "https://tinkertools.ao/health",
      type: "https",
      regions: ["us_east", "eu_west"],
      enabled: true,
    });
    expect(check.options.parent).toBe(built);
  });

  test("has an alert for everything that was asked for", async () => {
    const { resources } = await build();
    const alert = "digitalocean:index/uptimeAlert:UptimeAlert";
    const monitor = "digitalocean:index/monitorAlert:MonitorAlert";
    expect(resourceList(resources)).toEqual([
      `${monitor} watch-database-cpu`,
      `${monitor} watch-database-disk-85`,
      `${monitor} watch-database-disk-90`,
      `${monitor} watch-database-load15`,
      `${monitor} watch-database-memory`,
      `${alert} watch-health-certificate`,
      `${alert} watch-health-down`,
      `${alert} watch-health-downEverywhere`,
      `${alert} watch-health-latency-2000`,
      "digitalocean:index/uptimeCheck:UptimeCheck watch-health",
      "slipway:index:Monitoring watch",
    ]);
  });

  test("sends each alert to its own people, Slack's address being secret", async () => {
    const { resources } = await build();
    const latency = resourceNamed(resources, "watch-health-latency-2000");
    expect(latency.inputs).toEqual({
      name: "watch-health-latency-2000-production",
      checkId: "watch-health-id",
      type: "latency",
      period: "10m",
      threshold: 2000,
      comparison: "greater_than",
      notifications: [{ emails }],
    });
    expect(latency.options.replaceOnChanges).toEqual(["checkId"]);
    expect(dependencies(latency)).toEqual([]);

    const down = resourceNamed(resources, "watch-health-down");
    expect(JSON.stringify(down.inputs.notifications)).toContain("1b47061264138c4ac30d75fd1eb44270");
    expect(revealed(down.inputs)).toEqual({
      name: "watch-health-down-production",
      checkId: "watch-health-id",
      type: "down",
      period: "2m",
      notifications: [{ emails, slacks: [{ channel: "#alerts", url: webhook }] }],
    });

    expect(resourceNamed(resources, "watch-database-disk-85").inputs).toEqual({
      description: "watch-database-disk-85-production",
      type: "v1/dbaas/alerts/disk_utilization_alerts",
      compare: "GreaterThan",
      value: 85,
      window: "5m",
      enabled: true,
      entities: ["db-1"],
      alerts: { emails },
    });
    expect(revealed(resourceNamed(resources, "watch-database-disk-90").inputs.alerts)).toEqual({
      emails: [],
      slacks: [{ channel: "#critical", url: webhook }],
    });
  });

  test("asks a local site without TLS", async () => {
    const { resources } = await build({ appUrl: "http://127.0.0.1:8080/" });
    const { target, type } = resourceNamed(resources, "watch-health").inputs;
    expect([target, type]).toEqual(["http://127.0.0.1:8080/health", "http"]);
  });

  test("fails on wiring that its alerts lack", () => {
    expect(() => new Monitoring("watch", { ...settings, appUrl: "https://tinkertools.ao" })).toThrow(
      [
        "watch has invalid settings:",
        "  secrets.slackWebhook: must be set: monitoring.checks.health, monitoring.database.diskPercent[1] needs it",
        "  clusterId: must be set: there are limits for the database",
      ].join("\n"),
    );
  });

  test("wants the site's address", () => {
    // @ts-expect-error a check of nothing cannot be made
    const attempt = () => new Monitoring("watch", settings);
    expect(attempt).toThrow("watch has invalid settings:");
  });
});

describe("MonitoringSettings", () => {
  test.each<[unknown, string[]]>([
    [{ checks: { health: {} } }, ["checks.health: must say where its alerts go: emails, slack or both"]],
    [{ database: { cpuPercent: 80 } }, ["database: must say where its alerts go: emails, slack or both"]],
    [
      { database: { diskPercent: [{ above: 85, emails: [] }], emails } },
      ["database.diskPercent[0]: must say where its alerts go: emails, slack or both"],
    ],
    [
      { database: { diskPercent: [{ above: 85 }, { above: 85 }], emails } },
      ["database.diskPercent: must have each limit once"],
    ],
    [{ database: { cpuPercent: 120, emails } }, ["database.cpuPercent: must be at most 100; got 120"]],
    [
      { checks: { health: { downFor: "2min", emails } } },
      ['checks.health.downFor: must be one of 2m, 3m, 5m, 10m, 15m, 30m, 1h; got "2min"'],
    ],
    [
      { checks: { health: { latencyMs: [{ above: 1, for: "1hr" }], emails } } },
      [
        'checks.health.latencyMs[0].for: must be one of 2m, 3m, 5m, 10m, 15m, 30m, 1h; got "1hr", did you mean 1h?',
      ],
    ],
    [
      { checks: { health: { regions: ["usEast"], emails } } },
      [
        'checks.health.regions[0]: must be one of us_east, us_west, eu_west, se_asia; got "usEast", did you mean us_east?',
      ],
    ],
    [
      { checks: { Health: { emails } } },
      [
        'checks.Health: must have a name that is at most 32 lower-case letters, digits and single hyphens, with a letter first, such as health; got "Health"',
      ],
    ],
    [
      { checks: { health: { latency: 2000, emails: ["devops"] } } },
      [
        "checks.health.emails[0]: must be an e-mail address such as devops@tinkertools.ao",
        "checks.health.latency: must be a known setting; did you mean latencyMs?",
      ],
    ],
  ])("fails on %j", (input, expected) => {
    expect(faultLines(MonitoringSettings, input)).toEqual(expected);
  });

  test("parses what it has parsed to the same", () => {
    const once = complete(MonitoringSettings, settings);
    expect(complete(MonitoringSettings, once)).toEqual(once);
  });

  test("names Slack's webhooks as secrets, with the settings that need them", () => {
    expect(monitoringSecrets(complete(MonitoringSettings, settings))).toEqual([
      { name: "slackWebhook", optional: false, usedBy: ["monitoring.checks.health"] },
      { name: "slackWebhook", optional: false, usedBy: ["monitoring.checks.health"] },
      { name: "slackWebhook", optional: false, usedBy: ["monitoring.checks.health"] },
      { name: "slackWebhook", optional: false, usedBy: ["monitoring.database.diskPercent[1]"] },
    ]);
  });

  test("reads one limit and a list of limits alike", () => {
    const [alert] = checkAlerts(
      complete(MonitoringSettings, { checks: { home: { latencyMs: 500, emails } } }),
    );
    expect(alert).toEqual({
      check: "home",
      path: ["checks", "home"],
      kind: "latency",
      limit: 500,
      period: "2m",
      key: "latency",
      emails,
      slack: undefined,
    });
    expect(databaseAlerts({ database: undefined })).toEqual([]);
  });
});

test.each([
  [
    { kind: "latency", limit: 2000, period: "10m" },
    { type: "latency", period: "10m", threshold: 2000, comparison: "greater_than" },
  ],
  [
    { kind: "down", limit: undefined, period: "2m" },
    { type: "down", period: "2m" },
  ],
  [
    { kind: "downEverywhere", limit: undefined, period: "5m" },
    { type: "down_global", period: "5m" },
  ],
  [
    { kind: "certificate", limit: 14, period: "1h" },
    { type: "ssl_expiry", period: "1h", threshold: 14, comparison: "less_than" },
  ],
] as const)("uptimeRule of %j has the platform's words", (alert, expected) => {
  expect(uptimeRule(alert)).toEqual(expected);
});

test.each([
  ["cpu", "v1/dbaas/alerts/cpu_alerts"],
  ["memory", "v1/dbaas/alerts/memory_utilization_alerts"],
  ["disk", "v1/dbaas/alerts/disk_utilization_alerts"],
  ["load15", "v1/dbaas/alerts/load_15_alerts"],
] as const)("metricRule of %s is %s", (kind, type) => {
  expect(metricRule({ kind, limit: 5, period: "5m" })).toEqual({
    type,
    compare: "GreaterThan",
    value: 5,
    window: "5m",
    enabled: true,
  });
});

test("checkTarget joins site and path with one slash", () => {
  expect(checkTarget("https://a.example/", "/x")).toBe("https://a.example/x");
  expect(checkTarget("https://a.example", "/")).toBe("https://a.example/");
});
