import grpc from "@grpc/grpc-js";
import providerService from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { Connections } from "./connections.ts";
import { messageLimit } from "./operation.ts";
import type { Limits, Provider } from "./resource.ts";

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
export async function serveProvider(provider: Provider, limits?: Limits): Promise<ServedProvider> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": messageLimit,
    "grpc.max_send_message_length": messageLimit,
  });
  const connections = new Connections(provider, limits);
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
