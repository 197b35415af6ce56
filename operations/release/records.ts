import { z } from "zod";
import { ReleaseSettings } from "../../components/release.settings.ts";
import { type Ask, withGitHub } from "../github.ts";
import { deployments, makeDeployment, type RecordPlace, type RecordStatus } from "./deployments.ts";
import { type Release, releaseId, releaseName } from "./release.ts";

/** The task that tells records of releases from the deployments that workflows leave behind. */
const releaseTask = "slipway:release";

const ImagePart = z.strictObject({ image: z.string(), digest: z.string() });
const BuiltPart = z.strictObject({ repository: z.string(), branch: z.string(), commit: z.string() });

/** What the payload of a deployment at GitHub holds. A number that grows tells later forms apart. */
const ReleasePayload = z.object({
  slipway: z.literal(1),
  stack: z.string(),
  id: z.string(),
  // As a stack file may have them: what is in a record is printed, and anybody may write one.
  version: ReleaseSettings.shape.version,
  commit: z.string().optional(),
  builtAt: ReleaseSettings.shape.builtAt,
  components: z.record(z.string(), z.union([ImagePart, BuiltPart])),
  settings: z.string(),
  /** How it came to the stack. */
  way: z.enum(["up", "rollback"]).default("up"),
});

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

/** The releases that were recorded for a stack, the newest first. */
export function readRecords(place: RecordPlace, most = 30): Promise<ReleaseRecord[]> {
  return withGitHub(place.access, (ask) => recordsBy(ask, place, most));
}

async function recordsBy(ask: Ask, place: RecordPlace, most: number): Promise<ReleaseRecord[]> {
  // Somebody else's, or of a later form: it is no release that can be gone by.
  const read = (given: unknown): Pick<ReleaseRecord, "id" | "way" | "release"> | undefined => {
    const payload = ReleasePayload.safeParse(given);
    if (!payload.success || payload.data.stack !== place.stack) return undefined;
    const { id, way, version, commit, builtAt, components, settings } = payload.data;
    const release: Release = { version, commit, builtAt, components, settings };
    return releaseId(release) === id ? { id, way, release } : undefined;
  };
  const found = await deployments(ask, place, releaseTask, { most, read });
  return found.map(({ deployment, payload, statuses }) => ({
    deployment: deployment.id,
    ...payload,
    at: deployment.created_at,
    statuses,
  }));
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
    const made = await makeDeployment(ask, place, {
      ref: release.commit,
      task: releaseTask,
      payload,
      description: `${way === "rollback" ? "rollback to" : "release"} ${releaseName(release)} (${id})`,
    });
    return { deployment: made.id, id, release, way, at: made.at, statuses: [] };
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
