import { z } from "zod";
import { OperationFault } from "../fault.ts";

const State = z.looseObject({
  id: z.string().optional(),
  retainOnDelete: z.boolean().optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  outputs: z.record(z.string(), z.unknown()).optional(),
  dependencies: z.array(z.string()).nullish(),
});

const Step = z.looseObject({
  op: z.string(),
  urn: z.string(),
  oldState: State.nullish(),
  newState: State.nullish(),
  replaceReasons: z.array(z.string()).nullish(),
  detailedDiff: z.record(z.string(), z.looseObject({ kind: z.string() })).nullish(),
});
/** One step of a preview, as far as the guard reads it. */
export type Step = z.output<typeof Step>;

/** What `pulumi preview --json` prints, as far as the guard reads it. */
const Preview = z.looseObject({
  steps: z.array(Step),
  diagnostics: z.array(z.looseObject({ severity: z.string(), message: z.string() })).nullish(),
});
export type Preview = z.output<typeof Preview>;

/**
 * Reads what `pulumi preview --json` printed for a stack.
 *
 * @throws OperationFault where it is something else, of another stack, or of a preview that failed
 */
export function readPreview(stack: string, text: string): Preview {
  const read = Preview.safeParse(parsed(text));
  const subject = `the preview of ${stack}`;
  if (!read.success) throw new OperationFault(`${subject} must be what pulumi preview --json prints`);
  const other = read.data.steps.map(({ urn }) => stackOf(urn)).find((name) => name !== stack);
  if (other !== undefined)
    throw new OperationFault(`${subject} must be of that stack; it is of ${other || "none"}`);
  const failed = read.data.diagnostics?.find(({ severity }) => severity === "error");
  if (failed !== undefined)
    throw new OperationFault(`${subject} must be one that succeeded; it says: ${failed.message.trim()}`);
  return read.data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The stack of `urn:pulumi:<stack>::<project>::<type>::<name>`. */
const stackOf = (urn: string): string => /^urn:pulumi:([^:]+)::/.exec(urn)?.[1] ?? "";

/** The resource's own type of a URN that names its parents' types as well. */
export const typeOf = (urn: string): string => (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";

/** The name of a resource. */
export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");
