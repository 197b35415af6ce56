import { z } from "zod";
import { awsRegions } from "../catalog/aws-regions.ts";
import { adoptedByName } from "./internal/adoption.ts";
import { AbortUploadsAfterDays, bucketName } from "./internal/buckets.ts";
import type { Fault } from "./internal/faults.ts";
import { ComponentName, text } from "./internal/values.ts";

const BucketName = bucketName("tinkertools-files-production");

/** What a stack file may say about files that the product's users upload. */
export const FileStoreSettings = z.strictObject({
  bucket: BucketName.optional().describe(
    "Name of the bucket, unique among all buckets of all AWS customers. Default: the product's name, `files` and the stack's name.",
  ),
  import: adoptedByName.describe("Whether the bucket is there already and is taken over."),
  components: z
    .array(ComponentName)
    .min(1, "must name a component at least: nobody else can reach the files")
    .describe("Services, workers and jobs of the app that keep and sign files."),
  prefix: text(
    /^(?:[A-Za-z0-9_-]+\/)+$/,
    "must be one or more folders, each ending in a slash, such as files/",
  )
    .default("files/")
    .describe("Start of the key of every file."),
  signedUrlSeconds: z
    .int()
    .min(30)
    .max(604_800, "must be at most 604800: AWS signs for a week at most")
    .default(900)
    .describe(
      "Seconds for which an address that a component signs opens a file; the bucket refuses older ones, whatever was signed.",
    ),
  origins: z
    .array(
      text(
        /^https:\/\/[a-z0-9.-]+(?::\d{1,5})?$/,
        "must be an origin of a site, such as https://shop.example",
      ).meta({ examples: ["https://shop.example"] }),
    )
    .optional()
    .describe(
      "Sites whose pages may upload and read files by signed addresses; with an empty list no page may. Default: the domains of the app.",
    )
    .meta({ examples: [["https://shop.example"], []] }),
  noncurrentDays: z
    .int()
    .min(1)
    .max(3650)
    .default(30)
    .describe("Days for which a file that was overwritten or marked as deleted can still be had back."),
  abortUploadsAfterDays: AbortUploadsAfterDays,
  replica: z
    .strictObject({
      region: z.enum(awsRegions).describe("Region of the copy."),
      bucket: BucketName.optional().describe(
        "Name of the copy's bucket. Default: that of the bucket, with `replica`.",
      ),
      copiesDeletions: z
        .boolean()
        .default(true)
        .describe(
          "Whether a file that is marked as deleted is so in the copy too. Without it the copy keeps what somebody deleted, whose right to be forgotten then ends at the copy.",
        ),
    })
    .optional()
    .describe("A copy of every new file in another region."),
  storedGiB: z
    .number()
    .min(0.001)
    .max(1_000_000)
    .optional()
    .describe("What the files weigh, in GiB, for what they cost; nothing else uses it."),
  forceDestroy: z.boolean().default(false).describe("Whether destroying the stack deletes the files too."),
});
export type FileStoreSettings = z.output<typeof FileStoreSettings>;

/** What a stack may not say about files because it is a protected one; paths start at the block. */
export const fileStoreProtectionFaults = (settings: FileStoreSettings, isProtected: boolean): Fault[] =>
  isProtected && settings.forceDestroy
    ? [{ path: "forceDestroy", message: "must be false on a protected stack, whose files outlive it" }]
    : [];

/** Sites whose pages may use signed addresses. */
export const originsOf = (
  { origins }: Pick<FileStoreSettings, "origins">,
  domains: readonly { name: string; wildcard?: boolean | undefined }[] = [],
): string[] =>
  origins ?? domains.flatMap(({ name, wildcard }) => (wildcard === true ? [] : [`https://${name}`]));
