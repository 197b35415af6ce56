import type grpc from "@grpc/grpc-js";
import pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import providerMessages from "@pulumi/pulumi/proto/provider_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import { check } from "./check-call.ts";
import { checkConfiguration, diffConfiguration } from "./configuration.ts";
import { diff } from "./diff-call.ts";
import { failure, notImplemented, type Verb } from "./failures.ts";
import * as lifecycle from "./lifecycle-calls.ts";
import { EngineDisplay } from "./operation.ts";
import { packageSchema } from "./package-schema.ts";
import { parsedConfiguration, subjectOf } from "./requests.ts";
import type { Limits, Provider } from "./resource.ts";
import { providerSchema } from "./schema.ts";
import type { Session } from "./session.ts";
import { unwrap } from "./values.ts";

interface Connection {
  display?: EngineDisplay;
  controller: AbortController;
  session?: Session;
}

/** The engines that are connected to one server, each with its own configuration, and the answers to their calls. */
export class Connections {
  private readonly provider: Provider;
  private readonly limits: Limits | undefined;
  private readonly byPeer = new Map<string, Connection>();
  /** A connection that broke comes back from another port: it continues with what was configured last. */
  private latest: Session | undefined;

  constructor(provider: Provider, limits?: Limits) {
    this.provider = provider;
    this.limits = limits;
  }

  private of(peer: string): Connection {
    const known = this.byPeer.get(peer) ?? { controller: new AbortController() };
    this.byPeer.set(peer, known);
    return known;
  }

  private session(peer: string): Session {
    const session = this.byPeer.get(peer)?.session ?? this.latest;
    if (session === undefined) throw new Error("the provider was not configured");
    return session;
  }

  close(): void {
    for (const { controller, display } of this.byPeer.values()) {
      controller.abort(new Error("the provider was stopped"));
      display?.close();
    }
    this.byPeer.clear();
  }

  private async configure(request: providerMessages.ConfigureRequest, peer: string) {
    const schema = providerSchema(this.provider.name);
    const { properties } = unwrap(request.getArgs());
    const connection = this.of(peer);
    connection.controller = new AbortController();
    connection.session = {
      schema,
      configured: await this.provider.configure(parsedConfiguration(schema, properties), this.limits),
      cancelled: connection.controller.signal,
      display: connection.display,
    };
    this.latest = connection.session;
    const response = new providerMessages.ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setSupportspreview(true);
    response.setSupportsAutonamingConfiguration(true);
    return response;
  }

  private handshake(request: providerMessages.ProviderHandshakeRequest, peer: string) {
    this.attach(request.getEngineAddress(), peer);
    const response = new providerMessages.ProviderHandshakeResponse();
    response.setAcceptSecrets(true);
    response.setSupportsAutonamingConfiguration(true);
    return response;
  }

  private attach(address: string, peer: string): void {
    if (address === "") return;
    const connection = this.of(peer);
    connection.display?.close();
    connection.display = new EngineDisplay(address);
  }

  /** The calls of the engine, by their names in the protocol. */
  implementation(): grpc.UntypedServiceImplementation {
    const { provider } = this;
    const schema = () => providerSchema(provider.name);
    const about =
      (verb: Verb) =>
      (request: { getUrn(): string }): [Verb, string] => [verb, subjectOf(request.getUrn())];
    const whole = (): [Verb, string] => ["configure", `the local ${provider.name} provider`];
    const nothing = new empties.Empty();
    return {
      handshake: unary(whole, async (request: providerMessages.ProviderHandshakeRequest, peer) =>
        this.handshake(request, peer),
      ),
      attach: unary(whole, async (request: pluginMessages.PluginAttach, peer) => {
        this.attach(request.getAddress(), peer);
        return nothing;
      }),
      getPluginInfo: unary(whole, async () => {
        const info = new pluginMessages.PluginInfo();
        info.setVersion(provider.version);
        return info;
      }),
      getSchema: unary(whole, async () => {
        const response = new providerMessages.GetSchemaResponse();
        response.setSchema(JSON.stringify(packageSchema(schema())));
        return response;
      }),
      checkConfig: unary(whole, async (request: providerMessages.CheckRequest) =>
        checkConfiguration(schema(), request),
      ),
      diffConfig: unary(whole, async (request: providerMessages.DiffRequest) => diffConfiguration(request)),
      configure: unary(whole, (request: providerMessages.ConfigureRequest, peer) =>
        this.configure(request, peer),
      ),
      check: unary(about("compare"), async (request: providerMessages.CheckRequest, peer) =>
        check(this.session(peer), request),
      ),
      diff: unary(about("compare"), async (request: providerMessages.DiffRequest, peer) =>
        diff(this.session(peer), request),
      ),
      create: unary(about("create"), async (request: providerMessages.CreateRequest, peer) =>
        lifecycle.create(this.session(peer), request),
      ),
      read: unary(about("read"), async (request: providerMessages.ReadRequest, peer) =>
        lifecycle.read(this.session(peer), request),
      ),
      update: unary(about("update"), async (request: providerMessages.UpdateRequest, peer) =>
        lifecycle.update(this.session(peer), request),
      ),
      delete: unary(about("delete"), async (request: providerMessages.DeleteRequest, peer) => {
        await lifecycle.remove(this.session(peer), request);
        return nothing;
      }),
      invoke: unary(
        (request: providerMessages.InvokeRequest) => ["look up", request.getTok()],
        async (request, peer) => lifecycle.invoke(this.session(peer), request.getTok(), request.getArgs()),
      ),
      cancel: unary(whole, async (_request, peer) => {
        this.of(peer).controller.abort(new Error("the update was cancelled"));
        return nothing;
      }),
      parameterize: unsupported("Parameterize"),
      call: unsupported("Call"),
      construct: unsupported("Construct"),
      getMapping: unsupported("GetMapping"),
      getMappings: unsupported("GetMappings"),
      list: (call: grpc.ServerWritableStream<unknown, unknown>) => call.emit("error", notImplemented("List")),
    };
  }
}

/** Answers one call; what is thrown goes to the engine with what was being done. */
function unary<Request, Response>(
  describe: (request: Request) => [Verb, string],
  answer: (request: Request, peer: string) => Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const { request } = call;
    answer(request, call.getPeer()).then(
      (response) => callback(null, response),
      (error: unknown) => {
        const isReady = error instanceof Error && "metadata" in error;
        callback(isReady ? (error as grpc.ServiceError) : failure(...describe(request), error));
      },
    );
  };
}

function unsupported(name: string): grpc.handleUnaryCall<unknown, unknown> {
  return (_call, callback) => callback(notImplemented(name));
}
