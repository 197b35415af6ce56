import type { Slack } from "./internal/values.ts";
import type { Check, DatabaseLimits } from "./monitoring.settings.ts";

/** What is watched, and within which limits. */
export interface Watched {
  checks: Readonly<Record<string, Check>>;
  database?: DatabaseLimits | undefined;
}

/** One alert with the people that it goes to. */
export interface Alert {
  /** Settings that its destinations come from. */
  path: (string | number)[];
  /** How long the limit must be passed. */
  period: string;
  /** What tells it from the others of its check, or of the database. */
  key: string;
  emails: string[];
  slack: Slack | undefined;
}

/** An alert of a check; `limit` is in milliseconds or days, and a site that is down needs none. */
export interface CheckAlert extends Alert {
  check: string;
  kind: "latency" | "down" | "downEverywhere" | "certificate";
  limit: number | undefined;
}

/** An alert of the database; `limit` is in percent, or a load. */
export interface DatabaseAlert extends Alert {
  kind: "cpu" | "memory" | "disk" | "load15";
  limit: number;
}

type Limits = Check["latencyMs"] | DatabaseLimits["cpuPercent"];
type Place = Pick<Alert, "path" | "emails"> & { slack?: Slack | undefined };

/** The alerts of a setting that is one limit or a list of them. */
function limitAlerts<K extends string>(
  place: Place,
  setting: string,
  kind: K,
  limits: Limits,
  period: string,
) {
  const { path, emails, slack } = place;
  if (limits === undefined) return [];
  if (typeof limits === "number")
    return [{ path, kind, limit: limits, period, key: kind as string, emails, slack }];
  return limits.map((one, index) => {
    const isOwn = one.emails !== undefined || one.slack !== undefined;
    return {
      path: isOwn ? [...path, setting, index] : path,
      kind,
      limit: one.above,
      period: one.for,
      key: `${kind}-${one.above}`,
      emails: isOwn ? (one.emails ?? []) : emails,
      slack: isOwn ? one.slack : slack,
    };
  });
}

/** Every alert that the checks ask for. */
export function checkAlerts({ checks }: Pick<Watched, "checks">): CheckAlert[] {
  return Object.entries(checks).flatMap(([name, check]) => {
    const place = { path: ["checks", name], emails: check.emails, slack: check.slack };
    const plain = <K extends CheckAlert["kind"]>(kind: K, period: string, limit?: number) => ({
      ...place,
      kind,
      limit,
      period,
      key: kind as string,
    });
    const { downEverywhereFor, certificateDays } = check;
    const wanted: Omit<CheckAlert, "check">[] = [
      ...limitAlerts(place, "latencyMs", "latency", check.latencyMs, "2m"),
      plain("down", check.downFor),
      ...(downEverywhereFor === undefined ? [] : [plain("downEverywhere", downEverywhereFor)]),
      // The platform wants a period with every alert; when a certificate ends does not depend on it.
      ...(certificateDays === undefined ? [] : [plain("certificate", "1h", certificateDays)]),
    ];
    return wanted.map((alert) => ({ check: name, ...alert }));
  });
}

/** Every alert that the database's limits ask for. */
export function databaseAlerts({ database }: Pick<Watched, "database">): DatabaseAlert[] {
  if (database === undefined) return [];
  const place = { path: ["database"], emails: database.emails, slack: database.slack };
  return [
    ...limitAlerts(place, "cpuPercent", "cpu", database.cpuPercent, "5m"),
    ...limitAlerts(place, "memoryPercent", "memory", database.memoryPercent, "5m"),
    ...limitAlerts(place, "diskPercent", "disk", database.diskPercent, "5m"),
    ...limitAlerts(place, "load15", "load15", database.load15, "5m"),
  ];
}
