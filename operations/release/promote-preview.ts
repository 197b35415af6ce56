import { readFileSync, statSync } from "node:fs";
import { OperationFault } from "../fault.ts";
import { readPreview, typeOf } from "../guard/preview.ts";
import type { PreviewState } from "./refusals.ts";

/** What a preview of a promotion shows. */
export interface ReadPreview extends PreviewState {
  /** Steps by what they do. */
  counts: Record<string, number>;
}

/** Reads what `pulumi preview --json` printed for the stack that a release is promoted to. */
export function promotionPreview(stack: string, file: string): ReadPreview {
  const { text, madeAt } = textOf(file);
  const preview = readPreview(stack, text);
  const counts: Record<string, number> = {};
  const digests: Record<string, string> = {};
  for (const step of preview.steps) {
    counts[step.op] = (counts[step.op] ?? 0) + 1;
    if (typeOf(step.urn) === "digitalocean:index/app:App")
      Object.assign(digests, imagesIn(step.newState?.inputs?.["spec"]));
  }
  return { madeAt, digests, counts };
}

function textOf(file: string): { text: string; madeAt: string } {
  try {
    return { text: readFileSync(file, "utf8"), madeAt: statSync(file).mtime.toISOString() };
  } catch (error) {
    throw new OperationFault(`--preview ${file} must name a file that can be read`, { cause: error });
  }
}

/** The digests of an app's spec as the engine has it, by component. */
function imagesIn(spec: unknown): Record<string, string> {
  if (typeof spec !== "object" || spec === null) return {};
  const parts = ["services", "workers", "jobs"].flatMap((kind) => {
    const list: unknown = (spec as Record<string, unknown>)[kind];
    return Array.isArray(list) ? list : [];
  }) as { name?: unknown; image?: { digest?: unknown } }[];
  return Object.fromEntries(
    parts.flatMap(({ name, image }) =>
      typeof name === "string" && typeof image?.digest === "string" ? [[name, image.digest]] : [],
    ),
  );
}
