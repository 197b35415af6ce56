import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface Version {
  readonly id: string;
  /** None: a marker that hides what is before it. */
  readonly body?: Buffer;
}

/** An answer in place of the bucket's. */
interface Refusal {
  readonly status: number;
  readonly code: string;
}

/**
 * One bucket with versions, in memory: as much of S3 as the backup program asks for, within milliseconds. What S3 really
 * does is shown with a real server; this is for the program's own decisions.
 */
export class MemoryS3 {
  url = "";
  /** `METHOD /path?query` of what came. */
  readonly requests: string[] = [];
  /** Says what is refused, or never answered; nothing by itself. */
  refuse: (line: string) => Refusal | "silence" | undefined = () => undefined;
  private readonly versions = new Map<string, Version[]>();
  private readonly uploads = new Map<string, { readonly key: string; readonly parts: Map<number, Buffer> }>();
  private server: Server | undefined;

  async start(): Promise<void> {
    const server = createServer((request, answer) => void this.take(request, answer));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.server = server;
  }

  stop(): void {
    this.server?.closeAllConnections();
    this.server?.close();
  }

  /** Keys of what a reader finds, in order. */
  get keys(): string[] {
    return [...this.versions.keys()].filter((key) => this.text(key) !== undefined).sort();
  }

  /** Keys of uploads that did not end. */
  get unfinished(): string[] {
    return [...this.uploads.values()].map(({ key }) => key);
  }

  text(key: string): string | undefined {
    return this.versions.get(key)?.at(-1)?.body?.toString("latin1");
  }

  put(key: string, body: string | Buffer): string {
    return this.push(key, { id: randomUUID(), body: Buffer.from(body) });
  }

  /** Other bytes under the same version, as no store does: what a disk that rots would give. */
  replace(key: string, body: string | Buffer): void {
    const versions = this.versions.get(key) ?? [];
    this.versions.set(key, [
      ...versions.slice(0, -1),
      { id: versions.at(-1)?.id ?? "", body: Buffer.from(body) },
    ]);
  }

  /** Hides an object, as a deletion does. */
  hide(key: string): void {
    this.push(key, { id: randomUUID() });
  }

  /** Begins an upload that nobody ends. */
  beginUpload(key: string): string {
    const id = randomUUID();
    this.uploads.set(id, { key, parts: new Map() });
    return id;
  }

  /** What is there now, to begin again with. */
  keep(): () => void {
    const kept = [...this.versions];
    return () => {
      this.empty();
      for (const [key, versions] of kept) this.versions.set(key, versions);
    };
  }

  empty(): void {
    this.versions.clear();
    this.uploads.clear();
    this.requests.length = 0;
    this.refuse = () => undefined;
  }

  private push(key: string, version: Version): string {
    this.versions.set(key, [...(this.versions.get(key) ?? []), version]);
    return version.id;
  }

  private async take(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const line = `${request.method} ${request.url}`;
    this.requests.push(line);
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const refused = this.refuse(line);
    const url = new URL(request.url ?? "/", this.url);
    const key = decodeURIComponent(url.pathname.split("/").slice(2).join("/"));
    if (refused === "silence") return;
    if (refused !== undefined) fail(answer, refused);
    else this.done(request, url.searchParams, key, Buffer.concat(pieces), answer);
  }

  private done(
    { method, headers }: IncomingMessage,
    query: URLSearchParams,
    key: string,
    body: Buffer,
    answer: ServerResponse,
  ): ServerResponse {
    const upload = query.get("uploadId") ?? "";
    const mustBeNew = headers["if-none-match"] === "*";
    if (mustBeNew && this.text(key) !== undefined)
      return fail(answer, { status: 412, code: "PreconditionFailed" });
    if (method === "GET" && key === "") return sendXml(answer, this.listing(query));
    if (method === "GET") return this.get(key, query.get("versionId"), headers.range, answer);
    if (method === "POST" && query.has("uploads"))
      return sendXml(answer, element("InitiateMultipartUploadResult", { UploadId: this.beginUpload(key) }));
    if (method === "PUT" && upload !== "") {
      this.uploads.get(upload)?.parts.set(Number(query.get("partNumber")), body);
      return answer.writeHead(200, { etag: '"part"' }).end();
    }
    if (method === "PUT") return answer.writeHead(200, { "x-amz-version-id": this.put(key, body) }).end();
    const ended = this.uploads.get(upload);
    this.uploads.delete(upload);
    if (method === "DELETE") return answer.writeHead(204).end();
    const parts = [...(ended?.parts ?? [])].sort(([one], [other]) => one - other).map(([, part]) => part);
    answer.setHeader("x-amz-version-id", this.put(key, Buffer.concat(parts)));
    return sendXml(answer, element("CompleteMultipartUploadResult", { Key: key }));
  }

  private get(
    key: string,
    id: string | null,
    range: string | undefined,
    answer: ServerResponse,
  ): ServerResponse {
    const versions = this.versions.get(key) ?? [];
    const body = (id === null ? versions.at(-1) : versions.find((one) => one.id === id))?.body;
    if (body === undefined) return fail(answer, { status: 404, code: "NoSuchKey" });
    const from = Number(/\d+/.exec(range ?? "0")?.[0]);
    return answer
      .writeHead(from === 0 ? 200 : 206, { "content-length": body.length - from })
      .end(body.subarray(from));
  }

  private listing(query: URLSearchParams): string {
    const prefix = query.get("prefix") ?? "";
    if (query.has("uploads")) {
      const found = [...this.uploads].filter(([, { key }]) => key.startsWith(prefix));
      return element("ListMultipartUploadsResult", {
        Upload: found.map(([UploadId, { key: Key }]) => ({ Key, UploadId })),
      });
    }
    const all = [...this.versions].filter(([key]) => key.startsWith(prefix)).sort();
    if (!query.has("versions"))
      return element("ListBucketResult", {
        Contents: all.filter(([key]) => this.text(key) !== undefined).map(([Key]) => ({ Key })),
      });
    const versions = all.flatMap(([Key, list]) =>
      [...list].reverse().map(({ id: VersionId, body }, at) => ({
        kind: body === undefined ? "DeleteMarker" : "Version",
        fields: { Key, VersionId, IsLatest: at === 0, Size: body?.length ?? 0 },
      })),
    );
    return element("ListVersionsResult", {
      Version: versions.filter(({ kind }) => kind === "Version").map(({ fields }) => fields),
      DeleteMarker: versions.filter(({ kind }) => kind === "DeleteMarker").map(({ fields }) => fields),
    });
  }
}

type Fields = Readonly<Record<string, unknown>>;

function element(name: string, fields: Fields): string {
  const inner = Object.entries(fields).map(([field, value]) =>
    (Array.isArray(value) ? value : [value])
      .map((one) => (typeof one === "object" ? element(field, one as Fields) : `<${field}>${one}</${field}>`))
      .join(""),
  );
  return `<${name}>${inner.join("")}</${name}>`;
}

const sendXml = (answer: ServerResponse, text: string): ServerResponse =>
  answer.writeHead(200, { "content-type": "application/xml" }).end(text);

const fail = (answer: ServerResponse, { status, code }: Refusal): ServerResponse =>
  answer.writeHead(status).end(element("Error", { Code: code, Message: "made to fail" }));
