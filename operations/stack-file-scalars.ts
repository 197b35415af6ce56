/** How a plain text of a stack file is read as something else than what a person wrote. */
export interface Reading {
  /** What must hold in its place, and what it is read as. */
  message: string;
  /** What the engine hands to the program; undefined where it refuses the file. */
  value: number | string | undefined;
}

const plainOrQuoted = "must be a plain number, or a text in quotes";

/** Digits that say something: neither sign, point and exponent nor zeros at the ends. */
const digitsOf = (text: string): string =>
  text
    .replace(/[eE].*$/, "")
    .replace(/[^0-9]/g, "")
    .replace(/^0+|0+$/g, "");

const mostDigits = 15;

const bases: Readonly<Record<string, number>> = { x: 16, o: 8, b: 2, "0": 8 };

/** The number that the engine's YAML (gopkg.in/yaml.v3) takes a plain text for. */
export function engineNumber(source: string): number | undefined {
  if (!/^[-+.\d]/.test(source)) return undefined;
  const digits = source.replaceAll("_", "");
  const whole = /^([-+]?)0(?:([xX])([\da-fA-F]+)|([bB])([01]+)|([oO]?)([0-7]+))$/.exec(digits);
  if (whole !== null) {
    const [, sign, x, hexadecimal, b, binary, , octal] = whole;
    const value = Number.parseInt(hexadecimal ?? binary ?? octal ?? "", bases[(x ?? b ?? "0").toLowerCase()]);
    return sign === "-" ? -value : value;
  }
  return /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/.test(digits) ? Number(digits) : undefined;
}

/** Days and moments as the engine's YAML knows them, which it turns into a text of its own. */
const moment =
  /^\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[-+]\d\d:\d\d))|(?: +\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?))?$/;

/**
 * What becomes of a text without quotes, where it is not what it looks like: `0x1F90`, `007`, `1_000`, `.inf`, a day, too
 * many digits, or `1.10` where a word is meant. Undefined where it stays what it is.
 */
export function changedReading(source: string, isWord: boolean): Reading | undefined {
  const shown = source.slice(0, 40);
  if (moment.test(source))
    return { message: `must be in quotes: the engine writes ${shown} in another form`, value: source };
  if (/^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/.test(source))
    return { message: `${plainOrQuoted}: the engine refuses ${shown}`, value: undefined };
  const value = engineNumber(source);
  if (value === undefined) return undefined;
  if (!Number.isFinite(value))
    return { message: `${plainOrQuoted}: ${shown} is larger than any number`, value: source };
  const isOther = isWord
    ? source !== String(value)
    : /_|^[-+]?0[\dxob]/i.test(source) || digitsOf(source).length > mostDigits;
  const must = isWord ? "must be in quotes" : plainOrQuoted;
  return isOther ? { message: `${must}: ${shown} is read as ${value}`, value } : undefined;
}

/** Whether the engine reads a name without quotes as another one: it is a number or a day to it, and no text. */
export function isRenamed(name: string): boolean {
  const reading = changedReading(name, true);
  return reading !== undefined || /^(?:~|null|Null|NULL|)$/.test(name);
}
