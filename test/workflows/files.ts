import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";

const directory = new URL("../../.github/workflows/", import.meta.url);

export interface Step {
  name?: string;
  if?: string;
  uses?: string;
  run?: string;
  env?: Record<string, string>;
  with?: Record<string, unknown>;
}

export interface Job {
  name?: string;
  if?: string;
  needs?: string | string[];
  permissions?: Record<string, string>;
  environment?: string;
  "runs-on"?: string;
  "timeout-minutes"?: number;
  env?: Record<string, string>;
  steps?: Step[];
}

export interface Workflow {
  file: string;
  text: string;
  on: Record<string, unknown>;
  permissions?: Record<string, string>;
  concurrency?: { group: string; "cancel-in-progress": boolean };
  jobs: Record<string, Job>;
}

/** The workflows of this repository by file name. */
export const workflows: readonly Workflow[] = readdirSync(directory)
  .sort()
  .map((file) => {
    const text = readFileSync(new URL(file, directory), "utf8");
    return { file, text, ...parse(text) };
  });

/** Every job with the place that names it, `preview.yml report`. */
export const jobs = workflows.flatMap((workflow) =>
  Object.entries(workflow.jobs).map(([id, job]) => ({ place: `${workflow.file} ${id}`, workflow, job })),
);

export const steps = jobs.flatMap(({ place, workflow, job }) =>
  (job.steps ?? []).map((step) => ({ place: `${place}: ${step.name}`, workflow, job, step })),
);

/** The words of a command, as a shell would see them. */
const words = (text: string): string[] =>
  text
    .replaceAll('"${arguments[@]}"', "ARGUMENTS")
    .replace(/"?\$(GITHUB_STEP_SUMMARY)"?/g, "summary.md")
    .replace(/\$PULL|\$GITHUB_REPOSITORY#\$number/g, "acme/shop#12")
    .replaceAll("$GITHUB_REPOSITORY", "acme/shop")
    .replace(/\$(STACK|FROM|stack)/g, "staging")
    .replaceAll("$DAYS", "90")
    .replaceAll('"', "")
    .trim()
    .split(/\s+/);

/** A call of slipway in a script, as its arguments. */
export interface Call {
  place: string;
  args: string[];
}

/**
 * The calls of slipway in all scripts. A variable of the shell stands for a stack, and what a script may add to a call is
 * added.
 */
export const slipwayCalls: readonly Call[] = steps.flatMap(({ place, step }) => {
  const script = (step.run ?? "").replace(/\\\n\s*/g, " ");
  const added = [...script.matchAll(/arguments\+=\(([^)]*)\)/g)].flatMap(([, text = ""]) => words(text));
  return [...script.matchAll(/npm run -s slipway -- ([^\n]*)/g)].map(([, text = ""]) => ({
    place,
    args: words(text.replace(/ (?:>|\|\|).*$/, "")).flatMap((word) =>
      word === "ARGUMENTS" ? added : [word],
    ),
  }));
});
