import { z } from "zod";
import { PrivateRange } from "./internal/values.ts";

/** What a stack file may say about the private network. */
export const NetworkSettings = z.strictObject({
  /**
   * Private addresses of the network; must not overlap with another network of the account.
   * @default - the platform picks a free /20
   */
  ipRange: PrivateRange.optional(),
});
export type NetworkSettings = z.output<typeof NetworkSettings>;
