import { z } from "zod";
import type { NeededSecret } from "./internal/secrets.ts";
import { Digest, ImageRepository, SecretName } from "./internal/values.ts";

/** The image that prepares the database before each deployment. */
export const OperationsSettings = z.strictObject({
  registry: z.enum(["ghcr", "docr", "dockerHub"]).default("ghcr"),
  repository: ImageRepository,
  digest: Digest,
  credentials: z
    .strictObject({ secret: SecretName })
    .optional()
    .describe("Needed where the image is not public."),
});
export type OperationsSettings = z.output<typeof OperationsSettings>;

/** Secrets that the operations image needs. */
export const operationsSecrets = ({ credentials }: OperationsSettings): NeededSecret[] =>
  credentials === undefined
    ? []
    : [{ name: credentials.secret, optional: false, usedBy: ["operations.credentials"] }];
