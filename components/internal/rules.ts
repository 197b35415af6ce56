import type { z } from "zod";
import type { Fault } from "./faults.ts";

/** Something wrong between settings; the path starts where the rule's settings do. */
export interface RuleFault {
  path: (string | number)[];
  message: string;
}

/** What a list says about a rule. */
export interface RuleFacts {
  /** What lists, tests and `SettingsError.faults` know the rule by. */
  id: string;
  /** What it demands, in a sentence. */
  demands: string;
}

/** A rule between settings that are right in themselves. */
export interface Rule<S> extends RuleFacts {
  /**
   * Whether it judges each entry of lists by itself, with the names of the others at most: what is wrong with one entry
   * then does not keep it from telling about the others.
   */
  isPerEntry?: boolean;
  /** Whether it looks for a name among others: where one of those is wrong, nobody knows what it was meant to be. */
  looksUpNames?: boolean;
  faults(settings: S): readonly RuleFault[];
}

/** A rule across the blocks of a stack; the paths of its faults are those of the stack file. */
export interface StackRule<S> extends RuleFacts {
  /** As of `Rule`. */
  isPerEntry?: boolean;
  /** As of `Rule`. */
  looksUpNames?: boolean;
  faults(stack: S): readonly Fault[];
}

/** Rules that a schema brings, and the place of what they judge. */
export interface RuledPlace {
  path: readonly PropertyKey[];
  rules: readonly Rule<never>[];
}

/** The rules by the check that looks at them, which copies of a schema share. */
const rulesByCheck = new WeakMap<object, readonly Rule<never>[]>();

/** The rules of a schema that `ruled` made. */
export function rulesOf(schema: z.core.$ZodType): readonly Rule<never>[] {
  return (schema._zod.def.checks ?? []).flatMap(({ _zod }) => rulesByCheck.get(_zod.check) ?? []);
}

/** The rule that an issue of zod comes from; undefined where the settings have not even the right shape. */
export function ruleOf(issue: { code?: string | undefined; params?: unknown }): string | undefined {
  const { params } = issue;
  if (issue.code !== "custom" || typeof params !== "object" || params === null) return undefined;
  return "rule" in params && typeof params.rule === "string" ? params.rule : undefined;
}

let isAsked = true;

/** Does something for which settings need not keep their rules, only have the right shape. */
export function withoutRules<T>(act: () => T): T {
  const before = isAsked;
  isAsked = false;
  try {
    return act();
  } finally {
    isAsked = before;
  }
}

/** A schema whose values also keep rules between their settings; they are looked at once every setting is fine. */
export function ruled<S extends z.ZodType>(shape: S, rules: readonly Rule<z.output<S>>[]): S {
  const check = (payload: z.core.ParsePayload<z.output<S>>) => {
    if (!isAsked || payload.issues.some((issue) => ruleOf(issue) === undefined)) return;
    for (const rule of rules)
      for (const { path, message } of rule.faults(payload.value))
        payload.issues.push({
          code: "custom",
          path,
          message,
          input: payload.value,
          params: { rule: rule.id },
          continue: true,
        });
  };
  rulesByCheck.set(check, rules);
  return shape.check(check);
}
