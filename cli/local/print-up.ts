import { SettingsError } from "../../components/internal/settings.ts";
import { LocalFault } from "../../local/fault.ts";
import type { SessionContext } from "../../local/stack/session.ts";
import { failuresOf, type UpReport } from "../../local/stack/up.ts";
import { OperationFault } from "../../operations/fault.ts";
import { fault } from "../exit-codes.ts";
import { systemFault } from "../system-faults.ts";
import { changeLines, changesText } from "./change-lines.ts";
import { failureLines } from "./failure-lines.ts";
import { outputsTable } from "./outputs-table.ts";
import { counted, type RulesBroken, rulesLine } from "./rules-found.ts";
import { unanswered, unansweredLines } from "./unanswered.ts";

interface PrintOptions {
  readonly stack: string;
  readonly json?: boolean;
  readonly showSecrets?: boolean;
  readonly stackFile?: string;
  /** What `slipway plan` says of the rules. @default - nobody asked */
  readonly broken?: () => Promise<RulesBroken | undefined>;
  /** Nothing was done: the text says what would be. */
  readonly isPreview?: boolean;
  /** The run looked at what the clouds hold. */
  readonly refresh?: boolean;
}

/**
 * Runs `up` or `preview` and prints what came of it: a table for people, or one JSON document, for a failure too.
 */
export async function printUp(
  options: PrintOptions,
  local: SessionContext,
  run: () => Promise<UpReport>,
): Promise<void> {
  let report: UpReport;
  const wasRunning = await local.cloud.isRunning();
  try {
    report = await run();
  } catch (error) {
    const isKnown =
      error instanceof SettingsError || error instanceof LocalFault || error instanceof OperationFault;
    const out = error instanceof LocalFault ? await wayOut(error.message, local, options.stack) : "";
    const text = isKnown ? `${error.message}${out}` : systemFault(error);
    if (options.json && text !== undefined)
      printJson({ stack: options.stack, result: "failed", error: text });
    throw out === "" ? error : new LocalFault(text ?? "", { cause: error });
  }
  const broken = await options.broken?.();
  const gone = options.isPreview || options.refresh ? [] : await unanswered(report);
  if (options.json)
    printJson({
      ...document(report, options.showSecrets ?? false),
      ...(broken && { broken }),
      ...(gone.length > 0 && { unanswered: gone }),
    });
  else {
    const warnings = unansweredLines(gone, report.stack).map((line) => `${line}\n`);
    process.stdout.write(`${upText(report, local.home, options, broken)}${warnings.join("")}`);
  }
  if (report.failures.length > 0 && !options.isPreview) process.exitCode = fault;
  // A preview needs them, and it may be all that a person wanted.
  if (options.isPreview && !options.json && !wasRunning)
    process.stdout.write(
      "the local clouds run now, for the next command: `slipway local down --keep` stops them\n",
    );
}

function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** Changes that no stack can take, however it was brought up. */
const neverReal =
  /: the platform never makes a (?:cluster|replica) smaller, |: an upgrade cannot be undone; /;

/** What else is known here of a fault: how to mend what only a stack that is up is in the way of, and jobs that failed. */
async function wayOut(message: string, local: SessionContext, stack: string): Promise<string> {
  const isInTheWay = /, (which|where the stack) is deployed\b|: must stay, since \S+ is protected: /.test(
    message,
  );
  const [, before] =
    /\bproduct\.formerName: must be (\S+), by which the stack was made\b/.exec(message) ?? [];
  const lines = [
    ...(before === undefined
      ? []
      : [
          `another product? \`npm run -s slipway -- local down --stack ${stack}\` first, which removes the local ${stack} of ${before} with its data, or --stack-file with a file of ${before}`,
        ]),
    ...(neverReal.test(message)
      ? [
          `no ${stack} can do that, here or on the platform: keep what is deployed, or restore a backup into a new one`,
        ]
      : []),
    ...(isInTheWay && !neverReal.test(message)
      ? [
          `the local ${stack} is another one: \`npm run -s slipway -- local down --stack ${stack}\` removes it with its data, then run this again`,
        ]
      : []),
    ...failureLines(await failuresOf(local, stack)),
  ];
  return lines.map((line) => `\n  ${line}`).join("");
}

function document(report: UpReport, showSecrets: boolean): Record<string, unknown> {
  const { stack, changes, changed, requests, seconds } = report;
  const outputs = Object.fromEntries(
    Object.entries(report.outputs).map(([name, { value, secret }]) => [
      name,
      secret && !showSecrets ? "[secret]" : value,
    ]),
  );
  const rounded = Object.fromEntries(
    Object.entries(seconds).map(([part, value]) => [part, Math.round(value * 100) / 100]),
  );
  const policy = report.policy === undefined ? {} : { policy: report.policy };
  const ended = { outputs, requests, failures: report.failures, seconds: rounded };
  return { stack, result: "succeeded", changes, changed, ...policy, ...ended };
}

/** What became of a run, for a terminal. */
export function upText(
  report: UpReport,
  home: string,
  options: Pick<PrintOptions, "stack" | "stackFile" | "isPreview">,
  broken?: RulesBroken,
): string {
  const { stack, changes, requests, seconds, cloud, plugins } = report;
  const isOfStack = (name: string): boolean => new RegExp(`-${stack}\\b`).test(name);
  const differences = cloud.differences.filter(({ resource }) => isOfStack(resource));
  const lines = [
    ...changeLines(report.changed),
    ...(Object.keys(report.outputs).length === 0 ? [] : ["", outputsTable(report.outputs, home)]),
    "",
    ...differences.map(({ resource, asked, real }) => `here: ${resource} asks for ${asked} and gets ${real}`),
    ...cloud.openDatabases
      .filter(isOfStack)
      .map(
        (name) =>
          `warning: database cluster ${name} trusts no source: on the platform every address may log in`,
      ),
    ...(report.policy === undefined
      ? []
      : [
          `policy: ${counted(report.policy.rules, "rule")}, ${counted(report.policy.findings.length, "finding")}`,
          ...report.policy.findings.map((finding) => `  ${finding}`),
        ]),
    ...rulesLine(broken, options),
    ...(plugins.length === 0 ? [] : [`published plugins ran for ${plugins.join(", ")}`]),
    `${stack}: ${changesText(changes, options.isPreview)} in ${(seconds["total"] ?? 0).toFixed(1)} s; the local clouds got ${counted(requests.writes, "write")} and ${counted(requests.reads, "read")}`,
    ...failureLines(report.failures),
  ];
  return `${lines.join("\n").replace(/^\n+/, "")}\n`;
}
