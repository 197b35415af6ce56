import { stripVTControlCharacters } from "node:util";

/** Controls, lone surrogates, and what turns, hides or splits text and is not seen itself. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** A text in one line, in which everything is seen: colours are taken out, and other controls are spelled. */
export function clean(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n?|\n/g, "⏎")
    .replace(/\t/g, " ")
    .replace(unseen, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`);
}

/** A text of at most so many characters, with how many more there were; no character is cut in two. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  // What was shortened before tells how long it was at first.
  const length = /… \((\d+) characters\)$/.exec(text)?.[1] ?? text.length;
  const mark = `… (${length} characters)`;
  const kept = text.slice(0, Math.max(0, most - mark.length));
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}${mark}`;
}

/** The same with names: enough of them to be told apart by people. */
export const shortName = (name: string, most = 80): string => shortened(clean(name), most);
