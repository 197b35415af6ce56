import type { AccountRule } from "../rule.ts";
import { accountDeliveryRules } from "./account-delivery.ts";
import { accountNameRules } from "./account-names.ts";
import { accountNetworkRules } from "./account-networks.ts";

/** Rules over all stacks of an account. */
export const accountRules: readonly AccountRule[] = [
  ...accountNameRules,
  ...accountNetworkRules,
  ...accountDeliveryRules,
];
