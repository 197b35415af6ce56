interface Range {
  readonly first: number;
  readonly last: number;
  readonly bits: number;
}

const pattern = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/;

/** Reads an IPv4 address or range in CIDR notation; undefined where it is neither. A single address is a /32. */
export function readRange(text: string): Range | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const octets = match.slice(1, 5).map(Number);
  const bits = Number(match[5] ?? 32);
  if (octets.some((octet) => octet > 255) || bits > 32) return undefined;
  const address = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const size = 2 ** (32 - bits);
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1, bits };
}

const within = (inner: Range, outer: Range): boolean =>
  inner.first >= outer.first && inner.last <= outer.last;

/** Private addresses of RFC 1918. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].flatMap(
  (text) => readRange(text) ?? [],
);

/** What is wrong with a range for a VPC, if anything (DigitalOcean API description, 2026-08, `vpc_create`). */
export function rangeFault(text: string): string | undefined {
  const range = readRange(text);
  if (range === undefined || !text.includes("/")) {
    return `"${text}" must be in CIDR notation, for example 10.10.10.0/24`;
  }
  if (!privateRanges.some((outer) => within(range, outer))) {
    return `"${text}" must be in a range of private addresses as defined in RFC1918`;
  }
  if (range.bits < 16 || range.bits > 28) return `"${text}" must not be smaller than /28 nor larger than /16`;
  return undefined;
}

/** Whether two ranges share an address. */
export function overlaps(left: string, right: string): boolean {
  const [a, b] = [readRange(left), readRange(right)];
  return a !== undefined && b !== undefined && a.first <= b.last && b.first <= a.last;
}

/** The first /20 of 10.100.0.0/14 that overlaps none of the used ranges. */
export function freeRange(used: readonly string[]): string {
  for (let second = 100; second < 104; second++) {
    for (let third = 0; third < 256; third += 16) {
      const range = `10.${second}.${third}.0/20`;
      if (!used.some((other) => overlaps(other, range))) return range;
    }
  }
  throw new Error("10.100.0.0/14 must have a free /20");
}
