import type { Aws } from "./clients.ts";

/** Most objects that one DeleteObjects call takes. */
const batchSize = 1000;

/**
 * Deletes every version, marker and unfinished upload in a bucket. Retention in governance mode is bypassed, as the
 * published provider does for `forceDestroy`; retention in compliance mode cannot be, by nobody.
 *
 * @throws Error that names the first object that may not be deleted
 */
export async function emptyBucket(aws: Aws, bucket: string, isLocked: boolean): Promise<void> {
  let before: string | undefined;
  for (;;) {
    const page = await aws.s3.listObjectVersions({ Bucket: bucket, MaxKeys: batchSize });
    const found = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
    if (found.length === 0) break;
    const [next] = found;
    const now = JSON.stringify(found.map(({ Key, VersionId }) => [Key, VersionId]));
    // A name that XML cannot hold comes back as another one, of which nothing is there to delete.
    if (now === before)
      throw new Error(
        `object ${JSON.stringify(next?.Key)} of bucket ${bucket} is listed and cannot be deleted`,
      );
    before = now;
    const { Errors = [] } = await aws.s3.deleteObjects({
      Bucket: bucket,
      Delete: { Objects: found.map(({ Key, VersionId }) => ({ Key, VersionId })), Quiet: true },
      ...(isLocked ? { BypassGovernanceRetention: true } : {}),
    });
    const [first] = Errors;
    if (first !== undefined) {
      throw new Error(
        `${first.Code ?? "Error"}: ${first.Message ?? ""} (object ${first.Key ?? ""} of bucket ${bucket})`,
      );
    }
  }
  const { Uploads = [] } = await aws.s3.listMultipartUploads({ Bucket: bucket });
  for (const { Key, UploadId } of Uploads)
    await aws.s3.abortMultipartUpload({ Bucket: bucket, Key, UploadId });
}
