import type { StackSettings } from "../../components/config.ts";
import { deliveredRecovery } from "../../components/recovery.rules.ts";

const measures = {
  databaseMinutes: "the database is back after (minutes)",
  appMinutes: "a broken instance is back after (minutes)",
  stackMinutes: "everything is back after (minutes)",
  lossMinutes: "at most this is lost (minutes)",
  offSiteLossHours: "at most this is lost with the platform (hours)",
  reachDays: "a day can be restored that is ago (days)",
} as const;

/** What a stack promises after a loss beside what its settings deliver. */
export interface RecoveryPlan {
  measure: keyof typeof measures;
  says: string;
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
        says: measures[measure],
        ...(promised === undefined ? {} : { declared: promised }),
        ...(real === undefined ? {} : { delivered: real }),
        why: why[measure],
      },
    ];
  });
}
