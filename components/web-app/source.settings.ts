import { z } from "zod";
import { Branch, Digest, ImageRepository, RepositoryName, SecretName, text } from "../internal/values.ts";

const tag = text(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, "must be an image tag such as 1.4.2");

/** An image that a component runs. */
export const ImageSource = z
  .strictObject({
    /** Where the image is kept: GitHub's, DigitalOcean's own or Docker's registry. */
    registry: z.enum(["ghcr", "docr", "dockerHub"]),
    repository: ImageRepository,
    tag: tag.optional(),
    digest: Digest.optional(),
    /** Key of the stack secret with `user:token` for a private repository. */
    credentials: z.strictObject({ secret: SecretName }).optional(),
    /** Whether a push of the tag deploys it; DigitalOcean's own registry only. */
    deployOnPush: z.boolean().default(false),
  })
  .superRefine((image, context) => {
    const fault = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    const isOwn = image.registry === "docr";
    if (image.tag !== undefined && image.digest !== undefined)
      fault("digest", "must not be set beside tag: an image has one or the other");
    if (!isOwn && !image.repository.includes("/"))
      fault("repository", `must be owner/name in ${image.registry}, such as tinkertools/tinkertools-api`);
    if (isOwn && image.credentials !== undefined)
      fault("credentials", "must be left out: the platform reads docr with its own rights");
    if (image.deployOnPush && !isOwn)
      fault("deployOnPush", "must be false: the platform sees pushes to docr only");
    else if (image.deployOnPush && image.tag === undefined)
      fault("deployOnPush", "must be false without a tag: a digest never changes");
  });
export type ImageSource = z.output<typeof ImageSource>;

const hosted = {
  /** `owner/repository`. @default - the product's own repository */
  repository: RepositoryName.optional(),
  branch: Branch,
  /** Whether a push to the branch deploys it without any gate. */
  deployOnPush: z.boolean().default(false),
};
const HostedSource = z.strictObject(hosted);
const ForeignSource = z.strictObject({ ...hosted, repository: RepositoryName });

// The value is not repeated: it may hold the very credentials that it must not hold.
const CloneUrl = z
  .string()
  .regex(
    /^https:\/\/[^\s@?#]+$/,
    "must be an https address without credentials, such as https://example.com/team/site.git",
  );

/** The places that a component may be built from; exactly one is set. */
export const gitSources = {
  /** GitHub, through DigitalOcean's GitHub app, which an owner installs once by hand. */
  github: HostedSource.optional(),
  gitlab: ForeignSource.optional(),
  bitbucket: ForeignSource.optional(),
  /** Any public repository. */
  git: z.strictObject({ cloneUrl: CloneUrl, branch: Branch }).optional(),
};

/** How a component that comes from git is built. */
export const buildSettings = {
  /** Folder of the repository that the component is built in. */
  sourceDirectory: text(
    /^\/[^\s]*$/,
    "must be a folder from the repository's root, such as /frontend",
  ).optional(),
  /** The kind of buildpack, such as node-js or python. @default - found out by the platform */
  environmentSlug: text(/^[a-z][a-z0-9-]*$/, "must be a buildpack such as node-js or python").optional(),
  dockerfilePath: z.string().min(1).optional(),
  buildCommand: z.string().min(1).optional(),
};

const gitNames = ["github", "gitlab", "bitbucket", "git"] as const;

/** What is wrong with the sources of a component, if anything; `image` is never part of a static site. */
export function sourceFault(
  component: Partial<Record<(typeof gitNames)[number] | "image", unknown>> &
    Partial<Record<keyof typeof buildSettings, unknown>>,
  canBeImage: boolean,
): { path: string[]; message: string } | undefined {
  const allowed = canBeImage ? [...gitNames, "image" as const] : gitNames;
  const given = allowed.filter((name) => component[name] !== undefined);
  if (given.length === 0) return { path: [], message: `must have one source: ${allowed.join(", ")}` };
  if (given.length > 1) return { path: [], message: `must have one source only; got ${given.join(" and ")}` };
  if (component.image === undefined) return undefined;
  const build = Object.keys(buildSettings).find(
    (name) => component[name as keyof typeof buildSettings] !== undefined,
  );
  return build === undefined
    ? undefined
    : { path: [build], message: "must be left out: an image is built already" };
}
