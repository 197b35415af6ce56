/** Values as they cross the engine, secrets unwrapped. */
export type Properties = Record<string, unknown>;

export interface CheckFailure {
  /** Path of the input, for example `spec.jobs[0].kind`. */
  readonly property: string;
  readonly reason: string;
}

/** What a handler may use while it works on one resource. */
export interface Operation {
  /** Top-level inputs that differ from the state; empty where the operation is no update. */
  readonly changed: readonly string[];
  /** Aborts when the engine cancels the update, or when the resource's own time limit has passed. */
  readonly signal: AbortSignal;
  /** Shows a line below the resource while it is worked on. */
  progress(text: string): void;
  /** Shows a warning that stays. */
  warn(text: string): void;
}

/**
 * The object exists but is not what was asked for, for example an app whose first deployment failed. Its state is kept,
 * so that the next update continues from it and nothing is made twice.
 */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";
  readonly id: string;
  readonly state: Properties;

  constructor(message: string, made: { id: string; state: Properties }) {
    super(message);
    this.id = made.id;
    this.state = made.state;
  }
}

/** How one resource type becomes calls to its API. The schema's own rules are checked before a handler is asked. */
export interface ResourceHandler {
  /** Inputs that the API fills in when they are left out, so that leaving them out is no change; the schema's `computed` too. */
  readonly computed?: readonly string[];
  /** Adds the inputs that the published provider adds at Check. */
  defaults?(inputs: Properties): Properties;
  /**
   * Faults beyond the schema, as the published provider finds them before it calls the API. In a preview an input can
   * be `unknown`; what is said about such an input is dropped.
   */
  check?(inputs: Properties): CheckFailure[];
  /** Whether two values of one top-level input mean the same to the provider. Default: deep equality. */
  equal?(property: string, old: unknown, wanted: unknown, inputs?: Properties): boolean;
  /** Top-level inputs whose change replaces the resource, where only the API or both values can tell. */
  replaces?(changed: readonly string[], state: Properties, inputs: Properties): Promise<string[]>;
  /** Throws `PartialFailure` where the object was made and something went wrong afterwards. */
  create(inputs: Properties, operation?: Operation): Promise<{ id: string; state: Properties }>;
  /**
   * The state as it is in the cloud, or undefined when the resource is gone. `inputs` and `state`, what is known of it
   * from before, are empty for an import.
   */
  read(
    id: string,
    inputs: Properties,
    state: Properties,
    operation?: Operation,
  ): Promise<{ id: string; state: Properties } | undefined>;
  update(id: string, inputs: Properties, state: Properties, operation?: Operation): Promise<Properties>;
  delete(id: string, state: Properties, operation?: Operation): Promise<void>;
  /** The id of the object that these inputs would have made, if there is one: what an interrupted run left behind. */
  find(inputs: Properties): Promise<string | undefined>;
}

/** Reads one data source. */
export type FunctionHandler = (args: Properties) => Promise<Properties>;

export interface ConfiguredProvider {
  readonly resources: Readonly<Record<string, ResourceHandler>>;
  readonly functions: Readonly<Record<string, FunctionHandler>>;
}

/** What a run allows a provider beyond its configuration. */
export interface Limits {
  /** Longest wait for one answer of its API, milliseconds. @default - the provider's own */
  readonly answerLimit?: number | undefined;
}

/** A provider for machines where the published plugin cannot be had. Its configuration is the plugin's. */
export interface Provider {
  readonly name: "digitalocean" | "github" | "aws";
  readonly version: string;
  /** Resolves with the handlers by type token, or throws with a sentence that says what the configuration lacks. */
  configure(config: Properties, limits?: Limits): Promise<ConfiguredProvider>;
}
