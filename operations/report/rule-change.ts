/** A change of the rules by which a change is judged. */
export interface RuleChange {
  /** Whether it needs somebody's word, or is shown first. */
  weight: "refuse" | "warn";
  reason: string;
  remedy: string;
}

/** One that the gate stops. */
export const refused = (reason: string, remedy: string): RuleChange => ({ weight: "refuse", reason, remedy });

/** One that is shown first. */
export const warned = (reason: string, remedy: string): RuleChange => ({ weight: "warn", reason, remedy });
