import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { registries } from "../../catalog/registries.ts";
import type { StackSettings } from "../../components/config.ts";
import { PromotionSettings } from "../../components/verify.settings.ts";
import type { CloudClient } from "../cloud/client.ts";
import { LocalFault } from "../fault.ts";
import { ensureRepository } from "./repository.ts";

/** A stack with the file that its settings stand in. */
export interface OwnStack {
  readonly settings: StackSettings;
  readonly file: string;
}

/** An image that was pushed to the local registry. */
export interface PushedImage {
  readonly version: 1;
  readonly stack: string;
  readonly component: string;
  /** With its registry, `ghcr.io/acme/shop-api`. */
  readonly image: string;
  readonly tag: string;
  readonly digest: string;
}

/** The part of the cloud that stands in for a pipeline. */
type SideDoor = Pick<CloudClient, "pushImage" | "commit" | "merge" | "status">;

/** The registry's own name stands before what is in it (see `/v2/registry` of the local DigitalOcean). */
const ownRegistry = "slipway";

/**
 * Pushes an image of a component as the product's build would.
 *
 * @param named - `component:tag`
 */
export async function pushImage(
  cloud: SideDoor,
  settings: StackSettings,
  named: string,
): Promise<PushedImage> {
  const [, component = "", tag = ""] = /^([^:]+):(.+)$/.exec(named) ?? [];
  if (tag === "") throw new LocalFault(`${named} must be component:tag, such as api:1.4.2`);
  const { stack, app } = settings;
  const parts = { ...app?.services, ...app?.workers, ...app?.jobs };
  const part = parts[component];
  const images = Object.entries(parts).flatMap(([name, one]) => ("image" in one && one.image ? [name] : []));
  if (part === undefined || !("image" in part) || part.image === undefined)
    throw new LocalFault(
      `${component} must be a component of ${stack} that runs an image: ${images.join(", ") || "it has none"}`,
    );
  const { registry, repository } = part.image;
  const { host } = registries[registry];
  const pushed = registry === "docr" ? `${host}/${ownRegistry}/${repository}` : `${host}/${repository}`;
  const digest = await cloud.pushImage({ repository: pushed, tag });
  return { version: 1, stack, component, image: `${host}/${repository}`, tag, digest };
}

/** What became of the files of a stack at the local GitHub. */
export interface CommittedStack {
  readonly version: 1;
  readonly stack: string;
  readonly repository: string;
  readonly branch: string;
  readonly commit: string;
  readonly changed: readonly string[];
  readonly made: readonly string[];
}

const promotionOf = ({ promotion }: StackSettings): PromotionSettings =>
  promotion ?? PromotionSettings.parse({});
const homeOf = (settings: StackSettings): string =>
  (promotionOf(settings).repository ?? settings.product.repository).toLowerCase();
const pathOf = ({ stack }: StackSettings): string => `Pulumi.${stack}.yaml`;

/**
 * Puts a stack's file where its releases are read, and makes the branches that its settings speak of.
 *
 * @param more - files of the product to put beside it
 */
export async function commitStack(
  cloud: SideDoor,
  { settings, file }: OwnStack,
  more: readonly string[],
): Promise<CommittedStack> {
  const { product, delivery, repository: rules, stack } = settings;
  const { repository = product.repository, base, branch } = promotionOf(settings);
  const missing = [file, ...more].filter((path) => !existsSync(path));
  if (missing.length > 0) throw new LocalFault(`${missing.join(", ")} must be there`);
  const { endpoints } = await cloud.status();
  await ensureRepository(endpoints.github, repository, false);
  const ofProduct = [branch, ...(delivery?.branch === undefined ? [] : [delivery.branch])];
  const branches = [...ofProduct, ...Object.keys(rules?.branches ?? {}), ...builtFrom(settings)];
  const files = Object.fromEntries(more.map((path) => [path, readFileSync(path, "utf8")]));
  const stackFile = { [pathOf(settings)]: readFileSync(file, "utf8") };
  const isOne = repository.toLowerCase() === product.repository.toLowerCase();
  const message = `Settings of ${stack}`;
  const done = await cloud.commit({
    repository,
    branch: base,
    message,
    files: isOne ? { ...files, ...stackFile } : stackFile,
    branches: isOne ? branches : [],
  });
  if (!isOne) {
    const { repository: name } = product;
    const own = await cloud.commit({ repository: name, branch, message, files, branches });
    done.changed.push(...own.changed);
    done.made.push(...own.made);
  }
  return { version: 1, stack, repository, branch: base, ...done };
}

/** Branches of the product's repository that the platform builds components from. */
function builtFrom({ app, product }: StackSettings): string[] {
  const parts = [app?.services, app?.workers, app?.jobs, app?.staticSites].flatMap((kind) =>
    Object.values(kind ?? {}),
  );
  return parts.flatMap((part) => {
    const { github } = part;
    return github === undefined || (github.repository ?? product.repository) !== product.repository
      ? []
      : [github.branch ?? "main"];
  });
}

/** What a merge changed, and the files of this machine that have it now. */
export interface MergedPull {
  readonly version: 1;
  readonly repository: string;
  readonly number: number;
  readonly branch: string;
  readonly commit: string;
  readonly changed: readonly string[];
  /** Stack files that were brought up to date, as `git pull` does. */
  readonly pulled: readonly string[];
  /** Stack files that differ from what the branch had before, and stay as they are. */
  readonly kept: readonly string[];
}

/**
 * Approves and merges a pull request, and gives the stack files of this machine what it changed in them.
 *
 * @param named - `owner/repo#number`, or its address
 * @param stacks - the stacks that are up here
 */
export async function mergePull(
  cloud: SideDoor,
  named: string,
  stacks: readonly OwnStack[],
): Promise<MergedPull> {
  const [, repository = "", number = ""] =
    /^(?:https?:\/\/[^/]+\/)?([^/#]+\/[^/#]+)(?:#|\/pull\/)(\d{1,9})$/.exec(named) ?? [];
  if (number === "") throw new LocalFault(`${named} must be owner/repo#number, such as acme/shop#3`);
  const done = await cloud.merge({ repository, number: Number(number) });
  const pulled: string[] = [];
  const kept: string[] = [];
  for (const { settings, file } of stacks) {
    const isFromThere =
      homeOf(settings) === repository.toLowerCase() && promotionOf(settings).base === done.branch;
    const change = done.files.find(({ path }) => path === pathOf(settings));
    if (!isFromThere || change === undefined) continue;
    const present = readFileSync(file, "utf8");
    if (present === change.after) continue;
    if (present !== change.before) kept.push(file);
    else {
      writeFileSync(file, change.after);
      pulled.push(file);
    }
  }
  const changed = done.files.map(({ path }) => path);
  const { branch, commit } = done;
  return { version: 1, repository, number: Number(number), branch, commit, changed, pulled, kept };
}
