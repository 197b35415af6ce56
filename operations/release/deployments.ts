import { z } from "zod";
import { gitHubLimits } from "../../catalog/github-limits.ts";
import type { StackSettings } from "../../components/config.ts";
import { OperationFault } from "../fault.ts";
import { type Ask, type GitHubAccess, withGitHub } from "../github.ts";

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

/** Enough that a few of somebody else's cost no second question. */
const fewest = 10;

/**
 * The deployments of a task whose payload is one of ours, the newest first, each with its statuses, the oldest first. What others
 * made under the same name does not count.
 *
 * @param read - the payload, or undefined where it is somebody else's
 */
export async function deployments<T>(
  ask: Ask,
  place: RecordPlace,
  task: string,
  { most, read }: { most: number; read: (payload: unknown) => T | undefined },
): Promise<{ deployment: z.output<typeof Deployment>; payload: T; statuses: RecordStatus[] }[]> {
  const { owner, repo, environment } = place;
  const size = Math.min(Math.max(most, fewest), pageSize);
  const found: { deployment: z.output<typeof Deployment>; payload: T }[] = [];
  for (let page = 1; page <= mostPages && found.length < most; page += 1) {
    const { data } = await ask("GET /repos/{owner}/{repo}/deployments", {
      owner,
      repo,
      environment,
      task,
      per_page: size,
      page,
    });
    const some = checked(z.array(Deployment), data);
    for (const deployment of some) {
      const payload = read(payloadOf(deployment.payload));
      if (payload !== undefined && found.length < most) found.push({ deployment, payload });
    }
    if (some.length < size) break;
  }
  const all: ((typeof found)[number] & { statuses: RecordStatus[] })[] = [];
  // A few at a time: GitHub slows down who asks for many things at once.
  for (let from = 0; from < found.length; from += 8)
    all.push(
      ...(await Promise.all(
        found
          .slice(from, from + 8)
          .map(async (one) => ({ ...one, statuses: await statusesOf(ask, place, one.deployment.id) })),
      )),
    );
  return all;
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

/** GitHub gives a payload back as it was sent, or as the text of it. */
function payloadOf(payload: unknown): unknown {
  if (typeof payload !== "string") return payload;
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}

/** What a deployment at GitHub is made with. */
interface NewDeployment {
  /** Commit or branch. @default - the default branch */
  ref?: string | undefined;
  task: string;
  payload: object;
  description: string;
}

/** Makes a deployment of a stack at GitHub, which keeps a payload for us. */
export async function makeDeployment(
  ask: Ask,
  place: RecordPlace,
  { ref, task, payload, description }: NewDeployment,
): Promise<{ id: number; at: string }> {
  const { owner, repo, environment, isProduction } = place;
  const { data } = await ask("POST /repos/{owner}/{repo}/deployments", {
    owner,
    repo,
    ref: ref ?? (await defaultBranch(ask, place)),
    task,
    auto_merge: false,
    // What was checked is said by the record itself; checks of the commit are the pipeline's matter.
    required_contexts: [],
    payload: sized(payload),
    environment,
    description: short(description),
    production_environment: isProduction,
  });
  const { id, created_at: at } = checked(Deployment, data);
  return { id, at };
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

function checked<S extends z.ZodType>(schema: S, data: unknown): z.output<S> {
  const result = schema.safeParse(data);
  if (!result.success) throw new OperationFault("GitHub answered in a form that is not known");
  return result.data;
}
