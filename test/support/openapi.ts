import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import type { FastifyInstance } from "fastify";

type Json = Record<string, unknown>;
type Direction = "request" | "reply";

/** Checks bodies against a published OpenAPI 3.0 description. Every method answers with faults, none when it fits. */
export interface ApiDescription {
  /** @param path - as it is sent, without a query, below the server's base path */
  requestFaults(method: string, path: string, body: unknown): string[];
  replyFaults(method: string, path: string, status: number, body: unknown): string[];
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const pointer = (...keys: string[]): string =>
  keys.map((key) => `/${encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"))}`).join("");

/** `nullable` is OpenAPI 3.0's own word: JSON Schema says it with a type or an alternative. */
function nullableSchema(schema: Json): Json {
  if (typeof schema.type === "string") {
    const values = schema.enum;
    return {
      ...schema,
      type: [schema.type, "null"],
      ...(Array.isArray(values) && !values.includes(null) ? { enum: [...values, null] } : {}),
    };
  }
  return { anyOf: [{ type: "null" }, schema] };
}

/** The same document as JSON Schema, as a reader of requests or of replies has to take it. */
function asJsonSchema(value: unknown, direction: Direction): unknown {
  if (Array.isArray(value)) return value.map((item) => asJsonSchema(item, direction));
  if (!isObject(value)) return value;
  if (typeof value.$ref === "string") {
    return { $ref: value.$ref.replace(/^#/, `${direction}#`) };
  }
  const copy: Json = {};
  for (const [key, inner] of Object.entries(value)) {
    if (key === "nullable" && typeof inner === "boolean") continue;
    copy[key] = asJsonSchema(inner, direction);
  }
  const { properties, required } = value;
  const foreign = direction === "request" ? "readOnly" : "writeOnly";
  if (isObject(properties) && Array.isArray(required)) {
    copy.required = required.filter((name) => {
      const property = properties[String(name)];
      return !(isObject(property) && property[foreign] === true);
    });
  }
  return value.nullable === true ? nullableSchema(copy) : copy;
}

const keysOf = (reference: string): string[] =>
  reference
    .slice(2)
    .split("/")
    .map((key) => decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~"));

/** What is at the end of a path of keys, and its own path once references are followed. */
function locate(document: Json, keys: string[]): { keys: string[]; value: Json } | undefined {
  const value = keys.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), document);
  if (!isObject(value)) return undefined;
  return typeof value.$ref === "string" ? locate(document, keysOf(value.$ref)) : { keys, value };
}

/** The template that a path belongs to: of several, the one with the fewest parameters. */
function templateFinder(paths: Json): (path: string) => string | undefined {
  const known = Object.keys(paths)
    .map((template) => ({
      template,
      parameters: template.split("{").length,
      pattern: new RegExp(
        `^${template.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{[^}]+\}/g, "[^/]+")}$`,
      ),
    }))
    .sort((left, right) => left.parameters - right.parameters);
  return (path) => known.find(({ pattern }) => pattern.test(path))?.template;
}

/** Reads a parsed description. Paths, methods, statuses and bodies that it does not hold are faults. */
export function apiDescription(document: unknown): ApiDescription {
  if (!isObject(document) || !isObject(document.paths)) throw new Error("an API description must have paths");
  const paths = document.paths;
  const templateOf = templateFinder(paths);
  // Formats outside JSON Schema, such as int64 or rfc5424, are left alone.
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  addFormats.default(ajv);
  for (const direction of ["request", "reply"] as const) {
    ajv.addSchema(asJsonSchema(document, direction) as Json, direction, false, false);
  }
  const compiled = new Map<string, ValidateFunction>();

  const check = (direction: Direction, schema: string[], body: unknown): string[] => {
    const reference = `${direction}#${pointer(...schema)}`;
    const validate = compiled.get(reference) ?? ajv.compile({ $ref: reference });
    compiled.set(reference, validate);
    if (validate(body)) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      const detail = "additionalProperty" in params ? ` (${params.additionalProperty})` : "";
      return `${instancePath === "" ? "body" : instancePath} ${message}${detail}`;
    });
  };

  /** Where the schema of a JSON body is. */
  const schemaOf = (holder: string[]): string[] | undefined => {
    const found = locate(document, holder);
    if (!isObject(found?.value.content) || !("application/json" in found.value.content)) return undefined;
    return [...found.keys, "content", "application/json", "schema"];
  };

  const operationOf = (method: string, path: string): string[] | string => {
    const template = templateOf(path);
    if (template === undefined) return `${path} is not in the description`;
    const methods = paths[template];
    const name = method.toLowerCase();
    if (!isObject(methods) || !isObject(methods[name]))
      return `${method} ${template} is not in the description`;
    return ["paths", template, name];
  };

  return {
    requestFaults(method, path, body) {
      const operation = operationOf(method, path);
      if (typeof operation === "string") return [operation];
      const schema = schemaOf([...operation, "requestBody"]);
      if (body === undefined || body === null) return [];
      if (schema === undefined) return [`${method} ${operation[1]} takes no body`];
      return check("request", schema, body).map((fault) => `${method} ${operation[1]} request: ${fault}`);
    },
    replyFaults(method, path, status, body) {
      const operation = operationOf(method, path);
      if (typeof operation === "string") return status === 404 ? [] : [operation];
      const known = locate(document, [...operation, "responses"])?.value ?? {};
      const exact = String(status);
      const name = exact in known ? exact : "default" in known ? "default" : undefined;
      // No description lists every refusal.
      if (name === undefined && status >= 400) return [];
      if (name === undefined) return [`${method} ${operation[1]} does not answer ${status}`];
      const schema = schemaOf([...operation, "responses", name]);
      const isEmpty = body === undefined || body === null || body === "";
      if (schema === undefined)
        return isEmpty || status >= 400 ? [] : [`${method} ${operation[1]} ${status} has no body`];
      return check("reply", schema, body).map((fault) => `${method} ${operation[1]} ${status}: ${fault}`);
    },
  };
}

/** What {@link watchTraffic} leaves out, and where the description's paths start. */
export interface TrafficOptions {
  /** Part of a request's path that the description does not have, such as `/api/v3`. */
  readonly prefix?: RegExp;
  /** Requests that are no concern of the description. */
  readonly ignore?: (method: string, path: string, status: number) => boolean;
}

/**
 * Checks every request that a server accepts and every reply that it gives. Call it before the first request; the list
 * that it returns grows with the faults found. Bodies of refused requests are not checked: they are wrong on purpose.
 */
export function watchTraffic(
  server: FastifyInstance,
  description: ApiDescription,
  options: TrafficOptions = {},
): string[] {
  const faults: string[] = [];
  server.addHook("onSend", async (request, reply, payload) => {
    const path = request.url.replace(/\?.*$/, "").replace(options.prefix ?? /^/, "");
    if (options.ignore?.(request.method, path, reply.statusCode) === true) return payload;
    const body: unknown = typeof payload === "string" && payload !== "" ? JSON.parse(payload) : undefined;
    faults.push(...description.replyFaults(request.method, path, reply.statusCode, body));
    if (reply.statusCode < 400) faults.push(...description.requestFaults(request.method, path, request.body));
    return payload;
  });
  return faults;
}
