import { madeUpKey } from "./defaults.ts";
import type { EngineDisplay } from "./operation.ts";
import { resourceSchema, typeOf } from "./requests.ts";
import type { ConfiguredProvider, Properties, ResourceHandler } from "./resource.ts";
import type { ProviderSchema, ResourceSchema } from "./schema.ts";

/** One engine's connection to a provider that was configured. */
export interface Session {
  readonly schema: ProviderSchema;
  readonly configured: ConfiguredProvider;
  readonly cancelled: AbortSignal;
  readonly display: EngineDisplay | undefined;
}

/** What a resource's type means to the provider. */
export interface ResourceParts {
  readonly type: string;
  readonly resource: ResourceSchema;
  readonly handler: ResourceHandler;
}

/** The schema and the handler for the resource with this URN, or an error that names what there is. */
export function partsFor({ schema, configured }: Session, urn: string): ResourceParts {
  const type = typeOf(urn);
  const resource = resourceSchema(schema, type);
  const handler = configured.resources[type];
  if (handler === undefined) throw new Error(`the local ${schema.name} provider does not implement ${type}`);
  return { type, resource, handler };
}

/** Inputs as a handler gets them: without what the framework notes down in them. */
export function withoutInternal(inputs: Properties): Properties {
  const { [madeUpKey]: _, ...rest } = inputs;
  return rest;
}
