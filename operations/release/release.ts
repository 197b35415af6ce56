import { createHash } from "node:crypto";
import { registries } from "../../catalog/registries.ts";
import type { StackSettings } from "../../components/config.ts";
import { nameLimits, physicalName } from "../../components/internal/names.ts";
import type { ImageSource } from "../../components/web-app/source.settings.ts";

/** A component that runs an image: it is promoted as it is. */
export interface ImagePart {
  /** With its registry, `ghcr.io/acme/shop-api`. */
  image: string;
  digest: string;
}

/** A component that the platform builds: it is built again from the same commit. */
export interface BuiltPart {
  repository: string;
  branch: string;
  commit: string;
}

/** What runs, or is to run: per component an image digest or a commit. */
export interface Release {
  version?: string | undefined;
  commit?: string | undefined;
  builtAt?: string | undefined;
  components: Record<string, ImagePart | BuiltPart>;
  /** Hash of all other settings of the stack. */
  settings: string;
}

/** A release, and why it cannot be one yet: `path: must ...`. */
export interface MeantRelease {
  release: Release;
  faults: string[];
}

/** The digest that stands where nothing has been released yet. */
export const noDigest = `sha256:${"0".repeat(64)}`;

/** What the settings of a stack mean to run. */
export function meantRelease(settings: StackSettings): MeantRelease {
  const { version, commit, builtAt, images } = settings.release;
  const components: Release["components"] = {};
  const faults: string[] = [];
  for (const { name, kind, part } of sortedParts(settings)) {
    const image: ImageSource | undefined = "image" in part ? part.image : undefined;
    if (image === undefined) {
      const source = gitSource(part, settings.product.repository);
      if (commit === undefined) faults.push(`release.commit: must be set, because ${name} is built from git`);
      components[name] = { ...source, commit: commit ?? "" };
      continue;
    }
    const digest = images[name] ?? image.digest;
    if (digest === undefined)
      faults.push(
        image.tag === undefined
          ? `release.images.${name}: must be the digest of its image`
          : `app.${kind}.${name}.image.tag: must be left out for a digest in release.images: a tag can be moved; got ${image.tag}`,
      );
    else if (digest === noDigest)
      faults.push(`release.images.${name}: must be a digest that was pushed; the digest of zeros is none`);
    components[name] = {
      image: `${registries[image.registry].host}/${image.repository}`,
      digest: digest ?? "",
    };
  }
  return { release: { version, commit, builtAt, components, settings: settingsHash(settings) }, faults };
}

function sortedParts({ app }: StackSettings) {
  if (app === undefined) return [];
  return (["services", "workers", "jobs", "staticSites"] as const)
    .flatMap((kind) => Object.entries(app[kind]).map(([name, part]) => ({ kind, name, part })))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function gitSource(part: object, repository: string): Omit<BuiltPart, "commit"> {
  const sources = part as Record<
    string,
    { repository?: string; cloneUrl?: string; branch: string } | undefined
  >;
  const source = ["github", "gitlab", "bitbucket", "git"].map((kind) => sources[kind]).find(Boolean);
  return {
    repository: source?.repository ?? source?.cloneUrl ?? repository,
    branch: source?.branch ?? "main",
  };
}

/** Hash of everything that a stack file sets beside the release: with another one the same images may fail. */
export function settingsHash({ release: _, ...settings }: StackSettings): string {
  return `sha256:${createHash("sha256").update(canonical(settings)).digest("hex")}`;
}

/** JSON with sorted keys, so that the order in a file tells nothing apart. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === "object" && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? "null"
  );
}

/** What a release is known by: the same components and the same settings are the same release. */
export function releaseId({ components, settings }: Release): string {
  return createHash("sha256").update(canonical({ components, settings })).digest("hex").slice(0, 12);
}

/** The digests and commits of a release as one text, by which it is the same in every stack: branches may differ. */
export const artifactsOf = ({ components }: Pick<Release, "components">): string =>
  canonical(
    Object.fromEntries(
      Object.entries(components).map(([name, part]) => [name, "digest" in part ? part.digest : part.commit]),
    ),
  );

/** A digest or a commit as people read it: twelve digits. */
export const shortArtifact = (artifact: string): string =>
  artifact.slice(0, artifact.startsWith("sha256:") ? 19 : 12);

/** A component as a line: `tinkertools-api sha256:0123456789ab`. */
export function partText(name: string, part: ImagePart | BuiltPart): string {
  if ("digest" in part) return `${name} ${shortArtifact(part.digest) || "without a digest"}`;
  return `${name} ${part.commit === "" ? "without a commit" : `commit ${shortArtifact(part.commit)}`}`;
}

/** What people call a release: its version, else its commit, else its id. */
export function releaseName(release: Release): string {
  return release.version ?? release.commit?.slice(0, 12) ?? releaseId(release);
}

/** The name that the platform knows a stack's app by. */
export function appName({ app, product, stack }: StackSettings): string | undefined {
  if (app === undefined) return undefined;
  return app.name ?? physicalName([product.formerName ?? product.name, stack], nameLimits.app);
}
