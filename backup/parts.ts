const mebibyte = 1024 * 1024;

/** What S3 allows: parts, and bytes of one part but the last. */
export const mostParts = 10_000;
const smallestPart = 5 * mebibyte;
const largestPart = 5 * 1024 * mebibyte;

/** Parts of equal size come first; after them the sizes double, so that a wrong estimate does not end an upload. */
const equalParts = 8_000;
const doublingEvery = 250;

/**
 * How many bytes the parts of an upload have, from the first on. A part is held in memory, so they are as small as the
 * estimate allows.
 *
 * @param estimate - bytes that the object will hardly exceed
 */
export function partSizes(estimate: number): (part: number) => number {
  const needed = Math.ceil(estimate / equalParts / mebibyte) * mebibyte;
  const first = Math.min(largestPart, Math.max(smallestPart, needed));
  return (part) => {
    const doublings = part <= equalParts ? 0 : Math.ceil((part - equalParts) / doublingEvery);
    return Math.min(largestPart, first * 2 ** doublings);
  };
}
