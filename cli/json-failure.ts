import { stripVTControlCharacters } from "node:util";
import { SettingsError } from "../components/internal/settings.ts";

/** One fault in the document of a command that failed. */
export interface FailureLine {
  /** The setting that it is of, where it is of one. */
  path?: string;
  message: string;
}

/** How a command ended. */
export interface Ending {
  exitCode: number;
  /** What went wrong; empty where nothing did, or a gate says no. */
  errors: readonly FailureLine[];
}

/** Whether one JSON document was asked for, by `--json` or `--format json`. */
export function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const options = end < 0 ? args : args.slice(0, end);
  return options.some(
    (one, index) =>
      one === "--json" || one === "--format=json" || (one === "--format" && options[index + 1] === "json"),
  );
}

/** The faults that an error tells of. */
export const failureLines = (error: unknown): FailureLine[] =>
  error instanceof SettingsError
    ? error.faults.map(({ path, message }) => ({ path, message }))
    : [{ message: (error instanceof Error ? error.message : String(error)).replace(/^error: /, "") }];

/**
 * Runs a command of which one JSON document is expected, so that there is one where it fails too: what it printed so far,
 * with `exitCode` and `errors`.
 */
export async function withDocument(run: () => Promise<Ending>): Promise<number> {
  const printed = held("stdout");
  const complained = held("stderr", true);
  const write = (text: string): void => {
    printed.release();
    complained.release();
    if (text !== "") process.stdout.write(text);
  };
  // A signal ends the process where it stands.
  const interrupted = (exitCode: number): void =>
    write(failure(printed.text(), { exitCode, errors: [{ message: "interrupted: run it again to go on" }] }));
  process.once("exit", interrupted);
  try {
    const ending = await run();
    const isTold = ending.errors.length === 0 && (ending.exitCode === 0 || printed.text() !== "");
    const errors = ending.errors.length > 0 ? ending.errors : linesOf(complained.text());
    write(isTold ? printed.text() : failure(printed.text(), { ...ending, errors }));
    return ending.exitCode;
  } catch (error) {
    write(failure(printed.text(), { exitCode: 1, errors: failureLines(error) }));
    throw error;
  } finally {
    process.removeListener("exit", interrupted);
  }
}

const failure = (printed: string, ending: Ending): string =>
  `${JSON.stringify({ version: 1, ...documentIn(printed), ...ending }, undefined, 2)}\n`;

/** What a command had printed when it failed. */
function documentIn(text: string): object {
  try {
    const document: unknown = JSON.parse(text);
    const isObject = typeof document === "object" && document !== null && !Array.isArray(document);
    return isObject ? document : { result: document };
  } catch {
    return {};
  }
}

/** What a command complained of; of lines of a log its errors alone, where there are any. */
function linesOf(text: string): FailureLine[] {
  const lines = stripVTControlCharacters(text)
    .split("\n")
    .filter((line) => line.trim() !== "");
  const errors = lines
    .map(documentIn)
    .flatMap((line) =>
      "level" in line && line.level === "error" && "event" in line ? [String(line.event)] : [],
    );
  return (errors.length > 0 ? errors : lines).map((message) => ({ message }));
}

/** Keeps what is written to a stream; what is only listened to is written as well. */
function held(stream: "stdout" | "stderr", isPassedOn = false): { text(): string; release(): void } {
  const own = process[stream].write;
  let text = "";
  process[stream].write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    text += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
    if (isPassedOn) return Reflect.apply(own, process[stream], [chunk, ...rest]) as boolean;
    const done = rest.find((one) => typeof one === "function") as (() => void) | undefined;
    done?.();
    return true;
  };
  return {
    text: () => text,
    release: () => {
      process[stream].write = own;
    },
  };
}
