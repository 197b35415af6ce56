import { createHmac, randomBytes } from "node:crypto";
import { z } from "zod";

/**
 * What a stack remembers about the secrets that its app already holds, so that an unchanged secret is sent as the
 * ciphertext that the platform gave for it and nothing is deployed again.
 *
 * It is kept as a secret output of the stack. It holds no plaintext.
 */
export const Sealed = z.object({
  /** Key of the fingerprints, made at random once. */
  key: z.base64().min(1),
  /** By location: fingerprint of the plaintext, and the platform's ciphertext for it. */
  entries: z.record(z.string(), z.object({ fingerprint: z.string(), ciphertext: z.string() })),
  /**
   * Fingerprint of the alert destinations that the platform has, the app's age when they were last seen, and whether
   * the provider's state has them.
   */
  destinations: z
    .object({ fingerprint: z.string(), appUpdatedAt: z.string(), isInState: z.boolean().default(false) })
    .optional(),
});
export type Sealed = z.output<typeof Sealed>;

/** Where a secret stands in an app, in a form that survives reordering: each is a location of its own. */
export const location = {
  /** A variable; the component is empty for a variable of the whole app. */
  variable: (component: string, name: string) => `${component}.${name}`,
  registry: (component: string) => `${component}#registry`,
  log: (component: string, destination: string) => `${component}#log.${destination}`,
};

/**
 * What the stack's output held, or a fresh start where it held nothing or something of another form.
 *
 * @param isResending - whether to forget what the platform has, so that everything is sent in clear
 */
export function openSealed(output: unknown, isResending = false): Sealed {
  const known = Sealed.safeParse(output);
  if (!known.success) return { key: randomBytes(32).toString("base64"), entries: {} };
  return isResending ? { key: known.data.key, entries: {} } : known.data;
}

/** A fingerprint that tells nothing about the text without the key, nor that two locations hold the same text. */
export function fingerprint(key: string, place: string, text: string): string {
  return createHmac("sha256", Buffer.from(key, "base64")).update(`${place}\0${text}`).digest("hex");
}

/** What to send for a secret: the platform's own ciphertext while the secret is unchanged, else the secret. */
export function sentValue(sealed: Sealed, place: string, plaintext: string): string {
  const entry = sealed.entries[place];
  return entry?.fingerprint === fingerprint(sealed.key, place, plaintext) ? entry.ciphertext : plaintext;
}

const isCiphertext = (value: unknown): value is string =>
  typeof value === "string" && value.startsWith("EV[");

const secretSignature = "4dabf18193072939515e22adb298388d";

/** The value without the SDK's wrappers for secrets, which it leaves around values inside an output. */
export function opened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== "object" || value === null) return value;
  if (secretSignature in value && "value" in value) return opened(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, opened(inner)]));
}

type Properties = Readonly<Record<string, unknown>>;
const properties = (value: unknown): Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Properties) : {};
const list = (value: unknown): Properties[] => (Array.isArray(value) ? value.map(properties) : []);

/** The ciphertexts in an app's spec as the provider read it back, by location. */
export function ciphertexts(specOutput: unknown): Map<string, string> {
  const found = new Map<string, string>();
  const note = (place: string, value: unknown) => {
    if (isCiphertext(value)) found.set(place, value);
  };
  const spec = properties(opened(specOutput));
  for (const env of list(spec.envs)) note(location.variable("", String(env.key)), env.value);
  const components = ["staticSites", "services", "workers", "jobs"].flatMap((kind) => list(spec[kind]));
  for (const component of components) {
    const name = String(component.name);
    for (const env of list(component.envs)) note(location.variable(name, String(env.key)), env.value);
    note(location.registry(name), properties(component.image).registryCredentials);
    for (const destination of list(component.logDestinations)) {
      const place = location.log(name, String(destination.name));
      note(place, properties(destination.datadog).apiKey);
      note(place, properties(destination.logtail).token);
      note(place, properties(properties(destination.openSearch).basicAuth).password);
    }
  }
  return found;
}

/**
 * What to remember once the app has its secrets: one entry per location of which the platform gave a ciphertext.
 *
 * One history deceives it: an update that fails after it reached the platform, then a run with another secret that
 * leaves the app out (`--target`). The program cannot see that from a success; `resendsSecrets` mends it.
 */
export function resealed(
  before: Sealed,
  plaintexts: Readonly<Record<string, string>>,
  specOutput: unknown,
): Sealed {
  const now = ciphertexts(specOutput);
  // What the platform still has stays known, also where this run did not ask for it: it may have left the app out.
  const entries: Sealed["entries"] = Object.fromEntries(
    Object.entries(before.entries).filter(([place, { ciphertext }]) => now.get(place) === ciphertext),
  );
  for (const [place, plaintext] of Object.entries(plaintexts)) {
    const ciphertext = now.get(place);
    if (ciphertext === undefined) continue;
    const known = before.entries[place];
    const fresh = fingerprint(before.key, place, plaintext);
    // The old ciphertext for a new secret: this run left the app out, so the new secret is still to be sent.
    const isStale = known !== undefined && known.ciphertext === ciphertext && known.fingerprint !== fresh;
    entries[place] = isStale ? known : { fingerprint: fresh, ciphertext };
  }
  return { ...before, entries };
}

const wholeApp = "#destinations";

/**
 * Whether to leave these alert destinations out: the platform has them and the provider's state has not. The provider
 * never reads them, but it keeps what it sent in its state until a refresh, and a difference from there is an update.
 */
export function leavesDestinationsOut(sealed: Sealed, destinations: string): boolean {
  const known = sealed.destinations;
  return known?.fingerprint === fingerprint(sealed.key, wholeApp, destinations) && !known.isInState;
}

/** Remembers alert destinations after the app has been updated with them, by the app as the provider has it. */
export function withDestinations(
  sealed: Sealed,
  destinations: string,
  app: { spec: unknown; updatedAt: string },
): Sealed {
  const fresh = fingerprint(sealed.key, wholeApp, destinations);
  const known = sealed.destinations;
  // Sent but not updated: this run left the app out.
  const isStale = known !== undefined && known.fingerprint !== fresh && known.appUpdatedAt === app.updatedAt;
  if (isStale) return sealed;
  const isInState = hasDestinations(properties(opened(app.spec)));
  return { ...sealed, destinations: { fingerprint: fresh, appUpdatedAt: app.updatedAt, isInState } };
}

function hasDestinations(spec: Properties): boolean {
  const components = ["services", "workers", "jobs"].flatMap((kind) => list(spec[kind]));
  const alerts = [spec, ...components].flatMap((owner) => list(owner.alerts));
  return alerts.some(({ destinations }) => destinations !== undefined && destinations !== null);
}
