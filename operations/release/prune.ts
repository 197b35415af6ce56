import { z } from "zod";
import type { StackSettings } from "../../components/config.ts";
import { OperationFault } from "../fault.ts";
import { type Ask, type GitHubAccess, Refusal, withGitHub } from "../github.ts";

/** An image that nothing needs any more. */
export interface OldImage {
  /** Its package at GitHub, `acme/shop-api`. */
  image: string;
  digest: string;
  createdAt: string;
}

/** What became of a pruning. */
export interface Pruned {
  version: 1;
  days: number;
  /** Digests that a recorded release or a stack file names. */
  kept: number;
  deleted: OldImage[];
  isDry: boolean;
}

/** What is pruned, and what says what has to stay. */
export interface PrunePlace {
  access: GitHubAccess;
  settings: StackSettings;
  /** Texts of the stack files: what they name is to run. */
  files: readonly string[];
  now: () => Date;
}

const Deployments = z.array(z.looseObject({ payload: z.unknown() }));
const Versions = z.array(
  z.looseObject({
    id: z.int(),
    name: z.string(),
    created_at: z.string(),
    metadata: z
      .looseObject({ container: z.looseObject({ tags: z.array(z.string()) }).optional() })
      .optional(),
  }),
);
const pageSize = 100;

/**
 * Deletes images of a stack's components from GitHub's registry that are older than some days and that neither a recorded
 * release nor a stack file names. What has no tag stays, since it may be a part of an image that is kept, and so does what
 * signs one.
 *
 * @throws OperationFault where no record names an image: then the records could not be read, and nothing is known
 */
export async function prune(place: PrunePlace, days: number, isDry: boolean): Promise<Pruned> {
  const { access, settings, files, now } = place;
  return withGitHub(access, async (ask) => {
    const recorded = await recordedDigests(ask, settings.product.repository);
    if (recorded.length === 0)
      throw new OperationFault(
        `no release recorded in ${settings.product.repository} names an image: nothing is deleted`,
      );
    const kept = new Set([...recorded, ...files.flatMap(digestsIn)]);
    const limit = now().getTime() - days * 86_400_000;
    const deleted: OldImage[] = [];
    for (const image of imagesOf(settings)) {
      const { route, versions } = await versionsOf(ask, image);
      for (const { id, name, created_at: createdAt, metadata } of versions) {
        const tags = metadata?.container?.tags ?? [];
        const isWhole = tags.length > 0 && !tags.some((tag) => tag.startsWith("sha256-"));
        if (!isWhole || kept.has(name) || !(Date.parse(createdAt) < limit)) continue;
        if (!isDry) await removed(ask, route, id);
        deleted.push({ image, digest: name, createdAt });
      }
    }
    return { version: 1, days, kept: kept.size, deleted, isDry };
  });
}

const digestsIn = (text: string): string[] => text.match(/sha256:[0-9a-f]{64}/g) ?? [];

/** Images of the app's components that are in GitHub's registry. */
function imagesOf({ app }: StackSettings): string[] {
  const parts = [app?.services, app?.workers, app?.jobs].flatMap((group) => Object.values(group ?? {}));
  const images = parts.flatMap((part) =>
    "image" in part && part.image?.registry === "ghcr" ? [part.image.repository] : [],
  );
  return [...new Set(images)].sort();
}

async function recordedDigests(ask: Ask, repository: string): Promise<string[]> {
  const [owner, repo] = repository.split("/");
  const found = await pages(ask, "GET /repos/{owner}/{repo}/deployments", { owner, repo }, Deployments);
  return found.flatMap(({ payload }) => digestsIn(JSON.stringify(payload) ?? ""));
}

/** The versions of an image, below an organization or a user. */
async function versionsOf(ask: Ask, image: string) {
  const [owner = "", ...name] = image.split("/");
  for (const kind of ["orgs", "users"]) {
    const route = `/${kind}/${owner}/packages/container/${encodeURIComponent(name.join("/"))}/versions`;
    try {
      return { route, versions: await pages(ask, `GET ${route}`, {}, Versions) };
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 404) throw error;
    }
  }
  return { route: "", versions: [] };
}

async function removed(ask: Ask, route: string, id: number): Promise<void> {
  try {
    await ask(`DELETE ${route}/${id}`);
  } catch (error) {
    // Another run was first.
    if (!(error instanceof Refusal) || error.status !== 404) throw error;
  }
}

async function pages<S extends z.ZodType>(
  ask: Ask,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  schema: z.ZodArray<S>,
): Promise<z.output<S>[]> {
  const all: z.output<S>[] = [];
  for (let page = 1; ; page += 1) {
    const { data } = await ask(route, { ...parameters, per_page: pageSize, page });
    const checked = schema.safeParse(data);
    if (!checked.success) throw new OperationFault(`${route} answered in a form that is not known`);
    all.push(...checked.data);
    if (checked.data.length < pageSize) return all;
  }
}

/** What was pruned, for a terminal. */
export function prunedText({ days, kept, deleted, isDry }: Pruned): string {
  const lines = deleted.map(({ image, digest, createdAt }) => `${image}@${digest} of ${createdAt}`);
  const count = `${deleted.length} ${deleted.length === 1 ? "image" : "images"}`;
  const what = isDry ? `${count} would be deleted` : `${count} deleted`;
  return [...lines, `${what}: older than ${days} days and none of the ${kept} that are needed`, ""].join(
    "\n",
  );
}
