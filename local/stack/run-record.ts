import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readJson, writePrivately } from "../files.ts";

/** What is known of a run of the engine that has not ended cleanly. */
const RunRecord = z.strictObject({
  /** The engine's process, while there is one; its start time is missing for the moment after the start. */
  engine: z.strictObject({ pid: z.int(), started: z.string().optional() }).optional(),
});
export type RunRecord = z.output<typeof RunRecord>;

/**
 * The record of a stack's run: there from before the engine starts until everything has ended well. A record that a
 * command finds at its start tells that the run before it was killed.
 */
export class RunRecords {
  private readonly directory: string;

  constructor(home: string) {
    this.directory = join(home, "runs");
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
  }

  read(stack: string): RunRecord | undefined {
    const path = this.fileOf(stack);
    return existsSync(path) ? RunRecord.parse(readJson(path)) : undefined;
  }

  write(stack: string, record: RunRecord): void {
    writePrivately(this.fileOf(stack), JSON.stringify(record));
  }

  remove(stack: string): void {
    rmSync(this.fileOf(stack), { force: true });
  }

  private fileOf(stack: string): string {
    return join(this.directory, `${stack}.json`);
  }
}
