import { spawn } from "node:child_process";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { RunnableComponent } from "../apis/digitalocean/platform.ts";
import type { Collection } from "../cloud/store.ts";
import type { ComponentLog } from "./apps-log.ts";
import { exitCodeFrom, identityOf, stopProcess } from "./processes.ts";
import type { ProcessIdentity } from "./processes-identity.ts";

/** A program that was started and, as far as anybody knows, has not ended. */
export interface RunningProgram {
  readonly appId: string;
  readonly component: string;
  readonly process: ProcessIdentity;
}

/** How components of the operations image run: by its program, as processes of this machine. */
export interface ProgramOptions {
  /** Path of backup/main.ts. */
  readonly program: string;
  /** What runs now, by component, so that the next process of slipway can end what a killed one left behind. */
  readonly running: Collection<RunningProgram>;
  /** Milliseconds that a program has to end after SIGTERM. */
  readonly patience: number;
  /** What every program finds around it on this machine; a component's own variables win. */
  readonly surroundings: () => Readonly<Record<string, string>>;
  /** Milliseconds by which the clock of workers is ahead. */
  readonly clockAhead: () => number;
}

/** One run of the program of the operations image. */
export interface Run {
  /** Resolves with the exit code as a shell would have it. */
  readonly ended: Promise<number>;
  /** Asks it to end, waits, kills it. */
  stop(): Promise<void>;
  /** Sets its clock forward, so many milliseconds ahead in all; a job's clock goes on as it is. */
  setClock(ahead: number): void;
}

/** Gives a program a clock that can be set forward. */
const clock = new URL("./apps-clock.ts", import.meta.url).href;

/** Exit code of a shell for a command that it cannot find. */
const notFound = 127;

/**
 * Starts a component's program with exactly the component's environment. The run command is the image's: `node
 * backup/main.ts` and its arguments; without one the program gets no arguments.
 */
export async function runProgram(
  component: RunnableComponent,
  log: ComponentLog,
  options: ProgramOptions,
): Promise<Run> {
  const args = argumentsOf(component.runCommand);
  if (args === undefined) {
    log.say(
      `run command must start with "node backup/main.ts" and have plain words only: ${component.runCommand}`,
    );
    return { ended: Promise.resolve(notFound), stop: async () => undefined, setClock: () => undefined };
  }
  await stopLeftover(component.appId, component.name, options);
  const hasClock = component.kind === "worker";
  const child = spawn(
    process.execPath,
    [...(hasClock ? ["--import", clock] : []), options.program, ...args],
    {
      cwd: dirname(options.program),
      env: {
        PATH: "/usr/local/bin:/usr/bin:/bin",
        ...options.surroundings(),
        ...component.environment,
        ...(hasClock ? { SLIPWAY_CLOCK_AHEAD: String(options.clockAhead()) } : {}),
      },
      stdio: ["ignore", "pipe", "pipe", ...(hasClock ? ["ipc" as const] : [])],
      detached: true,
    },
  );
  const closed = new Promise<number>((resolve) => {
    child.on("close", (code, signal) => resolve(exitCodeFrom(code, signal)));
    // What it started itself and left behind may hold its output open for ever.
    child.on(
      "exit",
      (code, signal) =>
        void delay(1000, undefined, { ref: false }).then(() => resolve(exitCodeFrom(code, signal))),
    );
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    stream.setEncoding("utf8");
    stream.on("data", (chunk: string) => log.take(stream, chunk));
  }
  const identity = await identityOf(child);
  const key = keyOf(component.appId, component.name);
  options.running.put(key, { appId: component.appId, component: component.name, process: identity });
  return {
    ended: closed.then((code) => {
      options.running.delete(key);
      log.flush();
      return code;
    }),
    stop: () => stopProcess(identity, { patience: options.patience }),
    setClock: (ahead) => {
      // One that is ending takes no more messages, and its successor starts with the new time.
      if (hasClock && child.connected) child.send({ ahead }, () => undefined);
    },
  };
}

/** Ends what still runs for a component from before, also what another process of slipway started. */
async function stopLeftover(appId: string, component: string, options: ProgramOptions): Promise<void> {
  const key = keyOf(appId, component);
  const leftover = options.running.get(key);
  if (leftover === undefined) return;
  await stopProcess(leftover.process, { patience: options.patience });
  options.running.delete(key);
}

/** Ends all programs of one app, or of every app, whoever started them. */
export async function stopPrograms(options: ProgramOptions, appId?: string): Promise<void> {
  const programs = options.running.list().filter((one) => appId === undefined || one.appId === appId);
  await Promise.all(programs.map((one) => stopLeftover(one.appId, one.component, options)));
}

function keyOf(appId: string, component: string): string {
  return `${appId}/${component}`;
}

/** The words behind the program's name; undefined for another program or anything that only a shell understands. */
function argumentsOf(command: string | undefined): string[] | undefined {
  if (command === undefined || command.trim() === "") return [];
  const [node, program, ...args] = command.trim().split(/\s+/);
  const isPlain = args.every((word) => /^[\w@%+=:,./-]+$/.test(word));
  return node === "node" && program === "backup/main.ts" && isPlain ? args : undefined;
}
