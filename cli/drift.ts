import { readFileSync } from "node:fs";
import { Command } from "commander";
import type { StackState } from "../operations/drift/state.ts";
import type { DriftReport } from "../operations/drift.ts";
import { OperationFault } from "../operations/fault.ts";
import { readNamedFile } from "../operations/read-file.ts";
import { drifts } from "./exit-codes.ts";
import { jsonOption } from "./output-options.ts";
import { withOwnOptions } from "./release/own-options.ts";
import { stackOption } from "./stack-option.ts";

interface DriftOptions {
  stack: string;
  state?: string;
  local?: boolean;
  issue?: string;
  json?: boolean;
}

/** `slipway drift`: whether the platforms still hold what the last run of the engine left there. */
export function driftCommand(): Command {
  return new Command("drift")
    .description(
      "tell whether somebody changed by hand what a stack made, also where a refresh does not notice",
    )
    .addOption(stackOption().makeOptionMandatory())
    .option("--state <file>", "what `pulumi stack export` printed, instead of asking pulumi for it")
    .option("--local", "the stack on the local clouds of this machine")
    .option("--issue <owner/repo>", "keep one issue there open while the stack drifts")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
It only reads. It needs DIGITALOCEAN_TOKEN, GITHUB_TOKEN and AWS credentials with read rights, as far as the stack has
something there; secrets stay encrypted.

Exit codes: 0 no drift; 2 something drifts; 1 a fault, or something could not be looked at; 64 wrong options, which are 2
of every other command; 130 Ctrl-C.`,
    )
    .action(async (options: DriftOptions) => {
      const report = await driftOf(options);
      const { driftText } = await import("../operations/drift/text.ts");
      process.stdout.write(options.json ? `${JSON.stringify(report, undefined, 2)}\n` : driftText(report));
      if (options.issue !== undefined) await keep(options.issue, report, options.local === true);
      if (report.drifts.length > 0) process.exitCode = drifts;
      else if (report.unchecked.length > 0) process.exitCode = 1;
    });
}

/** Looks at one stack. */
export async function driftOf({ stack, state, local }: DriftOptions): Promise<DriftReport> {
  const { cloudsOf, localClouds } = await import("./clouds.ts");
  const { findDrift } = await import("../operations/drift.ts");
  const last = await stateOf(stack, local === true, state);
  const report = await findDrift(last, local ? await localClouds() : await cloudsOf(process.env));
  if (!local) return report;
  const here = (fix: string) =>
    withOwnOptions(fix, { local })
      .replaceAll("`pulumi up --refresh`", `\`slipway local up --stack ${stack} --refresh\``)
      .replaceAll(
        "merge or pull the change",
        `merge or pull (\`slipway local pull --stack ${stack}\`) the change`,
      );
  return { ...report, drifts: report.drifts.map((drift) => ({ ...drift, fix: here(drift.fix) })) };
}

/** What the last run of the engine left of a stack, from a file where one is given. */
export async function stateOf(stack: string, isLocal: boolean, file?: string): Promise<StackState> {
  const { readState } = await import("../operations/drift/state.ts");
  return readState(
    stack,
    file === undefined ? await exportedState(stack, isLocal) : readNamedFile(file, `--state ${file}`),
  );
}

/** What the engine keeps of a stack, its secrets encrypted: an export, or for a local stack the file of its state. */
export async function exportedState(stack: string, isLocal: boolean): Promise<string> {
  const { homeDirectory } = await import("../local/home.ts");
  if (!isLocal) {
    const { exportState } = await import("../operations/drift/export.ts");
    const { runEngine } = await import("./engine.ts");
    return exportState(stack, runEngine);
  }
  const { stackExists, stateFile } = await import("../local/stack/state-file.ts");
  if (!stackExists(homeDirectory(), stack))
    throw new OperationFault(
      `stack ${stack} is not up here: start it with \`npm start -- --stack ${stack}\``,
    );
  return readFileSync(stateFile(homeDirectory(), stack), "utf8");
}

async function keep(repository: string, report: DriftReport, isLocal: boolean): Promise<void> {
  const { repositoryNamed } = await import("../operations/issues.ts");
  repositoryNamed("--issue", repository);
  const { cloudsOf, localClouds } = await import("./clouds.ts");
  const { keepIssue } = await import("../operations/drift/issue.ts");
  const clouds = isLocal ? await localClouds() : await cloudsOf(process.env);
  const result = await keepIssue(clouds.github(), repository, report);
  if (result !== undefined) process.stderr.write(`${result.done} the issue: ${result.url}\n`);
}
