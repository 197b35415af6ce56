import { z } from "zod";
import { Reason } from "./internal/reasons.ts";
import { text } from "./internal/values.ts";

/** A finding of a rule that a stack lives with for a while. */
const Waiver = z.strictObject({
  rule: text(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/, "must be the id of a rule, such as s3-access-log").describe(
    "The rule's id, as `slipway plan` prints it.",
  ),
  resource: z
    .string()
    .max(256)
    .regex(/\S/, "must name the resource as slipway plan prints it, such as tinkertools-backups")
    .describe("Name of the resource, as `slipway plan` prints it."),
  reason: Reason("must say why in at least 4 different words").describe("Why the stack may break the rule."),
  expires: z.iso
    .date({ error: "must be a date such as 2027-03-31, in quotes" })
    .describe("The last day on which it holds, at most a year ahead."),
});
export type Waiver = z.output<typeof Waiver>;

/** What a stack file may say about the rules that every stack must meet (`slipway:policy`). */
export const PolicySettings = z.strictObject({
  waivers: z
    .array(Waiver)
    .default([])
    .superRefine((waivers, context) => {
      const keys = waivers.map(({ rule, resource }) => `${rule} ${resource}`);
      keys.forEach((key, index) => {
        if (keys.indexOf(key) < index)
          context.addIssue({ code: "custom", path: [index], message: `must be listed once: ${key}` });
      });
    }),
});
export type PolicySettings = z.output<typeof PolicySettings>;
