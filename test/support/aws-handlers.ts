import { schemaFailures } from "../../local/providers/check.ts";
import { withDefaults } from "../../local/providers/defaults.ts";
import { changesBetween } from "../../local/providers/diff.ts";
import type {
  CheckFailure,
  ConfiguredProvider,
  Properties,
  ResourceHandler,
} from "../../local/providers/resource.ts";
import { providerSchema, type ResourceSchema } from "../../local/providers/schema.ts";

const schema = providerSchema("aws");

/** The steps that the engine takes with one resource type of the AWS provider, without the engine. */
export class Steps {
  private readonly type: string;
  private readonly handler: ResourceHandler;
  private readonly resource: ResourceSchema;

  constructor(provider: ConfiguredProvider, type: string) {
    const handler = provider.resources[type];
    const resource = schema.resources[type];
    if (handler === undefined || resource === undefined) throw new Error(`there is no type ${type}`);
    this.type = type;
    this.handler = handler;
    this.resource = resource;
  }

  /** Inputs as Check hands them on. */
  inputs(given: Properties, name = "thing", oldInputs: Properties = {}): Properties {
    const { __defaults: _, ...inputs } = withDefaults(
      schema,
      this.resource,
      this.handler.defaults?.(given) ?? given,
      { name, seed: new Uint8Array([1]), urn: `urn:pulumi:dev::slipway::${this.type}::${name}`, oldInputs },
    );
    return inputs;
  }

  /** What Check says, as `path: reason`. */
  faults(given: Properties): string[] {
    const inputs = this.inputs(given);
    const bySchema = schemaFailures(schema, this.resource, inputs, () => false);
    const all: CheckFailure[] = bySchema.length > 0 ? bySchema : (this.handler.check?.(inputs) ?? []);
    return all.map(({ property, reason }) => `${property}: ${reason}`);
  }

  create(given: Properties) {
    return this.handler.create(this.inputs(given));
  }

  read(id: string, given: Properties = {}, state: Properties = {}) {
    return this.handler.read(id, given, state);
  }

  update(id: string, given: Properties, state: Properties) {
    return this.handler.update(id, this.inputs(given), state);
  }

  delete(id: string, state: Properties = {}) {
    return this.handler.delete(id, state);
  }

  find(given: Properties) {
    return this.handler.find(this.inputs(given));
  }

  /** What Diff finds, as `path` or `path!` where the change replaces. */
  changes(state: Properties, given: Properties): string[] {
    return changesBetween(schema, this.resource, this.handler, state, this.inputs(given)).map(
      ({ path, replaces }) => `${path}${replaces ? "!" : ""}`,
    );
  }
}
