/** What the engine printed, and how it ended. */
export interface EngineOutput {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the `pulumi` command in the folder of the program, wherever it was found. */
export type RunEngine = (args: readonly string[]) => Promise<EngineOutput>;

/** Why the engine ended with another exit code than 0, in its own words on one line. */
export const engineReason = ({ stderr }: EngineOutput): string =>
  /^error: (.+)$/m.exec(stderr)?.[1] ?? (stderr.trim().split("\n").at(-1) || "pulumi gave no reason");
