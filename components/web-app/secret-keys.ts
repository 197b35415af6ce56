import { publishingPrefixes } from "../../catalog/secret-names.ts";

/** Where a variable's secret is kept, and which names give it away. */

/** The start of a name by which build tools put its value into public files. */
export const publishingPrefix = (name: string): string | undefined =>
  publishingPrefixes.find((prefix) => name.startsWith(prefix));

/** The key of the stack file that suits a variable: `stripeToken` for `STRIPE_TOKEN`. */
export function secretKeyFor(name: string): string {
  const [first = "", ...rest] = name.toLowerCase().split("_").filter(Boolean);
  return [first, ...rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join("");
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
