import { z } from "zod";
import { type Ask, withGitHub } from "../github.ts";
import { deployments, makeDeployment, type RecordPlace, sayStatus } from "./deployments.ts";

const holdTask = "slipway:hold";

const HoldPayload = z.object({
  slipway: z.literal(1),
  stack: z.string(),
  reason: z.string(),
  by: z.string().default("unknown"),
  /** Id of the release that stays; none where it was held for another reason. */
  keeps: z.string().optional(),
});

/** Why a stack stays as it is. */
export interface Hold {
  deployment: number;
  reason: string;
  by: string;
  since: string;
  keeps?: string | undefined;
}

/** The hold that is on a stack, if any. */
export function readHold(place: RecordPlace): Promise<Hold | undefined> {
  return withGitHub(place.access, (ask) => holdBy(ask, place));
}

async function holdBy(ask: Ask, place: RecordPlace): Promise<Hold | undefined> {
  const [newest] = await holdsBy(ask, place, 1);
  return newest?.isOver ? undefined : newest;
}

/** Holds of a stack, the newest first. */
async function holdsBy(ask: Ask, place: RecordPlace, most: number): Promise<(Hold & { isOver?: boolean })[]> {
  const read = (payload: unknown) => {
    const { data } = HoldPayload.safeParse(payload);
    return data?.stack === place.stack ? data : undefined;
  };
  const found = await deployments(ask, place, holdTask, { most, read });
  return found.map(({ deployment, payload: { reason, by, keeps }, statuses }) => ({
    deployment: deployment.id,
    reason,
    by,
    keeps,
    since: deployment.created_at,
    ...(statuses.at(-1)?.state === "inactive" ? { isOver: true } : {}),
  }));
}

/** Holds a stack, or leaves the hold that is on it where it keeps the same. */
export function holdStack(place: RecordPlace, reason: string, by: string, keeps?: string): Promise<Hold> {
  return withGitHub(place.access, async (ask) => {
    const present = await holdBy(ask, place);
    if (present !== undefined && present.keeps === keeps) return present;
    return await makeHold(ask, place, { reason, by, keeps });
  });
}

async function makeHold(
  ask: Ask,
  place: RecordPlace,
  { reason, by, keeps }: Pick<Hold, "reason" | "by" | "keeps">,
): Promise<Hold> {
  const { stack } = place;
  const made = await makeDeployment(ask, place, {
    task: holdTask,
    payload: { slipway: 1, stack, reason, by, ...(keeps === undefined ? {} : { keeps }) },
    description: `held: ${reason}`,
  });
  return { deployment: made.id, reason, by, keeps, since: made.at };
}

/** More than rollbacks begin in one moment. */
const atOnce = 5;

/**
 * Gives the hold back to a rollback that began in the same moment, a little earlier, and goes to another release: it goes on,
 * and who is told of it has to stop.
 *
 * @param known - the hold that there was when this rollback began
 */
export function yieldToFirst(
  place: RecordPlace,
  own: Hold,
  known: Hold | undefined,
): Promise<Hold | undefined> {
  return withGitHub(place.access, async (ask) => {
    if (own.deployment === known?.deployment) return undefined;
    const older = (await holdsBy(ask, place, atOnce)).filter(({ deployment }) => deployment < own.deployment);
    // What was there when this one began is the known hold, or one that is over.
    const end = older.findIndex(
      ({ deployment, isOver }) => isOver === true || deployment === known?.deployment,
    );
    const first = older.slice(0, end < 0 ? older.length : end).findLast(({ keeps }) => keeps !== undefined);
    if (first === undefined || first.keeps === own.keeps) return undefined;
    await makeHold(ask, place, first);
    return first;
  });
}

/** Ends the hold of a stack; undefined where there was none. */
export async function resumeStack(place: RecordPlace, by: string): Promise<Hold | undefined> {
  const hold = await readHold(place);
  if (hold !== undefined) await sayStatus(place, hold.deployment, "inactive", `resumed by ${by}`);
  return hold;
}
