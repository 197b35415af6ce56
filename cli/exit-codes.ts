/** Exit codes of the command. Everything else that can go wrong is a fault that a person can mend. */
export const ok = 0;
export const fault = 1;
const usage = 2;
/** Something drifts: as good as any yes or no, and no fault. */
export const drifts = 2;
/** A gate says no. */
export const gateSaysNo = 3;
/** Wrong options of `drift`, whose 2 is an answer; sysexits.h calls it EX_USAGE. */
const usageOfDrift = 64;

/** The exit code of a command that was given wrong options. */
export const usageOf = ([command]: readonly string[]): number => (command === "drift" ? usageOfDrift : usage);

/** What every command's exit codes mean; where one has more of them, or other words, its own help says so. */
export const exitCodesText = `Exit codes: 0 done; 1 a fault that can be mended; 2 wrong options (64 of drift, whose 2 says that something drifts); 3 a
gate says no; 130 Ctrl-C. docs/commands.md lists options and exit codes of all commands.`;
