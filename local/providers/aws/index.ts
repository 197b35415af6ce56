import type { ConfiguredProvider, Limits, Properties, Provider, ResourceHandler } from "../resource.ts";
import { bucket } from "./bucket.ts";
import { cors, replication } from "./bucket-copies.ts";
import { lifecycle } from "./bucket-lifecycle.ts";
import { bucketPolicy, encryption, ownershipControls, publicAccessBlock } from "./bucket-settings.ts";
import { objectLock, versioning } from "./bucket-versions.ts";
import { type Aws, awsClients } from "./clients.ts";
import { withCodes } from "./errors.ts";
import { awsFunctions } from "./functions.ts";
import { accessKey } from "./iam-access-key.ts";
import { rolePolicy, userPolicy } from "./iam-inline-policy.ts";
import { openIdConnectProvider } from "./iam-open-id-connect.ts";
import { role } from "./iam-role.ts";
import { user } from "./iam-user.ts";
import { inRegion } from "./regions.ts";

const handlers: Readonly<Record<string, (aws: Aws) => ResourceHandler>> = {
  "aws:iam/accessKey:AccessKey": accessKey,
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": openIdConnectProvider,
  "aws:iam/role:Role": role,
  "aws:iam/rolePolicy:RolePolicy": rolePolicy,
  "aws:iam/user:User": user,
  "aws:iam/userPolicy:UserPolicy": userPolicy,
  "aws:s3/bucket:Bucket": bucket,
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": cors,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": lifecycle,
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": objectLock,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ownershipControls,
  "aws:s3/bucketPolicy:BucketPolicy": bucketPolicy,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": publicAccessBlock,
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": replication,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": encryption,
  "aws:s3/bucketVersioning:BucketVersioning": versioning,
};

/** S3, IAM and STS as far as slipway uses them, through the AWS SDK: on this machine and, with its addresses, anywhere. */
export const aws: Provider = {
  name: "aws",
  version: "7.48.0",
  configure: async (config: Properties, limits?: Limits): Promise<ConfiguredProvider> => {
    const clients = await awsClients(config, limits);
    return {
      resources: Object.fromEntries(
        Object.entries(handlers).map(([type, handler]) => [type, withCodes(inRegion(clients, handler))]),
      ),
      functions: awsFunctions(clients),
    };
  },
};
