import { Argument, Command, InvalidArgumentError, Option } from "commander";
import type { FaultRequest } from "../../local/cloud/control.ts";
import { jsonOption } from "../output-options.ts";
import { context } from "./context.ts";
import { faultTable } from "./fault-table.ts";

interface Options {
  method: string;
  path: string;
  action?: string;
  times: number;
  retryAfter?: number;
  message?: string;
  clear?: true;
  json?: true;
}

const apis = ["digitalocean", "github", "aws", "registry"] as const;

/** `slipway local fault`: has a local cloud fail, so that people see how a run takes it. */
export function faultCommand(): Command {
  return new Command("fault")
    .description(
      "have a local cloud refuse, fail or not answer its next requests; without a cloud, list what is set",
    )
    .addArgument(new Argument("[cloud]", "which one").choices(apis))
    .addArgument(
      new Argument(
        "[answer]",
        "a status from 400 to 599, `timeout` (no answer) or `cut` (the connection ends)",
      ).argParser(answer),
    )
    .addOption(
      new Option("--method <method>", "only these requests, such as PUT").argParser(method).default("*"),
    )
    .addOption(new Option("--path <regex>", "only where the path matches").argParser(expression).default("."))
    .option("--action <name>", "only this action of AWS, such as PutBucketPolicy")
    .addOption(new Option("--times <number>", "how many requests").argParser(count).default(1))
    .addOption(new Option("--retry-after <seconds>", "ask for so much patience, with 429").argParser(seconds))
    .option("--message <text>", "what the answer says")
    .option("--clear", "take back what is set")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
What meets a fault is not done. Faults are for the local clouds only, and end with them; \`slipway local status\` lists them.

  slipway local fault digitalocean 429 --method PUT --path '^/v2/apps/' --retry-after 3
  slipway local fault github 500 --path '/deployments$' --times 2
  slipway local fault aws 403 --action CreateBucket`,
    )
    .action(
      async (
        api: FaultRequest["api"] | undefined,
        status: FaultRequest["status"] | undefined,
        options: Options,
        command: Command,
      ) => {
        const { method, path, action, times, retryAfter, message, clear, json } = options;
        if (api !== undefined && status === undefined)
          command.error("error: missing argument 'answer': a status from 400 to 599, timeout or cut");
        const { cloud } = context();
        const cleared = clear ? await cloud.clearFaults() : undefined;
        const faults =
          api === undefined || status === undefined
            ? (cleared ?? (await cloud.faults()))
            : await cloud.setFault({
                api,
                status,
                method,
                path,
                times,
                ...(action === undefined ? {} : { action }),
                ...(message === undefined ? {} : { message }),
                ...(retryAfter === undefined ? {} : { headers: { "retry-after": String(retryAfter) } }),
              });
        process.stdout.write(`${json ? JSON.stringify({ faults }, undefined, 2) : faultTable(faults)}\n`);
      },
    );
}

function answer(text: string): FaultRequest["status"] {
  if (text === "timeout" || text === "cut") return text;
  if (!/^[45]\d\d$/.test(text))
    throw new InvalidArgumentError("It must be a status from 400 to 599, timeout or cut.");
  return Number(text);
}

function method(text: string): string {
  if (!/^(GET|HEAD|POST|PUT|PATCH|DELETE)$/i.test(text))
    throw new InvalidArgumentError("It must be GET, HEAD, POST, PUT, PATCH or DELETE.");
  return text.toUpperCase();
}

function expression(text: string): string {
  try {
    new RegExp(text);
    return text;
  } catch (error) {
    throw new InvalidArgumentError(`It must be a regular expression: ${(error as Error).message}.`);
  }
}

function count(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw new InvalidArgumentError("It must be a whole number from 1 to 9999.");
  return Number(text);
}

function seconds(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError("It must be a whole number of seconds.");
  return Number(text);
}
