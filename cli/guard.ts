import { Command, Option } from "commander";
import { todayDate } from "../components/internal/days.ts";
import { OperationFault } from "../operations/fault.ts";
import { readPreview, readStopped } from "../operations/guard/preview.ts";
import { unreviewed } from "../operations/guard/reviewed.ts";
import { type NamedFile, type ReportFiles, settingsOf, textOf } from "../operations/report/facts.ts";
import { decide, decisionText, type PullRequest } from "../operations/report/gate.ts";
import { readReport } from "../operations/report/read.ts";
import { gateSaysNo } from "./exit-codes.ts";
import { namedFileOption } from "./named-files.ts";
import { jsonOption } from "./output-options.ts";

interface GuardOptions {
  preview: ReportFiles["previews"];
  plan?: ReportFiles["plans"];
  reviewed?: ReportFiles["previews"];
  stackFile?: ReportFiles["stackFiles"];
  pull?: string;
  label: string[];
  approvedBy: string[];
  json?: boolean;
}

const collected = (one: string, before: string[]): string[] => [...before, one];

/** `slipway guard`: stops a change that loses something, goes over the budget or breaks a policy. */
export function guardCommand(): Command {
  return new Command("guard")
    .description("refuse changes that lose what cannot be made again, go over the budget or break a policy")
    .addOption(namedFileOption("preview", "what `pulumi preview --json` printed").makeOptionMandatory())
    .addOption(namedFileOption("plan", "what `slipway plan --format json` printed: the rules' findings"))
    .addOption(namedFileOption("stack-file", "settings, in the place of Pulumi.<stack>.yaml"))
    .addOption(namedFileOption("reviewed", "the preview that was reviewed: what it did not show is refused"))
    .option("--pull <owner/repo#number>", "read labels and approvals of this pull request")
    .addOption(
      new Option("--label <name>", "a label that it carries").argParser(collected).default([], "none"),
    )
    .addOption(
      new Option("--approved-by <login>", "somebody who approved it")
        .argParser(collected)
        .default([], "none"),
    )
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
The block slipway:gate of a stack file says which label and whose approvals let a change through; without it nothing does.
In a pipeline give the base branch's stack file with --stack-file: its gate, budget and waivers judge then, and a pull
request that changes any of them in its favour needs the label and the approval for that.
docs/guard.md lists what is refused and what is only shown.
--pull needs GITHUB_TOKEN with the right to read pull requests; GITHUB_API_URL names another GitHub.

Exit codes: 0 fine or let through; 1 a file is no preview, contradicts itself or is of a preview that failed, or a stack
file has faults: neither label nor approval helps then; 3 the gate says no, or --reviewed showed less or the engine refused
to take away what is protected, which no label lets through.`,
    )
    .action(async (options: GuardOptions) => {
      const { preview: previews, plan: plans = [], stackFile: stackFiles = [] } = options;
      const read = (one: NamedFile) => readStopped(one.stack, textOf("--preview", one)).preview;
      for (const one of previews) read(one);
      const gates = new Map(
        previews.map(({ stack }) => [stack, settingsOf(stack, stackFiles)?.settings.gate]),
      );
      const report = readReport({ previews, plans, stackFiles, needsSettings: true }, todayDate());
      const failed = report.stacks.find(({ failure }) => failure !== undefined);
      if (failed !== undefined)
        throw new OperationFault(`the plan of ${failed.stack} must be one that succeeded: ${failed.failure}`);
      const unreviewedOf = new Map(
        (options.reviewed ?? []).map((one) => {
          const now = previews.find(({ stack }) => stack === one.stack);
          if (now === undefined)
            throw new OperationFault(`--reviewed ${one.stack} must have a --preview beside it`);
          const reviewed = readPreview(one.stack, textOf("--reviewed", one));
          return [one.stack, unreviewed(reviewed, read(now))] as const;
        }),
      );
      const stacks = decide(report, gates, await pullRequest(options)).map((one) => {
        const surprises = unreviewedOf.get(one.stack) ?? [];
        return { ...one, isOpen: one.isOpen && surprises.length === 0, unreviewed: surprises };
      });
      if (options.json) process.stdout.write(`${JSON.stringify({ version: 1, stacks }, undefined, 2)}\n`);
      else process.stdout.write(decisionText(stacks));
      for (const one of stacks)
        for (const text of one.unreviewed)
          process.stderr.write(`${one.stack}: not as it was reviewed: ${text}\n`);
      if (stacks.some(({ isOpen }) => !isOpen)) process.exitCode = gateSaysNo;
    });
}

async function pullRequest({ pull, label, approvedBy }: GuardOptions): Promise<PullRequest> {
  if (pull === undefined) return { labels: label, approvedBy };
  // Only this needs the packages that speak to GitHub.
  const { gitHubAccess, pullRequestOf } = await import("../operations/github.ts");
  const { readPullRequest } = await import("../operations/report/pull-request.ts");
  const target = pullRequestOf(pull);
  if (target === undefined)
    throw new OperationFault("--pull must be <owner>/<repo>#<number>, such as acme/shop#12");
  const read = await readPullRequest(gitHubAccess(process.env), target);
  return { labels: [...read.labels, ...label], approvedBy: [...read.approvedBy, ...approvedBy] };
}
