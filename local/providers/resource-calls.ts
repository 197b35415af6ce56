import providerMessages from "@pulumi/pulumi/proto/provider_pb.js";
import type structs from "google-protobuf/google/protobuf/struct_pb.js";
import { schemaFailures } from "./check.ts";
import { madeUpKey, wasMadeUp, withDefaults } from "./defaults.ts";
import { type Change, changesBetween } from "./diff.ts";
import { initFailure } from "./failures.ts";
import { inputsFrom } from "./imported.ts";
import { type EngineDisplay, operationFor } from "./operation.ts";
import { plannedState } from "./planned.ts";
import { inputMembers, nameOf, outputMembers, resourceSchema, subjectOf, typeOf } from "./requests.ts";
import { type CheckFailure, type ConfiguredProvider, PartialFailure, type Properties } from "./resource.ts";
import type { ProviderSchema, ResourceSchema } from "./schema.ts";
import { hasUnknown, masked, type Secrets, unwrap, wrap } from "./values.ts";

/** Told about every create, so that one that was cut off can be found again. */
export interface CreateJournal {
  /** Before the API is called. Secrets in the inputs read `[secret]`. */
  started(entry: { provider: string; type: string; urn: string; inputs: Properties }): void;
  /** After the API made the object. */
  finished(entry: { urn: string; id: string }): void;
  /** After the API refused, so that nothing is there. */
  failed?(entry: { urn: string }): void;
}

/** One engine's connection to a provider that was configured. */
export interface Session {
  readonly schema: ProviderSchema;
  readonly configured: ConfiguredProvider;
  readonly cancelled: AbortSignal;
  readonly display: EngineDisplay | undefined;
  readonly journal: CreateJournal | undefined;
}

type Struct = structs.Struct | undefined;

function partsFor({ schema, configured }: Session, urn: string) {
  const type = typeOf(urn);
  const resource = resourceSchema(schema, type);
  const handler = configured.resources[type];
  if (handler === undefined) throw new Error(`the local ${schema.name} provider does not implement ${type}`);
  return { type, resource, handler };
}

/** Refuses wrong inputs and fills in defaults. */
export async function check(session: Session, request: providerMessages.CheckRequest) {
  const urn = request.getUrn();
  const { resource, handler } = partsFor(session, urn);
  const { schema } = session;
  const news = unwrap(request.getNews());
  const proposed = request.getAutonaming()?.getProposedName();
  const complete = withDefaults(schema, resource, handler.defaults?.(news.properties) ?? news.properties, {
    name: nameOf(urn),
    seed: request.getRandomseed_asU8(),
    urn,
    oldInputs: unwrap(request.getOlds()).properties,
    ...(proposed === undefined || proposed === "" ? {} : { proposed }),
  });
  const failures = schemaFailures(schema, resource, complete, (path) => news.secrets.paths.has(path));
  const beyond = failures.length > 0 ? [] : (handler.check?.(withoutInternal(complete)) ?? []);
  const response = new providerMessages.CheckResponse();
  response.setInputs(wrap(complete, news.secrets, inputMembers(schema, resource)));
  response.setFailuresList(
    [...failures, ...beyond.filter((one) => isAboutKnown(one, complete))].map(({ property, reason }) => {
      const failure = new providerMessages.CheckFailure();
      // The engine prints the value beside a property's name, a secret's too; so the path is part of the text.
      failure.setReason(`${property}: ${reason}`);
      return failure;
    }),
  );
  return response;
}

/** What is said about a value that is not known yet says nothing. */
function isAboutKnown({ property }: CheckFailure, inputs: Properties): boolean {
  const steps = property.match(/[^.[\]]+/g) ?? [];
  let value: unknown = inputs;
  for (const step of steps) {
    if (typeof value !== "object" || value === null) break;
    value = (value as Properties)[step];
  }
  return value === undefined || !hasUnknown(value);
}

async function changesFor(
  session: Session,
  urn: string,
  state: Properties,
  inputs: Properties,
  ignored: string[],
) {
  const { resource, handler } = partsFor(session, urn);
  const all = changesBetween(session.schema, resource, handler, state, inputs);
  const changes = all.filter(({ path }) => !ignored.some((pattern) => covers(pattern, path)));
  const changed = [...new Set(changes.map(({ property }) => property))];
  const more = changed.length === 0 ? [] : ((await handler.replaces?.(changed, state, inputs)) ?? []);
  return {
    changed,
    changes: changes.map((one) => (more.includes(one.property) ? { ...one, replaces: true } : one)),
  };
}

/** Whether a path of `ignoreChanges`, in which `*` stands for any step, holds another path. */
function covers(pattern: string, path: string): boolean {
  const wanted = pattern.match(/[^.[\]]+/g) ?? [];
  const steps = path.match(/[^.[\]]+/g) ?? [];
  return (
    wanted.length <= steps.length && wanted.every((step, index) => step === "*" || step === steps[index])
  );
}

/** Compares the state with new inputs. */
export async function diff(session: Session, request: providerMessages.DiffRequest) {
  const urn = request.getUrn();
  const { resource } = partsFor(session, urn);
  const state = unwrap(request.getOlds()).properties;
  const inputs = unwrap(request.getNews()).properties;
  const { changed, changes } = await changesFor(session, urn, state, inputs, request.getIgnorechangesList());
  const replaces = [...new Set(changes.filter((one) => one.replaces).map(({ property }) => property))];

  const { DiffResponse } = providerMessages;
  const response = new DiffResponse();
  response.setChanges(
    changed.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE,
  );
  response.setDiffsList(changed);
  response.setReplacesList(replaces);
  response.setDeletebeforereplace(replaces.length > 0 && mustGoFirst(resource, inputs));
  response.setHasdetaileddiff(true);
  for (const change of changes) response.getDetaileddiffMap().set(change.path, propertyDiff(change));
  return response;
}

function propertyDiff({ kind, replaces }: Change): providerMessages.PropertyDiff {
  const { Kind } = providerMessages.PropertyDiff;
  const kinds = {
    add: replaces ? Kind.ADD_REPLACE : Kind.ADD,
    delete: replaces ? Kind.DELETE_REPLACE : Kind.DELETE,
    update: replaces ? Kind.UPDATE_REPLACE : Kind.UPDATE,
  };
  const result = new providerMessages.PropertyDiff();
  result.setKind(kinds[kind]);
  return result;
}

/** A name that the program fixed cannot be held by two objects, so the old one goes first; a made-up name differs. */
function mustGoFirst(resource: ResourceSchema, inputs: Properties): boolean {
  if (resource.deleteBeforeReplace === true) return true;
  const property = resource.autoName?.property;
  return property !== undefined && inputs[property] !== undefined && !wasMadeUp(inputs, property);
}

/** Makes the object, or says in a preview what it will be. */
export async function create(session: Session, request: providerMessages.CreateRequest) {
  const urn = request.getUrn();
  const { type, resource, handler } = partsFor(session, urn);
  const { schema, journal } = session;
  const { properties, secrets } = unwrap(request.getProperties());
  const inputs = withoutInternal(properties);
  const response = new providerMessages.CreateResponse();
  const close = closer(session, resource, secrets);
  if (request.getPreview()) {
    response.setProperties(close(plannedState(schema, resource, handler, inputs)));
    return response;
  }
  journal?.started({
    provider: schema.name,
    type,
    urn,
    inputs: masked(inputs, secrets, inputMembers(schema, resource)),
  });
  try {
    const operation = operationFor(urn, session.display, session.cancelled, request.getTimeout());
    const { id, state } = await handler.create(inputs, operation);
    journal?.finished({ urn, id });
    response.setId(id);
    response.setProperties(close(state));
    return response;
  } catch (error) {
    if (!(error instanceof PartialFailure)) {
      journal?.failed?.({ urn });
      throw error;
    }
    journal?.finished({ urn, id: error.id });
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
export async function invoke(session: Session, token: string, args: Struct) {
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

function withoutInternal(inputs: Properties): Properties {
  const { [madeUpKey]: _, ...rest } = inputs;
  return rest;
}
