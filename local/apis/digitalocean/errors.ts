import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { z } from "zod";

/** What the API calls each refusal, by its status. */
export const identifiers = {
  400: "bad_request",
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  412: "precondition_failed",
  422: "unprocessable_entity",
} as const;

/** An answer that refuses a request, in the API's own form. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: keyof typeof identifiers;

  constructor(status: keyof typeof identifiers, message: string) {
    super(message);
    this.status = status;
  }
}

export const badRequest = (message: string): ApiError => new ApiError(400, message);
export const conflict = (message: string): ApiError => new ApiError(409, message);
export const preconditionFailed = (message: string): ApiError => new ApiError(412, message);
export const unprocessable = (message: string): ApiError => new ApiError(422, message);

/** What the API says of anything that is not there. */
export const notFound = (): ApiError => new ApiError(404, "The resource you requested could not be found.");

/** The value, or the API's "not found" where there is none. */
export function found<T>(value: T | undefined): T {
  if (value === undefined) throw notFound();
  return value;
}

/** First fault of a parsed body in one line: where it is, then what it must be. */
export function faultLine(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return "request payload validation failed";
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys") return `json: unknown field "${issue.keys[0]}"`;
  if (issue.code === "invalid_value") {
    return `${path} must be one of ${issue.values.join(", ")}`;
  }
  return path === "" ? issue.message : `${path}: ${issue.message}`;
}

/** Reads a request body; a wrong one is refused the way the API refuses it, with status 422. */
export function readBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const parsed = schema.safeParse(body ?? {});
  if (!parsed.success) throw unprocessable(faultLine(parsed.error));
  return parsed.data;
}

/** Makes every failure of a server read `{id, message, request_id}`. */
export function answerErrors(server: FastifyInstance): void {
  server.setNotFoundHandler(() => {
    throw notFound();
  });
  server.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const request_id = randomUUID();
    if (error instanceof ApiError) {
      return reply
        .code(error.status)
        .send({ id: identifiers[error.status], message: error.message, request_id });
    }
    if (error.statusCode !== undefined && error.statusCode < 500) {
      return reply
        .code(400)
        .send({ id: "bad_request", message: `error parsing request body: ${error.message}`, request_id });
    }
    return reply
      .code(500)
      .send({ id: "server_error", message: `Unexpected server-side error: ${error.message}`, request_id });
  });
}
