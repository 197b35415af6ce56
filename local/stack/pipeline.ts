import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { CloudClient } from "../cloud/client.ts";
import { LocalFault } from "../fault.ts";
import { ensureRepository } from "./repository.ts";
import { pathOf, rememberBase } from "./working-copy.ts";

/** What a pipeline has to know of a stack. */
export interface OwnStack {
  readonly stack: string;
  /** The file that its settings stand in. */
  readonly file: string;
  /** Repository of the product, `owner/name`. */
  readonly product: string;
  /** Where its releases are read: the repository, and the branch of the stack files. */
  readonly home: { readonly repository: string; readonly branch: string };
  /** Branches of the product that its settings speak of; the first is the one that releases come from. */
  readonly branches: readonly [string, ...string[]];
  /** The components that run an image, each with its own. */
  readonly images: Readonly<Record<string, { readonly registry: string; readonly repository: string }>>;
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

/** The home of this machine's clouds, and their side door. */
interface Place {
  readonly home: string;
  readonly cloud: SideDoor;
}

/** DigitalOcean's registry puts its own name before what is in it (see `/v2/registry` of the local DigitalOcean). */
const ownRegistry = { host: "registry.digitalocean.com", name: "slipway" };

/**
 * Pushes an image of a component as the product's build would.
 *
 * @param named - `component:tag`
 */
export async function pushImage(
  cloud: SideDoor,
  { stack, images }: OwnStack,
  named: string,
): Promise<PushedImage> {
  const [, component = "", tag = ""] = /^([^:]+):(.+)$/.exec(named) ?? [];
  if (tag === "") throw new LocalFault(`${named} must be component:tag, such as api:1.4.2`);
  const image = Object.hasOwn(images, component) ? images[component] : undefined;
  if (image === undefined)
    throw new LocalFault(
      `${component} must be a component of ${stack} that runs an image: ${Object.keys(images).join(", ") || "it has none"}`,
    );
  const { registry, repository } = image;
  const within = registry === ownRegistry.host ? `${ownRegistry.name}/${repository}` : repository;
  const digest = await cloud.pushImage({ repository: `${registry}/${within}`, tag });
  return { version: 1, stack, component, image: `${registry}/${repository}`, tag, digest };
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

const isSameRepository = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/**
 * Puts a stack's file where its releases are read, and makes the branches that its settings speak of.
 *
 * @param more - files of the product to put beside it
 */
export async function commitStack(
  { home: directory, cloud }: Place,
  own: OwnStack,
  more: readonly string[],
): Promise<CommittedStack> {
  const { stack, file, product, home, branches } = own;
  const { repository, branch } = home;
  const missing = [file, ...more].filter((path) => !existsSync(path));
  if (missing.length > 0) throw new LocalFault(`${missing.join(", ")} must be there`);
  const { endpoints } = await cloud.status();
  await ensureRepository(endpoints.github, repository, false);
  const files = Object.fromEntries(more.map((path) => [path, readFileSync(path, "utf8")]));
  const text = readFileSync(file, "utf8");
  const stackFile = { [pathOf(own)]: text };
  const isOne = isSameRepository(repository, product);
  const message = `Settings of ${stack}`;
  const done = await cloud.commit({
    repository,
    branch,
    message,
    files: isOne ? { ...files, ...stackFile } : stackFile,
    branches: isOne ? [...branches] : [],
  });
  rememberBase(directory, stack, text);
  if (!isOne) {
    const [main] = branches;
    const there = { repository: product, branch: main, branches: [...branches] };
    const beside = await cloud.commit({ ...there, message, files });
    done.changed.push(...beside.changed);
    done.made.push(...beside.made);
  }
  return { version: 1, stack, repository, branch, ...done };
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
  { home: directory, cloud }: Place,
  named: string,
  stacks: readonly OwnStack[],
): Promise<MergedPull> {
  const [, repository = "", number = ""] =
    /^(?:https?:\/\/[^/]+\/)?([^/#]+\/[^/#]+)(?:#|\/pull\/)(\d{1,9})$/.exec(named) ?? [];
  if (number === "") throw new LocalFault(`${named} must be owner/repo#number, such as acme/shop#3`);
  const done = await cloud.merge({ repository, number: Number(number) });
  const pulled: string[] = [];
  const kept: string[] = [];
  for (const own of stacks) {
    const { file, home } = own;
    const isFromThere = isSameRepository(home.repository, repository) && home.branch === done.branch;
    const change = done.files.find(({ path }) => path === pathOf(own));
    if (!isFromThere || change === undefined) continue;
    const present = readFileSync(file, "utf8");
    if (present !== change.after && present !== change.before) {
      kept.push(file);
      continue;
    }
    rememberBase(directory, own.stack, change.after);
    if (present === change.after) continue;
    writeFileSync(file, change.after);
    pulled.push(file);
  }
  const changed = done.files.map(({ path }) => path);
  const { branch, commit } = done;
  return { version: 1, repository, number: Number(number), branch, commit, changed, pulled, kept };
}
