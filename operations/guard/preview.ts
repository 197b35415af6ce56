import { z } from "zod";
import { OperationFault } from "../fault.ts";
import { clean, shortened } from "../report/clean.ts";
import { withoutTokens } from "../report/secret-texts.ts";
import { doubtOf } from "./certainty.ts";
import { doubtOfJson } from "./json.ts";
import { protectedText, protectedUrn } from "./protected.ts";

const State = z.looseObject({
  urn: z.string().optional(),
  type: z.string().optional(),
  id: z.string().optional(),
  protect: z.boolean().optional(),
  retainOnDelete: z.boolean().optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  outputs: z.record(z.string(), z.unknown()).optional(),
  dependencies: z.array(z.string()).nullish(),
  /** The resources that an input was made from. */
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).nullish(),
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
  /** How many resources each operation takes. */
  changeSummary: z.record(z.string(), z.int().min(0)).nullish(),
  maybeCorrupt: z.boolean().nullish(),
});
export type Preview = z.output<typeof Preview>;

/** A preview, and what is protected of what it would delete or replace. */
export interface StoppedPreview {
  preview: Preview;
  /** URNs. Where there are any, the engine stopped there: the preview failed, and may not be whole. */
  protectedUrns: string[];
}

/**
 * Reads what `pulumi preview --json` printed for a stack. Of one that could be taken for two things nothing is read.
 *
 * @throws OperationFault where it is something else, of another stack, of a preview that failed, or contradicts itself
 */
export function readPreview(stack: string, text: string): Preview {
  const { preview, protectedUrns } = readStopped(stack, text);
  const [urn] = protectedUrns;
  if (urn === undefined) return preview;
  const said = shortened(clean(withoutTokens(protectedText(stack, urn))), 600);
  throw new OperationFault(`the preview of ${stack} must be one that succeeded: ${said}`);
}

/**
 * The same also of a preview that failed for nothing but that it would delete or replace what is protected.
 *
 * @throws OperationFault as `readPreview` does for every other one
 */
export function readStopped(stack: string, text: string): StoppedPreview {
  const subject = `the preview of ${stack}`;
  const content = parsed(text);
  const doubt = content === undefined ? undefined : doubtOfJson(text);
  if (doubt !== undefined)
    throw new OperationFault(`${subject} must be readable in one way only; it ${doubt}`);
  const read = Preview.safeParse(content);
  if (!read.success) throw new OperationFault(`${subject} must be what pulumi preview --json prints`);
  const protectedUrns = protectedIn(subject, read.data);
  const other = [...read.data.steps.map(({ urn }) => urn), ...protectedUrns]
    .map(stackOf)
    .find((name) => name !== stack);
  if (other !== undefined)
    throw new OperationFault(
      `${subject} must be of that stack; it is of ${shortened(clean(withoutTokens(other)), 80) || "none"}`,
    );
  const contradiction = doubtOf(read.data);
  if (contradiction !== undefined)
    throw new OperationFault(`${subject} must be readable in one way only; it ${contradiction}`);
  return { preview: read.data, protectedUrns };
}

/** @throws OperationFault where the preview failed for another reason */
function protectedIn(subject: string, { diagnostics }: Preview): string[] {
  const errors = (diagnostics ?? []).filter(({ severity }) => !harmless.includes(severity));
  const urns = errors.flatMap(({ message }) => protectedUrn(message) ?? []);
  const failed = errors.find(
    ({ message }) =>
      protectedUrn(message) === undefined &&
      // Below the errors of resources the engine says once more that the whole failed.
      (urns.length === 0 || !/^(?:error: )?preview failed$/.test(message.trim())),
  );
  if (failed === undefined) return [...new Set(urns)].sort();
  const said = shortened(clean(withoutTokens(failed.message.trim())), 600);
  throw new OperationFault(`${subject} must be one that succeeded; it says: ${said}`);
}

/** Severities of diagnostics with which a preview has succeeded. */
const harmless = ["debug", "info", "info#err", "warning"];

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
