import { promisify } from "node:util";
import grpc from "@grpc/grpc-js";
import providerService from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import statusMessages from "@pulumi/pulumi/proto/status_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import type { Properties } from "../../../local/providers/resource.ts";

const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** A secret as it crosses the wire. */
export const secret = (value: unknown): unknown => ({ [signature]: secretSignature, value });

/** The URN of a resource in a test stack. */
export const urnOf = (type: string, name: string): string => `urn:pulumi:dev::test::${type}::${name}`;

const struct = (value: Properties): structs.Struct =>
  structs.Struct.fromJavaScript(value as Record<string, structs.JavaScriptValue>);

/** Secrets read `secret(...)`, so that a comparison shows them. */
const plain = (value: structs.Struct | undefined): Properties =>
  (value === undefined ? {} : readable(value.toJavaScript())) as Properties;

function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== "object" || value === null) return value;
  if (signature in value && "value" in value) return { secret: readable(value.value) };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, readable(inner)]));
}

/** What an engine hears when an object exists but is not complete. */
export interface InitFailure {
  readonly id: string;
  readonly properties: Properties;
  readonly reasons: string[];
}

/** A resource as an engine's calls name it. */
export interface Target {
  readonly type: string;
  readonly name: string;
}

/** A gRPC client that speaks to a provider as the engine does. */
export class Engine {
  private readonly client: providerService.ResourceProviderClient;

  constructor(port: number) {
    this.client = new providerService.ResourceProviderClient(
      `127.0.0.1:${port}`,
      grpc.credentials.createInsecure(),
      // An engine has a connection for each of its providers.
      { "grpc.use_local_subchannel_pool": 1 },
    );
  }

  close(): void {
    this.client.close();
  }

  async configure(settings: Properties) {
    const request = new messages.ConfigureRequest();
    request.setArgs(struct(settings));
    const call = promisify<messages.ConfigureRequest, messages.ConfigureResponse>(
      this.client.configure.bind(this.client),
    );
    return (await call(request)).toObject();
  }

  async check(target: Target, news: Properties, olds?: Properties) {
    const request = new messages.CheckRequest();
    request.setUrn(urnOf(target.type, target.name));
    request.setNews(struct(news));
    request.setRandomseed(new Uint8Array([1, 2, 3]));
    if (olds !== undefined) request.setOlds(struct(olds));
    const call = promisify<messages.CheckRequest, messages.CheckResponse>(
      this.client.check.bind(this.client),
    );
    const response = await call(request);
    const failures = response.getFailuresList().map((one) => one.getReason());
    return { inputs: plain(response.getInputs()), failures };
  }

  async checkConfig(news: Properties): Promise<string[]> {
    const request = new messages.CheckRequest();
    request.setNews(struct(news));
    const call = promisify<messages.CheckRequest, messages.CheckResponse>(
      this.client.checkConfig.bind(this.client),
    );
    return (await call(request)).getFailuresList().map((one) => `${one.getProperty()}: ${one.getReason()}`);
  }

  async diff(target: Target, state: Properties, news: Properties, ignored: string[] = []) {
    const request = new messages.DiffRequest();
    request.setUrn(urnOf(target.type, target.name));
    request.setId("id");
    request.setOlds(struct(state));
    request.setNews(struct(news));
    request.setIgnorechangesList(ignored);
    const call = promisify<messages.DiffRequest, messages.DiffResponse>(this.client.diff.bind(this.client));
    const response = await call(request);
    const kinds = Object.entries(messages.PropertyDiff.Kind);
    const detail: Properties = {};
    response.getDetaileddiffMap().forEach((one, path) => {
      detail[path] = kinds.find(([, kind]) => kind === one.getKind())?.[0];
    });
    return {
      changes: response.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME,
      replaces: response.getReplacesList(),
      deleteFirst: response.getDeletebeforereplace(),
      detail,
    };
  }

  async create(target: Target, inputs: Properties, options: { preview?: boolean; timeout?: number } = {}) {
    const request = new messages.CreateRequest();
    request.setUrn(urnOf(target.type, target.name));
    request.setProperties(struct(inputs));
    request.setPreview(options.preview === true);
    request.setTimeout(options.timeout ?? 0);
    const call = promisify<messages.CreateRequest, messages.CreateResponse>(
      this.client.create.bind(this.client),
    );
    const response = await call(request);
    return { id: response.getId(), state: plain(response.getProperties()) };
  }

  async update(
    target: Target,
    { id, state }: { id: string; state: Properties },
    news: Properties,
    preview = false,
  ): Promise<Properties> {
    const request = new messages.UpdateRequest();
    request.setUrn(urnOf(target.type, target.name));
    request.setId(id);
    request.setOlds(struct(state));
    request.setNews(struct(news));
    request.setPreview(preview);
    const call = promisify<messages.UpdateRequest, messages.UpdateResponse>(
      this.client.update.bind(this.client),
    );
    return plain((await call(request)).getProperties());
  }

  async read(target: Target, id: string, inputs: Properties = {}, state: Properties = {}) {
    const request = new messages.ReadRequest();
    request.setUrn(urnOf(target.type, target.name));
    request.setId(id);
    request.setInputs(struct(inputs));
    request.setProperties(struct(state));
    const call = promisify<messages.ReadRequest, messages.ReadResponse>(this.client.read.bind(this.client));
    const response = await call(request);
    return {
      id: response.getId(),
      state: plain(response.getProperties()),
      inputs: plain(response.getInputs()),
    };
  }

  async delete(target: Target, id: string, state: Properties): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setUrn(urnOf(target.type, target.name));
    request.setId(id);
    request.setProperties(struct(state));
    await promisify<messages.DeleteRequest, empties.Empty>(this.client.delete.bind(this.client))(request);
  }

  async invoke(token: string, args: Properties): Promise<Properties> {
    const request = new messages.InvokeRequest();
    request.setTok(token);
    request.setArgs(struct(args));
    const call = promisify<messages.InvokeRequest, messages.InvokeResponse>(
      this.client.invoke.bind(this.client),
    );
    return plain((await call(request)).getReturn());
  }

  async schema(): Promise<unknown> {
    const call = promisify<messages.GetSchemaRequest, messages.GetSchemaResponse>(
      this.client.getSchema.bind(this.client),
    );
    return JSON.parse((await call(new messages.GetSchemaRequest())).getSchema());
  }

  async version(): Promise<string> {
    const call = promisify<empties.Empty, { getVersion(): string }>(
      this.client.getPluginInfo.bind(this.client),
    );
    return (await call(new empties.Empty())).getVersion();
  }

  async cancel(): Promise<void> {
    await promisify<empties.Empty, empties.Empty>(this.client.cancel.bind(this.client))(new empties.Empty());
  }

  async getMapping(): Promise<void> {
    const call = promisify<messages.GetMappingRequest, messages.GetMappingResponse>(
      this.client.getMapping.bind(this.client),
    );
    await call(new messages.GetMappingRequest());
  }
}

/** What an engine keeps of a call that failed half-way. Fails for any other error. */
export function initFailure(error: unknown): InitFailure {
  const details = (error as grpc.ServiceError).metadata.get("grpc-status-details-bin")[0];
  if (!Buffer.isBuffer(details)) throw new Error(`not a failed initialisation: ${String(error)}`);
  const status = statusMessages.Status.deserializeBinary(details);
  const packed = status.getDetailsList()[0];
  const failed = packed?.unpack(
    messages.ErrorResourceInitFailed.deserializeBinary,
    "pulumirpc.ErrorResourceInitFailed",
  );
  if (failed === null || failed === undefined) throw new Error("the error carries no details");
  return { id: failed.getId(), properties: plain(failed.getProperties()), reasons: failed.getReasonsList() };
}

/** The text of the error that a call ends in. */
export async function errorText(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    return (error as grpc.ServiceError).details;
  }
  throw new Error("the call succeeded");
}
