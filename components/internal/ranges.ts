import { z } from "zod";
import { reservedRanges } from "../../catalog/reserved-ranges.ts";
import { shown } from "./faults.ts";

/**
 * A network range of private IPv4 addresses between /16 and /28, `10.30.0.0/20`.
 *
 * Source: DigitalOcean API description of 2026-08-07 (`vpc_create.ip_range`).
 */
export const PrivateRange = z
  .string()
  .superRefine((range, context) => {
    const fault = rangeFault(range);
    if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
  })
  .meta({ examples: ["10.30.0.0/20"] });

/** First and last address of a range, as numbers. */
function bounds(range: string): { first: number; last: number } {
  const [address = "", bits = "32"] = range.split("/");
  const first = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
  return { first, last: first + 2 ** (32 - Number(bits)) - 1 };
}

/** Whether two network ranges have an address in common. */
export function rangesOverlap(a: string, b: string): boolean {
  const [left, right] = [bounds(a), bounds(b)];
  return left.first <= right.last && right.first <= left.last;
}

/** What is wrong with a private network range, if anything. */
export function rangeFault(range: string): string | undefined {
  const must = "must be a private network range between /16 and /28, such as 10.30.0.0/20";
  const match =
    /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})(?:\/([1-9]\d?))?$/.exec(range);
  const bytes = match?.slice(1, 5).map(Number);
  if (match === null || bytes === undefined || bytes.some((byte) => byte > 255))
    return `${must}; got ${shown(range)}`;
  const bits = Number(match[5] ?? 20);
  const address = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const [first = 0, second = 0] = bytes;
  const isPrivate =
    first === 10 || (first === 172 && second >= 16 && second < 32) || (first === 192 && second === 168);
  if (bits < 16 || bits > 28 || !isPrivate) return `${must}; got ${shown(range)}`;
  const size = 2 ** (32 - bits);
  if (address % size === 0 && match[5] !== undefined) return undefined;
  const start = address - (address % size);
  const fixed = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256).join(".");
  const near = `${fixed}/${bits}`;
  const isFree = !reservedRanges.some((one) => rangesOverlap(one.range, near));
  const hint = isFree ? `did you mean ${near}?` : "take another range, such as 10.40.0.0/20";
  return match[5] === undefined
    ? `${must}; the size is missing, ${hint}`
    : `must start at the first address of its range; ${hint}`;
}
