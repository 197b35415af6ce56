import { Readable } from "node:stream";
import { inspect } from "node:util";
import { loadWithoutSerializers } from "../../cli/without-serializers.ts";

/** What a test asks of the host: one command. */
export interface HostedCommand {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** In base64. */
  readonly input: string;
}

/** What the host answers when a command has ended. */
export interface HostedResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

// Runs one `slipway` command after another in this process, each as if it were alone. The start of Node and the
// loading of the SDK take longer than most commands.
loadWithoutSerializers();
const { runCli } = await import("../../cli/program.ts");
const ownEnvironment = { ...process.env };

async function run({ args, environment, input }: HostedCommand): Promise<HostedResult> {
  // A command forgets the accounts of its environment.
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, ownEnvironment, environment);
  Object.defineProperty(process, "stdin", { value: Readable.from([Buffer.from(input, "base64")]) });
  const said = { stdout: "", stderr: "" };
  const writes = { stdout: process.stdout.write, stderr: process.stderr.write };
  const streams = ["stdout", "stderr"] as const;
  for (const name of streams)
    process[name].write = (chunk: string | Uint8Array): boolean => {
      said[name] += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
      return true;
    };
  process.exitCode = undefined;
  let exitCode: number;
  try {
    exitCode = await runCli(args);
  } catch (error) {
    exitCode = 1;
    said.stderr += `${inspect(error)}\n`;
  }
  for (const name of streams) process[name].write = writes[name];
  for (const signal of ["SIGINT", "SIGTERM"]) process.removeAllListeners(signal);
  process.exitCode = undefined;
  return { exitCode, ...said };
}

process.on("message", (command: HostedCommand) => {
  void run(command).then((result) => process.send?.(result));
});
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
