import { z } from "zod";
import { registries } from "../../catalog/registries.ts";
import { OperationFault } from "../fault.ts";
import { call, type PlatformAccess } from "./calls.ts";
import type { Release } from "./release.ts";

const Image = z.object({
  registry_type: z.string().optional(),
  registry: z.string().optional(),
  repository: z.string().optional(),
  tag: z.string().optional(),
  digest: z.string().optional(),
});
const Hosted = z.object({ repo: z.string().optional(), branch: z.string().optional() }).optional();
const Part = z.object({
  name: z.string(),
  image: Image.optional(),
  github: Hosted,
  gitlab: Hosted,
  bitbucket: Hosted,
  instance_count: z.int().optional(),
  autoscaling: z.object({ min_instance_count: z.int().optional() }).optional(),
});
const Parts = z.array(Part).default([]);
const Spec = z.object({
  name: z.string(),
  services: Parts,
  workers: Parts,
  jobs: Parts,
  static_sites: Parts,
});
const Built = z.array(z.object({ name: z.string(), source_commit_hash: z.string().optional() })).default([]);

const Deployment = z.object({
  id: z.string(),
  phase: z.string().default("UNKNOWN"),
  cause: z.string().optional(),
  created_at: z.string().default(""),
  updated_at: z.string().default(""),
  cloned_from: z.string().optional(),
  spec: Spec,
  services: Built,
  workers: Built,
  jobs: Built,
  static_sites: Built,
});
/** A deployment of App Platform, as far as a release is told by it. */
export type Deployment = z.output<typeof Deployment>;

const Domain = z.object({
  spec: z.object({ domain: z.string(), zone: z.string().optional() }).optional(),
  phase: z.string().default("UNKNOWN"),
  certificate_expires_at: z.string().optional(),
  progress: z
    .object({
      steps: z
        .array(z.object({ reason: z.object({ message: z.string() }).partial().optional() }))
        .default([]),
    })
    .optional(),
});
const App = z.object({
  id: z.string(),
  spec: Spec,
  default_ingress: z.string().optional(),
  live_url: z.string().optional(),
  active_deployment: Deployment.optional(),
  pinned_deployment: Deployment.optional(),
  in_progress_deployment: Deployment.optional(),
  pending_deployment: Deployment.optional(),
  domains: z.array(Domain).default([]),
});
/** An app of App Platform with what is live in it. */
export type App = z.output<typeof App>;

const Paged = z.object({
  links: z
    .object({ pages: z.object({ next: z.string() }).partial() })
    .partial()
    .optional(),
});
const page = 100;

/** @throws OperationFault when there is no app of that name */
export async function findApp(access: PlatformAccess, name: string, signal?: AbortSignal): Promise<App> {
  for (let number = 1; ; number += 1) {
    const path = `/v2/apps?page=${number}&per_page=${page}`;
    const answer = await call(access, path, Paged.extend({ apps: z.array(App).default([]) }), { signal });
    const found = answer.apps.find(({ spec }) => spec.name === name);
    if (found !== undefined) return found;
    if (answer.links?.pages?.next === undefined)
      throw new OperationFault(`there is no app ${name} on the platform: bring the stack up first`);
  }
}

/** The app as it is now. */
export async function readApp(access: PlatformAccess, id: string, signal?: AbortSignal): Promise<App> {
  return (await call(access, `/v2/apps/${id}`, z.object({ app: App }), { signal })).app;
}

/** The newest deployments of an app. */
export async function deploymentsOf(
  access: PlatformAccess,
  app: string,
  signal?: AbortSignal,
): Promise<Deployment[]> {
  const path = `/v2/apps/${app}/deployments?page=1&per_page=${page}`;
  return (await call(access, path, z.object({ deployments: z.array(Deployment).default([]) }), { signal }))
    .deployments;
}

const kinds = ["services", "workers", "jobs", "static_sites"] as const;
const hosts: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(registries).map(({ type, host }) => [type, host]),
);

/** What a deployment runs, component by component; a digest or commit that nobody knows is empty. */
export function deployedParts(deployment: Deployment): Release["components"] {
  const parts: Release["components"] = {};
  for (const kind of kinds)
    for (const { name, image, ...part } of deployment.spec[kind]) {
      if (image !== undefined) {
        const repository = [hosts[image.registry_type ?? ""], image.registry, image.repository];
        parts[name] = { image: repository.filter(Boolean).join("/"), digest: image.digest ?? "" };
        continue;
      }
      const source = part.github ?? part.gitlab ?? part.bitbucket;
      const commit = deployment[kind].find((one) => one.name === name)?.source_commit_hash ?? "";
      parts[name] = { repository: source?.repo ?? "", branch: source?.branch ?? "", commit };
    }
  return parts;
}
