const plain = (word: string) => word.toLowerCase().replace(/[^a-z0-9]/g, "");

/** Edits (insert, delete, replace, swap of neighbours) that turn one word into the other. */
export function distance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const at = (line: number[], index: number) => line[index] ?? Number.POSITIVE_INFINITY;
      let cost = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1])
        cost = Math.min(cost, at(beforeLast, column - 2) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}

const shortestPrefix = 4;

/** Longer words are no slip of a finger, and comparing them takes time. */
const longestWord = 64;

/** The known words that are nearest to one, nearest first. */
export function nearestFew(word: string, known: readonly string[], count: number): string[] {
  const wanted = plain(word.slice(0, longestWord));
  return known
    .map((candidate) => ({ candidate, cost: distance(wanted, plain(candidate)) }))
    .sort((a, b) => a.cost - b.cost)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/** The known word that a mistyped or unfinished one was most likely meant to be, if one is near enough. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > longestWord) return undefined;
  const wanted = plain(word);
  // Between numbers every distance is small, and a guess would be no help.
  if (!/[a-z]/.test(wanted)) return undefined;
  const most = Math.min(Math.max(1, Math.floor(wanted.length / 3)), wanted.length - 1);
  let best: { word: string; cost: number } | undefined;
  for (const candidate of known) {
    const cost = distance(wanted, plain(candidate));
    if (cost <= most && (best === undefined || cost < best.cost)) best = { word: candidate, cost };
  }
  if (best !== undefined || wanted.length < shortestPrefix) return best?.word;
  return known.find((candidate) => plain(candidate).startsWith(wanted));
}
