import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Bytes of one text, about a description, a comment or an answer that a product keeps. */
const textBytes = 1_500;

/**
 * Real texts, the same on every machine: what the installed packages say of themselves, cut into pieces. The whole is a few
 * megabytes, so that where it comes again no window of a compressor reaches back to it.
 */
export function realTexts(): string[] {
  const root = join(import.meta.dirname, "..", "..", "..", "node_modules");
  const texts = globSync("**/*.md", { cwd: root })
    .sort()
    .map((path) => readFileSync(join(root, path), "utf8").replaceAll("\0", ""))
    .join("\n");
  const pieces = Math.ceil(texts.length / textBytes);
  return Array.from({ length: pieces }, (_none, piece) =>
    texts.slice(piece * textBytes, (piece + 1) * textBytes).toWellFormed(),
  );
}
