import { MonitorAlert } from "@pulumi/digitalocean/monitorAlert.js";
import { UptimeAlert } from "@pulumi/digitalocean/uptimeAlert.js";
import { UptimeCheck } from "@pulumi/digitalocean/uptimeCheck.js";
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { missingSecrets } from "./internal/secrets.ts";
import { parseSettings, SettingsError } from "./internal/settings.ts";
import {
  type Alert,
  type CheckAlert,
  checkAlerts,
  type DatabaseAlert,
  databaseAlerts,
} from "./monitoring.alerts.ts";
import { MonitoringSettings, monitoringSecrets } from "./monitoring.settings.ts";

export interface MonitoringArgs extends z.input<typeof MonitoringSettings> {
  /** What the names at the platform start with. @default - the component's name */
  namedAs?: string | undefined;
  /** Address of the site whose paths are checked. */
  appUrl: pulumi.Input<string>;
  /**
   * The cluster whose limits are watched.
   * @default - none, and the settings must not ask for its limits
   */
  clusterId?: pulumi.Input<string>;
  /**
   * Slack's webhooks by the key of the stack secret.
   * @default - none, and no alert may go to Slack
   */
  secrets?: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * Checks of the site from outside and limits of the database, with the people who hear of it.
 *
 * @example
 * new Monitoring("tinkertools-monitoring", {
 *   appUrl: app.liveUrl, checks: { health: { path: "/health", emails: ["devops@tinkertools.ao"] } },
 * });
 */
export class Monitoring extends pulumi.ComponentResource {
  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    const { appUrl, clusterId, secrets = {}, namedAs = name, ...input } = args;
    const settings = parseSettings(MonitoringSettings, input, name);
    const faults = wiringFaults(settings, Object.keys(secrets), clusterId !== undefined);
    if (faults.length > 0) throw new SettingsError(name, faults);
    super("slipway:index:Monitoring", name, settings, opts);

    const url = pulumi.output(appUrl);
    const fullName = (child: string) => `${namedAs}-${child}-${pulumi.getStack()}`;
    for (const [check, { path, regions }] of Object.entries(settings.checks)) {
      const child = `${name}-${check}`;
      const { id: checkId } = new UptimeCheck(
        child,
        {
          name: fullName(check),
          target: url.apply((site) => checkTarget(site, path)),
          type: url.apply((site) => (site.startsWith("http:") ? "http" : "https")),
          // Left out, the platform's choice would show as a change on every run.
          regions,
          enabled: true,
        },
        { parent: this },
      );
      for (const alert of checkAlerts({ checks: settings.checks }).filter((one) => one.check === check))
        new UptimeAlert(
          `${child}-${alert.key}`,
          {
            name: fullName(`${check}-${alert.key}`),
            checkId,
            ...uptimeRule(alert),
            notifications: [destinations(alert, secrets)],
          },
          // The platform looks for an alert under its own check only, so it cannot move to another one.
          { parent: this, replaceOnChanges: ["checkId"] },
        );
    }

    if (clusterId !== undefined)
      for (const alert of databaseAlerts(settings)) {
        const child = `${name}-database-${alert.key}`;
        new MonitorAlert(
          child,
          {
            ...metricRule(alert),
            description: fullName(`database-${alert.key}`),
            entities: [clusterId],
            alerts: destinations(alert, secrets),
          },
          { parent: this },
        );
      }

    this.registerOutputs({});
  }
}

/** What the alerts need and the wiring does not bring. */
function wiringFaults(settings: MonitoringSettings, secrets: readonly string[], hasDatabase: boolean) {
  return [
    ...missingSecrets(monitoringSecrets(settings), secrets),
    ...(hasDatabase || databaseAlerts(settings).length === 0
      ? []
      : [{ path: "clusterId", message: "must be set: there are limits for the database" }]),
  ];
}

/** Who hears of an alert. */
function destinations({ emails, slack }: Alert, secrets: Readonly<Record<string, pulumi.Input<string>>>) {
  const webhook = slack === undefined ? undefined : secrets[slack.secret];
  if (slack === undefined || webhook === undefined) return { emails };
  return { emails, slacks: [{ channel: slack.channel, url: pulumi.secret(webhook) }] };
}

/** The address that a check asks for. */
export const checkTarget = (site: string, path: string) => `${site.replace(/\/+$/, "")}${path}`;

const uptimeTypes = {
  latency: "latency",
  down: "down",
  downEverywhere: "down_global",
  certificate: "ssl_expiry",
} as const;

/** The rule of an alert on a check, in the platform's words. */
export function uptimeRule({ kind, limit, period }: Pick<CheckAlert, "kind" | "limit" | "period">) {
  const type = uptimeTypes[kind];
  if (limit === undefined) return { type, period };
  return {
    type,
    period,
    threshold: limit,
    comparison: kind === "certificate" ? "less_than" : "greater_than",
  };
}

const metricTypes = {
  cpu: "v1/dbaas/alerts/cpu_alerts",
  memory: "v1/dbaas/alerts/memory_utilization_alerts",
  disk: "v1/dbaas/alerts/disk_utilization_alerts",
  load15: "v1/dbaas/alerts/load_15_alerts",
} as const;

/** The rule of an alert on the database, in the platform's words. */
export const metricRule = ({ kind, limit, period }: Pick<DatabaseAlert, "kind" | "limit" | "period">) => ({
  type: metricTypes[kind],
  compare: "GreaterThan",
  value: limit,
  window: period,
  enabled: true,
});
