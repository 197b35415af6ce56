import { type Part, partsOf } from "./app-parts.ts";
import { at, listOf, refused, type Values, type Weakening, warned } from "./weakening.ts";

interface Variable {
  key: string;
  /** "KEY of api", or the key alone where it is the whole app's. */
  place: string;
  type: unknown;
  value: unknown;
}

/** Every variable of an app, by where it stands. */
function variablesOf(values: Values): Variable[] {
  const of = (owner: unknown, name: string) =>
    listOf(at(owner, "envs")).map((one): Variable => {
      const key = String(at(one, "key"));
      return { key, place: `${key}${name}`, type: at(one, "type"), value: at(one, "value") };
    });
  return [
    ...of(values["spec"], ""),
    ...partsOf(values).flatMap(({ name, settings }) => of(settings, ` of ${name}`)),
  ];
}

/** What the platform puts in the place of `${db.PASSWORD}` is not told by the variable. */
const isBound = (value: unknown): boolean => typeof value === "string" && /^\$\{[\w.-]+\}$/.test(value);

/** Secrets that stand in the open, wherever in the app, or that a part goes without. */
export function appVariablesWeaken(before: Values, after: Values): Weakening[] {
  const were = variablesOf(before);
  const secrets = were.filter(({ type }) => type === "SECRET");
  const keys = new Set(secrets.map(({ key }) => key));
  const open = new Set(were.filter(({ type }) => type !== "SECRET").map(({ place }) => place));
  const are = variablesOf(after);
  const kept = new Set(are.map(({ place }) => place));
  const parts = new Set(partsOf(after).map(({ what }) => what));
  return [
    ...are
      .filter(
        ({ key, place, type, value }) =>
          keys.has(key) && type !== "SECRET" && !open.has(place) && !isBound(value),
      )
      .map(({ place }) =>
        refused("spec", `shows the secret ${place} to everybody who may see the app`, "keep it a secret"),
      ),
    ...partsOf(before)
      .filter((part) => parts.has(part.what) && isUnclear(part, after))
      .map(({ what }) =>
        refused("spec", `gets variables of ${what} that nobody knows before up`, "name them"),
      ),
    ...secrets
      .filter(({ place, key }) => !kept.has(place) && !kept.has(key))
      .filter(({ place, key }) => place === key || isOfPart(place, after))
      .map(({ place }) => warned("spec", `has the secret ${place} no more`, "know that nothing asks for it")),
  ];
}

/** Whether a part had variables and has something else in their place. */
function isUnclear({ what, settings }: Part, after: Values): boolean {
  const now = at(partsOf(after).find((part) => part.what === what)?.settings, "envs");
  return Array.isArray(at(settings, "envs")) && now !== undefined && now !== null && !Array.isArray(now);
}

/** Whether the part is still there: of one that is gone nothing more has to be told. */
const isOfPart = (place: string, after: Values): boolean =>
  partsOf(after).some(({ name }) => place.endsWith(` of ${name}`));
