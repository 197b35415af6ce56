import { healthDefaults, recoveryTimes } from "../catalog/recovery-times.ts";
import type { BlockSettings } from "./config.ts";
import type { StackRule } from "./internal/rules.ts";
import type { RecoverySettings } from "./recovery.settings.ts";
import { sortedEntries } from "./web-app/components.ts";

/** What the settings of a stack deliver after a loss. What a stack does not have is undefined. */
export interface DeliveredRecovery {
  databaseMinutes: number | undefined;
  appMinutes: number | undefined;
  stackMinutes: number | undefined;
  lossMinutes: number | undefined;
  offSiteLossHours: number | undefined;
  reachDays: number | undefined;
  /** A sentence of why, for each. */
  why: Record<
    "databaseMinutes" | "appMinutes" | "stackMinutes" | "lossMinutes" | "offSiteLossHours" | "reachDays",
    string
  >;
}

/** Days that the platform restores to. */
const { pointInTimeDays, pointInTimeMinutes, clusterMinutes, restoreMinutes, switchMinutes } = recoveryTimes;

const intervalHours = { onDemand: undefined, daily: 24 } as const;

/** What recovery takes and loses with these settings, with the reasons. */
export function deliveredRecovery(settings: BlockSettings): DeliveredRecovery {
  const { database, app, backups, recovery } = settings;
  const restore = restored(recovery);
  const replaced = app === undefined ? undefined : slowestService(app);
  const hours = backups === undefined ? undefined : intervalHours[backups.schedule];
  const databaseMinutes = database === undefined ? undefined : restore.minutes;
  const kept = hours === undefined || backups === undefined ? 0 : backups.retentionDays;
  const none = "there is no database";
  return {
    databaseMinutes,
    appMinutes: replaced?.minutes,
    stackMinutes: (databaseMinutes ?? 0) + recoveryTimes.deploymentMinutes,
    lossMinutes: database === undefined ? undefined : pointInTimeMinutes,
    offSiteLossHours: database === undefined ? undefined : hours,
    reachDays: database === undefined ? undefined : Math.max(pointInTimeDays, kept),
    why: {
      databaseMinutes: database === undefined ? none : restore.why,
      appMinutes: replaced?.why ?? "there is no app",
      stackMinutes: `${databaseMinutes === undefined ? "" : `the database takes ${databaseMinutes} minutes, then `}a deployment of the app takes ${recoveryTimes.deploymentMinutes} (assumed)`,
      lossMinutes:
        database === undefined
          ? none
          : `point-in-time recovery knows all but the last ${pointInTimeMinutes} minutes (assumed), ${pointInTimeDays} days back`,
      offSiteLossHours:
        database === undefined
          ? none
          : hours === undefined
            ? "no backup outside the platform is made by itself: set backups.schedule to daily"
            : `a backup outside the platform is made every ${hours} hours`,
      reachDays:
        database === undefined
          ? none
          : kept > pointInTimeDays
            ? `backups outside the platform are kept for ${kept} days; the platform's own reach back ${pointInTimeDays}`
            : `the platform's own backups reach back ${pointInTimeDays} days, and none outside it is kept longer`,
    },
  };
}

/** How long a lost database takes: a restore always makes another cluster, with another address. */
function restored(recovery: RecoverySettings | undefined): { minutes: number; why: string } {
  const after = `and the app gets its address by another pulumi up (${switchMinutes} minutes, assumed)`;
  const drill = recovery?.drill;
  if (drill !== undefined)
    return {
      minutes: drill.minutes + switchMinutes,
      why: `a restore makes a new cluster: the drill of ${drill.date} took ${drill.minutes} minutes, ${after}`,
    };
  return {
    minutes: clusterMinutes + restoreMinutes + switchMinutes,
    why: `a restore makes a new cluster (${clusterMinutes} minutes, assumed), fills it (${restoreMinutes}, assumed), ${after}`,
  };
}

/** How long the slowest service takes until a broken instance is another one. */
function slowestService(app: NonNullable<BlockSettings["app"]>): { minutes: number; why: string } {
  const times = sortedEntries(app.services).map(([name, { health }]) => {
    const period = health?.periodSeconds ?? healthDefaults.periodSeconds;
    const failures = health?.failureThreshold ?? healthDefaults.failureThreshold;
    const seconds = period * failures + recoveryTimes.startSeconds;
    const why = `${name} is found broken after ${failures} checks, one every ${period} seconds, and answers ${recoveryTimes.startSeconds} seconds later (assumed)`;
    return { minutes: Math.ceil(seconds / 60), why };
  });
  const [slowest] = times.sort((a, b) => b.minutes - a.minutes);
  return slowest ?? { minutes: 0, why: "there is no service whose instances could break" };
}

type Stack = BlockSettings & { isProtected: boolean };
type Measure = keyof DeliveredRecovery["why"];

/** A rule about one promise: it is at least what is delivered, or for the reach at most. */
function promise(id: string, demands: string, measure: Measure, unit: string): StackRule<Stack> {
  return {
    id,
    demands,
    faults(stack) {
      const promised = stack.recovery?.[measure];
      if (promised === undefined) return [];
      const delivered = deliveredRecovery(stack);
      const { [measure]: real, why } = delivered;
      const isReach = measure === "reachDays";
      const isKept =
        real === undefined
          ? measure !== "offSiteLossHours" || stack.database === undefined
          : isReach
            ? promised <= real
            : promised >= real;
      if (isKept) return [];
      const bound =
        real === undefined ? "must be left out" : `must be at ${isReach ? "most" : "least"} ${real}${unit}`;
      return [{ path: `recovery.${measure}`, message: `${bound}: ${why[measure]}; got ${promised}` }];
    },
  };
}

/** What must hold between the promises about recovery and everything that keeps them. */
export const recoveryRules: readonly StackRule<Stack>[] = [
  promise(
    "recovery-database",
    "A database is promised no sooner than a restore takes.",
    "databaseMinutes",
    "",
  ),
  promise(
    "recovery-app",
    "An instance is promised no sooner than its checks find it broken.",
    "appMinutes",
    "",
  ),
  promise("recovery-stack", "Everything is promised no sooner than its parts take.", "stackMinutes", ""),
  promise("recovery-loss", "No less loss is promised than point-in-time recovery leaves.", "lossMinutes", ""),
  promise(
    "recovery-off-site",
    "No less loss is promised than the interval of the backups.",
    "offSiteLossHours",
    "",
  ),
  promise("recovery-reach", "No restore is promised to a day that no backup reaches.", "reachDays", ""),
  {
    id: "recovery-lock",
    demands: "On a protected stack nobody can delete a backup within the promised reach.",
    faults: ({ recovery, backups, isProtected }) =>
      isProtected &&
      recovery !== undefined &&
      backups !== undefined &&
      recovery.reachDays > pointInTimeDays &&
      backups.lock.days < recovery.reachDays
        ? [
            {
              path: "backups.lock.days",
              message: `must be at least recovery.reachDays, ${recovery.reachDays}: what is not locked can be deleted before; got ${backups.lock.days}`,
            },
          ]
        : [],
  },
];
