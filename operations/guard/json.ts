/** Deepest nesting of a document that is read, levels: the settings of an app have eight. */
const deepest = 200;

/** What a text is made of as far as keys and levels go. The rest of its grammar is checked before. */
const pieces = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/gs;

/**
 * Why two readers could take the same JSON for two things, "it …"; undefined where they cannot. Of a key that is there twice
 * one reader takes the first and another the last, and what is nested without end ends some readers.
 */
export function doubtOfJson(text: string): string | undefined {
  /** For each open level the keys so far; undefined in a list. */
  const levels: (Set<string> | undefined)[] = [];
  let isKey = false;
  for (const [piece] of text.matchAll(pieces)) {
    const keys = levels.at(-1);
    if (piece === "{" || piece === "[") {
      levels.push(piece === "{" ? new Set() : undefined);
      if (levels.length > deepest) return `is nested more than ${deepest} levels deep`;
      isKey = piece === "{";
    } else if (piece === "}" || piece === "]") {
      levels.pop();
      isKey = false;
    } else if (piece === ",") isKey = keys !== undefined;
    else if (piece === ":") isKey = false;
    else if (isKey && keys !== undefined) {
      const key: string = JSON.parse(piece);
      if (keys.has(key)) return `has the key ${JSON.stringify(key)} twice in one place`;
      keys.add(key);
    }
  }
  return undefined;
}
