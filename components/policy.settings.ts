import { z } from "zod";
import { Reason } from "./internal/reasons.ts";
import { text } from "./internal/values.ts";

const Waiver = z
  .strictObject({
    rule: text(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/, "must be the id of a rule, such as s3-access-log")
      .describe("The rule's id, as `slipway plan` prints it.")
      .meta({ examples: ["s3-access-log"] }),
    resource: z
      .string()
      .max(256)
      .regex(/\S/, "must name the resource as slipway plan prints it, such as tinkertools-backups")
      .describe("Name of the resource, as `slipway plan` prints it.")
      .meta({ examples: ["tinkertools-backups"] }),
    reason: Reason("must say why in at least 4 different words")
      .describe("Why the stack may break the rule.")
      .meta({ examples: ["Nobody but the backup program reads this bucket."] }),
    expires: z.iso
      .date({ error: "must be a date such as 2027-03-31, in quotes" })
      .describe("The last day on which it holds, at most a year ahead.")
      .meta({ examples: ["2027-03-31"] }),
  })
  .describe("A finding of a rule that the stack lives with for a while.");
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
    })
    .describe("Findings that the stack lives with for a while, each with a reason and an end."),
});
export type PolicySettings = z.output<typeof PolicySettings>;
