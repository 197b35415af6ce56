import type { StackSettings } from "../../components/config.ts";
import { deliveredRecovery } from "../../components/recovery.rules.ts";

const measures = {
  databaseMinutes: { says: "a lost database is back within", unit: "minutes" },
  appMinutes: { says: "a broken instance is back within", unit: "minutes" },
  stackMinutes: { says: "everything is back within", unit: "minutes" },
  lossMinutes: { says: "while the cluster exists, at most this is lost:", unit: "minutes" },
  offSiteLossHours: { says: "with the cluster gone, at most this is lost:", unit: "hours" },
  reachDays: { says: "data can be restored as it was up to this long ago:", unit: "days" },
} as const;

/** What a stack promises after a loss beside what its settings deliver. */
export interface RecoveryPlan {
  measure: keyof typeof measures;
  /** Ends where the number and its unit follow. */
  says: string;
  unit: "minutes" | "hours" | "days";
  /** Left out where nothing is promised. */
  declared?: number;
  /** Left out where the stack has nothing of the kind. */
  delivered?: number;
  why: string;
}

/** Every measure that a stack promises or delivers. */
export function recoveryPlan(settings: StackSettings): RecoveryPlan[] {
  const { why, ...delivered } = deliveredRecovery(settings);
  return (Object.keys(measures) as (keyof typeof measures)[]).flatMap((measure) => {
    const [promised, real] = [settings.recovery?.[measure], delivered[measure]];
    if (promised === undefined && real === undefined) return [];
    return [
      {
        measure,
        ...measures[measure],
        ...(promised === undefined ? {} : { declared: promised }),
        ...(real === undefined ? {} : { delivered: real }),
        why:
          measure === "lossMinutes" && real !== undefined
            ? `${why.lossMinutes}; with the cluster gone the newest backup outside the platform counts, and ${why.offSiteLossHours}`
            : why[measure],
      },
    ];
  });
}
