import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { pruneLog } from "./processes-log.ts";

/** Characters of a job's output that are kept for its answer; the file holds more. */
const tailLimit = 100_000;

/** The log of one component: masked lines with their time, in a file that is kept short. */
export class ComponentLog {
  private readonly path: string;
  private readonly mask: (text: string) => string;
  private tail = "";
  /** The last line of each stream, which has no end yet. */
  private readonly open = new Map<object, string>();

  constructor(path: string, mask: (text: string) => string) {
    this.path = path;
    this.mask = mask;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  }

  /**
   * Writes what came from one output stream of a program. A line that is not at its end yet waits, because a secret
   * may be cut in two.
   */
  take(stream: object, chunk: string): void {
    const lines = ((this.open.get(stream) ?? "") + chunk).split("\n");
    this.open.set(stream, lines.pop() ?? "");
    if (lines.length > 0) this.write(lines);
  }

  /** Writes a line of the local cloud's own. */
  say(line: string): void {
    this.flush();
    this.write([line]);
  }

  /** Writes the last lines, which had no end. */
  flush(): void {
    const lines = [...this.open.values()].filter((line) => line !== "");
    this.open.clear();
    if (lines.length > 0) this.write(lines);
  }

  /** The last lines that were written. */
  text(): string {
    return this.tail;
  }

  private write(lines: readonly string[]): void {
    const masked = lines.map((line) => this.mask(line.replace(/\r$/, "")));
    const time = new Date().toISOString();
    pruneLog(this.path);
    appendFileSync(this.path, masked.map((line) => `${time} ${line}\n`).join(""), { mode: 0o600 });
    this.tail = (this.tail + masked.map((line) => `${line}\n`).join("")).slice(-tailLimit);
  }
}
