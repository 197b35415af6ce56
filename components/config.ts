import type { z } from "zod";
import { BackupBucketSettings, backupSecrets, recipientFaults } from "./backup-bucket.settings.ts";
import { BudgetSettings } from "./budget.settings.ts";
import { DatabaseSettings } from "./database.settings.ts";
import { defaultProduct } from "./default-product.ts";
import { DeployEnvironmentSettings, deliverySecrets } from "./deploy-environment.settings.ts";
import { DnsSettings } from "./dns.settings.ts";
import { FileStoreSettings } from "./file-store.settings.ts";
import { GateSettings } from "./gate.settings.ts";
import { type Block, blockNames } from "./internal/block-names.ts";
import { claimText } from "./internal/claims.ts";
import { todayDate } from "./internal/days.ts";
import { pathText, unknownKeyText } from "./internal/faults.ts";
import { hazardsOf, toldOnce } from "./internal/hazards.ts";
import type { PartialSettings } from "./internal/partial.ts";
import { isProtectedStack } from "./internal/protection.ts";
import { mergedSecrets, type NeededSecret } from "./internal/secrets.ts";
import { checkSettings, type Fault, SettingsError } from "./internal/settings.ts";
import { foundBy } from "./internal/watched.ts";
import { MonitoringSettings, monitoringSecrets } from "./monitoring.settings.ts";
import { NetworkSettings } from "./network.settings.ts";
import { OperationsSettings, operationsSecrets } from "./operations.settings.ts";
import { isBlock, openProviderSecrets, openSecrets, parsed, unsetSecrets } from "./plain-secrets.ts";
import { PolicySettings } from "./policy.settings.ts";
import { ProductSettings } from "./product.settings.ts";
import { RecoverySettings } from "./recovery.settings.ts";
import { ReleaseSettings } from "./release.settings.ts";
import { RepositorySettings, repositorySecrets } from "./repository.settings.ts";
import { stackFaults } from "./stack.rules.ts";
import { PromotionSettings, VerifySettings } from "./verify.settings.ts";
import { WebAppSettings, webAppSecrets } from "./web-app.settings.ts";

/** The blocks of a stack file, `slipway:<block>`, each with the schema that its component brings. */
export const blocks = {
  product: ProductSettings,
  network: NetworkSettings,
  database: DatabaseSettings,
  backups: BackupBucketSettings,
  files: FileStoreSettings,
  app: WebAppSettings,
  dns: DnsSettings,
  delivery: DeployEnvironmentSettings,
  repository: RepositorySettings,
  monitoring: MonitoringSettings,
  budget: BudgetSettings,
  policy: PolicySettings,
  gate: GateSettings,
  recovery: RecoverySettings,
  release: ReleaseSettings,
  verify: VerifySettings,
  promotion: PromotionSettings,
  operations: OperationsSettings,
} as const satisfies Record<Block, z.ZodType>;

export type { Block } from "./internal/block-names.ts";

/** The blocks that a stack has; a component without a block is not made. */
export type BlockSettings = { [B in Block]?: z.output<(typeof blocks)[B]> | undefined };

/** Every setting of a stack, checked and with its defaults. */
export interface StackSettings extends BlockSettings {
  stack: string;
  /** Whether what holds data is protected from deletion and outlives the stack. */
  isProtected: boolean;
  product: ProductSettings;
  release: ReleaseSettings;
}

const namespace = "slipway:";

/** How a configuration is read. */
export interface ReadOptions {
  /** Whether a secret that is not set is a fault; what only looks at the settings needs none. */
  needsSecrets?: boolean;
  /** Whether the value of a full key was kept as a secret. @default - every value was */
  isSecret?: (key: string) => boolean;
  /** The day that rules go by, as an ISO date. */
  today?: string;
  /** Whose repositories GitHub's provider works on, where the environment says so. */
  githubOwner?: string | undefined;
  /** The stacks that exist, where the reader knows them: what refers to another stack is then looked up. */
  stacks?: readonly string[] | undefined;
}

/**
 * Reads a stack's settings from its configuration: full keys to texts, blocks as JSON, secrets in plain text.
 *
 * Without a product the blocks that are not set are those of the default product; with one the stack file stands alone.
 *
 * @throws SettingsError with a line per fault of the whole file, missing secrets included.
 */
export function readSettings(
  stack: string,
  config: Readonly<Record<string, string>>,
  options: ReadOptions = {},
): StackSettings {
  const { needsSecrets = true, isSecret = () => true, today = todayDate(), githubOwner, stacks } = options;
  const given = givenIn(config);
  const isProtected = isProtectedStack(stack, parsed(given.get("product") ?? ""));
  const { read, partial, faulty, faults } = readBlocks(given, isProtected);
  const settings = { ...read, stack, isProtected };
  faults.push(...stackFaults(partial, { stack, isProtected, today, config, githubOwner, stacks }));

  const needed = secretsIn(partial);
  if (needsSecrets) faults.push(...unsetSecrets(needed, given));
  faults.push(...openSecrets(needed, given, isSecret), ...openProviderSecrets(config, isSecret));
  // Where secrets are not needed, what stands in their place is no key.
  if (needsSecrets) faults.push(...recipientFaults(read.backups, given));
  const known = [...blockNames, ...needed.map(({ name }) => name)];
  // With a faulty block nobody knows which secrets it needs.
  for (const [key, value] of given)
    if (!known.includes(key) && (!faulty || isBlock(value)))
      faults.push({
        path: pathText([key]),
        message: claimText(key) ?? unknownKeyText(key, known, [...given.keys()]),
      });

  if (faults.length > 0 || read.product === undefined) throw new SettingsError(`stack ${stack}`, faults);
  return { ...settings, product: read.product, release: read.release ?? { images: {} } };
}

/** The secrets that a stack file asks for, as far as its settings are without faults. */
export function secretsAskedFor(config: Readonly<Record<string, string>>): NeededSecret[] {
  return secretsIn(readBlocks(givenIn(config), false).partial);
}

/** What a configuration sets for slipway, by key without its namespace. */
function givenIn(config: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(
    Object.entries(config).flatMap(([key, value]) =>
      key.startsWith(namespace) ? [[key.slice(namespace.length), value] as const] : [],
    ),
  );
}

const secretsOf: { [B in Block]?: (settings: NonNullable<BlockSettings[B]>) => NeededSecret[] } = {
  app: webAppSecrets,
  backups: backupSecrets,
  delivery: deliverySecrets,
  repository: repositorySecrets,
  monitoring: monitoringSecrets,
  operations: operationsSecrets,
};

/** The secrets that the settings refer to, one entry per key of the stack file. */
export const neededSecrets = (settings: BlockSettings): NeededSecret[] =>
  secretsIn({ value: settings, missing: [], collections: [] });

/** The secrets that what is right of the settings refers to. */
function secretsIn(blocks: PartialSettings): NeededSecret[] {
  const uses = Object.entries(secretsOf).map(([block, secrets]) => ({
    id: block,
    isPerEntry: true,
    faults: (settings: BlockSettings) => {
      const own = settings[block as Block];
      const needed = own === undefined ? [] : (secrets as (settings: unknown) => NeededSecret[])(own);
      return needed.map((one) => ({ ...one, path: one.usedBy[0] ?? block }));
    },
  }));
  return mergedSecrets(foundBy<BlockSettings, NeededSecret & { path: string }>(uses, blocks));
}

function readBlocks(given: ReadonlyMap<string, string>, isProtected: boolean) {
  const read: BlockSettings = {};
  const right: Record<string, unknown> = {};
  const missing: PropertyKey[][] = [];
  const collections: PropertyKey[][] = [];
  const misnamed: PropertyKey[][] = [];
  const faults: Fault[] = [];
  const isDefault = !given.has("product");
  const defaults: Readonly<Record<string, unknown>> = isDefault && !isProtected ? defaultProduct : {};
  if (isDefault && isProtected) {
    faults.push({ path: "product", message: "must be set: a protected stack does not run on defaults" });
    missing.push(["product"]);
  }

  let faulty = false;
  const readBlock = <B extends Block>(block: B) => {
    const text = given.get(block);
    const input = text === undefined ? defaults[block] : parsed(text);
    if (input === undefined) return;
    const hazards = hazardsOf(input, block);
    const told = (found: readonly Fault[]) => faults.push(...toldOnce(hazards.faults, found));
    faulty ||= hazards.isUnusable;
    if (hazards.isUnusable) {
      told([]);
      missing.push([block]);
      return;
    }
    const checked = checkSettings(blocks[block], input, block);
    if (checked.ok) {
      told([]);
      read[block] = checked.value as BlockSettings[B];
      right[block] = checked.value;
      return;
    }
    faulty = true;
    told(checked.faults);
    if (checked.partial === undefined) missing.push([block]);
    else {
      right[block] = checked.partial.value;
      missing.push(...checked.partial.missing.map((path) => [block, ...path]));
      collections.push(...checked.partial.collections.map((path) => [block, ...path]));
      misnamed.push(...(checked.partial.misnamed ?? []).map((path) => [block, ...path]));
    }
  };
  for (const block of blockNames) readBlock(block);
  return { read, partial: { value: right, missing, collections, misnamed }, faulty, faults };
}
