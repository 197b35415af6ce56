import type { StackSettings } from "../../components/config.ts";
import { isPlaceholder, notReleased } from "./marks.ts";

/** How a part of the app gets from one stack to the next. */
export interface ReleaseLine {
  /** `services.tinkertools-api`. */
  part: string;
  /** An image moves as it is; what is built from git is built again from the same commit. */
  way: "image" | "rebuilt";
  from: string;
}

/** Each part of the app with the way of its promotion. */
export function releaseLines({ app, product, release }: StackSettings): ReleaseLine[] {
  if (app === undefined) return [];
  return (["services", "workers", "jobs", "staticSites"] as const).flatMap((kind) =>
    Object.entries(app[kind])
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, part]): ReleaseLine => {
        const image = "image" in part ? part.image : undefined;
        if (image === undefined)
          return { part: `${kind}.${name}`, way: "rebuilt", from: gitSource(part, product.repository) };
        const version = release.images[name] ?? image.digest ?? image.tag ?? "no version";
        const from = `${image.repository}${isPlaceholder(version) ? `, ${notReleased}` : ` ${version}`}`;
        return { part: `${kind}.${name}`, way: "image", from };
      }),
  );
}

function gitSource(part: object, repository: string): string {
  const sources = part as Record<string, { repository?: string; url?: string; branch?: string } | undefined>;
  const source = ["github", "gitlab", "bitbucket", "git"].map((kind) => sources[kind]).find(Boolean);
  return `${source?.repository ?? source?.url ?? repository}, branch ${source?.branch ?? "of the repository"}`;
}
