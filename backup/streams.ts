import { createHash, type Hash } from "node:crypto";

/** Bytes as they come, in pieces of any size. A source that fails throws instead of ending. */
export type Bytes = AsyncGenerator<Buffer, void, undefined>;

/** Takes pieces of the size that the taker wants from a source. */
export class BytesReader {
  private readonly source: Bytes;
  private pieces: Buffer[] = [];
  private held = 0;
  private hasEnded = false;

  constructor(source: Bytes) {
    this.source = source;
  }

  /** That many bytes; fewer only at the end. */
  async take(bytes: number): Promise<Buffer> {
    while (this.held < bytes && (await this.more()));
    return this.remove(Math.min(bytes, this.held));
  }

  /** Fills a buffer; the number of bytes is smaller than its length only at the end. */
  async fill(buffer: Buffer): Promise<number> {
    let filled = 0;
    while (filled < buffer.length && !(await this.isAtEnd())) {
      const [first] = this.pieces as [Buffer];
      const piece = this.remove(Math.min(buffer.length - filled, first.length));
      filled += piece.copy(buffer, filled);
    }
    return filled;
  }

  /** Everything up to and with the next line feed; without one only at the end or after the most that is allowed. */
  async takeLine(most: number): Promise<Buffer> {
    for (;;) {
      const held = this.join();
      const end = held.indexOf(0x0a);
      if (end >= 0) return this.remove(end + 1);
      if (held.length >= most || !(await this.more())) return this.remove(held.length);
    }
  }

  async isAtEnd(): Promise<boolean> {
    while (this.held === 0 && (await this.more()));
    return this.held === 0;
  }

  /** Lets the source end, also before it has given everything. */
  async close(): Promise<void> {
    await this.source.return();
  }

  private async more(): Promise<boolean> {
    if (this.hasEnded) return false;
    const { done, value } = await this.source.next();
    if (done === true) {
      this.hasEnded = true;
      return false;
    }
    this.pieces.push(value);
    this.held += value.length;
    return true;
  }

  private remove(bytes: number): Buffer {
    const [first] = this.pieces;
    // Mostly one piece is enough: then nothing is copied.
    const all = first !== undefined && first.length >= bytes ? first : this.join();
    const taken = all.subarray(0, bytes);
    const rest = all.subarray(bytes);
    this.pieces = [...(rest.length > 0 ? [rest] : []), ...this.pieces.slice(1)];
    this.held -= bytes;
    return taken;
  }

  private join(): Buffer {
    const [first = Buffer.alloc(0)] = this.pieces;
    const all = this.pieces.length > 1 ? Buffer.concat(this.pieces) : first;
    this.pieces = all.length === 0 ? [] : [all];
    return all;
  }
}

/** Passes bytes on and keeps their number and digest. */
export class Meter {
  bytes = 0;
  private readonly hash: Hash = createHash("sha256");
  private readonly tell: (bytes: number) => void;

  constructor(tell: (bytes: number) => void = () => undefined) {
    this.tell = tell;
  }

  async *through(source: Bytes): Bytes {
    for await (const piece of source) {
      this.bytes += piece.length;
      this.hash.update(piece);
      this.tell(this.bytes);
      yield piece;
    }
  }

  /** Ends the counting. */
  sha256(): string {
    return this.hash.digest("hex");
  }
}

/** Reads a source to its end and keeps nothing. */
export async function drain(source: Bytes): Promise<void> {
  for await (const _piece of source);
}
