import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { HostedCommand, HostedResult } from "./command-host.ts";
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
  /** Has this command run in the shared process, or in one of its own, whatever the others do. */
  readonly sharesProcess?: boolean;
}

export interface RunningCommand {
  readonly ended: Promise<CommandResult>;
  kill(signal: NodeJS.Signals): void;
  isRunning(): boolean;
}

/**
 * The `slipway` command with a home of its own, whose name has a space and a quote in it. What is run shares one
 * process, one command after the other, unless told otherwise; what is started has a process of its own, as the
 * command of a person has.
 */
export class Slipway {
  readonly home: string;
  private readonly sharesProcess: boolean;
  private host: Promise<ChildProcess> | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  constructor({ sharesProcess = true } = {}) {
    this.sharesProcess = sharesProcess;
    this.home = roomyFolder("slipway's home ");
  }

  run(args: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
    if (!(options.sharesProcess ?? this.sharesProcess)) return this.start(args, options).ended;
    const result = this.turn.then(() => this.runInHost(args, options));
    this.turn = result.catch(() => undefined);
    return result;
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
    const host = await this.host;
    if (host?.connected) {
      host.disconnect();
      await once(host, "exit");
    }
    rmSync(this.home, { recursive: true, force: true });
  }

  private async runInHost(
    args: readonly string[],
    { environment = {}, input = "" }: RunOptions,
  ): Promise<CommandResult> {
    this.host ??= startedHost();
    const host = await this.host;
    const command: HostedCommand = {
      args,
      environment: { ...environment, SLIPWAY_HOME: this.home },
      input: Buffer.from(input).toString("base64"),
    };
    const answer = messageOf(host);
    host.send(command);
    return { signal: null, ...((await answer) as HostedResult) };
  }
}

async function startedHost(): Promise<ChildProcess> {
  const host = spawn(
    process.execPath,
    [join(root, "cli", "with-packages.mjs"), "test/support/command-host.ts"],
    { cwd: root, stdio: ["ignore", "inherit", "inherit", "ipc"] },
  );
  await messageOf(host);
  return host;
}

/** The next message of a process; fails where it ends instead. */
async function messageOf(host: ChildProcess): Promise<unknown> {
  const over = new AbortController();
  const { signal } = over;
  try {
    return await Promise.race([
      once(host, "message", { signal }).then(([message]) => message as unknown),
      once(host, "exit", { signal }).then(([code, name]) => {
        throw new Error(`the process for commands ended with ${code ?? name}`);
      }),
    ]);
  } finally {
    over.abort();
  }
}
