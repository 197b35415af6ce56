import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { Decrypter, Encrypter } from "age-encryption";
import { Failure } from "./failure.ts";
import { type Bytes, BytesReader } from "./streams.ts";

/**
 * The age format, version 1 (age-encryption.org/v1): keys and header by the package of age's own author, the content
 * by Node's ChaCha20-Poly1305, which is seven times as fast as the package's. `age -d` reads what is written here.
 */

/** Bytes of content in one sealed chunk. */
const chunkBytes = 64 * 1024;
const tagBytes = 16;
const nonceBytes = 16;
/** A header with hundreds of recipients is shorter. */
const longestHeader = 1024 * 1024;

/**
 * Encrypts a stream for everybody named.
 *
 * @throws what the source throws, before the last chunk: a cut source never makes a file that can be read to its end
 */
export async function* encrypted(source: Bytes, recipients: readonly string[]): Bytes {
  const { header, fileKey } = await newHeader(recipients);
  const nonce = randomBytes(nonceBytes);
  const seal = new Chunks(fileKey, nonce);
  yield Buffer.concat([header, nonce]);
  const reader = new BytesReader(source);
  try {
    for (let isLast = false; !isLast; ) {
      const chunk = await reader.take(chunkBytes);
      isLast = await reader.isAtEnd();
      const cipher = createCipheriv(algorithm, seal.key, seal.nextNonce(isLast), { authTagLength: tagBytes });
      const text = cipher.update(chunk);
      cipher.final();
      yield text;
      yield cipher.getAuthTag();
    }
  } finally {
    await reader.close();
  }
}

/**
 * Decrypts a stream; no byte leaves that is not authentic.
 *
 * @throws Failure `wrongKey` where no identity fits, `corrupt` where anything was changed or cut off
 */
export async function* decrypted(source: Bytes, identities: readonly string[]): Bytes {
  const reader = new BytesReader(source);
  try {
    const fileKey = await openHeader(await takeHeader(reader), identities);
    const nonce = await reader.take(nonceBytes);
    if (nonce.length < nonceBytes) throw damaged("its beginning is cut off");
    const seal = new Chunks(fileKey, nonce);
    for (let isFirst = true, isLast = false; !isLast; isFirst = false) {
      const sealed = await reader.take(chunkBytes + tagBytes);
      isLast = await reader.isAtEnd();
      if (sealed.length < tagBytes) throw damaged("its end is cut off");
      const text = openChunk(sealed, seal, isLast);
      // Only an empty file has an empty last chunk.
      if (isLast && text.length === 0 && !isFirst) throw damaged("its end is not as it was written");
      yield text;
    }
  } finally {
    await reader.close();
  }
}

const algorithm = "chacha20-poly1305";

function openChunk(sealed: Buffer, seal: Chunks, isLast: boolean): Buffer {
  const decipher = createDecipheriv(algorithm, seal.key, seal.nextNonce(isLast), { authTagLength: tagBytes });
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  const text = decipher.update(sealed.subarray(0, -tagBytes));
  try {
    decipher.final();
  } catch {
    throw damaged("a chunk was changed, or the end is cut off");
  }
  return text;
}

/** The key of the chunks of one file, and their nonces: a number of eleven bytes, and one that marks the last. */
class Chunks {
  readonly key: Buffer;
  private readonly nonce = Buffer.alloc(12);
  private count = 0;

  constructor(fileKey: Uint8Array, nonce: Uint8Array) {
    this.key = Buffer.from(hkdfSync("sha256", fileKey, nonce, "payload", 32));
  }

  nextNonce(isLast: boolean): Buffer {
    this.nonce.writeUIntBE(this.count, 5, 6);
    this.nonce[11] = isLast ? 1 : 0;
    this.count += 1;
    return this.nonce;
  }
}

async function newHeader(recipients: readonly string[]): Promise<{ header: Buffer; fileKey: Uint8Array }> {
  const { promise: fileKey, resolve } = Promise.withResolvers<Uint8Array>();
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  // Gets the key that the others get sealed, and adds nothing to the header.
  encrypter.addRecipient({
    wrapFileKey: (key) => {
      resolve(Uint8Array.from(key));
      return [];
    },
  });
  const empty = Buffer.from(await encrypter.encrypt(new Uint8Array(0)));
  return { header: empty.subarray(0, empty.length - nonceBytes - tagBytes), fileKey: await fileKey };
}

/** Reads up to the header's last line, `--- ` and its authentication code. */
async function takeHeader(reader: BytesReader): Promise<Buffer> {
  const lines: Buffer[] = [];
  for (let bytes = 0; bytes < longestHeader; ) {
    const line = await reader.takeLine(longestHeader);
    lines.push(line);
    bytes += line.length;
    if (lines.length === 1 && line.toString("latin1") !== "age-encryption.org/v1\n") break;
    if (!line.toString("latin1").endsWith("\n")) break;
    if (line.toString("latin1").startsWith("--- ")) return Buffer.concat(lines);
  }
  throw damaged("it does not begin as a file of age does");
}

async function openHeader(header: Buffer, identities: readonly string[]): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  try {
    return await decrypter.decryptHeader(header);
  } catch (error) {
    if (/no identity matched/.test(String(error))) {
      throw new Failure("wrongKey", "none of the identities in BACKUP_IDENTITIES opens the backup");
    }
    throw damaged("its header was changed");
  }
}

const damaged = (what: string): Failure => new Failure("corrupt", `the encrypted backup is damaged: ${what}`);
