import { resolveCname } from "node:dns/promises";
import { VerifySettings } from "../../components/verify.settings.ts";
import { OperationFault } from "../fault.ts";
import { type Check, fine, retried, type Target, wrong } from "./check.ts";
import { deploymentCheck, instanceCheck, memoryCheck } from "./check-app.ts";
import { domainChecks } from "./check-domains.ts";
import { logCheck } from "./check-logs.ts";
import { healthChecks, smokeChecks, timeChecks } from "./check-paths.ts";
import { appOf, type ReleaseContext } from "./context.ts";
import { sayStatus } from "./deployments.ts";
import { imageRefusals } from "./images.ts";
import { otherThanKept, readHeld } from "./kept.ts";
import { liveOf } from "./live.ts";
import { openRecord } from "./records.ts";
import { meantRelease, type Release, releaseId } from "./release.ts";

/** What a verification found. */
export interface Verification {
  version: 1;
  stack: string;
  id: string;
  release: Release;
  isVerified: boolean;
  at: string;
  seconds: number;
  /** Of the platform, as it was live. */
  deployment: string | undefined;
  checks: Check[];
}

/**
 * Verifies what a stack runs, and says so where promotion reads it.
 *
 * @throws OperationFault when a platform refuses, when it was interrupted, and where the stack file means what was taken back:
 * then nothing is verified, and nothing has failed
 */
export async function verifyRelease(
  context: ReleaseContext,
  options: { isRecorded?: boolean; resolveCname?: Target["resolveCname"] } = {},
): Promise<Verification> {
  const { isRecorded = true } = options;
  // Also where it was interrupted: what is not finished must not look as if it went on.
  const last = { ...context.place, access: { ...context.place.access, signal: undefined } };
  const begun = performance.now();
  const { release, faults } = meantRelease(context.settings);
  if (isRecorded) await assertRolledBackFile(context);
  const record = isRecorded && faults.length === 0 ? await openRecord(context.place, release) : undefined;
  if (record !== undefined) await sayStatus(context.place, record.deployment, "in_progress", "verifying");
  let checks: Check[];
  let deployment: string | undefined;
  try {
    ({ checks, deployment } =
      faults.length > 0
        ? { checks: faults.map((fault) => wrong("release", fault)), deployment: undefined }
        : await allChecks(context, release, begun, options.resolveCname ?? resolveCname));
  } catch (error) {
    // Whatever was cut off by the signal says so in words of its own.
    const isInterrupted = context.signal?.aborted === true;
    const reason = isInterrupted ? "interrupted" : error instanceof Error ? error.message : String(error);
    if (record !== undefined) await sayStatus(last, record.deployment, "error", `not verified: ${reason}`);
    throw error;
  }
  const isVerified = checks.every(({ isOk }) => isOk);
  const at = context.now().toISOString();
  if (record !== undefined)
    await sayStatus(last, record.deployment, isVerified ? "success" : "failure", statusText(checks));
  return {
    version: 1,
    stack: context.settings.stack,
    id: releaseId(release),
    release,
    isVerified,
    at,
    seconds: (performance.now() - begun) / 1000,
    deployment,
    checks,
  };
}

/** That a release does not run which was taken back is no failure of it: its stack file is one from before the rollback. */
async function assertRolledBackFile({ settings, place }: ReleaseContext): Promise<void> {
  const held = await readHeld(place);
  if (held?.keeps?.release === undefined || held.isUnfinished) return;
  const other = otherThanKept(settings, held);
  if (other === undefined) return;
  const { stack } = settings;
  throw new OperationFault(
    `${stack} was rolled back to ${held.keeps.name}, and its stack file means ${other}: merge the pull request of the rollback where there is one, and pull Pulumi.${stack}.yaml; or end the hold with slipway release resume --stack ${stack}`,
  );
}

async function allChecks(
  context: ReleaseContext,
  release: Release,
  begun: number,
  resolve: Target["resolveCname"],
): Promise<{ checks: Check[]; deployment: string | undefined }> {
  const verify = context.settings.verify ?? VerifySettings.parse({});
  const deadline = begun + verify.deadlineSeconds * 1000;
  const look = async (): Promise<Target> => {
    const app = await appOf(context);
    return {
      context,
      verify,
      meant: release,
      app,
      live: liveOf(app),
      active: app.active_deployment,
      deadline,
      resolveCname: resolve,
    };
  };
  context.tell("looking at what is live");
  let target = await look();
  let isFirst = true;
  const deployed = await retried(target, async () => {
    if (!isFirst) target = await look();
    isFirst = false;
    return deploymentCheck(target);
  });
  const { url, deployment } = target.live;
  // What is asked of another release would say nothing about this one.
  if (!deployed.isOk) return { checks: [deployed], deployment };
  if (url === undefined)
    return { checks: [deployed, wrong("address", "the app has no address")], deployment };
  context.tell("asking health paths, smoke tests, instances, memory, logs and domains");
  const checks = await Promise.all([
    imageCheck(target),
    ...healthChecks(target, url),
    ...smokeChecks(target, url),
    retried(target, () => instanceCheck(target)),
    retried(target, () => memoryCheck(target)),
    ...domainChecks(target),
  ]);
  context.tell("measuring answers");
  checks.push(...(await timeChecks(target, url)), await logCheck(target));
  const isLate = performance.now() > deadline;
  const deadlineCheck = isLate
    ? wrong("deadline", `took more than ${verify.deadlineSeconds} s`)
    : fine("deadline", `within ${verify.deadlineSeconds} s`);
  return { checks: [deployed, ...checks, deadlineCheck], deployment };
}

/** Whether images that run can be had again: without them the platform can start no second instance. */
async function imageCheck({ context, meant }: Target): Promise<Check> {
  const found = await imageRefusals(context, meant);
  const count = Object.values(meant.components).filter((part) => "digest" in part).length;
  return found.length === 0
    ? fine("images", count === 0 ? "none to look up" : `${count} in their registries`)
    : wrong("images", found.map(({ message }) => message).join("; "));
}

/** What a status says, in 140 characters: what failed, or how much was looked at. */
export function statusText(checks: readonly Check[]): string {
  const failed = checks.filter(({ isOk }) => !isOk);
  const times = checks.flatMap(({ name, detail }) =>
    name.startsWith("time ") ? [`${name.slice(5)} ${/p95 \d+ ms/.exec(detail)?.[0] ?? ""}`] : [],
  );
  if (failed.length === 0) return [`${checks.length} checks passed`, ...times].join(", ");
  return `failed: ${failed.map(({ name, detail }) => `${name} (${detail})`).join("; ")}`;
}
