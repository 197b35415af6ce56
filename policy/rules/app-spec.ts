import { at, hidden, isUnknown, list } from "../values.ts";

/** One part of an app's spec by the name that the stack file gives it. */
export interface AppPart {
  name: string;
  spec: unknown;
}

/** The parts of one kind: services, workers, jobs, staticSites, databases, domainNames. */
export const named = (props: Record<string, unknown>, kind: string): AppPart[] =>
  list(at(props, `spec.${kind}`)).map((spec) => ({ name: String(at(spec, "name")), spec }));

/** Everything in an app that is built or runs. */
export const components = (props: Record<string, unknown>): AppPart[] =>
  ["services", "workers", "jobs", "staticSites"].flatMap((kind) => named(props, kind));

/** Words of a variable's name that promise a secret; a key that is not one, such as PUBLIC_KEY, is let through. */
const secretName =
  /(?:^|_)(?:SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|DSN|API_KEY|PRIVATE_KEY|LICENSE_KEY|SECRET_KEY|ACCESS_KEY)(?:_|$)/i;
const notSecret = /(?:_ID|_URL|_PATH|_FILE|_NAME|_TTL|_SECONDS|_MINUTES|_LENGTH)$/i;

/** What the keys of well-known platforms look like. */
const secretText =
  /(?:dop_v1_[0-9a-f]{64}|gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22,}|AKIA[0-9A-Z]{16}|sk_live_[A-Za-z0-9]{16,}|xox[abps]-[A-Za-z0-9-]{10,}|-----BEGIN [A-Z ]*PRIVATE KEY-----|:\/\/[^:/?#\s]+:[^@/?#\s$]+@)/;

/** Whether a variable holds a secret in clear, by its name or by its text. */
export function looksSecret(key: unknown, value: unknown): boolean {
  if (typeof value !== "string" || value === "" || value === hidden) return false;
  if (secretText.test(value)) return true;
  // Neither a switch, a number nor a reference to what the platform fills in is a secret itself.
  if (isUnknown(value) || /^(?:true|false|\d{1,6}|\$\{.*)$/.test(value)) return false;
  return secretName.test(String(key)) && !notSecret.test(String(key));
}
