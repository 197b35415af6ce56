import { publishingPrefixes } from "../../catalog/secret-names.ts";
import { blockNames } from "../internal/block-names.ts";
import { backupSecretKeys } from "./backup-workers.ts";
import { preparationSecret } from "./database-preparation.ts";
import { fileSecretKeys } from "./files.ts";

/** Where a variable's secret is kept, and which names give it away. */

/** The start of a name by which build tools put its value into public files. */
export const publishingPrefix = (name: string): string | undefined =>
  publishingPrefixes.find((prefix) => name.startsWith(prefix));

/** Keys that a secret of the app cannot have: blocks of the stack file, and secrets that slipway sets itself. */
const takenKeys: readonly string[] = [
  ...blockNames,
  preparationSecret,
  ...Object.values(fileSecretKeys),
  ...Object.values(backupSecretKeys),
  "backupSettings",
];

/** With what is put behind it, a key has 64 characters at most. */
const longestKey = 58;

/** The key of the stack file that suits a variable: `stripeToken` for `STRIPE_TOKEN`, `databaseSecret` for `DATABASE`. */
export function secretKeyFor(name: string): string {
  const [first = "", ...rest] = name.toLowerCase().split("_").filter(Boolean);
  const start = /^[a-z]/.test(first) ? first : `app${first}`;
  const key = [start, ...rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1))]
    .join("")
    .slice(0, longestKey);
  const isFree = (candidate: string) => !takenKeys.includes(candidate) && !(candidate in Object.prototype);
  return [key, `${key}Secret`].find(isFree) ?? `${key}OfApp`;
}

const keepAs = (name: string) => {
  const key = secretKeyFor(name);
  return `write { secret: ${key} } and set it with: pulumi config set --secret slipway:${key}`;
};

/** What to say of a variable that has the name of a secret. */
export const plainSecretText = (name: string): string =>
  `must not be in plain text: ${keepAs(name)} (or { value: …, isPublic: true } if everybody may read it)`;

/** What to say of a variable that holds a known kind of secret, such as "a token of GitHub". */
export const plainFormText = (what: string, name: string): string =>
  `must not hold ${what} in plain text, where everybody can read it: revoke it, ${keepAs(name)}`;
