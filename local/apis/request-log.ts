import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type FaultAnswer, faultAnswer } from "./fault-answers.ts";

export type Api = "digitalocean" | "github" | "aws" | "registry";

/** One request that a local cloud answered, safe to print: secrets are masked before it is made. */
export interface RequestRecord {
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly api: Api;
  readonly method: string;
  readonly path: string;
  /** What was asked for where method and path do not tell: the action of an AWS call. */
  readonly action?: string;
  readonly effect: "read" | "write";
  /** "app" for who came with an access key of a stack's own, such as the app's workers; else the engine or a person. */
  readonly by?: "app";
  /** 0 where a fault kept the answer back. */
  readonly status: number;
  readonly body?: unknown;
}

/** An answer that an API gives instead of its own, to show how the program takes it. */
export interface Fault {
  readonly api: Api;
  /** `*` for every one. */
  readonly method: string;
  /** Regular expression that the path has to match. */
  readonly path: string;
  /** Of AWS, whose calls often share method and path: `CreateUser`. */
  readonly action?: string;
  /** "timeout" never answers, "cut" ends the connection; neither does what was asked. */
  readonly status: number | "timeout" | "cut";
  /** What is said, in the API's own form. */
  readonly message?: string;
  /** In the place of the API's own form. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** How many requests it answers before it is gone. */
  readonly times: number;
}

/** Where the local clouds write what they were asked, and where their failures are set. */
export interface RequestJournal {
  record(record: RequestRecord): void;
  /** Takes one use of the first fault that fits, if any does. */
  takeFault(api: Api, method: string, path: string, action?: string): Fault | undefined;
}

/** By how a name ends, since APIs put words before it: `client_secret`, `WebIdentityToken`. */
const secretNames =
  /((password|passphrase|token|secret|assertion|credentials|authorization|webhook|webhook_?url|encrypted_value)|(secret|access|api|client|private)_?key|client_?cert)$|^(uri|url|value)$/i;

/**
 * A copy of a request body that can be shown. Values under names that hold secrets read `[secret]`; ciphertext that
 * App Platform made (`EV[...]`) stays, so that a reader can tell a replayed secret from a new one.
 */
export function masked(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => masked(item, name));
  if (typeof value === "object" && value !== null) {
    // A plain variable of an app: its type is GENERAL or left out.
    const open = "key" in value && !("type" in value && value.type === "SECRET");
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, masked(inner, open && key === "value" ? "" : key)]),
    );
  }
  if (typeof value !== "string" || !secretNames.test(name) || value.startsWith("EV[")) {
    return typeof value === "string"
      ? value.replace(/:\/\/([^:@/\s]*):[^@/\s]+@/g, "://$1:[secret]@")
      : value;
  }
  return "[secret]";
}

export interface JournalOptions {
  readonly api: Api;
  readonly journal: RequestJournal;
  /** Tells a write from a read where the method does not. Default: everything but GET and HEAD writes. */
  readonly effectOf?: (request: FastifyRequest) => RequestRecord["effect"];
  readonly actionOf?: (request: FastifyRequest) => string | undefined;
  readonly isOfApp?: (request: FastifyRequest) => boolean;
  /** A fault's answer where it depends on what was asked. Default: the API's own form. */
  readonly faultAnswerOf?: (fault: Fault, status: number, request: FastifyRequest) => FaultAnswer;
  /** Gives back what a request holds, and makes its body one that can be shown. */
  readonly settle?: (request: FastifyRequest) => Promise<void>;
}

/** Writes every request of a server to the journal and lets a set fault answer instead of the server. */
export function keepJournal(server: FastifyInstance, options: JournalOptions): void {
  const { api, journal } = options;
  const faultAnswerOf = options.faultAnswerOf ?? ((fault, status) => faultAnswer(fault, status));
  const unanswered = new Set<FastifyReply>();
  const record = async (request: FastifyRequest, status: number): Promise<void> => {
    await options.settle?.(request);
    const action = options.actionOf?.(request);
    journal.record({
      time: new Date().toISOString(),
      api,
      method: request.method,
      path: request.url,
      ...(action === undefined ? {} : { action }),
      effect: options.effectOf?.(request) ?? (/^(GET|HEAD)$/.test(request.method) ? "read" : "write"),
      ...(options.isOfApp?.(request) === true ? { by: "app" as const } : {}),
      status,
      ...(request.body === undefined || request.body === null || Buffer.isBuffer(request.body)
        ? {}
        : { body: masked(request.body) }),
    });
  };
  server.addHook("preHandler", async (request, reply) => {
    const path = request.url.replace(/\?.*$/, "");
    const fault = journal.takeFault(api, request.method, path, options.actionOf?.(request));
    if (fault === undefined) return;
    const { status, headers } = fault;
    if (typeof status === "number") {
      const { type, body } = faultAnswerOf(fault, status, request);
      await reply
        .code(status)
        .headers({ ...(type && { "content-type": type }), ...headers })
        .send(body);
      return;
    }
    reply.hijack();
    await record(request, 0);
    if (status === "cut") return void request.socket.destroy();
    unanswered.add(reply);
    reply.raw.once("close", () => unanswered.delete(reply));
  });
  server.addHook("onResponse", (request, reply) => record(request, reply.statusCode));
  // Who never gets an answer must not keep the server from its end.
  server.addHook("preClose", async () => {
    for (const { raw } of unanswered) raw.destroy();
  });
}
