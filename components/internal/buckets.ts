import { z } from "zod";
import { reservedBucketNames } from "../../catalog/platform-limits.ts";
import { shown } from "./faults.ts";

/** The name of a bucket of S3, such as the example. */
export const bucketName = (example: string) =>
  z
    .string()
    .regex(/^(?=.{3,63}$)[a-z0-9](?:[a-z0-9]|-(?=[a-z0-9]))*$/, {
      abort: true,
      error: ({ input }) =>
        reservedText(input) ??
        `must be 3 to 63 lower-case letters, digits and single hyphens, such as ${example}; got ${shown(input)}`,
    })
    .refine((name) => reservedText(name) === undefined, { error: ({ input }) => reservedText(input) })
    .meta({ examples: [example] });

/** What to say of a name that AWS keeps for itself. */
const reservedText = (name: unknown): string | undefined =>
  typeof name === "string" && reservedBucketNames.test(name.slice(0, 64))
    ? `must not begin or end as AWS keeps it for itself, as ${name.slice(0, 64)} does`
    : undefined;

/** When an upload that nobody finished is thrown away. */
export const AbortUploadsAfterDays = z
  .int()
  .min(1)
  .max(30)
  .default(2)
  .describe("Days after which an unfinished upload is thrown away.");
