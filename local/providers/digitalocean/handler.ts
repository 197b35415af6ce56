import type { CheckFailure, Operation, ResourceHandler } from "../resource.ts";
import type { Client } from "./client.ts";

/** What every handler of this provider works with. */
export interface Context {
  readonly client: Client;
  /** Pause between two looks at something that takes time, milliseconds. */
  readonly pollInterval: number;
}

/** A `ResourceHandler` that knows the inputs' and the state's shape, which the schema has checked. */
export interface TypedHandler<Inputs, State> {
  check?(inputs: Inputs): CheckFailure[];
  equal?(property: string, old: unknown, wanted: unknown, inputs: Inputs): boolean;
  create(inputs: Inputs, operation: Operation): Promise<{ id: string; state: State }>;
  read(
    id: string,
    inputs: Partial<Inputs>,
    state: Partial<State>,
    operation: Operation,
  ): Promise<{ id: string; state: State } | undefined>;
  update(id: string, inputs: Inputs, state: State, operation: Operation): Promise<State>;
  delete(id: string, state: State, operation: Operation): Promise<void>;
  find(inputs: Inputs): Promise<string | undefined>;
}

const unattended: Operation = {
  changed: [],
  signal: new AbortController().signal,
  progress: () => undefined,
  warn: () => undefined,
};

/** Hands values to a typed handler as the shapes that Check has made sure of. */
export function handler<Inputs extends object, State extends object>(
  typed: TypedHandler<Inputs, State>,
): ResourceHandler {
  const inputsOf = (value: object): Inputs => value as Inputs;
  const stateOf = (value: object): State => value as State;
  const plain = (value: State): Record<string, unknown> => Object.fromEntries(Object.entries(value));
  const { check, equal } = typed;
  return {
    ...(check === undefined ? {} : { check: (inputs) => check.call(typed, inputsOf(inputs)) }),
    ...(equal === undefined
      ? {}
      : {
          equal: (property, old, wanted, inputs = {}) =>
            equal.call(typed, property, old, wanted, inputsOf(inputs)),
        }),
    create: async (inputs, operation = unattended) => {
      const { id, state } = await typed.create(inputsOf(inputs), operation);
      return { id, state: plain(state) };
    },
    read: async (id, inputs, state, operation = unattended) => {
      const found = await typed.read(id, inputsOf(inputs), stateOf(state), operation);
      return found === undefined ? undefined : { id: found.id, state: plain(found.state) };
    },
    update: async (id, inputs, state, operation = unattended) =>
      plain(await typed.update(id, inputsOf(inputs), stateOf(state), operation)),
    delete: (id, state, operation = unattended) => typed.delete(id, stateOf(state), operation),
    find: (inputs) => typed.find(inputsOf(inputs)),
  };
}

/** The value, or an error for an object that was there a moment ago. */
export function stillThere<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`${what} is gone: it was deleted by someone else meanwhile`);
  return value;
}

/** The object without what is undefined. */
export function compact<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as T;
}

/** The value, or undefined for what the provider's language calls nothing: an empty text, zero, false, an empty list. */
export function unlessEmpty<T>(value: T): T | undefined {
  const isNothing =
    value === "" || value === 0 || value === false || (Array.isArray(value) && value.length === 0);
  return isNothing ? undefined : value;
}

/** Both parts of an id that an import gives as `parent,name`, or undefined for another form. */
export function importedParts(id: string): [string, string] | undefined {
  const comma = id.indexOf(",");
  return comma < 0 ? undefined : [id.slice(0, comma), id.slice(comma + 1)];
}

/** A time as the published provider writes it, for example `2026-11-21 08:58:11 +0000 UTC`. */
export function goTime(timestamp: string): string {
  return timestamp
    .replace("T", " ")
    .replace(/\.(\d*?)0*(Z|\+00:00)$/, (_match, digits: string) => (digits === "" ? "Z" : `.${digits}Z`))
    .replace(/(Z|\+00:00)$/, " +0000 UTC");
}
