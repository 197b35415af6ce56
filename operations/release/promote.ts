import type { StackSettings } from "../../components/config.ts";
import { PromotionSettings } from "../../components/verify.settings.ts";
import { OperationFault } from "../fault.ts";
import { appOf, type ReleaseContext } from "./context.ts";
import { recordPlace } from "./deployments.ts";
import { type Evidence, evidenceBody } from "./evidence.ts";
import { readHold } from "./holds.ts";
import { imageRefusals } from "./images.ts";
import { differences, liveOf } from "./live.ts";
import type { ReadPreview } from "./promote-preview.ts";
import { readRecords } from "./records.ts";
import { type BranchState, type Candidate, type Refused, refusals } from "./refusals.ts";
import { artifactsOf, meantRelease, type Release, releaseId, releaseName } from "./release.ts";
import { releaseBlock, withReleaseBlock } from "./release-block.ts";
import { compare, headOf, type OpenPull, openPull, type Repository, readFile } from "./repository.ts";
import { settingsOfStack, settingsOfText } from "./stack.ts";

/** What became of a promotion. */
export interface Promotion {
  version: 1;
  from: string;
  to: string;
  release: Release;
  /** Why it is refused; empty where it is not. */
  refused: Refused[];
  /** Whether the next stack is configured with it already. */
  isThere: boolean;
  pull?: OpenPull | undefined;
  body?: string | undefined;
}

/** How a promotion is asked for. */
export interface PromoteOptions {
  to: string;
  /** The file of that stack here, which says in what repository it is. @default - Pulumi.<to>.yaml */
  toFile?: string | undefined;
  preview?: ReadPreview | undefined;
  /** Whether nothing is to be written. */
  isDry?: boolean;
  environment?: Readonly<Record<string, string | undefined>>;
}

/** The repository that the stack files are in. */
export function configurationPlace(
  settings: StackSettings,
  access: Repository["access"],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Repository {
  const promotion = settings.promotion ?? PromotionSettings.parse({});
  const name = promotion.repository ?? (environment["GITHUB_REPOSITORY"] || settings.product.repository);
  const [owner = "", repo = ""] = name.split("/");
  return { access, owner, repo, base: promotion.base };
}

/**
 * Opens the pull request that gives a release of one stack to the next: only the block `slipway:release` of its file is
 * changed. What is not verified, soaked and pinned by digest is refused, with every reason.
 *
 * @param context - of the stack that the release comes from
 */
export async function promote(context: ReleaseContext, options: PromoteOptions): Promise<Promotion> {
  const { settings, place } = context;
  const { to, preview } = options;
  const path = `Pulumi.${to}.yaml`;
  const home = configurationPlace(settingsOfStack(to, options.toFile), place.access, options.environment);
  context.tell(`reading ${path} of ${home.owner}/${home.repo}`);
  const file = await readFile(home, path);
  if (file === undefined)
    throw new OperationFault(`${home.owner}/${home.repo} must have the file ${path} on ${home.base}`);
  const target = settingsOfText(to, file.text);
  const { release, faults } = meantRelease(settings);
  const text = withReleaseBlock(file.text, path, nextBlock(release, target));
  const next = meantRelease({ ...target, release: nextBlock(release, target) }).release;
  const promotion = target.promotion ?? PromotionSettings.parse({});
  if (promotion.from !== settings.stack)
    throw new OperationFault(
      `promotion.from of ${to} is ${promotion.from}: releases do not come from ${settings.stack}`,
    );

  context.tell("looking at both stacks");
  const candidate = await candidateOf(context, target, { release, faults, next, preview });
  const refused = refusals(candidate);
  const result = { version: 1, from: settings.stack, to, release, refused } as const;
  const isThere = text === file.text || artifactsOf(meantRelease(target).release) === artifactsOf(next);
  if (refused.length > 0 || isThere) return { ...result, isThere };

  const evidence: Evidence = { candidate, preview, approvers: approversOf(target), by: context.by };
  const body = evidenceBody(evidence);
  if (options.isDry) return { ...result, isThere, body };
  context.tell("opening the pull request");
  const name = releaseName(release);
  const branch = `slipway/promote-${to}-${releaseId(next)}-${file.sha.slice(0, 7)}`;
  const title = `Promote ${name} from ${settings.stack} to ${to}`;
  const change = { path, text, sha: file.sha, message: title };
  const pull = await openPull({ ...home, access: place.access }, branch, change, { title, body });
  return { ...result, isThere, pull, body };
}

/** What the next stack's file says: the images that it has itself, and the rest as it is. */
function nextBlock(release: Release, target: StackSettings): StackSettings["release"] {
  const { images, ...rest } = releaseBlock(release);
  const own = new Set(Object.keys(meantRelease(target).release.components));
  return { ...rest, images: Object.fromEntries(Object.entries(images).filter(([name]) => own.has(name))) };
}

async function candidateOf(
  context: ReleaseContext,
  target: StackSettings,
  {
    release,
    faults,
    next,
    preview,
  }: { release: Release; faults: string[]; next: Release; preview: ReadPreview | undefined },
): Promise<Candidate> {
  const { settings, place, now } = context;
  const promotion = target.promotion ?? PromotionSettings.parse({});
  const toPlace = recordPlace(place.access, target);
  const { commit } = release;
  const product = { access: place.access, owner: place.owner, repo: place.repo };
  const [records, toRecords, fromHold, toHold, app, toApp, commitOnBranch, branches, images] =
    await Promise.all([
      readRecords(place),
      readRecords(toPlace, 10),
      readHold(place),
      readHold(toPlace),
      appOf(context),
      appOf({ ...context, settings: target }).catch(neverDeployed),
      commit === undefined ? undefined : compare(product, commit, promotion.branch),
      branchStates(context, next),
      faults.length > 0 ? [] : imageRefusals(context, next),
    ]);
  const live = liveOf(app);
  const toLive = toApp === undefined ? undefined : liveOf(toApp);
  const own = meantRelease(target).release.components;
  return {
    from: settings.stack,
    to: target.stack,
    now: now(),
    meant: release,
    faults,
    images,
    next,
    record: records.find(({ id }) => id === releaseId(release)),
    fromDiffers: differences(release.components, live.components).map(
      (one) => `${one.component} is ${one.live}, verified was ${one.meant}`,
    ),
    soakMinutes: promotion.soakMinutes,
    branch: promotion.branch,
    commitOnBranch,
    missing: Object.keys(own)
      .filter((name) => release.components[name] === undefined)
      .map((name) => `${target.stack} has the component ${name}, which ${settings.stack} does not have`),
    holds: { from: fromHold, to: toHold },
    pinned: toLive?.pinned,
    underWay: toLive?.underWay,
    toRecords,
    branches,
    preview,
    previewHours: promotion.previewHours,
  };
}

/** A stack that was never brought up has no app yet: its first release makes it. */
function neverDeployed(error: unknown): undefined {
  if (error instanceof OperationFault && error.message.startsWith("there is no app")) return undefined;
  throw error;
}

/** Where the branches are that the platform builds components of a release from. */
export async function branchStates({ place }: ReleaseContext, release: Release): Promise<BranchState[]> {
  const built = Object.entries(release.components).flatMap(([component, part]) =>
    "commit" in part && /^[\w.-]+\/[\w.-]+$/.test(part.repository) ? [{ component, ...part }] : [],
  );
  return await Promise.all(
    built.map(async ({ component, repository, branch, commit }) => {
      const [owner = "", repo = ""] = repository.split("/");
      const at = { access: place.access, owner, repo };
      const head = await headOf(at, branch);
      const comparison =
        head === undefined ? "unknown" : head === commit ? "identical" : await compare(at, head, commit);
      return { component, branch, head, comparison } as const;
    }),
  );
}

const approversOf = ({ delivery, gate }: StackSettings): string[] => [
  ...(delivery?.reviewers ?? []).map((reviewer) =>
    "team" in reviewer ? `the team ${reviewer.team}` : `somebody of ${Object.values(reviewer).join(", ")}`,
  ),
  ...(gate?.by ?? []),
];
