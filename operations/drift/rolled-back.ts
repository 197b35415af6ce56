import { OperationFault } from "../fault.ts";
import { Refusal } from "../github.ts";
import { type Held, readHeld } from "../release/kept.ts";
import { clean } from "../report/clean.ts";
import type { Clouds } from "./clouds.ts";
import { type Drift, type Notes, sameAgain } from "./finding.ts";
import { repositoriesOf } from "./github.ts";
import { ofType, type StackState, textOf } from "./state.ts";

/**
 * Says of an app that is otherwise since a rollback what mends it: the rollback's change of the stack file first. What
 * sets the last run's app again would bring back the release that was left.
 */
export async function rollbackFixes(notes: Notes, state: StackState, clouds: Clouds): Promise<void> {
  const isPinned = notes.drifts.some(({ kind }) => kind === "pinned");
  const touched = notes.drifts.filter(
    ({ kind, fix }) => kind === "pinned" || (kind === "app-spec" && fix === sameAgain),
  );
  if (touched.length === 0) return;
  const held = await heldOf(notes, state, clouds);
  if (held?.keeps !== undefined)
    for (const drift of touched) drift.fix = heldFix(drift, state.stack, held.keeps.name, held.hold.reason);
  else if (isPinned)
    for (const drift of touched)
      if (drift.kind === "app-spec")
        drift.fix = `commit or revert the platform's rollback first, and have Pulumi.${state.stack}.yaml say what is to run`;
}

function heldFix({ kind }: Drift, stack: string, release: string, reason: string): string {
  const pull = `merge or pull the change of Pulumi.${stack}.yaml that the rollback to ${clean(release)} made (held: ${clean(reason)})`;
  return kind === "pinned"
    ? `the rollback to ${clean(release)} did not end: go on with it by \`slipway release rollback --stack ${stack}\`, and ${pull}`
    : `first ${pull}; only then ${sameAgain}: before it would bring back what was rolled back`;
}

/** The hold of a stack whose environment this state knows. */
async function heldOf(notes: Notes, state: StackState, clouds: Clouds): Promise<Held | undefined> {
  const [full] = repositoriesOf(state);
  const [made] = ofType(state, "github:index/repositoryEnvironment:RepositoryEnvironment");
  if (full === undefined || made === undefined) return undefined;
  const [owner = "", repo = ""] = full.split("/");
  const environment = textOf(made.inputs["environment"]);
  const { stack } = state;
  try {
    return await readHeld({ access: clouds.github(), owner, repo, environment, stack, isProduction: false });
  } catch (error) {
    if (!(error instanceof OperationFault && error.cause instanceof Refusal)) throw error;
    const { status } = error.cause;
    if (status !== 403 && status !== 404) throw error;
    if (status === 403) notes.unknown(`hold of ${stack}`, error.message);
    return undefined;
  }
}
