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
  faults(settings: S): readonly RuleFault[];
}

/** A rule across the blocks of a stack; the paths of its faults are those of the stack file. */
export interface StackRule<S> extends RuleFacts {
  faults(stack: S): readonly Fault[];
}

interface Ruled {
  shape: z.ZodType;
  rules: readonly Rule<never>[];
}

const ruledSchemas = new WeakMap<z.core.$ZodType, Ruled>();

/** The shape of a schema that `ruled` made, and its rules. */
export function rulesOf(schema: z.ZodType): Ruled {
  return ruledSchemas.get(schema) ?? { shape: schema, rules: [] };
}

/** The rule that an issue of zod comes from; undefined where the settings have not even the right shape. */
export function ruleOf(issue: { code?: string | undefined; params?: unknown }): string | undefined {
  const { params } = issue;
  if (issue.code !== "custom" || typeof params !== "object" || params === null) return undefined;
  return "rule" in params && typeof params.rule === "string" ? params.rule : undefined;
}

/** A schema whose values also keep rules between their settings; they are looked at once every setting is fine. */
export function ruled<S extends z.ZodType>(shape: S, rules: readonly Rule<z.output<S>>[]): S {
  const schema = shape.check((payload) => {
    if (payload.issues.some((issue) => ruleOf(issue) === undefined)) return;
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
  });
  ruledSchemas.set(schema, { shape, rules });
  return schema;
}
