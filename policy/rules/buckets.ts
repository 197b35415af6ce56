import { ofType, type PolicyResource, type PolicyStack } from "../rule.ts";
import { at, isSame, isUnknown, list } from "../values.ts";

/** The type of a bucket. */
export const bucket = "aws:s3/bucket:Bucket";

/** The resources of a class, `BucketPolicy`, that set something for a bucket. */
export function settingsOf(stack: PolicyStack, of: PolicyResource, name: string): PolicyResource[] {
  return ofType(stack, `aws:s3/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`).filter(
    ({ props, options }) =>
      isSame(props["bucket"], of.props["bucket"]) ||
      // Before the first run the bucket's name may not be known, but the component that both are part of is.
      (isUnknown(props["bucket"]) && options.parent === of.options.parent),
  );
}

/** What is at a path of a setting, whether it is there once, in a list or not at all. */
export const blocks = (stack: PolicyStack, of: PolicyResource, name: string, path: string): unknown[] =>
  settingsOf(stack, of, name).flatMap(({ props }) => list(at(props, path)));

/** The rules of a bucket's lifecycle that are in force. */
export const lifecycleRules = (stack: PolicyStack, of: PolicyResource): unknown[] =>
  blocks(stack, of, "BucketLifecycleConfiguration", "rules").filter((one) => at(one, "status") === "Enabled");

/** For how many days new objects are locked by default. */
export const lockDays = (stack: PolicyStack, of: PolicyResource): number[] =>
  blocks(stack, of, "BucketObjectLockConfiguration", "rule.defaultRetention").map((one) =>
    Number(at(one, "days") ?? 0),
  );

/** Whether a resource belongs to files of users, which are kept and not locked, and not to backups. */
export const isOfFiles = ({ urn }: PolicyResource): boolean => urn.includes("slipway:index:FileStore$");

/** Whether a bucket is itself the copy of another. */
export const isCopy = (stack: PolicyStack, of: PolicyResource): boolean =>
  isOfFiles(of) &&
  settingsOf(stack, of, "BucketReplicationConfig").length === 0 &&
  of.name.endsWith("-replica");
