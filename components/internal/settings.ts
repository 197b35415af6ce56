import type { z } from "zod";
import { type Fault, faultText, issueFaults } from "./faults.ts";

export type { Fault } from "./faults.ts";

/**
 * What a person wrote is not acceptable; the message lists every fault.
 *
 * It carries the mark by which Pulumi's runner knows an error that needs no stack trace, so that no SDK has to be
 * loaded to report it.
 */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly __pulumiRunError = true;
  /** Every fault, in the order of the message. */
  readonly faults: readonly Fault[];

  constructor(subject: string, faults: readonly Fault[]) {
    super(
      [
        `${subject} has invalid settings:`,
        ...faults.map(({ path, message }) => `  ${path}: ${message}`),
      ].join("\n"),
    );
    this.faults = faults;
  }
}

/** The outcome of `checkSettings`. */
export type Checked<T> = { ok: true; value: T } | { ok: false; faults: Fault[] };

/** Checks plain settings against a schema; the paths of the faults start with `path`. */
export function checkSettings<S extends z.ZodType>(
  schema: S,
  input: unknown,
  path = "",
): Checked<z.output<S>> {
  const result = schema.safeParse(input, { error: faultText, reportInput: true });
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, faults: issueFaults(schema, input, result.error.issues, path) };
}

/**
 * Checks the settings of the component `name` and fills in their defaults.
 *
 * @throws SettingsError with a line per fault.
 */
export function parseSettings<S extends z.ZodType>(schema: S, input: unknown, name: string): z.output<S> {
  const checked = checkSettings(schema, input);
  if (!checked.ok) throw new SettingsError(name, checked.faults);
  return checked.value;
}
