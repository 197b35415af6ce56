import { providerSecrets } from "../catalog/secret-names.ts";
import { type Fault, pathText } from "./internal/faults.ts";
import { hazardsOf } from "./internal/hazards.ts";
import { namesSecret } from "./internal/secret-looks.ts";
import type { NeededSecret } from "./internal/secrets.ts";

const namespace = "slipway:";
const settingOf = (key: string) => `pulumi config set --secret ${key}`;

/** The value of a key of the configuration; what is no JSON is the text itself. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Whether a key of the configuration holds more than one value. */
export function isBlock(text: string): boolean {
  const value = parsed(text);
  return typeof value === "object" && value !== null;
}

/** Secrets that are needed and not set. */
export function unsetSecrets(needed: readonly NeededSecret[], given: ReadonlyMap<string, string>): Fault[] {
  return needed.flatMap(({ name, optional, usedBy }) => {
    const value = given.get(name);
    const set = settingOf(`${namespace}${name}`);
    if (value === "") return [{ path: name, message: `must not be empty; set it with: ${set}` }];
    if (value !== undefined || optional) return [];
    return [{ path: name, message: `must be set, because ${usedBy.join(" and ")} needs it: ${set}` }];
  });
}

/** Secrets that stand in the stack file for everybody to read, or are no secret at all. */
export function openSecrets(
  needed: readonly NeededSecret[],
  given: ReadonlyMap<string, string>,
  isSecret: (key: string) => boolean,
): Fault[] {
  return needed.flatMap(({ name }) => {
    const value = given.get(name);
    if (value === undefined || value === "" || isSecret(`${namespace}${name}`)) return [];
    const set = settingOf(`${namespace}${name}`);
    const message = isBlock(value)
      ? `must be the text of a secret, not a block of settings: ${set}`
      : `must not be in plain text, where everybody can read it: make a new one and set it with: ${set}`;
    return [{ path: name, message }];
  });
}

/** Settings that are no credential, and the one of the local clouds, which nobody else takes. */
const opensNothing = (value: string): boolean => ["", "true", "false", "local-cloud"].includes(value);

/** Secrets of providers that stand in the stack file for everybody to read: `digitalocean:token`, `aws:secretKey`. */
export function openProviderSecrets(
  config: Readonly<Record<string, string>>,
  isSecret: (key: string) => boolean,
): Fault[] {
  return Object.entries(config)
    .filter(([key, value]) => !key.startsWith(namespace) && !opensNothing(value) && !isSecret(key))
    .flatMap(([key, value]) => {
      const message = `must not be in plain text, where everybody can read it: make a new one and set it with: ${settingOf(key)}`;
      if (!isBlock(value) && namesSecret(key.slice(key.indexOf(":") + 1)))
        return [{ path: pathText([key]), message }];
      const { faults } = hazardsOf(parsed(value), pathText([key]));
      const named = namedSecrets(parsed(value), [])
        .map((path) => ({
          path: pathText([key, ...path]),
          message: `must not be in plain text, where everybody can read it: make a new one and set it with: ${settingOf(`--path '${pathText([key, ...path])}'`)}`,
        }))
        .filter(({ path }) => !faults.some((fault) => fault.path === path));
      return [...faults, ...named];
    });
}

/** Where inside a provider's setting something stands that its name says is a secret. */
function namedSecrets(value: unknown, path: readonly (string | number)[]): (string | number)[][] {
  if (typeof value !== "object" || value === null) {
    const name = String(path.findLast((part) => typeof part === "string") ?? "");
    const isSecret = providerSecrets.includes(name) || namesSecret(name);
    return isSecret && typeof value === "string" && !opensNothing(value) ? [[...path]] : [];
  }
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, inner]) => namedSecrets(inner, [...path, key]));
}
