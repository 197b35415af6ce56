import { everySecret, everySetting } from "../../support/every-setting.ts";

/** A stack with every block, and in the repository a variable and a secret for all workflows. */
export const everything = {
  ...everySetting,
  promotion: { ...everySetting.promotion, from: "dev" },
  repository: {
    ...everySetting.repository,
    variables: { SHARED: "for all" },
    secrets: { SHARED_TOKEN: { secret: "sharedToken" } },
  },
};

/** The secrets that it needs. */
export const everythingSecret = { ...everySecret, npmToken: "n", sharedToken: "s" };

/** Its blocks by the keys of a stack file. */
export const everythingBlocks = Object.fromEntries(
  Object.entries(everything).map(([block, settings]) => [`slipway:${block}`, settings]),
);
