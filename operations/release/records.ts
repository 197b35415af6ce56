import { z } from "zod";
import { gitHubLimits } from "../../catalog/github-limits.ts";
import type { StackSettings } from "../../components/config.ts";
import { OperationFault } from "../fault.ts";
import { type Ask, type GitHubAccess, withGitHub } from "../github.ts";
import { type Release, releaseId, releaseName } from "./release.ts";

/** The task that tells records of releases from the deployments that workflows leave behind. */
const releaseTask = "slipway:release";
const holdTask = "slipway:hold";

const ImagePart = z.strictObject({ image: z.string(), digest: z.string() });
const BuiltPart = z.strictObject({ repository: z.string(), branch: z.string(), commit: z.string() });

/** What the payload of a deployment at GitHub holds. A number that grows tells later forms apart. */
const ReleasePayload = z.object({
  slipway: z.literal(1),
  stack: z.string(),
  id: z.string(),
  version: z.string().optional(),
  commit: z.string().optional(),
  builtAt: z.string().optional(),
  components: z.record(z.string(), z.union([ImagePart, BuiltPart])),
  settings: z.string(),
  /** How it came to the stack. */
  way: z.enum(["up", "rollback"]).default("up"),
});

const HoldPayload = z.object({
  slipway: z.literal(1),
  stack: z.string(),
  reason: z.string(),
  by: z.string().default("unknown"),
  /** Id of the release that stays; none where it was held for another reason. */
  keeps: z.string().optional(),
});

const Status = z.object({
  state: z.string(),
  description: z.string().nullish(),
  created_at: z.string(),
});
const Deployment = z.object({
  id: z.int(),
  sha: z.string(),
  task: z.string(),
  payload: z.union([z.record(z.string(), z.unknown()), z.string()]).nullish(),
  created_at: z.string(),
});

/** A word that was said about a release. */
export interface RecordStatus {
  state: string;
  description: string;
  at: string;
}

/** A release as it was recorded for a stack. */
export interface ReleaseRecord {
  /** Of the deployment at GitHub. */
  deployment: number;
  id: string;
  release: Release;
  way: "up" | "rollback";
  at: string;
  /** Oldest first. */
  statuses: RecordStatus[];
}

/** Why a stack stays as it is. */
export interface Hold {
  deployment: number;
  reason: string;
  by: string;
  since: string;
  keeps?: string | undefined;
}

/** Where the records of a stack are: the product's repository, and the environment that the stack deploys as. */
export interface RecordPlace {
  access: GitHubAccess;
  owner: string;
  repo: string;
  environment: string;
  stack: string;
  isProduction: boolean;
}

/** The place of a stack's records. */
export function recordPlace(access: GitHubAccess, settings: StackSettings): RecordPlace {
  const [owner = "", repo = ""] = settings.product.repository.split("/");
  const environment = settings.delivery?.environment ?? settings.stack;
  return { access, owner, repo, environment, stack: settings.stack, isProduction: settings.isProtected };
}

const pageSize = 100;
const mostPages = 10;

/** Every deployment of a task, the newest first, each with its statuses, the oldest first. */
async function deployments(ask: Ask, place: RecordPlace, task: string, most: number) {
  const { owner, repo, environment } = place;
  const found: { deployment: z.output<typeof Deployment>; statuses: RecordStatus[] }[] = [];
  for (let page = 1; page <= mostPages && found.length < most; page += 1) {
    const { data } = await ask("GET /repos/{owner}/{repo}/deployments", {
      owner,
      repo,
      environment,
      task,
      per_page: Math.min(most, pageSize),
      page,
    });
    const some = checked(z.array(Deployment), data).slice(0, most - found.length);
    // A few at a time: GitHub slows down who asks for many things at once.
    for (let from = 0; from < some.length; from += 8)
      found.push(
        ...(await Promise.all(
          some.slice(from, from + 8).map(async (deployment) => ({
            deployment,
            statuses: await statusesOf(ask, place, deployment.id),
          })),
        )),
      );
    if (some.length < Math.min(most, pageSize)) break;
  }
  return found;
}

async function statusesOf(ask: Ask, { owner, repo }: RecordPlace, id: number): Promise<RecordStatus[]> {
  const { data } = await ask("GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses", {
    owner,
    repo,
    deployment_id: id,
    per_page: pageSize,
  });
  return checked(z.array(Status), data)
    .map(({ state, description, created_at: at }) => ({ state, description: description ?? "", at }))
    .reverse();
}

/** The releases that were recorded for a stack, the newest first. */
export function readRecords(place: RecordPlace, most = 30): Promise<ReleaseRecord[]> {
  return withGitHub(place.access, (ask) => recordsBy(ask, place, most));
}

async function recordsBy(ask: Ask, place: RecordPlace, most: number): Promise<ReleaseRecord[]> {
  return (await deployments(ask, place, releaseTask, most)).flatMap(({ deployment, statuses }) => {
    const payload = ReleasePayload.safeParse(payloadOf(deployment.payload));
    // Somebody else's, or of a later form: it is no release that can be gone by.
    if (!payload.success || payload.data.stack !== place.stack) return [];
    const { id, way, version, commit, builtAt, components, settings } = payload.data;
    const release: Release = { version, commit, builtAt, components, settings };
    if (releaseId(release) !== id) return [];
    return [{ deployment: deployment.id, id, release, way, at: deployment.created_at, statuses }];
  });
}

/** GitHub gives a payload back as it was sent, or as the text of it. */
function payloadOf(payload: unknown): unknown {
  if (typeof payload !== "string") return payload;
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}

/** Makes the record of a release that is about to be deployed, or finds the one that is open already. */
export function openRecord(
  place: RecordPlace,
  release: Release,
  way: ReleaseRecord["way"] = "up",
): Promise<ReleaseRecord> {
  const id = releaseId(release);
  const payload = { slipway: 1, stack: place.stack, id, way, ...release };
  return withGitHub(place.access, async (ask) => {
    const [newest] = await recordsBy(ask, place, 1);
    if (newest?.id === id) return newest;
    const { owner, repo, environment, isProduction } = place;
    const { data } = await ask("POST /repos/{owner}/{repo}/deployments", {
      owner,
      repo,
      ref: release.commit ?? (await defaultBranch(ask, place)),
      task: releaseTask,
      auto_merge: false,
      // What was checked is said by the record itself; checks of the commit are the pipeline's matter.
      required_contexts: [],
      payload: sized(payload),
      environment,
      description: short(`${way === "rollback" ? "rollback to" : "release"} ${releaseName(release)} (${id})`),
      production_environment: isProduction,
    });
    const made = checked(Deployment, data);
    return { deployment: made.id, id, release, way, at: made.created_at, statuses: [] };
  });
}

async function defaultBranch(ask: Ask, { owner, repo }: RecordPlace): Promise<string> {
  const { data } = await ask("GET /repos/{owner}/{repo}", { owner, repo });
  return checked(z.object({ default_branch: z.string() }), data).default_branch;
}

function sized(payload: object): object {
  const bytes = Buffer.byteLength(JSON.stringify(payload));
  if (bytes > gitHubLimits.deploymentPayload)
    throw new OperationFault(
      `the record of a release must have at most ${gitHubLimits.deploymentPayload} bytes; got ${bytes}: it has too many components`,
    );
  return payload;
}

const short = (text: string): string =>
  text.length <= gitHubLimits.statusDescription
    ? text
    : `${text.slice(0, gitHubLimits.statusDescription - 1)}…`;

/** States that a record can be given. */
export type RecordState = "in_progress" | "success" | "failure" | "error" | "inactive";

/** Says a word about a recorded release. */
export function sayStatus(
  place: RecordPlace,
  deployment: number,
  state: RecordState,
  description: string,
): Promise<RecordStatus> {
  const text = short(description);
  return withGitHub(place.access, async (ask) => {
    const last = (await statusesOf(ask, place, deployment)).at(-1);
    if (last?.state === state && last.description === text && state === "in_progress") return last;
    const { owner, repo } = place;
    const { data } = await ask("POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses", {
      owner,
      repo,
      deployment_id: deployment,
      state,
      description: text,
      environment: place.environment,
      auto_inactive: state === "success",
    });
    const made = checked(Status, data);
    return { state: made.state, description: made.description ?? "", at: made.created_at };
  });
}

/**
 * Since when a release counts as verified: the first success after the last failure. That GitHub calls it inactive says
 * only that another one came after it.
 */
export function verifiedSince({ statuses }: Pick<ReleaseRecord, "statuses">): string | undefined {
  const words = statuses.filter(({ state }) => ["success", "failure", "error"].includes(state));
  const lastFault = words.findLastIndex(({ state }) => state !== "success");
  return words[lastFault + 1]?.at;
}

/** The hold that is on a stack, if any. */
export function readHold(place: RecordPlace): Promise<Hold | undefined> {
  return withGitHub(place.access, (ask) => holdBy(ask, place));
}

async function holdBy(ask: Ask, place: RecordPlace): Promise<Hold | undefined> {
  for (const { deployment, statuses } of await deployments(ask, place, holdTask, 5)) {
    const payload = HoldPayload.safeParse(payloadOf(deployment.payload));
    if (!payload.success || payload.data.stack !== place.stack) continue;
    if (statuses.at(-1)?.state === "inactive") return undefined;
    const { reason, by, keeps } = payload.data;
    return { deployment: deployment.id, reason, by, keeps, since: deployment.created_at };
  }
  return undefined;
}

/** Holds a stack, or leaves the hold that is on it where it keeps the same. */
export function holdStack(place: RecordPlace, reason: string, by: string, keeps?: string): Promise<Hold> {
  return withGitHub(place.access, async (ask) => {
    const present = await holdBy(ask, place);
    if (present !== undefined && present.keeps === keeps) return present;
    const { owner, repo, environment, stack, isProduction } = place;
    const { data } = await ask("POST /repos/{owner}/{repo}/deployments", {
      owner,
      repo,
      ref: await defaultBranch(ask, place),
      task: holdTask,
      auto_merge: false,
      required_contexts: [],
      payload: sized({ slipway: 1, stack, reason, by, ...(keeps === undefined ? {} : { keeps }) }),
      environment,
      description: short(`held: ${reason}`),
      production_environment: isProduction,
    });
    const made = checked(Deployment, data);
    return { deployment: made.id, reason, by, keeps, since: made.created_at };
  });
}

/** Ends the hold of a stack; undefined where there was none. */
export async function resumeStack(place: RecordPlace, by: string): Promise<Hold | undefined> {
  const hold = await readHold(place);
  if (hold !== undefined) await sayStatus(place, hold.deployment, "inactive", `resumed by ${by}`);
  return hold;
}

function checked<S extends z.ZodType>(schema: S, data: unknown): z.output<S> {
  const result = schema.safeParse(data);
  if (!result.success) throw new OperationFault("GitHub answered in a form that is not known");
  return result.data;
}
