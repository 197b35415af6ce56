/** One ten-millionth of a USD: fine enough for the price of one request, so that sums are of whole numbers. */
const unitsPerUsd = 10_000_000;
const unitsPerCent = unitsPerUsd / 100;

/** An amount of money that is still exact, in ten-millionths of a USD. */
export type Amount = bigint;

/** Quantities are kept to a millionth: parts of a GiB, minutes of a month. */
const quantityUnits = 1_000_000;

/** So much of something at a price in USD each; the one place where a fraction becomes a whole number. */
export const times = (quantity: number, usdEach: number): Amount =>
  (BigInt(Math.round(quantity * quantityUnits)) * BigInt(Math.round(usdEach * unitsPerUsd))) /
  BigInt(quantityUnits);

/** An amount in whole cents, half a cent and more rounded up. */
export const cents = (amount: Amount): number =>
  Number((amount + BigInt(unitsPerCent / 2)) / BigInt(unitsPerCent));

/** Cents as USD, the number that is nearest to two decimals. */
export const usd = (wholeCents: number): number => wholeCents / 100;

/** The sum of amounts in USD that are whole cents each. */
export const sumOf = (amounts: readonly number[]): number =>
  usd(amounts.reduce((sum, amount) => sum + Math.round(amount * 100), 0));
