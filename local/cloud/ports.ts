import type { FastifyInstance } from "fastify";
import type { Collection } from "./store.ts";

/**
 * Lets a server listen on the loopback address, on the port that it had before, else on a free one. Only the kept
 * port makes an address that state, logs and people know stay true.
 *
 * @returns the port, in 1 to 65535
 */
export async function listenWhereBefore(
  server: FastifyInstance,
  name: string,
  ports: Collection<number>,
): Promise<number> {
  const before = ports.get(name);
  const port = before === undefined ? await listen(server, 0) : await listenOn(server, before);
  ports.put(name, port);
  return port;
}

async function listenOn(server: FastifyInstance, port: number): Promise<number> {
  try {
    return await listen(server, port);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    return await listen(server, 0);
  }
}

async function listen(server: FastifyInstance, port: number): Promise<number> {
  await server.listen({ host: "127.0.0.1", port });
  const [address] = server.addresses();
  if (typeof address !== "object") throw new Error("the server listens on no port");
  return address.port;
}
