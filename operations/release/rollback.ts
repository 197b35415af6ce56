import type { StackSettings } from "../../components/config.ts";
import { PromotionSettings } from "../../components/verify.settings.ts";
import { OperationFault } from "../fault.ts";
import { appOf, type ReleaseContext } from "./context.ts";
import { sayStatus } from "./deployments.ts";
import { holdStack, readHold, yieldToFirst } from "./holds.ts";
import { liveOf } from "./live.ts";
import { commitRollback, platformRollback, refuseOtherPin } from "./platform-rollback.ts";
import { branchStates, configurationPlace } from "./promote.ts";
import { openRecord, type ReleaseRecord, readRecords } from "./records.ts";
import { artifactsOf, meantRelease, type Release, releaseId, releaseName } from "./release.ts";
import { releaseBlock, withReleaseBlock } from "./release-block.ts";
import { moveBranch, openPull, type RepositoryFile, readFile, writeFile } from "./repository.ts";
import { badRelease, pinnedRecord, targetOf } from "./rollback-target.ts";
import { settingsOfText } from "./stack.ts";
import { holdText } from "./words.ts";

/** What became of a rollback. */
export interface Rollback {
  version: 1;
  stack: string;
  /** Why there is none. */
  refused?: string;
  from?: string;
  to?: Release;
  /** By the platform at once, or only with the next `pulumi up`. */
  way?: "platform" | "configuration";
  /** Of the platform. */
  deployment?: string;
  /** Why the platform could not do it. */
  reason?: string;
  /** How the stack file got it: on its branch, by a pull request that somebody has to merge, or it had it. */
  configuration?: "written" | "pull request" | "unchanged";
  pull?: string;
  notes: string[];
  seconds: number;
}

/** How a rollback is asked for. */
export interface RollbackOptions {
  /** Id of the release to go back to. @default - the last one before that was verified */
  to?: string | undefined;
  reason?: string | undefined;
  environment?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Takes a stack back to a release that was verified there, and holds it: by the platform where it can, and always in the
 * stack file, so that the next `pulumi up` agrees. Every step looks first whether it is done, so that it can be run again
 * after it was interrupted. The database is never touched.
 */
export async function rollback(context: ReleaseContext, options: RollbackOptions = {}): Promise<Rollback> {
  const begun = performance.now();
  const { settings, place, by, tell } = context;
  const base = { version: 1, stack: settings.stack } as const;
  const seconds = () => (performance.now() - begun) / 1000;
  const home = configurationPlace(settings, place.access, options.environment);
  const path = `Pulumi.${settings.stack}.yaml`;
  tell("looking for the release to go back to");
  const [app, records, file, held] = await Promise.all([
    appOf(context),
    readRecords(place),
    readFile(home, path),
    readHold(place),
  ]);
  if (file === undefined)
    throw new OperationFault(`${home.owner}/${home.repo} must have the file ${path} on ${home.base}`);
  const current = settingsOfText(settings.stack, file.text);
  const again = (one: ReleaseRecord): Release =>
    meantRelease({ ...current, release: releaseBlock(one.release) }).release;
  const kept =
    held?.keeps === undefined
      ? pinnedRecord(app, records)
      : records.find((one) => releaseId(again(one)) === held.keeps);
  const bad = badRelease(app, records, settings, kept);
  // A rollback that was interrupted goes on to where it was going; further back goes only who says so.
  const target = options.to === undefined && kept !== undefined ? kept : targetOf(records, bad, options.to);
  if (target === undefined) {
    const refused =
      options.to === undefined
        ? `there is no release before ${releaseName(bad)} that was verified in ${settings.stack}`
        : `${options.to} must be the id of a release that was verified in ${settings.stack}: see slipway release history --stack ${settings.stack}`;
    return { ...base, refused, notes: [], seconds: seconds() };
  }
  const block = releaseBlock(target.release);
  const text = withReleaseBlock(file.text, path, block);
  const next = again(target);
  const reason = options.reason ?? "rolled back by hand";
  refuseOtherPin(app, target.release);
  const hold = await holdStack(place, reason, by, releaseId(next));
  const first = await yieldToFirst(place, hold, held);
  if (first !== undefined)
    throw new OperationFault(
      `${holdText(first)}; that rollback goes to ${first.keeps} and was first, so this one has done nothing: wait until it has ended, and see slipway release show --stack ${settings.stack}`,
    );

  const done = await platformRollback(context, app, target.release);
  // Before the stack file is written: from then on it does not tell a run that goes on what was bad.
  const spoiled = records.find(({ release }) => artifactsOf(release) === artifactsOf(bad));
  if (spoiled !== undefined && artifactsOf(bad) !== artifactsOf(next))
    await sayStatus(place, spoiled.deployment, "failure", `rolled back to ${releaseName(next)}: ${reason}`);
  const notes = [...done.warnings, ...(await branchNotes(context, next)), ...cannotUndo(settings)];
  context.signal?.throwIfAborted();
  await refuseUnlessHeld(context, next);
  const written = await configure(context, { file, path, text, next, environment: options.environment });
  if (done.deployment !== undefined && (await isPinned(context))) await commitRollback(context, app.id);

  const record = await openRecord(place, next, "rollback");
  await sayStatus(place, record.deployment, "in_progress", `rolled back from ${releaseName(bad)}`);
  return {
    ...base,
    from: releaseName(bad),
    to: next,
    way: done.deployment === undefined ? "configuration" : "platform",
    ...(done.deployment === undefined ? {} : { deployment: done.deployment }),
    ...(done.refused === undefined ? {} : { reason: done.refused }),
    ...written,
    notes,
    seconds: seconds(),
  };
}

/** @throws OperationFault where the hold of a rollback was ended under it, or another rollback has taken its place */
async function refuseUnlessHeld({ settings, place }: ReleaseContext, next: Release): Promise<void> {
  const { stack } = settings;
  const hold = await readHold(place);
  if (hold?.keeps === releaseId(next)) return;
  const why =
    hold === undefined
      ? `the hold of ${stack} was ended while it was rolled back`
      : `${stack} is ${holdText(hold)}, since it was rolled back`;
  throw new OperationFault(
    `${why} to ${releaseName(next)}: its stack file is left as it is; slipway release show --stack ${stack} tells what runs, and slipway release rollback --stack ${stack} goes on`,
  );
}

const isPinned = async (context: ReleaseContext): Promise<boolean> =>
  liveOf(await appOf(context)).pinned !== undefined;

interface Written {
  configuration: NonNullable<Rollback["configuration"]>;
  pull?: string;
}

/** Writes the release into the stack file, or asks for it by a pull request where the branch may not be written. */
async function configure(
  { settings, place, tell }: ReleaseContext,
  change: {
    file: RepositoryFile;
    path: string;
    text: string;
    next: Release;
    environment: RollbackOptions["environment"];
  },
): Promise<Written> {
  const { file, path, text, next } = change;
  if (text === file.text) return { configuration: "unchanged" };
  tell(`writing ${path}`);
  const home = configurationPlace(settings, place.access, change.environment);
  const title = `Roll ${settings.stack} back to ${releaseName(next)}`;
  const wanted = { path, text, sha: file.sha, message: title };
  if (await writeFile(home, wanted)) return { configuration: "written" };
  const branch = `slipway/rollback-${settings.stack}-${releaseId(next)}-${file.sha.slice(0, 7)}`;
  const body = `The platform runs \`${releaseName(next)}\` again, and ${settings.stack} is held. Merge this, so that the next \`pulumi up\` agrees.\n`;
  const { url } = await openPull(home, branch, wanted, { title, body });
  return { configuration: "pull request", pull: url };
}

/** Takes a branch back that only releases move; says where a branch stays ahead of what runs. */
async function branchNotes(context: ReleaseContext, next: Release): Promise<string[]> {
  const { settings, place } = context;
  const { branch: shared } = settings.promotion ?? PromotionSettings.parse({});
  const notes: string[] = [];
  for (const { component, branch, head } of await branchStates(context, next)) {
    if (head === undefined || head === next.commit) continue;
    if (branch === shared)
      notes.push(
        `${component} is built from ${branch}, which people work on and which stays at ${head.slice(0, 12)}: revert there what was bad, or the next build has it again`,
      );
    else {
      await moveBranch(
        { access: place.access, owner: place.owner, repo: place.repo },
        branch,
        next.commit ?? "",
        true,
      );
      notes.push(`${branch} is back at ${next.commit?.slice(0, 12)}, so that ${component} is built from it`);
    }
  }
  return notes;
}

/** What no rollback brings back. */
function cannotUndo({ database, app }: StackSettings): string[] {
  const jobs = Object.entries(app?.jobs ?? {}).flatMap(([name, { kind }]) =>
    kind === "preDeploy" ? [name] : [],
  );
  const ran = jobs.length === 0 ? "" : ` (${jobs.join(", ")} ran before the deployment)`;
  return database === undefined
    ? []
    : [
        `the database is as it is: migrations are not undone${ran}; the older release must run on the newer schema, else restore a backup`,
      ];
}
