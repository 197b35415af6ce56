import { z } from "zod";
import { LoginOrBot, text } from "./internal/values.ts";

/**
 * What lets a pull request through that would lose something, go over the budget or break a policy (`slipway:gate`).
 * Without this block nothing does.
 */
export const GateSettings = z.strictObject({
  /** The label that the pull request must carry. */
  label: text(/^\S(?:[^\r\n]{0,48}\S)?$/, "must be the name of a label such as accepts-loss"),
  /** How many people must have approved the pull request as it is now. */
  approvals: z.int().min(1, "must be at least 1: a label alone is nobody's word").max(6).default(1),
  /** Whose approvals count. @default - those of everybody who may write to the repository */
  by: z.array(LoginOrBot).max(50).default([]),
});
export type GateSettings = z.output<typeof GateSettings>;
