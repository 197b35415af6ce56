import { isIPv4, isIPv6 } from "node:net";

/** Addresses from the first to the last one. */
export interface AddressRange {
  family: 4 | 6;
  first: bigint;
  last: bigint;
}

const bitsOf = { 4: 32, 6: 128 } as const;

/** Blocks of IPv6 in which addresses of IPv4 are written: as they are, mapped, and through NAT64 (RFC 4291, RFC 6052). */
const writtenInSix = [0n, 0xffffn << 32n, 0x64ff9bn << 96n];
const four = 1n << 32n;

/** One address, or a range such as 10.0.0.0/8; undefined for what could be read in another way, or not at all. */
export function addressRange(text: string): AddressRange | undefined {
  const [, host = "", mask] = /^([0-9A-Fa-f.:]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? [];
  const family = isIPv4(host) ? 4 : isIPv6(host) ? 6 : undefined;
  if (family === undefined) return undefined;
  const bits = bitsOf[family];
  const address = family === 4 ? numberOfFour(host) : numberOfSix(host);
  // Without a mask the address zero is read as any address.
  const fixed = mask === undefined ? (address === 0n ? 0 : bits) : Number(mask);
  if (fixed > bits) return undefined;
  const size = 1n << BigInt(bits - fixed);
  const first = address - (address % size);
  return inFour({ family, first, last: first + size - 1n });
}

/** A range of IPv6 that holds addresses of IPv4 is a range of these. */
function inFour(range: AddressRange): AddressRange {
  if (range.family === 4) return range;
  for (const start of writtenInSix) {
    if (range.first >= start && range.last < start + four)
      return { family: 4, first: range.first - start, last: range.last - start };
    if (range.first <= start && range.last >= start + four - 1n)
      return { family: 4, first: 0n, last: four - 1n };
  }
  return range;
}

const numberOfFour = (host: string): bigint =>
  host.split(".").reduce((number, part) => number * 256n + BigInt(part), 0n);

function numberOfSix(host: string): bigint {
  // The last 32 bits may be written as an address of IPv4.
  const [, before = host, inside] = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(host) ?? [];
  const tail = inside === undefined ? "" : numberOfFour(inside).toString(16).padStart(8, "0");
  const text = inside === undefined ? host : `${before}${tail.slice(0, 4)}:${tail.slice(4)}`;
  const [left = "", right] = text.split("::");
  const groups = (part: string) => part.split(":").filter((group) => group !== "");
  const [head, end] = [groups(left), groups(right ?? "")];
  const zeros = Array.from({ length: 8 - head.length - end.length }, () => "0");
  return [...head, ...zeros, ...end].reduce((number, group) => number * 65_536n + BigInt(`0x${group}`), 0n);
}

/** How many addresses there are in ranges of one family, each counted once. */
export function addressesIn(ranges: readonly AddressRange[], family: 4 | 6): bigint {
  const sorted = ranges
    .filter((range) => range.family === family)
    .sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  let [count, next] = [0n, 0n];
  for (const { first, last } of sorted) {
    const from = first > next ? first : next;
    if (last < from) continue;
    count += last - from + 1n;
    next = last + 1n;
  }
  return count;
}

/** Ranges that no router of the internet forwards (RFC 1918, RFC 4193). */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"].flatMap(
  (text) => addressRange(text) ?? [],
);

export const isPrivate = ({ family, first, last }: AddressRange): boolean =>
  privateRanges.some((one) => one.family === family && one.first <= first && last <= one.last);
