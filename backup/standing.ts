import { isFromFuture } from "./clock.ts";
import type { StoredBackup } from "./history.ts";
import { type Records, sealOf, type VerificationRecord } from "./records.ts";

/** What is known of a backup as it is now; ISO times, and null for what is not so. */
export interface Standing {
  /** When it was last opened, read to its end and found whole. */
  readonly verifiedAt: string | null;
  /** When its object was last compared with its manifest, without a look inside. */
  readonly sealedAt: string | null;
  /** When it was found damaged, where it was not found good since. */
  readonly damagedAt: string | null;
}

/**
 * What the records say of a backup. Damage stands until a reading that went as deep finds it good: one that opens nothing
 * does not see what one that opened it saw, and a record from the future cannot be of a later reading.
 */
export function standingOf({ verifications }: Records, backup: StoredBackup, now: Date): Standing {
  const seal = sealOf(backup);
  const own = verifications.filter((one) => one.backup === backup.id && one.seal === seal);
  const good = own.filter(({ isGood }) => isGood);
  const damaged = own.find((one) => !one.isGood && !good.some((other) => outdoes(other, one, now)));
  if (damaged !== undefined) return { verifiedAt: null, sealedAt: null, damagedAt: damaged.at.toISOString() };
  const newest = (isOpened: boolean) =>
    good.find((one) => one.isOpened === isOpened)?.at.toISOString() ?? null;
  return { verifiedAt: newest(true), sealedAt: newest(false), damagedAt: null };
}

const outdoes = (good: VerificationRecord, damaged: VerificationRecord, now: Date): boolean =>
  good.at > damaged.at &&
  (good.isOpened || !damaged.isOpened) &&
  !isFromFuture((now.getTime() - good.at.getTime()) / 3_600_000);
