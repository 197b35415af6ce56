import { appWeakenings } from "./app.ts";
import { bucketWeakenings } from "./bucket.ts";
import { clusterWeakens, firewallWeakens } from "./database.ts";
import { dnsWeakenings } from "./dns.ts";
import { fileWeakenings } from "./files.ts";
import { githubWeakenings } from "./github.ts";
import { policyWeakens } from "./policies.ts";
import { watchingWeakenings } from "./watching.ts";
import type { Weakens } from "./weakening.ts";

/** What weakens a resource that stays, by its type. */
export const weakenings: Readonly<Record<string, Weakens>> = {
  "digitalocean:index/databaseFirewall:DatabaseFirewall": firewallWeakens,
  "digitalocean:index/databaseCluster:DatabaseCluster": clusterWeakens,
  ...bucketWeakenings,
  ...fileWeakenings,
  ...githubWeakenings,
  ...appWeakenings,
  ...dnsWeakenings,
  ...watchingWeakenings,
  "aws:iam/userPolicy:UserPolicy": policyWeakens("policy"),
  "aws:iam/rolePolicy:RolePolicy": policyWeakens("policy"),
  "aws:iam/role:Role": policyWeakens("assumeRolePolicy"),
};
