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
  const read = (payload: unknown) => {
    const { data } = HoldPayload.safeParse(payload);
    return data?.stack === place.stack ? data : undefined;
  };
  const [newest] = await deployments(ask, place, holdTask, { most: 1, read });
  if (newest === undefined || newest.statuses.at(-1)?.state === "inactive") return undefined;
  const { reason, by, keeps } = newest.payload;
  return { deployment: newest.deployment.id, reason, by, keeps, since: newest.deployment.created_at };
}

/** Holds a stack, or leaves the hold that is on it where it keeps the same. */
export function holdStack(place: RecordPlace, reason: string, by: string, keeps?: string): Promise<Hold> {
  return withGitHub(place.access, async (ask) => {
    const present = await holdBy(ask, place);
    if (present !== undefined && present.keeps === keeps) return present;
    const { stack } = place;
    const made = await makeDeployment(ask, place, {
      task: holdTask,
      payload: { slipway: 1, stack, reason, by, ...(keeps === undefined ? {} : { keeps }) },
      description: `held: ${reason}`,
    });
    return { deployment: made.id, reason, by, keeps, since: made.at };
  });
}

/** Ends the hold of a stack; undefined where there was none. */
export async function resumeStack(place: RecordPlace, by: string): Promise<Hold | undefined> {
  const hold = await readHold(place);
  if (hold !== undefined) await sayStatus(place, hold.deployment, "inactive", `resumed by ${by}`);
  return hold;
}
