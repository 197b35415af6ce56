import { displayable, looksSecret, namesSecret, secretForm } from "../../components/internal/secret-looks.ts";
import { secretMark } from "../plan/marks.ts";

/** Forms of tokens by which they are known anywhere: of DigitalOcean, GitHub, GitLab, Slack, Stripe, AWS, age; and private keys. */
const tokens =
  /\b(?:do[opr]_v1_|gh[opsur]_|github_pat_|glpat-|xox[abeprs]-|xapp-|sk_live_|rk_live_|pul-)(?:[A-Za-z0-9_-]|\p{Cf}){4,}|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|(?:do[opr]_v1_|gh[opsur]_|github_pat_|glpat-|sk_live_|rk_live_)[A-Za-z0-9_]{16,}|(?:AGE-SECRET-KEY-1|age-secret-key-1)[0-9A-Za-z]+|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/gu;

/** What stands behind the host of a webhook lets anybody write. */
const webhook =
  /(\bhttps:\/\/(?:hooks\.slack\.com|discord(?:app)?\.com\/api\/webhooks|[a-z0-9.-]+\.webhook\.office\.com)\/)[^\s"'<>\\]+/gi;

/** A cipher text of App Platform. */
const cipher = /EV\[[^\]]*\]?/g;

/** Where the password of an address begins, and what an address in a list or in JSON ends at. */
const login = /(?:\b(?:https?|wss?))?:\/\/[^\s/:?#]{0,256}:/gi;
const addressEnd = /\\?"(?=[,}\]:])|,(?=[a-z][a-z0-9+.-]{0,30}:\/\/)/i;

/** What stands around a word and behind it is none of it: brackets, and the comma of a list. */
const word = /"[^"]*"|'[^']*'|[^\s&;"']{0,500}[^\s&;"',)\]}]|[^\s&;"']+/.source;
/** `DB_PASSWORD=x`, `?token=x`, `--password=x`; `--password x`; `PASSWORD: x`, and `password: x` alone in its line. */
const named = [
  new RegExp(`(?<![\\w.$-])(-{0,2}([A-Za-z_][\\w.-]{0,100})=)(${word})`, "g"),
  new RegExp(`(?<!\\S)(--?([A-Za-z][\\w-]{0,100})\\s+)(?!-)(${word})`, "g"),
  new RegExp(`(?<![\\w.$-])(([A-Z][A-Z0-9_]{2,100}):\\s+)(${word})`, "g"),
  /^([ \t]{0,40}([A-Za-z][\w-]{0,100}):[ \t]{1,9})(\S+)(?=[ \t]{0,9}$)/gm,
];

/** `"dbPassword": "x"` in the text of a document, and the same as a text inside another. */
const member =
  /(\\?"([\w.-]{1,100})\\?"\s{0,4}:\s{0,4})(\\"[^"\\]*\\"|"[^"\\]*(?:\\.[^"\\]*){0,1000}"|\d+)/gs;

/** Whether a text holds nothing of its own but the names of what stands elsewhere, as `${db.PASSWORD}`. */
export function isReference(text: string): boolean {
  if (!text.includes("${")) return false;
  if (/^[a-z][\w+.-]{0,30}:\/\/(?:\$\{[\w.-]{1,100}\}:?){1,2}@/i.test(text)) return true;
  return !/[\p{L}\p{N}]/u.test(text.replace(/\$\{[\w.-]{1,100}\}/g, ""));
}

/** A text in which every secret that is known by its form, or by the name before it, is hidden. */
export function withoutTokens(text: string): string {
  const shown = withoutPasswords(withoutMembers(text.replace(cipher, secretMark)))
    .replace(tokens, secretMark)
    .replace(webhook, `$1${secretMark}`);
  const rest = named.reduce(
    (left, form) =>
      left.replace(form, (all, before: string, name: string, value: string) =>
        isGiven(name, value) ? `${before}${secretMark}` : all,
      ),
    shown,
  );
  return secretForm(rest) === undefined ? rest : displayable(rest);
}

/** Whether a word behind a name is a secret, and neither hidden already nor a place to write one. */
function isGiven(name: string, value: string): boolean {
  const plain = value.replace(/^(["'])(.*)\1$/s, "$2");
  if (isHidden(plain) || /^<[^>]*>?$/.test(plain) || /^(?:`|\$\(|\$[A-Z_][A-Z0-9_]*$)/.test(plain))
    return false;
  if (/^(?:null|empty|unset|required|optional|undefined)$/i.test(plain) || isReference(plain)) return false;
  // Several of them at once are counted or asked for, and not written behind one name.
  if (/s$/i.test(name) && !/pass$/i.test(name)) return false;
  return looksSecret(name, plain.replace(/\$\{[^}]{0,100}\}/g, ""));
}

const isHidden = (text: string): boolean => /^(?:\[secret(?:\]|$)|\(hidden(?:\)|$))/.test(text);

/** Passwords may hold every sign but a blank, also a slash and an at sign. */
function withoutPasswords(text: string): string {
  return text.includes("://") ? text.replace(/\S+/g, withoutPasswordsOf) : text;
}

function withoutPasswordsOf(run: string): string {
  const last = run.lastIndexOf("@");
  let [shown, from] = ["", 0];
  for (const found of run.matchAll(login)) {
    const start = found.index + found[0].length;
    if (start > last) break;
    if (found.index < from) continue;
    const rest = run.slice(start);
    const end = rest.search(addressEnd);
    const length = (end < 0 ? rest : rest.slice(0, end)).lastIndexOf("@");
    const password = rest.slice(0, Math.max(0, length));
    // `http://host:4873/@scope/name` has none, nor has what stands for one.
    const isPort = /^\d{1,5}\//.test(password) && /^[hw]/i.test(found[0]);
    if (password === "" || isPort || isHidden(password) || isReference(password)) continue;
    shown += `${run.slice(from, start)}${secretMark}`;
    from = start + length;
  }
  return shown + run.slice(from);
}

const withoutMembers = (text: string): string =>
  text.replace(member, (all, before: string, name: string, value: string) => {
    const quote = /^\\?"/.exec(value)?.[0] ?? "";
    const plain = value.slice(quote.length, value.length - quote.length);
    const isSecret = quote === "" ? looksSecret(name, Number(value)) : namesSecret(name) && name !== "secret";
    return isSecret &&
      plain !== "" &&
      !isHidden(plain) &&
      !isReference(plain) &&
      !/^(?:true|false|none|null)$/.test(plain)
      ? `${before}${quote === "" ? '"' : quote}${secretMark}${quote === "" ? '"' : quote}`
      : all;
  });
