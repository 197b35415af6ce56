import { z } from "zod";
import { pathText } from "./internal/faults.ts";
import { type Rule, ruled } from "./internal/rules.ts";
import type { NeededSecret } from "./internal/secrets.ts";
import { Email, Slack, text, UrlPath } from "./internal/values.ts";
import { checkAlerts, databaseAlerts, type Watched } from "./monitoring.alerts.ts";

const mailed = "Addresses that get a mail; the platform writes only to verified members of the team.";
const destinations = { emails: z.array(Email).default([]).describe(mailed), slack: Slack.optional() };
const ownDestinations = {
  emails: z
    .array(Email)
    .optional()
    .describe(
      `${mailed} Default: where slack is not set either, those of the whole check or of the database.`,
    ),
  slack: Slack.optional(),
};

/** Periods of uptime alerts. Source: DigitalOcean API description of 2026-08-07 (`alert_updatable.period`). */
const Period = z.enum(["2m", "3m", "5m", "10m", "15m", "30m", "1h"]);

/** Windows of metric alerts. Source: DigitalOcean API description of 2026-08-07 (`alert_policy.window`). */
const Window = z.enum(["5m", "10m", "30m", "1h"]);

const AlertName = text(
  /^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,31}$/,
  "must be at most 32 lower-case letters, digits and single hyphens, with a letter first, such as health",
).meta({ examples: ["health"] });

/** A limit, or several that go to different people. */
const latency = z.union([
  z.int().min(1).max(60_000),
  z
    .array(
      z.strictObject({
        above: z.int().min(1).max(60_000).describe("Milliseconds above which the alert is raised."),
        for: Period.default("2m").describe("How long answers must be slow before the alert is raised."),
        ...ownDestinations,
      }),
    )
    .min(1)
    .refine(hasDistinctLimits, { error: "must have each limit once" }),
]);

const metric = (limit: z.ZodNumber) =>
  z.union([
    limit,
    z
      .array(
        z.strictObject({
          above: limit.describe("Value above which the alert is raised."),
          for: Window.default("5m").describe("Time that the measure is taken over."),
          ...ownDestinations,
        }),
      )
      .min(1)
      .refine(hasDistinctLimits, { error: "must have each limit once" }),
  ]);

function hasDistinctLimits(alerts: readonly { above: number }[]): boolean {
  return new Set(alerts.map(({ above }) => above)).size === alerts.length;
}

const Percent = z.number().min(1).max(100);

const Check = z
  .strictObject({
    path: UrlPath.default("/").describe("Path of the product's address that is asked."),
    // Source: DigitalOcean API description of 2026-08-07 (`check_updatable.regions`).
    regions: z
      .array(z.enum(["us_east", "us_west", "eu_west", "se_asia"]))
      .min(1)
      .default(["us_east", "eu_west"])
      .describe("Where it is asked from."),
    latencyMs: latency
      .optional()
      .describe(
        "Milliseconds that an answer may take, or several limits that go to different people. Default: slow answers raise no alert.",
      )
      .meta({ examples: [2000, [{ above: 3000, for: "5m", emails: ["devops@tinkertools.ao"] }]] }),
    downFor: Period.default("2m").describe(
      "How long it may be out of reach from one region before an alert is raised.",
    ),
    downEverywhereFor: Period.optional().describe(
      "How long it may be out of reach from every region before another alert is raised. Default: no alert of its own.",
    ),
    certificateDays: z
      .int()
      .min(1)
      .max(90)
      .optional()
      .describe("Days before its certificate ends at which an alert is raised. Default: no alert.")
      .meta({ examples: [14] }),
    ...destinations,
  })
  .describe("A path of the product that the platform asks for from outside.")
  .meta({ examples: [{ path: "/api/health", latencyMs: 2000, emails: ["devops@tinkertools.ao"] }] });
export type Check = z.output<typeof Check>;

const DatabaseLimits = z
  .strictObject({
    cpuPercent: metric(Percent)
      .optional()
      .describe("Use of the processors, in percent, above which an alert is raised. Default: no alert.")
      .meta({ examples: [80, [{ above: 90, for: "10m", emails: ["devops@tinkertools.ao"] }]] }),
    memoryPercent: metric(Percent)
      .optional()
      .describe("Use of the memory, in percent, above which an alert is raised. Default: no alert.")
      .meta({ examples: [85] }),
    diskPercent: metric(Percent)
      .optional()
      .describe("Use of the disk, in percent, above which an alert is raised. Default: no alert.")
      .meta({ examples: [80] }),
    load15: metric(z.number().min(0.1).max(1000))
      .optional()
      .describe("Average load of 15 minutes above which an alert is raised. Default: no alert.")
      .meta({ examples: [2.5] }),
    ...destinations,
  })
  .describe(
    "Limits of the database cluster; each is one number, or a list of limits with their own destinations.",
  );
export type DatabaseLimits = z.output<typeof DatabaseLimits>;

/** What must hold between the settings of the monitoring. */
export const monitoringRules: readonly Rule<Watched>[] = [
  {
    id: "alert-destination",
    demands: "Every alert goes to somebody.",
    isPerEntry: true,
    faults(settings) {
      const silent = [...checkAlerts(settings), ...databaseAlerts(settings)].filter(
        ({ emails, slack }) => emails.length === 0 && slack === undefined,
      );
      const paths = new Map(silent.map((alert) => [alert.path.join("."), alert.path]));
      return [...paths.values()].map((path) => ({
        path,
        message: "must say where its alerts go: emails, slack or both",
      }));
    },
  },
];

/** What a stack file may say about watching the product. */
export const MonitoringSettings = ruled(
  z.strictObject({
    checks: z.record(AlertName, Check).default({}).describe("Checks by name."),
    database: DatabaseLimits.optional(),
  }),
  monitoringRules,
);
export type MonitoringSettings = z.output<typeof MonitoringSettings>;

/** Stack secrets that alerts need: the addresses of Slack's webhooks. */
export function monitoringSecrets(settings: MonitoringSettings): NeededSecret[] {
  return [...checkAlerts(settings), ...databaseAlerts(settings)].flatMap(({ path, slack }) =>
    slack === undefined
      ? []
      : [{ name: slack.secret, optional: false, usedBy: [pathText(path, "monitoring")] }],
  );
}
