import { type ApiError, badRequest } from "../errors.ts";

/** What a field of a spec must be, in the form in which App Platform refuses specs. It names the first fault only. */
export const specFault = (field: string, must: string): ApiError =>
  badRequest(`error validating app spec field "${field}": ${must}`);

/** Refuses a whole number outside its limits. */
export function checkRange(field: string, value: number | undefined, low: number, high: number): void {
  if (value === undefined) return;
  if (value < low || value > high) throw specFault(field, `must be between ${low} and ${high}, is ${value}`);
}

const namePattern = /^[a-z][a-z0-9-]{0,30}[a-z0-9]$/;

/** Refuses a name of an app or a component (App Platform app spec reference, 2026-08). */
export function checkName(field: string, name: string): void {
  if (!namePattern.test(name)) {
    throw specFault(
      field,
      `must have 2 to 32 lower-case letters, numbers or dashes, start with a letter and not end with a dash, is "${name}"`,
    );
  }
}

/** The first text that is there a second time. */
export const twice = (texts: readonly string[]): string | undefined =>
  texts.find((text, index) => texts.indexOf(text) !== index);
