import { Digest } from "../../components/internal/values.ts";
import { ReleaseSettings } from "../../components/release.settings.ts";
import { OperationFault } from "../fault.ts";
import type { GitHubAccess } from "../github.ts";
import { meantRelease, partText, type Release, releaseName } from "./release.ts";
import { withReleaseBlock } from "./release-block.ts";
import { type OpenPull, openPull, type RepositoryFile, readFile } from "./repository.ts";
import { settingsOfText } from "./stack.ts";

/** What a product's pipeline built. */
export interface Built {
  /** Digests by component. */
  digests: Readonly<Record<string, string>>;
  commit: string;
  version?: string | undefined;
}

/** Where a stack's file is. */
export interface ProposalPlace {
  access: GitHubAccess;
  /** `owner/name`. */
  repository: string;
  /** @default - the branch that deploys the stack, as the file here says */
  base: string;
  stack: string;
}

/** What became of a proposal. */
export interface Proposal {
  version: 1;
  stack: string;
  release: Release;
  /** Whether the stack is configured with it already. */
  isThere: boolean;
  pull?: OpenPull;
}

/**
 * Opens the pull request that gives a stack what was just built. Of its file only the block `slipway:release` is changed; what
 * several components of one commit bring goes into one pull request.
 */
export async function propose(place: ProposalPlace, built: Built, now: () => Date): Promise<Proposal> {
  const { access, stack } = place;
  const [owner = "", repo = ""] = place.repository.split("/");
  const home = { access, owner, repo, base: place.base };
  const path = `Pulumi.${stack}.yaml`;
  const file = await readFile(home, path);
  if (file === undefined)
    throw new OperationFault(`${place.repository} must have the file ${path} on ${place.base}`);
  const there = released(stack, path, file, built, now);
  const { release } = there;
  if (there.text === file.text) return { version: 1, stack, release, isThere: true };
  const branch = `slipway/release-${stack}-${built.commit.slice(0, 12)}`;
  const begun = await readFile(home, path, branch);
  const next = begun === undefined ? there : released(stack, path, begun, built, now);
  const title = `Release ${releaseName(next.release)} to ${stack}`;
  const change = { path, text: next.text, sha: file.sha, message: title };
  const pull = await openPull(home, branch, change, { title, body: bodyOf(next.release, built.commit) });
  return { version: 1, stack, release: next.release, isThere: false, pull };
}

/** A stack file with what was built, and the release that it then means. */
function released(
  stack: string,
  path: string,
  { text }: RepositoryFile,
  { digests, commit, version }: Built,
  now: () => Date,
): { text: string; release: Release } {
  const { release } = settingsOfText(stack, text);
  const { components } = meantRelease(settingsOfText(stack, text)).release;
  const images = Object.keys(components).filter((name) => "digest" in (components[name] ?? {}));
  const strange = Object.keys(digests).filter((name) => !images.includes(name));
  if (strange.length > 0)
    throw new OperationFault(
      `--digest ${strange.join(", ")} must be a component of ${path} that runs an image: ${images.join(", ") || "there is none"}`,
    );
  const isSame =
    release.commit === commit && Object.entries(digests).every(([name, one]) => release.images[name] === one);
  const builtAt = isSame ? release.builtAt : `${now().toISOString().slice(0, 19)}Z`;
  const block = {
    ...release,
    version: version ?? release.version,
    commit,
    builtAt,
    images: { ...release.images, ...digests },
  };
  const next = withReleaseBlock(text, path, block);
  return { text: next, release: meantRelease(settingsOfText(stack, next)).release };
}

const bodyOf = (release: Release, commit: string): string =>
  [
    `Built from commit ${commit}.`,
    "",
    ...Object.entries(release.components).map(([name, part]) => `- ${partText(name, part)}`),
    "",
  ].join("\n");

/**
 * What was built, as options say it.
 *
 * @throws OperationFault with every option that is wrong
 */
export function builtOf(digests: readonly string[], commit: string, version: string | undefined): Built {
  const pairs = digests.map((text) => text.split(/=(.*)/s, 2) as [string, string?]);
  const isDigest = pairs.every(([name, one]) => name !== "" && Digest.safeParse(one).success);
  const isVersion = version === undefined || ReleaseSettings.safeParse({ version }).success;
  const faults = [
    ...(isDigest ? [] : ["--digest must be a component and the digest of its image, shop-api=sha256:..."]),
    ...(/^[0-9a-f]{40}$/.test(commit) ? [] : ["--commit must be a commit of 40 digits"]),
    ...(isVersion ? [] : ["--release must be a version such as 1.4.2"]),
  ];
  if (faults.length > 0) throw new OperationFault(faults.join("\n"));
  return { digests: Object.fromEntries(pairs) as Record<string, string>, commit, version };
}

/** A proposal for a terminal. */
export function proposalText({ stack, release, isThere, pull }: Proposal): string {
  const name = releaseName(release);
  if (isThere || pull === undefined) return `${stack} is configured with ${name} already\n`;
  return `${name} is proposed to ${stack} by ${pull.url}${pull.isNew ? "" : ", which was open already"}\n`;
}
