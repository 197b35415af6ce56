import { z } from "zod";
import { buildpacks } from "../../catalog/buildpacks.ts";
import { Branch, RepositoryName } from "../internal/git-values.ts";
import { ruled } from "../internal/rules.ts";
import { Digest, FreeText, ImageRepository, SecretName, text } from "../internal/values.ts";
import { imageRules } from "./source.rules.ts";

const tag = text(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, "must be an image tag such as 1.4.2").meta({
  examples: ["1.4.2"],
});

export const ImageSource = ruled(
  z.strictObject({
    registry: z
      .enum(["ghcr", "docr", "dockerHub"])
      .describe("Where the image is kept: GitHub's, DigitalOcean's own or Docker's registry."),
    repository: ImageRepository.describe("Repository of the image, without registry, tag and digest."),
    tag: tag.optional().describe("Tag that is run, where `slipway:release` has no digest of this component."),
    digest: Digest.optional().describe(
      "Digest that is run in place of a tag, where `slipway:release` has none of this component.",
    ),
    credentials: z
      .strictObject({
        secret: SecretName.describe("Key of the stack secret with `user:token`.").meta({
          examples: ["registryCredentials"],
        }),
      })
      .optional()
      .describe("Key of the stack secret with `user:token` for a private repository."),
    deployOnPush: z
      .boolean()
      .default(false)
      .describe("Whether a push of the tag deploys it; DigitalOcean's own registry only."),
  }),
  imageRules,
)
  .describe("Image that the component runs, instead of being built from git.")
  .meta({ examples: [{ registry: "ghcr", repository: "tinkertools/tinkertools-api" }] });
export type ImageSource = z.output<typeof ImageSource>;

const hosted = {
  repository: RepositoryName.optional().describe(
    "`owner/repository`. Default: the product's own repository.",
  ),
  branch: Branch.describe("Branch that is built."),
  deployOnPush: z
    .boolean()
    .default(false)
    .describe("Whether a push to the branch deploys it without any gate."),
};
const HostedSource = z.strictObject(hosted);
const ForeignSource = z.strictObject({
  ...hosted,
  repository: RepositoryName.describe("`owner/repository`."),
});

// The value is not repeated: it may hold the very credentials that it must not hold.
const CloneUrl = FreeText.regex(
  /^https:\/\/[^\s@?#]+$/,
  "must be an https address without credentials, such as https://example.com/team/site.git",
)
  .describe("Address that git clones without logging in.")
  .meta({ examples: ["https://example.com/team/site.git"] });

/** The places that a component may be built from; exactly one is set. */
export const gitSources = {
  github: HostedSource.optional().describe(
    "GitHub, through DigitalOcean's GitHub app, which an owner installs once by hand.",
  ),
  gitlab: ForeignSource.optional().describe(
    "GitLab, through the account that an owner has connected to DigitalOcean by hand.",
  ),
  bitbucket: ForeignSource.optional().describe(
    "Bitbucket, through the account that an owner has connected to DigitalOcean by hand.",
  ),
  git: z
    .strictObject({ cloneUrl: CloneUrl, branch: Branch.describe("Branch that is built.") })
    .optional()
    .describe("Any public repository."),
};

/** How a component that comes from git is built. */
export const buildSettings = {
  sourceDirectory: text(/^\/[^\s]*$/, "must be a folder from the repository's root, such as /frontend")
    .optional()
    .describe("Folder of the repository that the component is built in. Default: its root.")
    .meta({ examples: ["/frontend"] }),
  environmentSlug: z
    .enum(buildpacks)
    .optional()
    .describe("The kind of buildpack, such as node-js or python. Default: found out by the platform."),
  dockerfilePath: FreeText.optional()
    .describe(
      "Dockerfile that the component is built with, as a path from the root of the repository. Default: a buildpack builds it.",
    )
    .meta({ examples: ["api/Dockerfile"] }),
  buildCommand: FreeText.optional()
    .describe("Command that builds the component. Default: the buildpack's.")
    .meta({ examples: ["npm run build"] }),
};
