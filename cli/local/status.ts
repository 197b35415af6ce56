import { Command } from "commander";
import type { StackState } from "../../local/stack/state.ts";
import { type LocalStatus, localStatus } from "../../local/status.ts";
import { jsonOption } from "../output-options.ts";
import { plainTable } from "../plain-table.ts";
import { context } from "./context.ts";
import { failureLines } from "./failure-lines.ts";
import { faultTable } from "./fault-table.ts";

/** `slipway local status`: what runs on this machine. */
export function statusCommand(): Command {
  return new Command("status")
    .description(
      "show the local clouds, their stacks, what runs as a process or as a placeholder, and what was set to fail",
    )
    .addOption(jsonOption())
    .action(async (options: { json?: boolean }) => {
      const status = await localStatus(context());
      process.stdout.write(`${options.json ? JSON.stringify(status, undefined, 2) : text(status)}\n`);
    });
}

function text(status: LocalStatus): string {
  const { cloud, stacks, failures = [], faults = [] } = status;
  const names = Object.keys(stacks);
  const stackLine = `stacks: ${names.length === 0 ? "none" : names.join(", ")}`;
  if (cloud === undefined) return `the local clouds do not run: \`npm start\` starts them\n${stackLine}`;
  const rows = [
    ...Object.entries(stacks).flatMap(([name, state]) => stackRows(name, state)),
    ...Object.entries(cloud.endpoints).map(([name, url]) => [`${name} API`, url]),
    ...cloud.differences.map(({ resource, asked, real }) => [resource, `asks for ${asked}, gets ${real}`]),
    ...cloud.openDatabases.map((name) => [
      `database cluster ${name}`,
      "trusts no source: open to every address",
    ]),
  ];
  const lines = [`the local clouds run as process ${cloud.pid}`, stackLine, plainTable(rows)];
  return [...lines, ...failureLines(failures), ...faultLines(faults)].join("\n");
}

function faultLines(faults: NonNullable<LocalStatus["faults"]>): string[] {
  if (faults.length === 0) return [];
  return [
    "what these answer is a fault that was set (`slipway local fault --clear` takes it back):",
    faultTable(faults),
  ];
}

function stackRows(name: string, { resources, appUrl, database }: StackState): string[][] {
  if (resources === 0)
    return [[`stack ${name}`, "nothing made yet: it was only previewed, or its first run was interrupted"]];
  return [
    ...(appUrl === undefined ? [] : [[`app of ${name}`, appUrl]]),
    ...(database === undefined
      ? []
      : [[`database of ${name}`, `${database} (\`slipway local psql --stack ${name}\` opens it)`]]),
  ];
}
