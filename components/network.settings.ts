import { z } from "zod";
import { adoptedId } from "./internal/adoption.ts";
import { PrivateRange } from "./internal/ranges.ts";
import { text } from "./internal/values.ts";

/** What a stack file may say about the private network. */
export const NetworkSettings = z.strictObject({
  ipRange: PrivateRange.optional().describe(
    "Private addresses of the network; must not overlap with another network of the account. Default: the platform picks a free /20.",
  ),
  name: text(
    /^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$/,
    "must be 1 to 63 letters, digits, hyphens and full stops, such as tinkertools-network",
  )
    .optional()
    .describe("Name of the network. Default: the product's name, `network` and the stack's name.")
    .meta({ examples: ["tinkertools-network"] }),
  import: adoptedId("network").describe(
    "Id of a network that is there already; its region and range must be those of the settings.",
  ),
});
export type NetworkSettings = z.output<typeof NetworkSettings>;
