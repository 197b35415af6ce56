import { OperationFault } from "../fault.ts";
import type { ReleaseContext } from "./context.ts";
import { type Rollback, type RollbackOptions, rollback } from "./rollback.ts";
import { type Verification, verifyRelease } from "./verify.ts";

/** A verification, and what was done about one that failed. */
export interface VerifiedOrBack extends Verification {
  rollback?: Rollback;
  /** Why the rollback did not end; the release that failed may still run. */
  rollbackFault?: string;
}

/** Verifies what a stack runs; with `rollbackOnFailure` a recorded verification that fails takes the stack back. */
export async function verifyOrRollback(
  context: ReleaseContext,
  options: {
    isRecorded?: boolean;
    mayRollBack?: boolean;
    environment?: RollbackOptions["environment"];
  } = {},
): Promise<VerifiedOrBack> {
  const { isRecorded = true, mayRollBack = true, environment } = options;
  const verification = await verifyRelease(context, { isRecorded });
  const asks = context.settings.verify?.rollbackOnFailure === true && isRecorded && mayRollBack;
  if (verification.isVerified || !asks) return verification;
  const reason = `${verification.id} failed its verification`;
  try {
    return { ...verification, rollback: await rollback(context, { reason, environment }) };
  } catch (error) {
    // That the release failed must be told, too.
    if (!(error instanceof OperationFault) || context.signal?.aborted) throw error;
    return { ...verification, rollbackFault: error.message };
  }
}
