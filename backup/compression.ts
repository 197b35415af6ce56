import { PassThrough, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress, createZstdDecompress } from "node:zlib";
import { outputOf, textOf } from "./child.ts";
import { Failure, type Outcome } from "./failure.ts";
import type { Bytes } from "./streams.ts";

/** Which zstd works: the command beside the program and on all processors, or Node's own on one of them. */
export type Compressor = "command" | "node";

const level = 3;
/**
 * What the command's threads work on, a job of 3 MiB each that also knows the half of the one before: as small as with the
 * jobs of 8 MiB that it takes by itself, in half of the memory (24 MB, not 55, on two processors; 2026-11-21).
 */
const jobs = ["-B3MiB", "--zstd=ovlog=8"];
/** Bytes that leave Node's zstd at once; with its own default of 16 KiB most of the time goes into moving them. */
const pieceBytes = 256 * 1024;

const compressing = [`-${level}`, "-T0", ...jobs, "-q", "-c", "--check"];

/** The command where it is installed and, to compress, takes our options: an old one, or that of busybox, does not. */
export async function findCompressor({ compresses = false } = {}): Promise<Compressor> {
  const answersTo = async (...args: readonly string[]): Promise<string> =>
    await textOf({ command: "zstd", args: [...args, "--version"], outcome: "compression" }).then(
      () => "",
      (error: { message: string }) => error.message,
    );
  if ((await answersTo()) !== "") return "node";
  // One that is killed is told as that when it works.
  return compresses && /ended with exit code/.test(await answersTo(...compressing)) ? "node" : "command";
}

/** Compresses a stream into one zstd frame with a checksum. @throws what the source throws, before the frame's end */
export function compressed(source: Bytes, compressor: Compressor, signal?: AbortSignal): Bytes {
  if (compressor === "command") {
    return outputOf(
      {
        command: "zstd",
        args: compressing,
        outcome: "compression",
        ...(signal === undefined ? {} : { signal }),
      },
      source,
    );
  }
  const { ZSTD_c_compressionLevel, ZSTD_c_checksumFlag } = constants;
  return through(
    source,
    createZstdCompress({
      chunkSize: pieceBytes,
      params: { [ZSTD_c_compressionLevel]: level, [ZSTD_c_checksumFlag]: 1 },
    }),
  );
}

/**
 * Undoes `compressed`.
 *
 * @throws Failure `corrupt` where the frame is damaged or cut off, `compression` where the command could not do its work
 */
export async function* decompressed(source: Bytes, compressor: Compressor, signal?: AbortSignal): Bytes {
  if (compressor === "command") {
    const command = { command: "zstd", args: ["-d", "-q", "-c"], outcome: "compression", outcomeOf } as const;
    yield* outputOf({ ...command, ...(signal === undefined ? {} : { signal }) }, source);
    return;
  }
  try {
    yield* through(source, createZstdDecompress({ chunkSize: pieceBytes }));
  } catch (error) {
    const code = String((error as { code?: unknown }).code ?? "");
    if (!/^(ZSTD_|ERR_ZLIB|Z_)(?!.*mem)/i.test(code)) throw error;
    throw new Failure("corrupt", `the compressed backup is damaged: ${code}`);
  }
}

/** What is wrong with a frame, zstd says; where it had no memory or threads, the frame may be whole. */
const outcomeOf = (said: string): Outcome =>
  /(?:Read|Decoding) error|unknown header|unsupported format/.test(said) && !/memory/.test(said)
    ? "corrupt"
    : "compression";

async function* through(source: Bytes, transform: NodeJS.ReadWriteStream): Bytes {
  const end = new PassThrough();
  const piping = pipeline(source, transform, end);
  piping.catch(() => undefined);
  try {
    for await (const piece of end as Readable) yield piece;
    await piping;
  } finally {
    end.destroy();
    await piping.catch(() => undefined);
  }
}
