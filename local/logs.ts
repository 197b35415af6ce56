import { once } from "node:events";
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  watch,
} from "node:fs";
import { join, relative } from "node:path";

/** Which logs are meant: those whose names begin so; every log where it is left out. */
export type LogPrefixes = readonly string[] | undefined;

/** Every log file below a folder. */
function logFiles(directory: string, prefixes: LogPrefixes): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".log"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => prefixes?.some((prefix) => relative(directory, path).startsWith(prefix)) ?? true)
    .sort();
}

const labelled = (directory: string, path: string, line: string): string =>
  `${relative(directory, path).replace(/\.log$/, "")} | ${line}`;

/** The last lines of every log below a folder, each behind the name of its log. */
export function readLogs(directory: string, count: number, prefixes?: LogPrefixes): string[] {
  return logFiles(directory, prefixes).flatMap((path) => {
    const lines = readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => line !== "");
    return lines.slice(-count).map((line) => labelled(directory, path, line));
  });
}

/** Hands on every line that comes from now on, until the process is told to end. */
export async function followLogs(
  directory: string,
  onLine: (line: string) => void,
  prefixes?: LogPrefixes,
): Promise<void> {
  if (!existsSync(directory)) return;
  const positions = new Map(logFiles(directory, prefixes).map((path) => [path, statSync(path).size]));
  const partial = new Map<string, string>();
  const read = (): void => {
    for (const path of logFiles(directory, prefixes)) {
      const size = statSync(path).size;
      const from = Math.min(positions.get(path) ?? 0, size);
      positions.set(path, size);
      if (size === from) continue;
      const lines = `${partial.get(path) ?? ""}${readPart(path, from, size - from)}`.split("\n");
      partial.set(path, lines.pop() ?? "");
      for (const line of lines) onLine(labelled(directory, path, line));
    }
  };
  await once(watch(directory, { recursive: true }, read), "close");
}

function readPart(path: string, position: number, length: number): string {
  const file = openSync(path, "r");
  try {
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, readSync(file, buffer, 0, length, position)).toString("utf8");
  } finally {
    closeSync(file);
  }
}
