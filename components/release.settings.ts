import { z } from "zod";
import { shown } from "./internal/faults.ts";
import { Commit } from "./internal/git-values.ts";
import { ComponentName, Digest, Moment } from "./internal/values.ts";

const must = 'must be a version of three numbers in quotes, such as "1.4.2" or "2.0.0-rc.1"';

/** Without quotes YAML reads 1.0 as the number 1. */
const Version = z
  .string({ error: ({ input }) => (input === undefined ? undefined : `${must}; got ${shown(input)}`) })
  .regex(
    /^(?=.{5,64}$)(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/,
    { error: ({ input }) => `${must}; got ${shown(input)}` },
  );

/** What is to run: the images by digest, and the commit that they and the git-built components come from. */
export const ReleaseSettings = z.strictObject({
  version: Version.optional()
    .describe("The version that people read, in quotes.")
    .meta({ examples: ["1.4.2", "2.0.0-rc.1"] }),
  commit: Commit.optional().describe("Commit that the images and the components from git are built from."),
  builtAt: Moment.optional().describe("When the images were built, in UTC."),
  images: z.record(ComponentName, Digest).default({}).describe("Component to image digest."),
});
export type ReleaseSettings = z.output<typeof ReleaseSettings>;
