import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { crc32 } from "node:zlib";

// An object store as fast as memory, for measurements: as much of S3 as the backup program asks, without a right checked.
// A child of the bench, so that its work is not counted as the program's: prints its port, ends with its parent.

/** Parts of finished objects and of uploads under way. */
const objects = new Map<string, Buffer[]>();
const uploads = new Map<string, Map<number, Buffer>>();

const sizeOf = (parts: readonly Buffer[]): number => parts.reduce((sum, { length }) => sum + length, 0);

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const length = Number(
    request.headers["x-amz-decoded-content-length"] ?? request.headers["content-length"] ?? 0,
  );
  const body = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for await (const piece of request) at += (piece as Buffer).copy(body, at);
  return body;
}

const server = createServer(async (request, answer) => {
  answer.setMaxListeners(0);
  const url = new URL(request.url ?? "/", "http://store");
  const key = url.pathname;
  const query = url.searchParams;
  const id = query.get("uploadId") ?? "";
  const xml = (text: string): void =>
    void answer.writeHead(200, { "content-type": "application/xml" }).end(text);
  if (request.method === "POST" && query.has("uploads")) {
    uploads.set(key, new Map());
    xml(`<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>`);
  } else if (request.method === "PUT" && id !== "") {
    const body = await bodyOf(request);
    uploads.get(key)?.set(Number(query.get("partNumber")), body);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    answer.writeHead(200, { etag: '"part"', "x-amz-checksum-crc32": sum.toString("base64") }).end();
  } else if (request.method === "POST") {
    await bodyOf(request);
    const parts = [...(uploads.get(key) ?? [])].sort(([one], [other]) => one - other);
    objects.set(
      key,
      parts.map(([, part]) => part),
    );
    xml("<CompleteMultipartUploadResult><ETag>1</ETag></CompleteMultipartUploadResult>");
  } else if (request.method === "PUT") {
    // Only manifests and records come this way, with a trailing checksum that is left away.
    const text = (await bodyOf(request)).toString();
    objects.set(key, [Buffer.from(text)]);
    answer.writeHead(200, { etag: '"1"' }).end();
  } else if (query.has("versions")) {
    const own = [...objects].filter(([name]) =>
      name.startsWith(`${key.replace(/\/$/, "")}/${query.get("prefix") ?? ""}`),
    );
    const versions = own.map(([name, parts]) => {
      const inBucket = name.split("/").slice(2).join("/");
      return `<Version><Key>${inBucket}</Key><VersionId>null</VersionId><IsLatest>true</IsLatest><Size>${sizeOf(parts)}</Size></Version>`;
    });
    xml(`<ListVersionsResult><IsTruncated>false</IsTruncated>${versions.join("")}</ListVersionsResult>`);
  } else if (query.has("list-type"))
    // Records of verifications: none is ever read again here.
    xml("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>");
  else if (query.has("uploads"))
    xml("<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>");
  else {
    const parts = objects.get(key);
    if (parts === undefined) answer.writeHead(404).end();
    else {
      answer.writeHead(200, { "content-length": sizeOf(parts) });
      for (const part of parts) {
        if (!answer.write(part)) await Promise.race([once(answer, "drain"), once(answer, "close")]);
      }
      answer.end();
    }
  }
});
server.requestTimeout = 0;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`${typeof address === "object" ? address?.port : 0}\n`);
});
process.stdin.resume().once("end", () => process.exit());
