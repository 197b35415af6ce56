import { z } from "zod";
import { shown } from "./internal/faults.ts";

const Minutes = z.number().min(1).max(43_200);

/** What a stack file may promise about recovery; a promise that the settings cannot keep is refused. */
export const RecoverySettings = z.strictObject({
  databaseMinutes: Minutes.default(15).describe("Minutes until a lost database serves again."),
  appMinutes: Minutes.default(5).describe("Minutes until a broken instance of the app is replaced."),
  stackMinutes: Minutes.default(30).describe("Minutes until everything is there again."),
  lossMinutes: Minutes.default(60).describe(
    "Minutes of changes that may be lost, by the platform's point-in-time recovery.",
  ),
  offSiteLossHours: z
    .number()
    .min(1)
    .max(8760)
    .optional()
    .describe(
      "Hours of changes that may be lost where only the backups outside the platform are left. Default: the interval of the backups.",
    ),
  reachDays: z.int().min(1).max(3650).default(7).describe("Days back to which the database can be restored."),
  drill: z
    .strictObject({
      minutes: Minutes.describe("Minutes until the restored database answered."),
      date: z.iso
        .date({
          error: ({ input }) =>
            `must be a day that there was, in quotes, such as "2026-11-21"; got ${shown(input)}`,
        })
        .describe("Day of the drill, in quotes.")
        .meta({ examples: ["2026-11-21"] }),
    })
    .optional()
    .describe("The newest drill of a restore; without one its duration is assumed."),
});
export type RecoverySettings = z.output<typeof RecoverySettings>;
