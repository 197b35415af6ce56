import type { FastifyInstance } from "fastify";

/** An answer that refuses, in the shape of the distribution specification. */
export class RegistryError extends Error {
  override readonly name = "RegistryError";
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** Makes every failure of a server an answer in the shape of the specification. */
export function answerFailures(server: FastifyInstance): void {
  const body = (code: string, message: string) => ({ errors: [{ code, message }] });
  server.setNotFoundHandler(async (_request, reply) =>
    reply.code(404).send(body("UNSUPPORTED", "the operation is unsupported")),
  );
  server.setErrorHandler(async (error: Error & { statusCode?: number }, _request, reply) => {
    if (error instanceof RegistryError)
      return reply.code(error.status).headers(error.headers).send(body(error.code, error.message));
    return reply.code(error.statusCode ?? 500).send(body("UNKNOWN", error.message));
  });
}
