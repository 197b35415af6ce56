import { type Fault, pathText } from "./faults.ts";
import { displayable, secretForm } from "./secret-looks.ts";

/** Deeper than any setting, and far from what recursion can stand. */
const deepest = 40;

/** Characters that nobody sees and no name or value needs; line ends and tabs are left. */
const invisible = /[[\p{Cc}\p{Cf}]--[\t\n\r\u061c\u200c-\u200f\u202a-\u202e\u2066-\u2069]]/v;
/** Characters that turn the order in which a line is read. */
const turning = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/** Joiners, which some scripts and signs need. */
const joining = /[\u200c\u200d]/u;

const codeOf = (text: string, form: RegExp) =>
  `U+${(form.exec(text)?.[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

/** What is wrong with a text itself, wherever it stands. */
function textFault(text: string, isProse: boolean): string | undefined {
  if (!text.isWellFormed()) return "must be whole characters: it holds a half of one";
  if (invisible.test(text)) return `must not hold a character that nobody sees: ${codeOf(text, invisible)}`;
  if (turning.test(text))
    return `must not hold a character that turns the order of reading: ${codeOf(text, turning)}`;
  if (!isProse && joining.test(text))
    return `must not hold a character that nobody sees: ${codeOf(text, joining)}`;
  return undefined;
}

/** Values of variables and DNS texts are anybody's words. */
const isProse = (path: readonly PropertyKey[]) => path.includes("environment") || path.includes("variables");

const plainText = (what: string) =>
  `must not hold ${what} in plain text, where everybody can read it: revoke it, make it a stack secret and refer to its key`;

/** What is wrong with values before any schema looks at them. */
export interface Hazards {
  faults: Fault[];
  /** Whether nothing may look at the value, because its form itself is the fault. */
  isUnusable: boolean;
}

/** Looks for what no setting may hold: secrets in plain text, characters that deceive, keys and depths that break programs. */
export function hazardsOf(value: unknown, start: string): Hazards {
  const faults: Fault[] = [];
  let isUnusable = false;
  const add = (path: readonly PropertyKey[], message: string, rule?: string) =>
    faults.push({ path: pathText(path, start), message, ...(rule === undefined ? {} : { rule }) });
  const left: { value: unknown; path: PropertyKey[]; isPublic: boolean }[] = [
    { value, path: [], isPublic: false },
  ];
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    const { path } = one;
    if (typeof one.value === "string") {
      const what = secretForm(one.value, one.isPublic ? "public" : undefined);
      const fault = textFault(one.value, isProse(path));
      if (what !== undefined) add(path, plainText(what), "plain-text-secret");
      if (fault !== undefined) add(path, fault);
    } else if (typeof one.value === "number" && Math.abs(one.value) > Number.MAX_SAFE_INTEGER)
      add(
        path,
        `must be smaller, or a text in quotes: numbers beyond ${Number.MAX_SAFE_INTEGER} are rounded`,
        "number-too-large",
      );
    if (typeof one.value !== "object" || one.value === null) continue;
    if (path.length >= deepest) {
      isUnusable = true;
      add([], `must not be nested deeper than ${deepest} levels`);
      break;
    }
    const isPublic = Reflect.get(one.value, "isPublic") === true;
    const entries = Array.isArray(one.value) ? [...one.value.entries()] : Object.entries(one.value);
    for (const [key, inner] of entries.reverse()) {
      const place = [...path, key];
      if (typeof key === "string" && key in Object.prototype) {
        isUnusable = true;
        add(place, "must have another name: every object of JavaScript has this one already");
      } else left.push({ value: inner, path: place, isPublic });
      const fault = typeof key === "string" ? textFault(key, false) : undefined;
      if (fault !== undefined)
        add(
          path,
          `must have names that can be read: ${JSON.stringify(displayable(key.toString()).slice(0, 60))} ${fault}`,
        );
    }
  }
  return { faults, isUnusable };
}

const isWithin = (path: string, owner: string) =>
  path === owner || path.startsWith(`${owner}.`) || path.startsWith(`${owner}[`);

/**
 * Hazards of a value and what a schema says of it, each place once: of a variable the schema knows the way out, and of
 * a number its bounds; elsewhere that a text must have another form is no news where it must not be there at all.
 */
export function toldOnce(hazards: readonly Fault[], faults: readonly Fault[]): Fault[] {
  const isBetter = ({ rule }: Fault) => rule === "plain-secret" || rule === "command-secret";
  const left = hazards.filter(({ path, rule }) =>
    rule === "number-too-large"
      ? !faults.some((one) => one.path === path)
      : rule !== "plain-text-secret" || !faults.some((one) => isBetter(one) && isWithin(path, one.path)),
  );
  return [...left, ...faults.filter((one) => isBetter(one) || !left.some(({ path }) => path === one.path))];
}
