import { z } from "zod";
import { LoginOrBot, text } from "./internal/values.ts";

/**
 * What lets a pull request through that would lose something, go over the budget or break a policy (`slipway:gate`).
 * Without this block nothing does.
 */
export const GateSettings = z.strictObject({
  label: text(/^\S(?:[^\r\n]{0,48}\S)?$/, "must be the name of a label such as accepts-loss")
    .describe("Label that the pull request must carry.")
    .meta({ examples: ["accepts-loss"] }),
  approvals: z
    .int()
    .min(1, "must be at least 1: a label alone is nobody's word")
    .max(6)
    .default(1)
    .describe("People who must have approved the pull request as it is now."),
  by: z
    .array(LoginOrBot)
    .max(50)
    .default([])
    .describe("Logins whose approvals count. Default: those of everybody who may write to the repository."),
});
export type GateSettings = z.output<typeof GateSettings>;
