import { z } from "zod";
import { buildpacks } from "../../catalog/buildpacks.ts";
import { ruled } from "../internal/rules.ts";
import {
  Branch,
  Digest,
  FreeText,
  ImageRepository,
  RepositoryName,
  SecretName,
  text,
} from "../internal/values.ts";
import { imageRules } from "./source.rules.ts";

const tag = text(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, "must be an image tag such as 1.4.2");

/** An image that a component runs. */
export const ImageSource = ruled(
  z.strictObject({
    registry: z
      .enum(["ghcr", "docr", "dockerHub"])
      .describe("Where the image is kept: GitHub's, DigitalOcean's own or Docker's registry."),
    repository: ImageRepository,
    tag: tag.optional(),
    digest: Digest.optional(),
    credentials: z
      .strictObject({ secret: SecretName })
      .optional()
      .describe("Key of the stack secret with `user:token` for a private repository."),
    deployOnPush: z
      .boolean()
      .default(false)
      .describe("Whether a push of the tag deploys it; DigitalOcean's own registry only."),
  }),
  imageRules,
);
export type ImageSource = z.output<typeof ImageSource>;

const hosted = {
  repository: RepositoryName.optional().describe(
    "`owner/repository`. Default: the product's own repository.",
  ),
  branch: Branch,
  deployOnPush: z
    .boolean()
    .default(false)
    .describe("Whether a push to the branch deploys it without any gate."),
};
const HostedSource = z.strictObject(hosted);
const ForeignSource = z.strictObject({ ...hosted, repository: RepositoryName });

// The value is not repeated: it may hold the very credentials that it must not hold.
const CloneUrl = FreeText.regex(
  /^https:\/\/[^\s@?#]+$/,
  "must be an https address without credentials, such as https://example.com/team/site.git",
);

/** The places that a component may be built from; exactly one is set. */
export const gitSources = {
  github: HostedSource.optional().describe(
    "GitHub, through DigitalOcean's GitHub app, which an owner installs once by hand.",
  ),
  gitlab: ForeignSource.optional(),
  bitbucket: ForeignSource.optional(),
  git: z.strictObject({ cloneUrl: CloneUrl, branch: Branch }).optional().describe("Any public repository."),
};

/** How a component that comes from git is built. */
export const buildSettings = {
  sourceDirectory: text(/^\/[^\s]*$/, "must be a folder from the repository's root, such as /frontend")
    .optional()
    .describe("Folder of the repository that the component is built in."),
  environmentSlug: z
    .enum(buildpacks)
    .optional()
    .describe("The kind of buildpack, such as node-js or python. Default: found out by the platform."),
  dockerfilePath: FreeText.optional(),
  buildCommand: FreeText.optional(),
};
