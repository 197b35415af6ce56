import type { FastifyInstance } from "fastify";

/** Names under which this machine calls itself; S3 clients put a bucket's name before it. */
const ownHost = /^(127\.0\.0\.1|(.+\.)?localhost|\[::1\])(:\d+)?$/i;

/**
 * Lets a server answer only to programs of this machine. A page in a browser can send requests to 127.0.0.1 too, and by
 * a name of its own that leads there (DNS rebinding) even read the answers: a browser tells its pages' origin, and the
 * host is then not one of this machine's names.
 */
export function refuseStrangers(server: FastifyInstance): void {
  server.addHook("onRequest", async (request, reply) => {
    const { host = "", origin, "sec-fetch-site": site } = request.headers;
    if (ownHost.test(host) && origin === undefined && (site === undefined || site === "none")) return;
    await reply
      .code(403)
      .send({ id: "forbidden", message: "only programs of this machine are answered, no web page" });
  });
}
