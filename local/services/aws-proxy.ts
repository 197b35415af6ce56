import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import replyFrom from "@fastify/reply-from";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { faultAnswer } from "../apis/fault-answers.ts";
import { refuseStrangers } from "../apis/own-requests.ts";
import { keepJournal, type RequestJournal } from "../apis/request-log.ts";
import { localCredential } from "../cloud/credential.ts";
import { bytesOf, dropBody, readBody } from "./aws-body.ts";
import { type AwsCall, accessKeyOf, readCall } from "./aws-calls.ts";
import { type Answer, withoutOwn } from "./aws-send.ts";
import { notImplemented, shownBody, unavailable } from "./aws-shown.ts";
import type { Body } from "./aws-writes.ts";

/** One request as the proxy understood it. */
export interface Asked {
  readonly call: AwsCall;
  readonly method: string;
  readonly url: string;
  /** As they came, before the framework saw them. */
  readonly headers: IncomingHttpHeaders;
  readonly body: Body;
}

export interface AwsProxyOptions {
  readonly journal: RequestJournal;
  /** Path of a file for one large body. */
  newBodyFile(): string;
  /** Does one thing after the other; the work gets the port at which moto answers. */
  inTurn<T>(work: (port: number) => Promise<T>): Promise<T>;
  /** Lets moto do what a request with a body or an effect asks, and says whether its body is to stay on disk. */
  send(port: number, asked: Asked): Promise<{ answer: Answer; isKept: boolean }>;
}

/** The server that AWS clients talk to; it is not listening yet. */
export function awsProxy(options: AwsProxyOptions): FastifyInstance {
  const server = fastify({
    forceCloseConnections: true,
    bodyLimit: Number.MAX_SAFE_INTEGER,
    exposeHeadRoutes: false,
  });
  refuseStrangers(server);
  server.addHook("onRequest", async (request, reply) => {
    if (isMotoOwn(request.url)) await reply.code(404).send();
  });
  const headersAsSent = new WeakMap<FastifyRequest, IncomingHttpHeaders>();
  const calls = new WeakMap<FastifyRequest, AwsCall>();
  const kept = new WeakSet<FastifyRequest>();
  const askedBy = (request: FastifyRequest): Asked => {
    const { method, url } = request;
    const headers = headersAsSent.get(request) ?? request.headers;
    const body = bodyOf(request);
    const call = calls.get(request) ?? readCall({ method, url, headers, body: bytesOf(body) });
    calls.set(request, call);
    return { call, method, url, headers, body };
  };

  server.addHook("onRequest", async (request) => {
    headersAsSent.set(request, { ...request.headers });
    // S3 keeps any text as an object's type, the framework answers 415 to one that it cannot read.
    delete request.headers["content-type"];
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", (_request: FastifyRequest, payload: IncomingMessage) =>
    readBody(payload, () => options.newBodyFile()),
  );
  keepJournal(server, {
    api: "aws",
    journal: options.journal,
    effectOf: (request) => askedBy(request).call.effect,
    actionOf: (request) => askedBy(request).call.action,
    isOfApp: (request) => ![undefined, localCredential].includes(accessKeyOf(askedBy(request).headers)),
    faultAnswerOf: (fault, status, request) => faultAnswer(fault, status, askedBy(request).call.service),
    settle: async (request) => {
      const { call, body } = askedBy(request);
      if (!kept.has(request)) await dropBody(body);
      request.body = shownBody(call, body);
    },
  });
  server.setErrorHandler(async (error: Error, request, reply) => {
    await reply
      .code(503)
      .type("application/xml")
      .send(unavailable(askedBy(request).call, error.message));
  });
  server.register(replyFrom, { disableRequestLogging: true, disableCache: true });
  server.all("*", (request, reply) =>
    options.inTurn(async (port) => {
      if (/^(GET|HEAD)$/.test(request.method)) return passOn(port, reply);
      const { answer, isKept } = await options.send(port, askedBy(request));
      if (isKept) kept.add(request);
      // moto's own errors are XML; a page is what its framework makes of a failure inside moto.
      if (answer.status >= 500 && /^text\/html/.test(answer.headers["content-type"] ?? "")) {
        return reply
          .code(501)
          .type("application/xml")
          .send(notImplemented(askedBy(request).call));
      }
      const { connection: _, ...headers } = answer.headers;
      return reply.code(answer.status).headers(headers).send(answer.body);
    }),
  );
  return server;
}

/** moto's own doors, which empty it at once and hand out all that is in it, are no part of AWS. */
function isMotoOwn(url: string): boolean {
  const { pathname } = new URL(url.replace(/^\/+/, "/"), "http://127.0.0.1");
  const plain = pathname.replace(/%([0-7][0-9a-f])/gi, (_text, code) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  return /^\/+moto-api(\/|$)/i.test(plain);
}

const noBody: Body = { bytes: Buffer.alloc(0) };

function bodyOf(request: FastifyRequest): Body {
  return (request.body as Body | null | undefined) ?? noBody;
}

/** Lets moto answer a GET or HEAD; resolves when its answer begins, the rest of which no other request can change. */
function passOn(port: number, reply: FastifyReply): Promise<FastifyReply> {
  return new Promise((resolve, reject) => {
    reply.raw.once("close", () => resolve(reply));
    reply.from(undefined, {
      getUpstream: () => `http://127.0.0.1:${port}`,
      rewriteRequestHeaders: (_request, headers) => withoutOwn(headers),
      onResponse: (_request, _reply, response) => resolve(reply.send(response.stream)),
      onError: (_reply, { error }) => reject(error),
    });
  });
}
