import { FreeText } from "./values.ts";

/** Fewer words, or fewer letters, say nothing. */
const fewestWords = 4;
const fewestLetters = 6;

/** Neighbours on a keyboard: `asdf` and `qwer` are no words. */
const rows = ["qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "qsdfghjklm", "zxcvbnm", "yxcvbnm"];
const isRow = (word: string): boolean =>
  word.length > 2 && rows.some((row) => row.includes(word) || [...row].reverse().join("").includes(word));

const segmenter = new Intl.Segmenter("und", { granularity: "word" });

/** The words of a text in any script, each once, without what only looks like one. */
function wordsIn(text: string): string[] {
  const words = [...segmenter.segment(text.toLowerCase())]
    .filter(({ isWordLike, segment }) => isWordLike === true && /\p{L}/u.test(segment))
    .map(({ segment }) => segment);
  return [...new Set(words)].filter((word) => !isRow(word));
}

/** Whether a text gives a reason: several different words with several different letters. */
export function isReason(text: string): boolean {
  const words = wordsIn(text);
  return words.length >= fewestWords && new Set(words.join("")).size >= fewestLetters;
}

/** Why something is so, in words. */
export const Reason = (must: string) => FreeText.refine(isReason, { error: must });
