import { z } from "zod";
import type { NeededSecret } from "./internal/secrets.ts";
import { Digest, ImageRepository, SecretName } from "./internal/values.ts";

/** The image that prepares the database before each deployment. */
export const OperationsSettings = z.strictObject({
  registry: z
    .enum(["ghcr", "docr", "dockerHub"])
    .default("ghcr")
    .describe("Where the image is kept: GitHub's, DigitalOcean's own or Docker's registry."),
  repository: ImageRepository.describe("Repository of the image, without registry, tag and digest.").meta({
    examples: ["tinkertools/slipway-operations"],
  }),
  digest: Digest.describe("Digest of the image; another one is another version of it."),
  credentials: z
    .strictObject({
      secret: SecretName.describe("Key of the stack secret with `user:token`.").meta({
        examples: ["registryCredentials"],
      }),
    })
    .optional()
    .describe(
      "Key of the stack secret with `user:token` for a private repository; an image that is public needs none.",
    ),
});
export type OperationsSettings = z.output<typeof OperationsSettings>;

/** Secrets that the operations image needs. */
export const operationsSecrets = ({ credentials }: OperationsSettings): NeededSecret[] =>
  credentials === undefined
    ? []
    : [{ name: credentials.secret, optional: false, usedBy: ["operations.credentials"] }];
