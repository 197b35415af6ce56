import { readFileSync, writeFileSync } from "node:fs";
import { ReleaseSettings } from "../../components/release.settings.ts";
import { OperationFault } from "../fault.ts";
import type { Pipeline } from "./approval.ts";
import { type Begun, begin } from "./begin.ts";
import { hasCommit } from "./commit.ts";
import type { ReleaseContext } from "./context.ts";
import { type NamedImage, resolvedImages } from "./images.ts";
import { withReleaseBlock } from "./release-block.ts";
import { headOf } from "./repository.ts";
import { settingsOfText } from "./stack.ts";

/** A beginning that gave the stack file other images. */
export interface BegunWithImages extends Begun {
  /** The file that has the digests now; none where it is refused or had them already. */
  written?: string;
}

/** What a person begins with, in the place of what the stack file says. */
export interface Named {
  images: readonly NamedImage[];
  /** A commit, or a branch whose newest one is meant. */
  commit?: string | undefined;
}

/**
 * Begins with images that a person names by their tags: what the tags lead to now goes into the stack file as digests,
 * so that what is brought up is what was decided about.
 *
 * @param file - the stack file; it is written only where the release may go on
 */
export async function beginWithImages(
  context: ReleaseContext,
  file: string,
  named: Named,
  fromFile?: string,
  pipeline?: Pipeline,
): Promise<BegunWithImages> {
  if (named.images.length === 0 && named.commit === undefined) return begin(context, fromFile, pipeline);
  const { release, stack } = context.settings;
  if (named.images.length > 0) context.tell("looking up the tags");
  const images = { ...release.images, ...(await resolvedImages(context, named.images)) };
  const commit = named.commit === undefined ? release.commit : await commitOf(context, named.commit);
  const version = versionOf(named.images) ?? release.version;
  const before = readFileSync(file, "utf8");
  const builtAt = builtAtOf(context, { commit, images });
  const text = withReleaseBlock(before, file, { ...release, version, commit, builtAt, images });
  const begun = await begin({ ...context, settings: settingsOfText(stack, text) }, fromFile, pipeline);
  if (begun.refused.length > 0 || text === before) return begun;
  writeFileSync(file, text);
  return { ...begun, written: file };
}

/** The moment of another build is no longer that of this one; when it was built no tag tells, so it is that of its release. */
function builtAtOf(
  { settings, now }: ReleaseContext,
  { commit, images }: { commit: string | undefined; images: Readonly<Record<string, string>> },
): string | undefined {
  const { release } = settings;
  const isSame =
    commit === release.commit &&
    Object.entries(images).every(([name, digest]) => release.images[name] === digest);
  return isSame || release.builtAt === undefined ? release.builtAt : `${now().toISOString().slice(0, 19)}Z`;
}

/** The version that all tags are; undefined where they are none. */
function versionOf(images: readonly NamedImage[]): string | undefined {
  const [tag, ...others] = new Set(images.map((one) => one.tag));
  const isOne = others.length === 0 && tag !== undefined;
  return isOne ? ReleaseSettings.safeParse({ version: tag }).data?.version : undefined;
}

async function commitOf({ place }: ReleaseContext, named: string): Promise<string> {
  const { access, owner, repo } = place;
  const isWhole = /^[0-9a-f]{40}$/.test(named);
  if (isWhole && (await hasCommit(place, named))) return named;
  const head = isWhole ? undefined : await headOf({ access, owner, repo }, named);
  if (head === undefined)
    throw new OperationFault(
      isWhole
        ? `--commit ${named} must be a commit of ${owner}/${repo}: push it there, or name a branch, whose newest commit is taken`
        : `--commit ${named} must be a commit of 40 digits, or a branch of ${owner}/${repo}`,
    );
  return head;
}
