import { appSizes } from "../../catalog/app-sizes.ts";
import { type PlatformLimit, type PlatformLimitId, platformLimits } from "../../catalog/platform-limits.ts";
import type { StackSettings } from "../../components/config.ts";

/** A limit that a stack meets, with the settings that wished for it. */
export interface MetLimit extends PlatformLimit {
  id: PlatformLimitId;
  /** Paths in the words of the stack file. */
  settings: string[];
}

type Wish = (settings: StackSettings) => string[];

const when = (isMet: boolean | undefined, ...paths: string[]) => (isMet === true ? paths : []);

/** For each limit the settings that run into it. */
const wishes: Readonly<Record<PlatformLimitId, Wish>> = {
  errorRateAlert: ({ app, monitoring }) => [
    ...when(app !== undefined && app.alerts.length > 0, "app.alerts"),
    ...when(hasChecks(monitoring), "monitoring.checks"),
  ],
  connectionAlert: ({ database, monitoring }) =>
    when(database !== undefined && monitoring?.database !== undefined, "monitoring.database"),
  alertMail: ({ monitoring }) =>
    when(
      Object.values(monitoring?.checks ?? {}).some(({ emails }) => emails.length > 0) ||
        (monitoring?.database?.emails.length ?? 0) > 0,
      "monitoring",
    ),
  logRetention: ({ app }) => when(app !== undefined && Object.keys(app.logs).length === 0, "app.logs"),
  siteHeaders: ({ app }) => pathsOf("app.staticSites", app?.staticSites),
  siteScale: ({ app }) => pathsOf("app.staticSites", app?.staticSites),
  canary: ({ app }) => pathsOf("app.services", app?.services),
  sharedAutoscaling: ({ app }) =>
    pathsOf("app.services", app?.services, ({ size }) => !appSizes[size].isAutoscalable),
  scalingMeasures: ({ app }) =>
    pathsOf("app.services", app?.services, ({ autoscaling }) => autoscaling !== undefined),
  oneNode: ({ database }) => when(database?.standbyNodes === 0, "database.standbyNodes"),
  firewallGap: ({ database }) => when(database !== undefined, "database"),
  firewallKept: ({ database }) => when(database !== undefined, "database"),
  restore: ({ database }) => when(database !== undefined, "database"),
  serverDefaults: ({ database }) =>
    when(Object.keys(database?.postgres ?? {}).length > 0, "database.postgres"),
  privateAddress: ({ app, database }) =>
    when(app !== undefined && database?.connection.kind === "private", "database.connection"),
  scheduledJobs: ({ backups }) =>
    when(backups !== undefined && backups.schedule !== "onDemand", "backups.schedule"),
  repeatedJobs: ({ app, database, operations }) => [
    ...when(database !== undefined && operations !== undefined, "operations"),
    ...pathsOf("app.jobs", app?.jobs, ({ kind }) => kind === "preDeploy"),
  ],
  imagePush: ({ app }) =>
    (["services", "workers", "jobs"] as const).flatMap((kind) =>
      pathsOf(`app.${kind}`, app?.[kind], ({ image }) => image !== undefined && image.registry !== "docr"),
    ),
  zoneRecords: ({ app }) =>
    when(
      app?.domains.some(({ zone }) => zone !== undefined),
      "app.domains",
    ),
  approval: ({ delivery }) => [
    ...when((delivery?.reviewers.length ?? 0) > 0, "delivery.reviewers"),
    ...when((delivery?.waitMinutes ?? 0) > 0, "delivery.waitMinutes"),
  ],
  compliance: ({ backups }) => when(backups?.lock.mode === "compliance", "backups.lock.mode"),
};

/** What the platforms cannot do of what a stack wishes for, in the order of the catalog. */
export function metLimits(settings: StackSettings): MetLimit[] {
  return (Object.keys(platformLimits) as PlatformLimitId[]).flatMap((id) => {
    const paths = wishes[id](settings);
    return paths.length === 0 ? [] : [{ id, ...platformLimits[id], settings: paths }];
  });
}

const hasChecks = (monitoring: StackSettings["monitoring"]) =>
  monitoring !== undefined && Object.keys(monitoring.checks).length > 0;

function pathsOf<T>(
  path: string,
  parts: Readonly<Record<string, T>> = {},
  isMeant = (_: T) => true,
): string[] {
  return Object.entries(parts)
    .filter(([, part]) => isMeant(part))
    .map(([name]) => `${path}.${name}`)
    .sort();
}
