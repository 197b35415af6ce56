import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { pipeline } from "node:stream/promises";
import { contentOf, sizeOf } from "./aws-body.ts";
import type { Write } from "./aws-writes.ts";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Headers that belong to one connection, or that the sender works out itself. */
const ownHeaders =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|content-length|x-slipway-.*)$/;

/**
 * Headers of a write as they are sent and kept. Of the credentials only what says who asked and for which service stays,
 * since moto does not check signatures.
 */
export function headersToKeep(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || ownHeaders.test(name) || name === "x-amz-security-token") continue;
    const text = Array.isArray(value) ? value.join(", ") : value;
    kept[name] = name === "authorization" ? text.replace(/Signature=[^,\s]+/, "Signature=-") : text;
  }
  return kept;
}

/** Headers of a read without the ones that this proxy speaks to moto with. */
export function withoutOwn<T>(headers: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith("x-slipway-")));
}

/** Sends a write to moto: the same way the first time and each time that it is repeated. */
export async function sendWrite(port: number, write: Write): Promise<Answer> {
  const headers = {
    ...write.headers,
    "content-length": String(sizeOf(write.body)),
    "x-slipway-seed": write.seed,
    "x-slipway-time": String(write.time),
  };
  const sent = request({
    host: "127.0.0.1",
    port,
    method: write.method,
    path: write.url,
    headers,
    agent: false,
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once("response", resolve);
    sent.once("error", reject);
  });
  const content = contentOf(write.body);
  const written = Buffer.isBuffer(content) ? sent.end(content) : pipeline(content, sent);
  const [response] = await Promise.all([answered, written]);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 500, headers: response.headers, body: Buffer.concat(chunks) };
}
