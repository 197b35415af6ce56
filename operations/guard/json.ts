import { shortened } from "../report/clean.ts";
import { withoutTokens } from "../report/secret-texts.ts";

/** Deepest nesting of a document that is read, levels: the settings of an app have eight. */
const deepest = 200;

/**
 * Why two readers could take the same JSON for two things, "it …"; undefined where they cannot. Of a key that is there twice
 * one reader takes the first and another the last, and what is nested without end ends some readers. The rest of its grammar
 * is checked before.
 */
export function doubtOfJson(text: string): string | undefined {
  /** For each open level the keys so far; undefined in a list. */
  const levels: (Set<string> | undefined)[] = [];
  let isKey = false;
  for (const piece of piecesOf(text)) {
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
      if (keys.has(key))
        return `has the key ${shortened(JSON.stringify(withoutTokens(key)), 160)} twice in one place`;
      keys.add(key);
    }
  }
  return undefined;
}

/** What a text is made of as far as keys and levels go. A regular expression runs out of stack in a long string. */
function* piecesOf(text: string): Generator<string> {
  for (let index = 0; index < text.length; index += 1) {
    const sign = text[index] ?? "";
    if (sign === '"') {
      const end = endOfString(text, index);
      yield text.slice(index, end + 1);
      index = end;
    } else if ("{}[],:".includes(sign)) yield sign;
  }
}

/** Where the string that begins somewhere ends. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let first = end;
    while (text[first - 1] === "\\") first -= 1;
    if ((end - first) % 2 === 0) return end;
  }
  return text.length - 1;
}
