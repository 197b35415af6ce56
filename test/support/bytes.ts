/** The bytes in pieces of that size. */
export async function* bytesIn(
  bytes: Buffer,
  pieceSize = bytes.length,
): AsyncGenerator<Buffer, void, undefined> {
  for (let at = 0; at < bytes.length; at += pieceSize) yield bytes.subarray(at, at + pieceSize);
}

/** Everything that a source gives, in one piece. */
export async function collected(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of source) pieces.push(piece);
  return Buffer.concat(pieces);
}
