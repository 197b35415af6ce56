import { z } from "zod";
import { Commit, ComponentName, Digest, Moment, text } from "./internal/values.ts";

/** What is to run: the images by digest, and the commit that they and the git-built components come from. */
export const ReleaseSettings = z.strictObject({
  /** The version that people read, `1.4.2`. */
  version: text(/^[0-9A-Za-z][0-9A-Za-z.+-]{0,63}$/, "must be a version such as 1.4.2").optional(),
  commit: Commit.optional(),
  builtAt: Moment.optional(),
  /** Component to image digest. */
  images: z.record(ComponentName, Digest).default({}),
});
export type ReleaseSettings = z.output<typeof ReleaseSettings>;
