import type { Step, StepStatus } from "./model.ts";
import { type AppSpec, type Component, componentsOf, type JobSpec } from "./spec.ts";

/** A job's kind as it works: a job without one runs after the deployment. */
export const kindOf = (job: JobSpec): Exclude<JobSpec["kind"], undefined | "UNSPECIFIED"> =>
  job.kind === undefined || job.kind === "UNSPECIFIED" ? "POST_DEPLOY" : job.kind;

/** Jobs of a kind, in the order of the spec. */
export const jobsOf = (spec: AppSpec, kind: ReturnType<typeof kindOf>): JobSpec[] =>
  (spec.jobs ?? []).filter((job) => kindOf(job) === kind);

const nouns = { service: "service", static_site: "static site", worker: "worker", job: "job" } as const;

const leaf = (name: string): Step => ({ name, status: "PENDING" });
const group = (name: string, steps: Step[]): Step => ({ name, status: "PENDING", steps });

function buildStep({ kind, spec }: Component): Step {
  const what = spec.image === undefined ? `Building ${nouns[kind]}` : "Fetching image";
  return { ...leaf(spec.name), component_name: spec.name, message_base: what };
}

function deployStep({ kind, spec }: Component): Step {
  const of = { component_name: spec.name };
  if (kind === "job") return { ...leaf(spec.name), ...of, message_base: "Running job" };
  return {
    ...group(spec.name, [
      { ...leaf("deploy"), ...of, message_base: `Deploying ${nouns[kind]}` },
      { ...leaf("wait"), ...of, message_base: `Waiting for ${nouns[kind]}` },
    ]),
    ...of,
  };
}

/** All steps of a deployment before its first: build every component, then jobs, services and jobs in their order. */
export function plannedSteps(spec: AppSpec): Step[] {
  const components = componentsOf(spec);
  const jobs = (kind: ReturnType<typeof kindOf>): Step[] =>
    jobsOf(spec, kind).map((job) => deployStep({ kind: "job", spec: job }));
  const served = components.filter(({ kind }) => kind !== "job").map(deployStep);
  return [
    group("build", [leaf("initialize"), group("components", components.map(buildStep))]),
    group("deploy", [
      leaf("initialize"),
      group("components", [...jobs("PRE_DEPLOY"), ...served, ...jobs("POST_DEPLOY")]),
      leaf("finalize"),
    ]),
  ];
}

/** What a group of steps is, from what its steps are. */
function groupStatus(steps: readonly Step[]): StepStatus {
  const all = steps.map(({ status }) => status);
  if (all.includes("ERROR")) return "ERROR";
  if (all.every((status) => status === "SUCCESS")) return "SUCCESS";
  return all.every((status) => status === "PENDING") ? "PENDING" : "RUNNING";
}

function stamped(step: Step, status: StepStatus, at: string): Step {
  const hasEnded = status === "SUCCESS" || status === "ERROR";
  return {
    ...step,
    status,
    ...(status === "PENDING" ? {} : { started_at: step.started_at ?? at }),
    ...(hasEnded ? { ended_at: step.ended_at ?? at } : {}),
  };
}

/** What happens to one step. */
export interface StepChange {
  /** Names from the outermost step to this one. A group's name means everything in it. */
  readonly path: readonly string[];
  readonly status: StepStatus;
  readonly reason?: { readonly code: string; readonly message: string };
  /** RFC 3339. */
  readonly at: string;
}

/** The steps after a change, the groups around it brought up to date. */
export function markStep(steps: readonly Step[], change: StepChange): Step[] {
  const [name, ...path] = change.path;
  return steps.map((step) => {
    if (name !== undefined && step.name !== name) return step;
    if (step.steps === undefined || step.steps.length === 0) {
      return {
        ...stamped(step, change.status, change.at),
        ...(change.reason === undefined ? {} : { reason: change.reason }),
      };
    }
    const inner = markStep(step.steps, { ...change, path });
    return { ...stamped(step, groupStatus(inner), change.at), steps: inner };
  });
}

const leaves = (steps: readonly Step[]): Step[] =>
  steps.flatMap((step) =>
    step.steps === undefined || step.steps.length === 0 ? [step] : leaves(step.steps),
  );

/** Progress as the API shows it: single steps are counted, groups are not. */
export function progressView(steps: readonly Step[]): Record<string, unknown> {
  const all = leaves(steps);
  const count = (status: StepStatus): number => all.filter((step) => step.status === status).length;
  return {
    pending_steps: count("PENDING"),
    running_steps: count("RUNNING"),
    success_steps: count("SUCCESS"),
    error_steps: count("ERROR"),
    total_steps: all.length,
    steps,
  };
}
