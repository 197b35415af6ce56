import type { FailuresReply } from "../../local/cloud/control.ts";

/** A line for each component that ended with a fault: which, why, and where its log is. */
export const failureLines = (failures: FailuresReply): string[] =>
  failures.map(
    ({ app, component, kind, exitCode, said, log }) =>
      `failed: ${kind} ${component} of app ${app} ended with exit code ${exitCode}: ${said || "it said nothing"} (${log})`,
  );
