import type { Command } from "commander";
import { gateSaysNo } from "../exit-codes.ts";
import { environmentHelp, print, type ReleaseOptions, releaseSubcommand, withRelease } from "./common.ts";

interface Options extends ReleaseOptions {
  record: boolean;
  rollback: boolean;
}

/** `slipway release verify`: whether what is live is what was meant, and works. */
export const verifyCommand = (): Command =>
  releaseSubcommand(
    "verify",
    "check what is live: digests, health, smoke tests, instances, logs, domains, times",
  )
    .option("--no-record", "write no status, so that nothing can be promoted by it")
    .option("--no-rollback", "do not roll back, also where slipway:verify asks for it")
    .addHelpText(
      "after",
      `
Tries, targets and smoke tests are in the block slipway:verify. With rollbackOnFailure there, a recorded verification
that fails rolls the stack back.
${environmentHelp}

Exit codes: 0 verified, 1 a platform refuses, 3 not verified.`,
    )
    .action(async (options: Options) => {
      const { verifyOrRollback } = await import("../../operations/release/verify-or-rollback.ts");
      const { verifiedOrBackText } = await import("../../operations/release/texts.ts");
      const { record: isRecorded, rollback: mayRollBack } = options;
      const result = await withRelease(options, (context) =>
        verifyOrRollback(context, { isRecorded, mayRollBack }),
      );
      print(options, result, (done) => verifiedOrBackText(done, options.local));
      if (!result.isVerified) process.exitCode = gateSaysNo;
    });
