import { writeSync } from "node:fs";

/**
 * How many cases a sampled test tries: few in `npm test`, all of them in `npm run test:backup`.
 */
export const cases = (few: number, all: number): number =>
  process.env["SLIPWAY_WHOLE"] === undefined ? few : all;

/** Tells how far a whole run of sampled cases is, ten times, and what came of each kind; in `npm test` nothing. */
export class Progress {
  private readonly counts = new Map<string, number>();
  private readonly start = performance.now();
  private done = 0;
  private readonly what: string;
  private readonly all: number;

  constructor(what: string, all: number) {
    this.what = what;
    this.all = all;
  }

  /** One more case, and how it ended. */
  count(kind: string): void {
    this.done += 1;
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    if (process.env["SLIPWAY_WHOLE"] === undefined || this.done % Math.ceil(this.all / 10) !== 0) return;
    const kinds = [...this.counts].sort().map(([name, count]) => `${name}: ${count}`);
    const seconds = Math.round((performance.now() - this.start) / 1000);
    // Past jest, which holds back what a test writes until its suite has ended.
    writeSync(2, `${this.what}: ${this.done} of ${this.all}, ${seconds} s (${kinds.join(", ")})\n`);
  }
}
