import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import type { CloudStatus, FailuresReply } from "../cloud/control.ts";
import { LocalFault } from "../fault.ts";
import { mendDeployments } from "./deployments.ts";
import {
  type Change,
  type Changes,
  keepingPrinted,
  type OperationReport,
  type PolicyReport,
  runOperation,
} from "./engine-run.ts";
import type { ProviderName } from "./plugins.ts";
import { type Session, type SessionContext, type StackRequest, withSession } from "./session.ts";
import { stackState } from "./state.ts";
import { stackExists } from "./state-file.ts";
import { type StackOutput, watched } from "./watched-program.ts";

export interface UpReport {
  readonly stack: string;
  readonly changes: Changes;
  readonly changed: readonly Change[];
  readonly outputs: Readonly<Record<string, StackOutput>>;
  /** How many requests of this run the local clouds got; what the app's own workers asked meanwhile is not of the run. */
  readonly requests: { readonly reads: number; readonly writes: number };
  /** Seconds in all and by part. */
  readonly seconds: Readonly<Record<string, number>>;
  readonly cloud: CloudStatus;
  /** Components of the stack's app that ended with a fault. */
  readonly failures: FailuresReply;
  /** Published plugins that ran instead of a built-in provider. */
  readonly plugins: readonly ProviderName[];
  /** Set where the change was checked by a policy pack. */
  readonly policy?: PolicyReport | undefined;
}

/**
 * Brings a stack up on the local clouds with the real engine.
 *
 * @param program - registers the stack's resources and answers with its outputs; called once for each run of the engine
 * @param accepted - called when the program has taken the settings, before the run is over; never where it refuses them
 * @throws LocalFault when this machine lacks something, or when the engine or a provider refuses
 */
export async function up(
  context: SessionContext,
  request: StackRequest,
  program: PulumiFn,
  accepted?: () => void,
): Promise<UpReport> {
  return await inSession(context, request, async (session, done) => {
    const { stack } = session;
    const { run, outputs } = watched(program, accepted);
    const title = `bringing up ${request.stack}`;
    const { policyPack } = request;
    // The rules are about the whole stack, so the engine asks them only when everything is made; hence a preview first.
    let policy: PolicyReport | undefined;
    if (policyPack !== undefined) {
      const checked = await runOperation(
        `checking the rules of ${request.stack}`,
        context.progress,
        async (onEvent) => {
          await stack.preview({ program, onEvent, suppressProgress: true, policyPacks: [policyPack] });
        },
      );
      policy = policyOf(checked);
    }
    const report = await runOperation(title, context.progress, async (onEvent) => {
      await stack.up({
        program: run,
        onEvent,
        refresh: session.isAfterFailure || request.refreshes === true || request.state !== undefined,
        suppressProgress: true,
      });
    });
    if (session.isAfterFailure)
      await mendDeployments(session.endpoints.digitalocean, request.stack, context.progress);
    return await done("up", { ...report, policy, outputs: await outputs() });
  });
}

/**
 * Shows what `up` would do, without doing it. The local clouds are started, since providers and state need them.
 *
 * @param keep - gets what `pulumi preview --json` prints, also of a preview that fails, which it says itself
 */
export async function preview(
  context: SessionContext,
  request: StackRequest,
  program: PulumiFn,
  keep?: (engineJson: string) => void,
): Promise<UpReport> {
  const asked = { ...request, printsPreviews: keep !== undefined };
  return await inSession(context, asked, async ({ stack }, done) => {
    const title = `previewing ${request.stack}`;
    const report = await runOperation(title, context.progress, async (onEvent) => {
      const options = {
        program,
        onEvent,
        refresh: request.refreshes === true,
        suppressProgress: true,
        ...(request.policyPack === undefined ? {} : { policyPacks: [request.policyPack] }),
      };
      await keepingPrinted(stack.preview(options), keep);
    });
    const policy = request.policyPack === undefined ? undefined : policyOf(report);
    return await done("preview", { ...report, policy, outputs: {} });
  });
}

type Ran = Pick<UpReport, "changes" | "changed" | "policy" | "outputs">;

/** Works with a stack, and makes the report of what the engine did, with its seconds under the part's name. */
async function inSession(
  context: SessionContext,
  request: StackRequest,
  work: (session: Session, done: (part: string, ran: Ran) => Promise<UpReport>) => Promise<UpReport>,
): Promise<UpReport> {
  const from = performance.now();
  const secondsSince = (begin: number): number => (performance.now() - begin) / 1000;
  return await withSession(context, request, async (session) => {
    const begun = performance.now();
    return await work(session, async (part, ran) => {
      const spent = { ...session.seconds, [part]: secondsSince(begun) };
      const answered = await context.cloud.requests(request.stack);
      const requests = answered.requests.filter(({ by }) => by === undefined);
      const writes = requests.filter(({ effect }) => effect === "write").length;
      return {
        ...ran,
        stack: request.stack,
        requests: { reads: requests.length - writes, writes },
        seconds: { total: secondsSince(from), ...spent },
        cloud: await context.cloud.status(),
        failures: await failuresOf(context, request.stack),
        plugins: session.plugins,
      };
    });
  });
}

/** Components of a stack's app that ended with a fault; none where the clouds do not run. */
export async function failuresOf(
  { home, cloud }: Pick<SessionContext, "home" | "cloud">,
  stack: string,
): Promise<FailuresReply> {
  if (!(await cloud.isCurrent())) return [];
  const apps = stackExists(home, stack) ? stackState(home, stack).apps : [];
  return (await cloud.failures()).filter(({ app }) => apps.includes(app));
}

/** @throws LocalFault where no pack looked at the stack: that nothing was found says nothing then */
function policyOf({ policy }: OperationReport): PolicyReport {
  if (policy === undefined || policy.rules === 0)
    throw new LocalFault(
      "the engine did not run the rules: run it again, and `slipway doctor` tells what is missing",
    );
  return policy;
}
