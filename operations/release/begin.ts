import { OperationFault } from "../fault.ts";
import { approvalRefusals, type Pipeline, planRefusals } from "./approval.ts";
import { commitRefusals } from "./commit.ts";
import { appOf, type ReleaseContext } from "./context.ts";
import { recordPlace, sayStatus } from "./deployments.ts";
import { faultRefusal } from "./fault-refusal.ts";
import { type Hold, readHold } from "./holds.ts";
import { imageRefusals } from "./images.ts";
import { liveOf } from "./live.ts";
import { branchStates } from "./promote.ts";
import { openRecord, type ReleaseRecord, readRecords, verifiedSince } from "./records.ts";
import type { Refused } from "./refusals.ts";
import { meantRelease, type Release, releaseId } from "./release.ts";
import { moveBranch } from "./repository.ts";
import { settingsOfStack } from "./stack.ts";
import { holdText } from "./words.ts";

/** Whether a stack may be brought up with what its file says. */
export interface Begun {
  version: 1;
  stack: string;
  id: string;
  release: Release;
  refused: Refused[];
  /** Branches that were moved to the release's commit. */
  moved: string[];
}

/**
 * Decides whether a stack may be brought up, records the release and moves the branches that the platform builds from to
 * its commit.
 *
 * @param fromFile - the file of the stack that releases come from, in the place of its own
 * @param pipeline - the workflow that begins it: what it runs for must have its approval
 */
export async function begin(context: ReleaseContext, fromFile?: string, pipeline?: Pipeline): Promise<Begun> {
  const { settings, place } = context;
  const { release, faults } = meantRelease(settings);
  const id = releaseId(release);
  const [held, records, app, behind, unapproved, planless] = await Promise.all([
    readHold(place),
    readRecords(place),
    appOf(context).catch(neverDeployed),
    unverified(context, release, fromFile),
    approvalRefusals(context, pipeline),
    planRefusals(context, pipeline),
  ]);
  const isKnown =
    held?.keeps === id || records.some((one) => one.id === id && verifiedSince(one) !== undefined);
  const pinned = app === undefined ? undefined : liveOf(app).pinned;
  // What ran here before, and what a rollback went back to, has been through all of this.
  const unproven =
    isKnown || faults.length > 0
      ? []
      : [
          ...unapproved,
          ...behind,
          ...(await commitRefusals(place, release.commit)),
          ...(await imageRefusals(context, release)),
        ];
  const refused: Refused[] = [
    ...faults.map((message) => faultRefusal(settings.stack, message)),
    ...holdRefusal(settings.stack, held, id),
    ...(pinned === undefined
      ? []
      : [
          {
            rule: "pinned-app",
            message: `the app is pinned to deployment ${pinned} by a rollback: the platform refuses every deployment`,
            fix: `finish it: slipway release rollback --stack ${settings.stack}`,
          },
        ]),
    ...planless,
    ...unproven,
  ];
  const result = { version: 1, stack: settings.stack, id, release, refused } as const;
  if (refused.length > 0) return { ...result, moved: [] };

  const moved: string[] = [];
  for (const { component, branch, comparison } of await branchStates(context, release)) {
    if (comparison === "identical" || moved.includes(branch)) continue;
    if (comparison !== "ahead")
      throw new OperationFault(
        `${branch}, which ${component} is built from, must be at commit ${release.commit} or before it: the platform builds what the branch is at`,
      );
    await moveBranch(
      { access: place.access, owner: place.owner, repo: place.repo },
      branch,
      release.commit ?? "",
    );
    moved.push(branch);
  }
  const record = await openRecord(place, release, held?.keeps === id ? "rollback" : "up");
  await sayStatus(place, record.deployment, "in_progress", "deploying");
  return { ...result, moved };
}

function holdRefusal(stack: string, hold: Hold | undefined, id: string): Refused[] {
  if (hold === undefined || hold.keeps === id) return [];
  return [
    {
      rule: "hold",
      message: `${stack} is ${holdText(hold)}`,
      fix: `slipway release resume --stack ${stack}`,
    },
  ];
}

/** Why a release has not enough behind it in the stack that this one's releases come from. */
async function unverified(
  context: ReleaseContext,
  release: Release,
  fromFile: string | undefined,
): Promise<Refused[]> {
  const { settings, place, now } = context;
  const { promotion } = settings;
  if (promotion === undefined) return [];
  const from = recordPlace(place.access, settingsOfStack(promotion.from, fromFile));
  const since = (await readRecords(from))
    .filter((one) => covers(one, release))
    .map(verifiedSince)
    .find(Boolean);
  const minutes = since === undefined ? 0 : Math.floor((now().getTime() - Date.parse(since)) / 60_000);
  if (since !== undefined && minutes >= promotion.soakMinutes) return [];
  const message =
    since === undefined
      ? `what is to run was never verified in ${promotion.from}`
      : `it has run verified in ${promotion.from} for ${minutes} of ${promotion.soakMinutes} minutes`;
  const fix = `slipway release promote --from ${promotion.from} --to ${settings.stack}`;
  return [{ rule: "verified", message, fix }];
}

/** Whether a recorded release has every component of another one, as it is there. */
const covers = (record: ReleaseRecord, { components }: Release): boolean =>
  Object.entries(components).every(([name, part]) => {
    const other = record.release.components[name];
    if (other === undefined) return false;
    return "digest" in part
      ? "digest" in other && other.digest === part.digest
      : "commit" in other && other.commit === part.commit;
  });

function neverDeployed(error: unknown): undefined {
  if (error instanceof OperationFault && error.message.startsWith("there is no app")) return undefined;
  throw error;
}
