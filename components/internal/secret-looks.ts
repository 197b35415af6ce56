import { secretForms } from "../../catalog/secret-forms.ts";
import {
  amountWords,
  choiceWords,
  harmlessEnds,
  harmlessKeys,
  harmlessPasses,
  hashWords,
  lastSecretWords,
  manySecretWords,
  publicWords,
  publishingPrefixes,
  secretEndings,
  secretKeys,
  secretWords,
  suggestingWords,
} from "../../catalog/secret-names.ts";

/** More of a text than this is not looked through. */
const longestLook = 65_536;

/**
 * What a value is by its form, such as "a token of GitHub"; undefined where it is no known kind of secret.
 *
 * @param where - in what is said to be `public`, forms do not count that public values have too
 */
export function secretForm(value: unknown, where?: "public"): string | undefined {
  if (typeof value !== "string") return undefined;
  const start = value.slice(0, longestLook);
  return secretForms.find(
    ({ form, mayBePublic }) => (where === undefined || mayBePublic !== true) && form.test(start),
  )?.what;
}

/** The words of a name in any spelling: `DB_PASSWORD`, `spacesSecretKey`, `api-key`. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean);

/** Whether a name promises a secret: `STRIPE_TOKEN`, `smtpPass`, `API_KEY`, `SLACK_WEBHOOK_URL`. */
export function namesSecret(name: string): boolean {
  const words = wordsOf(name);
  const last = words.at(-1) ?? "";
  const before = words.at(-2) ?? "";
  if (harmlessEnds.includes(last)) return false;
  if (publicWords.includes(before) && last !== "pass") return false;
  if (last === "url" || last === "uri") return words.at(-2) === "webhook";
  // `KEY` alone is what lists of names and values call the name.
  return (
    words.some((word) => secretWords.includes(word) || secretEndings.some((end) => word.endsWith(end))) ||
    (lastSecretWords.includes(last) && name !== "PWD") ||
    (/(?:pass|pwd)$/.test(last) && ![...harmlessPasses, "oldpwd", "pwd"].includes(last)) ||
    (last === "key" && words.length > 1 && !harmlessKeys.includes(before)) ||
    (manySecretWords.includes(last) && !words.some((word) => amountWords.includes(word))) ||
    words.some((word, index) => /^keys?$/.test(word) && secretKeys.includes(words[index - 1] ?? "")) ||
    /connectionstring$/.test(words.join(""))
  );
}

/** Names whose value may be a number and is a secret all the same; so is a PIN of four digits and more. */
const isNumberSecret = (name: string, digits: string) =>
  /pass|pwd/i.test(name) || (wordsOf(name).at(-1) === "pin" && digits.length > 3);

/** Words in the place of a value: of a password they are one, unless its name asks whether there is any. */
const isSwitch = (text: string) => /^(?:true|false|on|off|yes|no|enabled|disabled)$/i.test(text);
const isPassword = (name: string) =>
  /(?:pass|pwd|passwd|password|passphrase|passcode)$/.test(wordsOf(name).at(-1) ?? "") &&
  !wordsOf(name).some((word) => choiceWords.includes(word));

/** Whether a name lets expect that a value drawn by lot is a secret, and no hash of something that everybody may see. */
const suggestsSecret = (name: string): boolean => {
  const words = wordsOf(name);
  return (
    words.some((word) => suggestingWords.includes(word)) &&
    !words.some((word) => hashWords.includes(word)) &&
    !harmlessKeys.includes(words.at(-1) === "key" ? (words.at(-2) ?? "") : "")
  );
};

/** Words that say how somebody logs in, and not with what: `SMTP_AUTH` is `login`. */
const isKindOfLogin = (name: string, text: string) =>
  wordsOf(name).at(-1) === "auth" && /^[A-Za-z]{1,12}$/.test(text);

/** The key of a stored object is a path of plain words: `S3_KEY` is `reports/monthly.csv`. */
const isPlace = (name: string, text: string) =>
  wordsOf(name).at(-1) === "key" && /^(?:[a-z][a-z._-]*\/)+[a-z][a-z._-]*$/.test(text);

/** Whether a fixed value is most likely a secret, by its variable's name or by its own form. */
export function looksSecret(name: string, value: unknown): boolean {
  if (typeof value !== "string" && typeof value !== "number") return false;
  const text = String(value);
  if (text === "") return false;
  // Builds put it into files that everybody reads, so that its name promises nothing.
  if (publishingPrefixes.some((prefix) => name.startsWith(prefix)))
    return secretForm(text, "public") !== undefined;
  if (secretForm(text) !== undefined) return true;
  // Neither a switch, a small number nor a reference to what the platform fills in is a secret itself.
  if (/^none$/i.test(text) || text.includes("${")) return false;
  if (isSwitch(text)) return namesSecret(name) && isPassword(name);
  if (/^\d{1,6}$/.test(text) && !isNumberSecret(name, text)) return false;
  if (isKindOfLogin(name, text) || isPlace(name, text)) return false;
  return namesSecret(name) || (suggestsSecret(name) && looksDrawn(text));
}

/** Characters that stand for nothing, or turn the order of what is read. */
const hidden = /[\p{Cc}\p{Cf}]/gu;

/** A text in which every character is seen, and in which no secret of a known form is. */
export function displayable(text: string): string {
  let shown = text;
  for (const { form } of secretForms)
    for (let found = form.exec(shown); found !== null; found = form.exec(shown)) {
      // To the end of the word, since a form is only the beginning of most secrets.
      const rest = /^[^\s"'`,;)\]]*/.exec(shown.slice(found.index + found[0].length))?.[0] ?? "";
      shown = `${shown.slice(0, found.index)}(hidden)${shown.slice(found.index + found[0].length + rest.length)}`;
    }
  return shown.replace(hidden, (one) => `\\u{${one.codePointAt(0)?.toString(16)}}`);
}

/** Whether a word looks like it was drawn by lot: long, of letters of both cases and digits, or of hexadecimal digits. */
export const looksDrawn = (text: string): boolean =>
  /^[\w+/=-]{16,}$/.test(text) &&
  ((/[a-z]/.test(text) && /[A-Z]/.test(text) && (text.match(/\d/g) ?? []).length >= 3) ||
    /^[0-9a-f]{32,}$/i.test(text));
