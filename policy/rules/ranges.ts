/** IPv4 addresses from one number to another. */
export interface AddressRange {
  first: number;
  last: number;
}

/** The addresses of `10.0.0.0/20`, or of one address. */
export function rangeOf(text: string): AddressRange | undefined {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:\/(\d{1,2}))?$/.exec(text);
  if (found === null) return undefined;
  const [, ...parts] = found;
  const numbers = parts.map((part) => Number(part ?? 32));
  const [a = 0, b = 0, c = 0, d = 0, bits = 32] = numbers;
  if ([a, b, c, d].some((one) => one > 255) || bits > 32) return undefined;
  const size = 2 ** (32 - bits);
  const first = Math.floor(((a * 256 + b) * 256 + c) * 256 + d) / size;
  return { first: Math.floor(first) * size, last: Math.floor(first) * size + size - 1 };
}

/** Whether some address is in both. */
export const overlap = (one: AddressRange, other: AddressRange): boolean =>
  one.first <= other.last && other.first <= one.last;

const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].flatMap(
  (text) => rangeOf(text) ?? [],
);

/** Whether all of it is for private networks. */
export const privateRange = ({ first, last }: AddressRange): boolean =>
  privateRanges.some((range) => range.first <= first && last <= range.last);
