import { backupProtectionFaults } from "./backup-bucket.settings.ts";
import { deliveryProtectionFaults } from "./deploy-environment.settings.ts";
import type { StackRule } from "./internal/rules.ts";
import { foreignBranches } from "./repository.settings.ts";
import { inBlock, type Stack } from "./stack-rule.ts";

/** What a protected stack must have, and what each stack owns. */
export const protectionRules: readonly StackRule<Stack>[] = [
  {
    id: "backup-protection",
    demands: "Backups of a protected stack outlive it, and no other stack has a lock that nobody can lift.",
    faults: ({ backups, isProtected }) =>
      backups === undefined ? [] : inBlock("backups", backupProtectionFaults(backups, isProtected)),
  },
  {
    id: "delivery-protection",
    demands: "Nobody deploys past the gate of a protected stack.",
    faults: ({ delivery, isProtected }) =>
      delivery === undefined ? [] : inBlock("delivery", deliveryProtectionFaults(delivery, isProtected)),
  },
  {
    id: "own-branch",
    demands: "A stack has the rules of the branch that it deploys from, and of no other.",
    isPerEntry: true,
    faults: ({ repository, delivery }) =>
      repository === undefined ? [] : inBlock("repository", foreignBranches(repository, delivery?.branch)),
  },
];
