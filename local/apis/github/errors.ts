import type { FastifyInstance } from "fastify";
import type { z } from "zod";

const documentation = "https://docs.github.com/rest";

/** An answer that refuses, in GitHub's shape: `message` and, for a validation, `errors`. */
export class GitHubError extends Error {
  override readonly name = "GitHubError";
  readonly status: number;
  readonly errors: readonly unknown[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    more: { readonly errors?: readonly unknown[]; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.status = status;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
  }
}

/** What GitHub answers for everything that is not there, or that the caller may not see. */
export function notFound(): GitHubError {
  return new GitHubError(404, "Not Found");
}

/** A 422 in the form of GitHub's own model validations. */
export function validationFailed(resource: string, field: string, message: string): GitHubError {
  return new GitHubError(422, "Validation Failed", {
    errors: [{ resource, code: "custom", field, message }],
  });
}

const withArticle = (type: string): string => (/^[aeio]/.test(type) ? `an ${type}` : `a ${type}`);

const jsonTypes: Readonly<Record<string, string>> = { int: "integer", record: "object" };

function faultText(issue: z.core.$ZodIssue, body: unknown): string {
  const path = issue.path.map(String);
  const given = path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    body,
  );
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => `"${key}" is not a permitted key.`).join("\n");
  }
  if (given === undefined && path.length > 0) return `"${path.at(-1)}" wasn't supplied.`;
  // Texts are left out: one of them could be a secret.
  const shown = typeof given === "object" ? (given === null ? "nil" : "the value") : JSON.stringify(given);
  const value = typeof given === "string" ? "the value" : shown;
  const place = path.length === 0 ? "the body" : `properties/${path.join("/")}`;
  if (issue.code === "invalid_value") {
    return `For '${place}', ${value} is not a member of ${JSON.stringify(issue.values)}.`;
  }
  return issue.code === "invalid_type"
    ? `For '${place}', ${value} is not ${withArticle(jsonTypes[issue.expected] ?? issue.expected)}.`
    : `For '${place}', ${value} ${issue.message}.`;
}

/** The body as its schema says, or the 422 that GitHub gives when a body does not match. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => faultText(issue, body ?? {}));
  throw new GitHubError(422, `Invalid request.\n\n${faults.join("\n")}`);
}

/** Makes every failure of a server an answer in GitHub's shape. */
export function answerFailures(server: FastifyInstance): void {
  server.setNotFoundHandler(() => {
    throw notFound();
  });
  server.setErrorHandler(async (error: Error & { statusCode?: number }, _request, reply) => {
    if (error instanceof GitHubError) {
      return reply
        .code(error.status)
        .headers(error.headers)
        .send({
          message: error.message,
          ...(error.errors === undefined ? {} : { errors: error.errors }),
          documentation_url: documentation,
          status: String(error.status),
        });
    }
    const status = error.statusCode ?? 500;
    return reply.code(status).send({
      message: status < 500 ? error.message : `Server Error: ${error.message}`,
      documentation_url: documentation,
      status: String(status),
    });
  });
}
