import type { z } from "zod";
import { type Fault, faultText, pathText } from "./faults.ts";
import { issueFaults } from "./issues.ts";
import { type PartialBlock, partialSettings } from "./partial.ts";
import { ruleOf } from "./rules.ts";
import { displayable } from "./secret-looks.ts";
import { foundIn } from "./watched.ts";

export type { Fault } from "./faults.ts";

/** More faults than this have one cause, and nobody reads them all. */
const mostTold = 200;

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

  constructor(subject: string, found: readonly Fault[]) {
    // Whatever a message repeats: no secret of a known form, and nothing that a terminal would not show.
    const faults = found.map((fault) => ({
      ...fault,
      path: displayable(fault.path),
      message: displayable(fault.message),
    }));
    super(
      [
        `${subject} has invalid settings:`,
        ...faults.slice(0, mostTold).map(({ path, message }) => `  ${path}: ${message}`),
        ...(faults.length > mostTold ? [`  and ${faults.length - mostTold} more`] : []),
      ].join("\n"),
    );
    this.faults = faults;
  }
}

/** The outcome of `checkSettings`; of what has faults, the part that is right. */
export type Checked<T> =
  | { ok: true; value: T }
  | { ok: false; faults: Fault[]; partial: PartialBlock | undefined };

/** Checks plain settings against a schema and its rules; the paths of the faults start with `path`. */
export function checkSettings<S extends z.ZodType>(
  schema: S,
  input: unknown,
  path = "",
): Checked<z.output<S>> {
  const result = schema.safeParse(input, { error: faultText, reportInput: true });
  if (result.success) return { ok: true, value: result.data };
  const { issues } = result.error;
  const faults = issueFaults(schema, input, issues, path);
  const partial = partialSettings(schema, input);
  // The schema runs its rules where all else is fine; they are asked again about what is right of the rest.
  if (partial !== undefined && issues.some((issue) => ruleOf(issue) === undefined))
    for (const found of foundIn(partial))
      faults.push({ path: pathText(found.path, path), message: found.message, rule: found.rule });
  return { ok: false, faults, partial };
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
