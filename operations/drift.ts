import { appDrift } from "./drift/app.ts";
import { bucketDrift } from "./drift/bucket.ts";
import type { Clouds } from "./drift/clouds.ts";
import { isOfPlatform, notCovered } from "./drift/covered.ts";
import { databaseDrift } from "./drift/database.ts";
import { dnsDrift } from "./drift/dns.ts";
import { type Findings, Notes } from "./drift/finding.ts";
import { gitHubDrift } from "./drift/github.ts";
import { identityDrift } from "./drift/identities.ts";
import { monitoringDrift } from "./drift/monitoring.ts";
import { rollbackFixes } from "./drift/rolled-back.ts";
import { type StackState, textOf } from "./drift/state.ts";

/** What `slipway drift` tells of a stack. */
export interface DriftReport extends Findings {
  version: 1;
  stack: string;
  /** Resources of the platforms that were looked at. */
  resources: number;
}

/**
 * Compares what the last run of the engine left behind with what the platforms tell now. It only reads, and finds also
 * what a refresh does not notice.
 *
 * @throws OperationFault when a platform does not answer
 */
export async function findDrift(state: StackState, clouds: Clouds, now = new Date()): Promise<DriftReport> {
  const notes = new Notes();
  for (const name of state.pending)
    notes.drift(
      "interrupted",
      name,
      "a run of the engine was ended here before the platform had answered",
      "see whether it is there, then `pulumi refresh --run-program`, or `pulumi state repair`",
    );
  await appDrift(notes, state, clouds);
  await rollbackFixes(notes, state, clouds);
  await databaseDrift(notes, state, clouds, now);
  await dnsDrift(notes, state, clouds);
  await monitoringDrift(notes, state, clouds);
  await gitHubDrift(notes, state, clouds);
  if (state.resources.some(({ type }) => /^aws:(s3|iam)\//.test(type))) {
    const { s3, iam } = await clouds.aws(regionOf(state));
    await bucketDrift(notes, state, s3);
    await identityDrift(notes, state, iam);
  }
  const types = state.resources.map(({ type }) => type);
  for (const type of notCovered(types)) notes.unknown(type, "drift does not know this kind of resource");
  const { drifts, unchecked } = notes;
  const resources = types.filter(isOfPlatform).length;
  return { version: 1, stack: state.stack, resources, drifts, unchecked };
}

function regionOf({ resources }: StackState): string {
  const bucket = resources.find(({ type }) => type === "aws:s3/bucket:Bucket");
  return textOf(bucket?.outputs["region"]) || "us-east-1";
}
