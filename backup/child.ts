import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { Failure, type Outcome } from "./failure.ts";
import type { Bytes } from "./streams.ts";

/** A program to run and what it means when it fails. */
export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** How its failure is told. */
  readonly outcome: Outcome;
  /** Asked where it ended by itself. @default - the outcome above, whatever the program said */
  readonly outcomeOf?: (said: string) => Outcome;
  readonly signal?: AbortSignal;
  /** Asks it to end, where it has something to end itself. @default - it is killed at once */
  readonly stopsAt?: NodeJS.Signals;
  /** Whether its input is read to the end also where it needs no more of it. */
  readonly drainsInput?: true;
  /** Told each line of its standard error as it comes. */
  readonly onLine?: (line: string) => void;
}

type Child = ChildProcessByStdio<Writable | null, Readable, Readable>;

/** Milliseconds that a program has to end which was asked to. */
const patience = 1000;

/** The last lines of a program's complaints that are kept. */
const mostLines = 100;

/**
 * Runs a program and passes on what it prints. It ends only after the program ended well: a program that was killed, or
 * failed after its last byte, throws where its end would be. Whoever stops reading ends the program.
 *
 * @param input - fed to its standard input; where it throws, the program is killed and the same error thrown here
 */
export async function* outputOf(options: ChildOptions, input?: Bytes): Bytes {
  const child = start(options, input !== undefined);
  const ended = endOf(child, options);
  const feeding = input === undefined ? Promise.resolve() : feed(child, input, options);
  // Both are awaited below; until then a failure is nobody's unhandled one.
  for (const promise of [ended, feeding]) promise.catch(() => undefined);
  try {
    for await (const piece of child.stdout) yield piece;
    // The source's error is the cause, and the program's own only what followed from it.
    await feeding;
    await ended;
  } finally {
    end(child, options);
    child.stdin?.destroy();
    await Promise.allSettled([ended, feeding]);
  }
}

/** Runs a program to its end and gives what it printed. */
export async function textOf(options: ChildOptions, input?: Bytes): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of outputOf(options, input)) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}

function start({ command, args, environment = {}, signal }: ChildOptions, hasInput: boolean): Child {
  signal?.throwIfAborted();
  const { PATH = "/usr/local/bin:/usr/bin:/bin" } = process.env;
  const options = { env: { PATH, LC_ALL: "C.UTF-8", ...environment } };
  const child: Child = hasInput
    ? spawn(command, [...args], { ...options, stdio: ["pipe", "pipe", "pipe"] })
    : spawn(command, [...args], { ...options, stdio: ["ignore", "pipe", "pipe"] });
  // A program that ends before it read everything breaks its pipe; how it ended is what counts.
  child.stdin?.on("error", () => undefined);
  return child;
}

/** Ends a program, and kills it where it does not end when it is asked to. */
function end(child: Child, { stopsAt = "SIGKILL" }: ChildOptions): void {
  if (child.kill(stopsAt)) setTimeout(() => child.kill("SIGKILL"), patience).unref();
}

/** Resolves when the program ended well. @throws Failure in its own words otherwise */
async function endOf(child: Child, options: ChildOptions): Promise<void> {
  const kill = (): void => end(child, options);
  options.signal?.addEventListener("abort", kill);
  const said: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => {
    if (line.trim() === "") return;
    said.push(line.trim());
    if (said.length > mostLines) said.shift();
    options.onLine?.(line.trim());
  });
  const name = options.command.split("/").at(-1);
  try {
    const [how, isKilled] = await new Promise<[string, boolean]>((resolve, reject) => {
      child.once("error", ({ message }) =>
        reject(new Failure(options.outcome, `${name} cannot be run: ${message}`)),
      );
      child.once("close", (code, signal) =>
        resolve(
          signal === null
            ? [code === 0 ? "" : `ended with exit code ${code}`, false]
            : [`was ended by ${signal}`, true],
        ),
      );
    });
    options.signal?.throwIfAborted();
    if (how === "") return;
    const outcome = (isKilled ? undefined : options.outcomeOf?.(said.join("\n"))) ?? options.outcome;
    const errors = said.filter((line) => /\b(error|fatal|panic)\b/i.test(line));
    const why = errors.length > 0 ? errors.slice(0, 2) : said.slice(-3);
    throw new Failure(outcome, [`${name} ${how}`, ...why].join(": "));
  } finally {
    options.signal?.removeEventListener("abort", kill);
  }
}

/** Feeds a program. @throws what the source throws, after ending the program, which must not end well then */
async function feed(child: Child, input: Bytes, options: ChildOptions): Promise<void> {
  // A program that is fed was started with one.
  const stdin = child.stdin as Writable;
  const closed = finished(stdin).catch(() => undefined);
  try {
    for await (const piece of input) {
      // Where the program no longer reads, its own end says why.
      if (stdin.destroyed && options.drainsInput !== true) return;
      if (!stdin.destroyed && !stdin.write(piece)) await Promise.race([drained(stdin), closed]);
    }
    stdin.end();
  } catch (error) {
    end(child, options);
    throw error;
  }
}

function drained(stdin: Writable): Promise<void> {
  return new Promise((resolve) => {
    stdin.once("drain", resolve);
  });
}
