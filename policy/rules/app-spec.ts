import { looksSecret as looksSecretIn, secretForm } from "../../components/internal/secret-looks.ts";
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

/** Whether a variable holds a secret in clear, by its name or by its text; a public one only by its text. */
export const looksSecret = (key: unknown, value: unknown, isPublic = false): boolean => {
  if (value === hidden || isUnknown(value)) return false;
  return isPublic ? secretForm(value, "public") !== undefined : looksSecretIn(String(key), value);
};
