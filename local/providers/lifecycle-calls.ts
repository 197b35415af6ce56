import providerMessages from "@pulumi/pulumi/proto/provider_pb.js";
import type structs from "google-protobuf/google/protobuf/struct_pb.js";
import { changesFor } from "./diff-call.ts";
import { initFailure } from "./failures.ts";
import { inputsFrom } from "./imported.ts";
import { operationFor } from "./operation.ts";
import { plannedState } from "./planned.ts";
import { inputMembers, outputMembers, subjectOf } from "./requests.ts";
import { PartialFailure, type Properties } from "./resource.ts";
import type { ResourceSchema } from "./schema.ts";
import { partsFor, type Session, withoutInternal } from "./session.ts";
import { type Secrets, unwrap, wrap } from "./values.ts";

/** Makes the object, or says in a preview what it will be. */
export async function create(session: Session, request: providerMessages.CreateRequest) {
  const urn = request.getUrn();
  const { resource, handler } = partsFor(session, urn);
  const { properties, secrets } = unwrap(request.getProperties());
  const inputs = withoutInternal(properties);
  const response = new providerMessages.CreateResponse();
  const close = closer(session, resource, secrets);
  if (request.getPreview()) {
    response.setProperties(close(plannedState(session.schema, resource, handler, inputs)));
    return response;
  }
  try {
    const operation = operationFor(urn, session.display, session.cancelled, request.getTimeout());
    const { id, state } = await handler.create(inputs, operation);
    response.setId(id);
    response.setProperties(close(state));
    return response;
  } catch (error) {
    if (!(error instanceof PartialFailure)) throw error;
    throw initFailure("create", subjectOf(urn), error, {
      id: error.id,
      properties: close(error.state),
      inputs: undefined,
    });
  }
}

/** Changes the object, or says in a preview what it will be. */
export async function update(session: Session, request: providerMessages.UpdateRequest) {
  const urn = request.getUrn();
  const { resource, handler } = partsFor(session, urn);
  const state = unwrap(request.getOlds()).properties;
  const { properties, secrets } = unwrap(request.getNews());
  const inputs = withoutInternal(properties);
  const response = new providerMessages.UpdateResponse();
  const close = closer(session, resource, secrets);
  if (request.getPreview()) {
    response.setProperties(close(plannedState(session.schema, resource, handler, inputs, state)));
    return response;
  }
  const { changed } = await changesFor(session, urn, state, inputs, request.getIgnorechangesList());
  try {
    const operation = operationFor(urn, session.display, session.cancelled, request.getTimeout(), changed);
    response.setProperties(close(await handler.update(request.getId(), inputs, state, operation)));
    return response;
  } catch (error) {
    if (!(error instanceof PartialFailure)) throw error;
    throw initFailure("update", subjectOf(urn), error, {
      id: error.id,
      properties: close(error.state),
      inputs: undefined,
    });
  }
}

/** Reads the object for a refresh or an import; an empty id says that it is gone. */
export async function read(session: Session, request: providerMessages.ReadRequest) {
  const urn = request.getUrn();
  const { resource, handler } = partsFor(session, urn);
  const old = unwrap(request.getInputs());
  const before = unwrap(request.getProperties());
  const operation = operationFor(urn, session.display, session.cancelled, request.getTimeout());
  const found = await handler.read(
    request.getId(),
    withoutInternal(old.properties),
    before.properties,
    operation,
  );
  const response = new providerMessages.ReadResponse();
  if (found === undefined) return response;
  const secrets = {
    paths: new Set([...old.secrets.paths, ...before.secrets.paths]),
    texts: new Set([...old.secrets.texts, ...before.secrets.texts]),
  };
  const inputs = inputsFrom(session.schema, resource, handler, found.state, old.properties);
  response.setId(found.id);
  response.setProperties(wrap(found.state, secrets, outputMembers(session.schema, resource)));
  response.setInputs(wrap(inputs, secrets, inputMembers(session.schema, resource)));
  return response;
}

/** Removes the object. */
export async function remove(session: Session, request: providerMessages.DeleteRequest): Promise<void> {
  const urn = request.getUrn();
  const { handler } = partsFor(session, urn);
  const operation = operationFor(urn, session.display, session.cancelled, request.getTimeout());
  await handler.delete(request.getId(), unwrap(request.getProperties()).properties, operation);
}

/** Reads a data source. */
export async function invoke(session: Session, token: string, args: structs.Struct | undefined) {
  const handler = session.configured.functions[token];
  if (handler === undefined)
    throw new Error(`the local ${session.schema.name} provider has no function ${token}`);
  const { properties, secrets } = unwrap(args);
  const response = new providerMessages.InvokeResponse();
  response.setReturn(wrap(await handler(properties), secrets, { schema: session.schema, properties: {} }));
  return response;
}

function closer({ schema }: Session, resource: ResourceSchema, secrets: Secrets) {
  return (state: Properties): structs.Struct => wrap(state, secrets, outputMembers(schema, resource));
}
