import grpc from "@grpc/grpc-js";
import pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import providerService from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerMessages from "@pulumi/pulumi/proto/provider_pb.js";
import empties from "google-protobuf/google/protobuf/empty_pb.js";
import { checkConfiguration, diffConfiguration } from "./configuration.ts";
import { failure, notImplemented, type Verb } from "./failures.ts";
import { EngineDisplay, messageLimit } from "./operation.ts";
import { packageSchema } from "./package-schema.ts";
import { parsedConfiguration, subjectOf } from "./requests.ts";
import type { Provider } from "./resource.ts";
import * as calls from "./resource-calls.ts";
import { providerSchema } from "./schema.ts";
import { unwrap } from "./values.ts";

export type { CreateJournal } from "./resource-calls.ts";

/** A provider that listens for engines. */
export interface ServedProvider {
  readonly name: string;
  readonly port: number;
  /** Ends the server; calls that still run are cut off. */
  close(): Promise<void>;
}

/**
 * Serves a provider on a free port of the loopback address, for engines that attach to it with
 * PULUMI_DEBUG_PROVIDERS=<name>:<port>. Each connection has a configuration of its own, so one server can stand for
 * several provider resources.
 */
export async function serveProvider(
  provider: Provider,
  options: { onCreate?: calls.CreateJournal } = {},
): Promise<ServedProvider> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": messageLimit,
    "grpc.max_send_message_length": messageLimit,
  });
  const connections = new Connections(provider, options.onCreate);
  server.addService(providerService.ResourceProviderService, connections.implementation());
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    name: provider.name,
    port,
    close: async () => {
      connections.close();
      server.forceShutdown();
    },
  };
}

interface Connection {
  display?: EngineDisplay;
  controller: AbortController;
  session?: calls.Session;
}

class Connections {
  private readonly provider: Provider;
  private readonly journal: calls.CreateJournal | undefined;
  private readonly byPeer = new Map<string, Connection>();
  /** A connection that broke comes back from another port: it continues with what was configured last. */
  private latest: calls.Session | undefined;

  constructor(provider: Provider, journal: calls.CreateJournal | undefined) {
    this.provider = provider;
    this.journal = journal;
  }

  private of(peer: string): Connection {
    const known = this.byPeer.get(peer) ?? { controller: new AbortController() };
    this.byPeer.set(peer, known);
    return known;
  }

  private session(peer: string): calls.Session {
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
      configured: await this.provider.configure(parsedConfiguration(schema, properties)),
      cancelled: connection.controller.signal,
      display: connection.display,
      journal: this.journal,
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
        calls.check(this.session(peer), request),
      ),
      diff: unary(about("compare"), async (request: providerMessages.DiffRequest, peer) =>
        calls.diff(this.session(peer), request),
      ),
      create: unary(about("create"), async (request: providerMessages.CreateRequest, peer) =>
        calls.create(this.session(peer), request),
      ),
      read: unary(about("read"), async (request: providerMessages.ReadRequest, peer) =>
        calls.read(this.session(peer), request),
      ),
      update: unary(about("update"), async (request: providerMessages.UpdateRequest, peer) =>
        calls.update(this.session(peer), request),
      ),
      delete: unary(about("delete"), async (request: providerMessages.DeleteRequest, peer) => {
        await calls.remove(this.session(peer), request);
        return nothing;
      }),
      invoke: unary(
        (request: providerMessages.InvokeRequest) => ["look up", request.getTok()],
        async (request, peer) => calls.invoke(this.session(peer), request.getTok(), request.getArgs()),
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
