import { registries } from "../../catalog/registries.ts";
import { location } from "./sealed.ts";
import type { ImageSource } from "./source.settings.ts";
import type { ValueSources } from "./variables.ts";

/** The version of an image to run: what was released, else what the settings name. */
export function imageVersion(
  component: string,
  image: Pick<ImageSource, "tag" | "digest">,
  release: ValueSources["release"],
): { digest: string } | { tag: string } | undefined {
  const digest = release.images[component] ?? image.digest;
  if (digest !== undefined) return { digest };
  return image.tag === undefined ? undefined : { tag: image.tag };
}

/** A component's image in the platform's words. */
export function imageSpec(component: string, image: ImageSource, sources: ValueSources) {
  const [owner = "", ...rest] = image.repository.split("/");
  const isOwn = image.registry === "docr";
  const credentials =
    image.credentials && sources.secret(location.registry(component), image.credentials.secret);
  const version = imageVersion(component, image, sources.release);
  const isTag = version !== undefined && "tag" in version;
  return {
    registryType: registries[image.registry].type,
    registry: isOwn ? undefined : owner,
    repository: isOwn ? image.repository : rest.join("/"),
    ...version,
    deployOnPushes: isOwn && isTag ? [{ enabled: image.deployOnPush }] : undefined,
    registryCredentials: credentials,
  };
}
