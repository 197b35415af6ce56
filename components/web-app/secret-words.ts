/** How a secret is told by its look, so that none is kept in plain text by mistake. */

const secretNames =
  /(?:^|_)(?:SECRET|SECRET_?KEY|PASSWORD|PASSWD|PASSPHRASE|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|ENCRYPTION_?KEY|SIGNING_?KEY|LICENSE_?KEY|CREDENTIALS?|WEBHOOK_URL|DSN)$/i;

/** Forms that tokens and keys of well-known makers have, and addresses with a password inside. */
const secretValues =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----|\b(?:dop_v1_|doo_v1_|ghp_|github_pat_|glpat-|xox[abpr]-|sk_live_)\w|\bAKIA[0-9A-Z]{16}\b|^[a-z][a-z0-9+.-]*:\/\/[^\s:@/$]+:[^\s:@/$]+@/;

/** Whether a fixed value is most likely a secret, by its variable's name or by its own form. */
export function looksSecret(name: string, value: string | number | boolean): boolean {
  if (typeof value !== "string" || value === "") return false;
  return (secretNames.test(name) && !value.includes("${")) || secretValues.test(value);
}

const publishingPrefixes = [
  "VITE_",
  "NEXT_PUBLIC_",
  "NUXT_PUBLIC_",
  "REACT_APP_",
  "GATSBY_",
  "VUE_APP_",
  "PUBLIC_",
  "EXPO_PUBLIC_",
  "NG_APP_",
];

/** The start of a name by which build tools put its value into public files. */
export const publishingPrefix = (name: string): string | undefined =>
  publishingPrefixes.find((prefix) => name.startsWith(prefix));

/** The key of the stack file that suits a variable: `stripeToken` for `STRIPE_TOKEN`. */
export function secretKeyFor(name: string): string {
  const [first = "", ...rest] = name.toLowerCase().split("_").filter(Boolean);
  return [first, ...rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join("");
}
