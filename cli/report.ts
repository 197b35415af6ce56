import { appendFileSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { todayDate } from "../components/internal/days.ts";
import { OperationFault } from "../operations/fault.ts";
import type { ReportDocument } from "../operations/report/document.ts";
import type { ReportFiles } from "../operations/report/facts.ts";
import { reportHtml } from "../operations/report/html.ts";
import { commentText, reportMarkdown, summaryText } from "../operations/report/markdown.ts";
import { readReport } from "../operations/report/read.ts";
import { namedFileOption } from "./named-files.ts";
import { formatOption, formOf, jsonFormOption } from "./output-options.ts";

const formats = {
  markdown: commentText,
  html: reportHtml,
  json: (report: ReportDocument) => `${JSON.stringify(report, undefined, 2)}\n`,
};

interface ReportOptions {
  preview?: ReportFiles["previews"];
  plan?: ReportFiles["plans"];
  stackFile?: ReportFiles["stackFiles"];
  format: keyof typeof formats;
  json?: boolean;
  output?: string;
  summary?: string;
  post?: string;
}

/** `slipway report`: what a pull request would change, in one comment. */
export function reportCommand(): Command {
  return new Command("report")
    .description("tell in one comment what a change does to stacks, what it costs and what it loses")
    .addOption(namedFileOption("preview", "what `pulumi preview --json` printed"))
    .addOption(namedFileOption("plan", "what `slipway plan --format json` printed: the rules' findings"))
    .addOption(namedFileOption("stack-file", "settings, in the place of Pulumi.<stack>.yaml"))
    .addOption(
      formatOption(Object.keys(formats), "markdown", "a comment, a page to look at, or one JSON document"),
    )
    .addOption(jsonFormOption())
    .option("--output <file>", "write it to this file, Markdown without any limit")
    .option("--summary <file>", "add the whole text to this file too, such as $GITHUB_STEP_SUMMARY")
    .option(
      "--post <owner/repo#number>",
      "put the comment on this pull request, or edit the one that is there",
    )
    .addHelpText(
      "after",
      `
--post needs GITHUB_TOKEN with the right to write to pull requests; GITHUB_API_URL names another GitHub.
A comment is folded until GitHub takes it: picture, names of what stays, long values, properties, then resources.
What would be lost is told first and last to go.

Exit codes: 0 fine, also where a preview failed, which the report tells; 1 a file is none of these, or GitHub refuses.`,
    )
    .action(async (options: ReportOptions, command: Command) => {
      const format = formOf(options);
      const { preview: previews = [], plan: plans = [], stackFile: stackFiles = [] } = options;
      if (previews.length + plans.length === 0)
        command.error("error: --preview or --plan must be given: there is nothing to report");
      const today = todayDate();
      const report = readReport({ previews, plans, stackFiles }, today);
      if (options.output !== undefined) {
        const text = format === "markdown" ? reportMarkdown(report) : formats[format](report);
        writeFileSync(options.output, text);
      } else if (options.post === undefined || format !== "markdown")
        process.stdout.write(formats[format](report));
      if (options.summary !== undefined) appendFileSync(options.summary, summaryText(report));
      if (options.post !== undefined) await post(options.post, commentText(report));
    });
}

async function post(target: string, text: string): Promise<void> {
  // Only this needs the packages that speak to GitHub.
  const { gitHubAccess, pullRequestOf } = await import("../operations/github.ts");
  const { postComment } = await import("../operations/report/post.ts");
  const pull = pullRequestOf(target);
  if (pull === undefined)
    throw new OperationFault("--post must be <owner>/<repo>#<number>, such as acme/shop#12");
  const { url, isNew } = await postComment(gitHubAccess(process.env), pull, text);
  process.stderr.write(`${isNew ? "commented" : "edited the comment"}: ${url}\n`);
}
