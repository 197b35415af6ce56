import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { roomyFolder } from "./folder.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface CommandResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string | Buffer;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface RunningCommand {
  readonly ended: Promise<CommandResult>;
  kill(signal: NodeJS.Signals): void;
  isRunning(): boolean;
}

/** The `slipway` command with a home of its own, whose name has a space and a quote in it. */
export class Slipway {
  readonly home: string;

  constructor() {
    this.home = roomyFolder("slipway's home ");
  }

  run(args: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
    return this.start(args, options).ended;
  }

  start(args: readonly string[], options: RunOptions = {}): RunningCommand {
    const child = spawn(process.execPath, [join(root, "cli", "with-packages.mjs"), "cli/main.ts", ...args], {
      cwd: root,
      env: { ...process.env, ...options.environment, SLIPWAY_HOME: this.home },
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.stdin.end(options.input ?? "");
    const ended = new Promise<CommandResult>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }));
    });
    return {
      ended,
      kill: (signal) => child.kill(signal),
      isRunning: () => child.exitCode === null && child.signalCode === null,
    };
  }

  /** Runs a command that prints one JSON document. */
  async json(args: readonly string[], options: RunOptions = {}): Promise<Record<string, unknown>> {
    const { exitCode, stdout, stderr } = await this.run([...args, "--json"], options);
    if (exitCode !== 0) throw new Error(`slipway ${args.join(" ")} ended with ${exitCode}:\n${stderr}`);
    return JSON.parse(stdout);
  }

  /** Stops what runs and removes the home. */
  async end(): Promise<void> {
    await this.run(["local", "down", "--keep"]);
    rmSync(this.home, { recursive: true, force: true });
  }
}
