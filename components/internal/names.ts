import { createHash } from "node:crypto";

const hashLength = 8;

/**
 * The longest names that the platforms take, in characters.
 *
 * App: DigitalOcean API description of 2026-08-07. It sets no limit for clusters and networks; a cluster's name becomes
 * a label of its host name, which has 63, and a network gets no more. Bucket and IAM: AWS, S3 bucket naming rules and IAM
 * quotas, 2026-11-21.
 */
export const nameLimits = {
  app: 32,
  databaseCluster: 63,
  vpc: 63,
  bucket: 63,
  iamUser: 64,
  iamRole: 64,
} as const;

const cleaned = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "");

/**
 * Joins parts to a name that a platform takes: lower-case letters, digits and hyphens, letter first, at most
 * `maxLength` characters. Where anything had to be cut or rewritten the name ends in a hash of what was asked for, so
 * that two different wishes never become the same name.
 */
export function physicalName(parts: readonly string[], maxLength: number): string {
  const wanted = parts.join("-");
  const clean = cleaned(wanted);
  if (clean === wanted && clean.length <= maxLength && clean.length > 0) return clean;
  const hash = createHash("sha256").update(wanted).digest("hex").slice(0, hashLength);
  const room = Math.max(1, maxLength - hashLength - 1);
  const head = (clean === "" ? "x" : clean).slice(0, room).replace(/-+$/, "");
  return `${head}-${hash}`;
}
