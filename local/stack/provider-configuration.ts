import type { Endpoints } from "../cloud/control.ts";
import { localCredential } from "../cloud/credential.ts";
import type { Properties } from "../providers/resource.ts";

/**
 * Configuration of the providers for the local clouds, as the published plugins take it too: the addresses, any
 * credentials, and short pauses, since the plugins' default pauses are made for rate limits.
 *
 * @param repository - repository at GitHub, `owner/name`
 * @param awsRegion - region of the buckets, as the stack file or Pulumi.yaml names it
 */
export function providerConfiguration(
  endpoints: Endpoints,
  repository: string,
  awsRegion = "us-east-1",
): Readonly<Record<"digitalocean" | "github" | "aws", Properties>> {
  return {
    digitalocean: {
      token: localCredential,
      apiEndpoint: endpoints.digitalocean,
      httpRetryMax: 4,
      httpRetryWaitMin: 0.1,
      httpRetryWaitMax: 1,
    },
    github: {
      token: localCredential,
      baseUrl: `${endpoints.github}/`,
      owner: repository.split("/")[0] ?? "",
      writeDelayMs: 0,
      readDelayMs: 0,
      maxRetries: 3,
      retryDelayMs: 100,
    },
    aws: {
      region: awsRegion,
      accessKey: localCredential,
      secretKey: localCredential,
      s3UsePathStyle: true,
      skipCredentialsValidation: true,
      skipMetadataApiCheck: true,
      endpoints: [
        {
          s3: endpoints.aws,
          s3control: endpoints.aws,
          iam: endpoints.aws,
          sts: endpoints.aws,
          kms: endpoints.aws,
        },
      ],
    },
  };
}
