import { z } from "zod";
import { OperationFault } from "../fault.ts";

/** A value that the state holds encrypted, and that nobody opened. */
export const sealed = Symbol("sealed");

/** A resource as the last run of the engine left it. */
export interface StateResource {
  urn: string;
  type: string;
  /** Its logical name. */
  name: string;
  id: string;
  inputs: Readonly<Record<string, unknown>>;
  outputs: Readonly<Record<string, unknown>>;
}

/** What the engine knows of a stack. */
export interface StackState {
  stack: string;
  resources: readonly StateResource[];
  outputs: Readonly<Record<string, unknown>>;
  /** Resources at which a run was ended before the platform had answered. */
  pending: readonly string[];
}

const Resource = z.looseObject({
  urn: z.string(),
  type: z.string(),
  id: z.string().default(""),
  delete: z.boolean().default(false),
  inputs: z.record(z.string(), z.unknown()).default({}),
  outputs: z.record(z.string(), z.unknown()).default({}),
});

const Deployment = z.looseObject({
  resources: z.array(Resource).nullish(),
  pending_operations: z.array(z.looseObject({ resource: z.looseObject({ urn: z.string() }) })).nullish(),
});

const State = z.union([
  z.looseObject({ deployment: Deployment }),
  z.looseObject({ checkpoint: z.looseObject({ latest: Deployment }) }),
]);

// The engine's mark of a secret, and the kind that it is one of.
const signature = "4dabf18193072939515e22adb298388d";
const secretKind = "1b47061264138c4ac30d75fd1eb44270";

/**
 * Reads what `pulumi stack export` prints, or the file of a state.
 *
 * @throws OperationFault when it is neither, or is of another stack
 */
export function readState(stack: string, text: string): StackState {
  const checked = State.safeParse(jsonIn(text));
  if (!checked.success) throw new OperationFault("the state must be what `pulumi stack export` prints");
  const { data } = checked;
  const deployment = "deployment" in data ? Deployment.parse(data.deployment) : data.checkpoint.latest;
  const resources = (deployment.resources ?? [])
    .filter((resource) => !resource.delete)
    .map(({ urn, type, id, inputs, outputs }) => ({
      urn,
      type,
      name: nameOf(urn),
      id,
      inputs: opened(inputs) as Record<string, unknown>,
      outputs: opened(outputs) as Record<string, unknown>,
    }));
  const [other] = resources.map(({ urn }) => urn.split(":")[2] ?? "").filter((one) => one !== stack);
  if (other !== undefined)
    throw new OperationFault(`the state must be that of ${stack}; it is that of ${other}`);
  return {
    stack,
    resources,
    outputs: resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {},
    pending: (deployment.pending_operations ?? []).map(({ resource }) => nameOf(resource.urn)),
  };
}

const nameOf = (urn: string): string => urn.split("::").at(-1) ?? urn;

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A value without the engine's envelopes: a secret in clear where the state was opened, else the mark of one. */
function opened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== "object" || value === null) return value;
  const fields = value as Record<string, unknown>;
  if (fields[signature] === secretKind)
    return typeof fields["plaintext"] === "string" ? opened(jsonIn(fields["plaintext"])) : sealed;
  return Object.fromEntries(Object.entries(fields).map(([key, one]) => [key, opened(one)]));
}

/** The resources of one type. */
export const ofType = (state: StackState, type: string): readonly StateResource[] =>
  state.resources.filter((resource) => resource.type === type);

/** A value as text; empty where the resource has none, or a sealed one. */
export const textOf = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
