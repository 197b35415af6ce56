import { z } from "zod";
import { imagePlatform, registries } from "../../catalog/registries.ts";
import { OperationFault } from "../fault.ts";
import { call } from "./calls.ts";
import type { ReleaseContext } from "./context.ts";
import type { Refused } from "./refusals.ts";
import { type FoundImage, findImage } from "./registry.ts";
import { type ImagePart, meantRelease, type Release } from "./release.ts";

/** Why images of a release can run nowhere, as their registries tell: each component by itself. */
export async function imageRefusals(
  context: Pick<ReleaseContext, "settings" | "registry" | "platform" | "signal">,
  { components }: Pick<Release, "components">,
): Promise<Refused[]> {
  const found = await Promise.all(
    Object.entries(components).map(async ([component, part]) => {
      if (!("digest" in part) || part.digest === "") return [];
      const { image, digest } = part;
      const found = await lookedUp(context, image, digest);
      return refusalsOf(context.settings.stack, component, { image, digest }, found);
    }),
  );
  return found.flat();
}

function refusalsOf(
  stack: string,
  component: string,
  { image, digest }: ImagePart,
  found: FoundImage | undefined,
): Refused[] {
  if (found === undefined)
    return [
      {
        rule: "pushed",
        message: `${component} must be an image that was pushed: ${image} has no ${digest}`,
        fix: `push it, or release one that is there: slipway release begin --stack ${stack} --image ${component}=${image}:<tag>`,
      },
    ];
  const { platforms } = found;
  if (platforms === undefined || platforms.length === 0 || platforms.includes(imagePlatform)) return [];
  return [
    {
      rule: "platform",
      message: `${component} must be built for ${imagePlatform}: ${image}@${digest.slice(0, 19)} is for ${platforms.join(", ")}`,
      fix: `build it for ${imagePlatform} too and release that digest`,
    },
  ];
}

/** Looks an image up; DigitalOcean's own registry has its name in front, which settings leave out. */
async function lookedUp(
  { registry, platform, signal }: Pick<ReleaseContext, "registry" | "platform" | "signal">,
  image: string,
  reference: string,
): Promise<FoundImage | undefined> {
  const own = `${registries.docr.host}/`;
  if (!image.startsWith(own)) return await findImage(registry, image, reference, signal);
  const Own = z.object({ registry: z.object({ name: z.string() }) });
  const { name } = (await call(platform, "/v2/registry", Own, { signal })).registry;
  return await findImage(registry, `${own}${name}/${image.slice(own.length)}`, reference, signal);
}

/** An image that a person names for a component: `api=ghcr.io/acme/shop-api:1.4.2`. */
export interface NamedImage {
  component: string;
  image: string;
  /** A digest, else a tag. */
  reference: string;
  tag?: string | undefined;
}

/** @throws OperationFault for a text of another form */
export function namedImage(text: string): NamedImage {
  const [, component, image, tag, digest] =
    /^([a-z][a-z0-9-]*)=([a-z0-9.-]+\/[a-z0-9._/-]+)(?::([A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
      text,
    ) ?? [];
  const reference = digest ?? tag;
  if (component === undefined || image === undefined || reference === undefined)
    throw new OperationFault(
      `--image ${text} must be component=repository:tag, such as api=ghcr.io/acme/shop-api:1.4.2`,
    );
  return { component, image, reference, tag };
}

/**
 * The digests that named images have now, by component.
 *
 * @throws OperationFault with every fault: a component that the stack does not have, another repository, a tag that is not there
 */
export async function resolvedImages(
  context: ReleaseContext,
  named: readonly NamedImage[],
): Promise<Record<string, string>> {
  const { components } = meantRelease(context.settings).release;
  const results = await Promise.all(
    named.map(async ({ component, image, reference }) => {
      const part = components[component];
      const wrong = imageFault(context.settings.stack, component, part, image);
      if (wrong !== undefined) return { component, fault: wrong };
      const found = await lookedUp(context, image, reference);
      return found === undefined
        ? { component, fault: `--image ${component}: ${image} has no ${reference}: push it first` }
        : { component, digest: found.digest };
    }),
  );
  const faults = results.flatMap((one) => ("fault" in one ? [one.fault] : []));
  if (faults.length > 0) throw new OperationFault(faults.join("\n"));
  return Object.fromEntries(
    results.flatMap((one) => ("digest" in one ? [[one.component, one.digest] as const] : [])),
  );
}

function imageFault(
  stack: string,
  component: string,
  part: ImagePart | Release["components"][string] | undefined,
  image: string,
): string | undefined {
  if (part === undefined) return `--image ${component}: ${stack} has no component ${component}`;
  if (!("digest" in part)) return `--image ${component}: ${component} is built from git and has no image`;
  return part.image === image
    ? undefined
    : `--image ${component}: must be of ${part.image}, which ${stack} runs; got ${image}`;
}
