import { type Document, isMap, isPair, isScalar, type LineCounter, visit } from "yaml";

/** Where values are words, be they written like numbers. */
const wordBlocks = ["environment", "variables"];

/** Digits that say something: neither sign, point and exponent nor zeros at the ends. */
const digitsOf = (text: string): string =>
  text
    .replace(/[eE].*$/, "")
    .replace(/[^0-9]/g, "")
    .replace(/^0+|0+$/g, "");

const mostDigits = 15;

function isChanged(source: string, value: number, isWord: boolean): boolean {
  if (isWord) return source !== String(value);
  return /^[-+]?0[0-9xo]/i.test(source) || digitsOf(source).length > mostDigits;
}

/** Numbers that YAML reads as other ones than a person wrote: `007`, `0x1F`, `1.10` as a variable, too many digits. */
export function changedNumbers(document: Document, lines: LineCounter): string[] {
  const found: string[] = [];
  visit(document, {
    Scalar(_, node, path) {
      const { value, source, range } = node;
      if (typeof value !== "number" || source === undefined || !Number.isFinite(value)) return;
      const keys = path.flatMap((one) => (isPair(one) && isScalar(one.key) ? [String(one.key.value)] : []));
      const isWord = keys.some((key) => wordBlocks.includes(key));
      if (path.some(isMap) && isChanged(source, value, isWord))
        found.push(
          `line ${lines.linePos(range?.[0] ?? 0).line}: ${source.slice(0, 40)} must be in quotes, or it is read as ${value}`,
        );
    },
  });
  return found;
}
