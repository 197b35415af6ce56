import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { S3 } from "@aws-sdk/client-s3";
import { cacheDirectory } from "../../local/home.ts";
import { prepareMoto } from "../../local/services/moto.ts";
import { type MotoProcess, startMoto } from "../../local/services/moto-process.ts";

/** What happens to a request in place of, or after, being answered by the real server. */
export type Trouble =
  | { readonly status: number; readonly code: string }
  | "reset"
  | "errorIn200"
  | "otherChecksum"
  | "hang";

interface Rule {
  readonly method: string;
  readonly url: RegExp;
  readonly trouble: Trouble;
  left: number;
}

/** A real S3 server behind a proxy that makes the network and the server fail on demand. */
export class FaultyS3 {
  url = "";
  /** `METHOD /path?query` of what came, also what failed. */
  readonly requests: string[] = [];
  /** Told of each request before it goes on. */
  onRequest: (line: string) => void = () => undefined;
  /** Turns a bit of every answer to such a request, at that share of its length. */
  corrupt: { readonly url: RegExp; readonly share: number } | undefined;
  private readonly rules: Rule[] = [];
  private server: Server | undefined;
  private moto: MotoProcess | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  async start(): Promise<void> {
    this.moto = await startMoto(
      await prepareMoto({ directory: cacheDirectory(), progress: () => undefined }),
    );
    const server = createServer((incoming, answer) => void this.take(incoming, answer));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    this.url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
    this.server = server;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    this.server?.close();
    await this.moto?.stop();
  }

  /** Lets the next requests that fit fail. */
  fail(method: string, url: RegExp, trouble: Trouble, times = Number.POSITIVE_INFINITY): void {
    this.rules.push({ method, url, trouble, left: times });
  }

  mend(): void {
    this.rules.length = 0;
    this.requests.length = 0;
    this.onRequest = () => undefined;
  }

  client(): S3 {
    return new S3({
      endpoint: this.url,
      region: "us-east-1",
      forcePathStyle: true,
      credentials: { accessKeyId: "reader-key", secretAccessKey: "reader-secret" },
    });
  }

  /** Keys of all objects, and of all uploads that did not end. */
  async contents(bucket: string): Promise<{ keys: string[]; uploads: number }> {
    const client = this.client();
    const { Contents = [] } = await client.listObjectsV2({ Bucket: bucket });
    const { Uploads = [] } = await client.listMultipartUploads({ Bucket: bucket });
    client.destroy();
    return { keys: Contents.map(({ Key = "" }) => Key), uploads: Uploads.length };
  }

  private async take(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const line = `${incoming.method} ${incoming.url}`;
    this.requests.push(line);
    this.onRequest(line);
    const pieces: Buffer[] = [];
    try {
      for await (const piece of incoming) pieces.push(piece as Buffer);
    } catch {
      return;
    }
    const rule = this.rules.find(
      ({ method, url, left }) => method === incoming.method && url.test(incoming.url ?? "") && left > 0,
    );
    if (rule !== undefined) rule.left -= 1;
    const trouble = rule?.trouble;
    if (trouble === "reset") incoming.socket.destroy();
    else if (trouble === "hang") return;
    else if (trouble === "errorIn200") answer.writeHead(200).end(errorText("InternalError"));
    else if (typeof trouble === "object") answer.writeHead(trouble.status).end(errorText(trouble.code));
    else {
      const sent = this.turn.then(() => this.passOn(incoming, Buffer.concat(pieces), answer, trouble));
      this.turn = sent.catch(() => answer.destroy());
    }
  }

  /** moto takes one request at a time. */
  private passOn(
    incoming: IncomingMessage,
    body: Buffer,
    answer: ServerResponse,
    trouble: Trouble | undefined,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const { method = "GET", url = "/" } = incoming;
      const { "transfer-encoding": _, connection: __, ...headers } = incoming.headers;
      const forwarded = request(
        {
          host: "127.0.0.1",
          port: this.moto?.port,
          method,
          path: url,
          headers: { ...headers, "content-length": body.length },
          agent: false,
        },
        (response) => {
          const changed =
            trouble === "otherChecksum"
              ? { ...response.headers, "x-amz-checksum-crc32": "AAAAAA==" }
              : response.headers;
          const content: Buffer[] = [];
          response.on("data", (piece: Buffer) => content.push(piece));
          response.once("error", reject);
          response.once("end", () => {
            const whole = Buffer.concat(content);
            if (method === "GET" && this.corrupt?.url.test(url) === true) {
              const at = Math.floor(whole.length * this.corrupt.share);
              whole[at] = (whole[at] ?? 0) ^ 1;
            }
            answer.writeHead(response.statusCode ?? 500, changed).end(whole);
            resolve();
          });
        },
      );
      forwarded.once("error", reject);
      forwarded.end(body);
    });
  }
}

const errorText = (code: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>made to fail</Message></Error>`;
