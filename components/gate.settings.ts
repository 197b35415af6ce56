import { z } from "zod";
import { LoginOrBot } from "./internal/git-values.ts";
import { type Rule, ruled } from "./internal/rules.ts";
import { text } from "./internal/values.ts";

interface Approval {
  approvals: number;
  by: readonly string[];
}

/** What must hold between the settings of the gate. */
export const gateRules: readonly Rule<Approval>[] = [
  {
    id: "gate-people",
    demands: "A gate asks for no more people than may open it.",
    faults: ({ approvals, by }) =>
      by.length > 0 && approvals > by.length
        ? [
            {
              path: ["approvals"],
              message: `must be at most ${by.length}, as many as gate.by has; got ${approvals}`,
            },
          ]
        : [],
  },
  {
    id: "gate-once",
    demands: "Nobody is named twice at the gate.",
    isPerEntry: true,
    faults: ({ by }) => {
      const logins = by.map((login) => login.toLowerCase());
      return logins.flatMap((login, index) => {
        const first = logins.indexOf(login);
        return first === index
          ? []
          : [{ path: ["by", index], message: `must not be there twice: by[${first}] is the same` }];
      });
    },
  },
];

/**
 * What lets a pull request through that would lose something, go over the budget or break a policy (`slipway:gate`).
 * Without this block nothing does.
 */
export const GateSettings = ruled(
  z.strictObject({
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
  }),
  gateRules,
);
export type GateSettings = z.output<typeof GateSettings>;
