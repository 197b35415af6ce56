import { backupRules } from "./backup-bucket.settings.ts";
import { databaseRules } from "./database.rules.ts";
import { deliveryRules } from "./deploy-environment.settings.ts";
import { deployedRules } from "./deployed.rules.ts";
import { dnsRules } from "./dns.rules.ts";
import { gateRules } from "./gate.settings.ts";
import type { RuleFacts } from "./internal/rules.ts";
import { monitoringRules } from "./monitoring.settings.ts";
import { repositoryRules, workflowVariableRules } from "./repository.settings.ts";
import { stackRules } from "./stack.rules.ts";
import { verifyRules } from "./verify.settings.ts";
import { openSearchRules } from "./web-app/logs.settings.ts";
import { corsRules, originRules, redirectRules, requestRules } from "./web-app/request.rules.ts";
import { appRules } from "./web-app/rules.ts";
import { autoscalingRules, checkRules, portRules, scaleRules, workerRules } from "./web-app/run.rules.ts";
import { imageRules, siteRules, sourceRules } from "./web-app/source.rules.ts";

/** A rule between settings, and the block whose settings it looks at; `stack` is several of them. */
export interface ListedRule extends RuleFacts {
  block: string;
}

const listed = (block: string, ...rules: (readonly RuleFacts[])[]): ListedRule[] =>
  rules.flat().map(({ id, demands }) => ({ block, id, demands }));

/** Every rule between settings, by block; a rule that several schemas share is there once. */
export const settingsRules: readonly ListedRule[] = [
  ...listed("database", databaseRules),
  ...listed("backups", backupRules),
  ...listed(
    "app",
    appRules,
    sourceRules,
    siteRules,
    imageRules,
    scaleRules,
    autoscalingRules,
    portRules,
    checkRules,
    workerRules,
    requestRules,
    redirectRules,
    corsRules,
    originRules,
    openSearchRules,
  ),
  ...listed("dns", dnsRules),
  ...listed("delivery", deliveryRules, workflowVariableRules),
  ...listed("repository", repositoryRules),
  ...listed("monitoring", monitoringRules),
  ...listed("gate", gateRules),
  ...listed("verify", verifyRules),
  ...listed("stack", stackRules),
  ...listed("deployed", deployedRules),
].filter((rule, index, all) => all.findIndex(({ id }) => id === rule.id) === index);
