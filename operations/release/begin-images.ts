import { readFileSync, writeFileSync } from "node:fs";
import type { Pipeline } from "./approval.ts";
import { type Begun, begin } from "./begin.ts";
import type { ReleaseContext } from "./context.ts";
import { type NamedImage, resolvedImages } from "./images.ts";
import { withReleaseBlock } from "./release-block.ts";
import { settingsOfText } from "./stack.ts";

/** A beginning that gave the stack file other images. */
export interface BegunWithImages extends Begun {
  /** The file that has the digests now; none where it is refused or had them already. */
  written?: string;
}

/**
 * Begins with images that a person names by their tags: what the tags lead to now goes into the stack file as digests,
 * so that what is brought up is what was decided about.
 *
 * @param file - the stack file; it is written only where the release may go on
 */
export async function beginWithImages(
  context: ReleaseContext,
  file: string,
  named: readonly NamedImage[],
  fromFile?: string,
  pipeline?: Pipeline,
): Promise<BegunWithImages> {
  if (named.length === 0) return begin(context, fromFile, pipeline);
  const { release, stack } = context.settings;
  context.tell("looking up the tags");
  const images = { ...release.images, ...(await resolvedImages(context, named)) };
  const before = readFileSync(file, "utf8");
  const text = withReleaseBlock(before, file, { ...release, images });
  const begun = await begin({ ...context, settings: settingsOfText(stack, text) }, fromFile, pipeline);
  if (begun.refused.length > 0 || text === before) return begun;
  writeFileSync(file, text);
  return { ...begun, written: file };
}
