import type { IAM } from "@aws-sdk/client-iam";
import type { S3 as S3Client } from "@aws-sdk/client-s3";
import type { STS } from "@aws-sdk/client-sts";
import { z } from "zod";
import type { Limits, Properties } from "../resource.ts";

/** Longest wait for one answer where none is given, milliseconds: the SDK waits without end. */
const longestRequest = 60_000;

/** The part of the plugin's configuration that this provider follows; what it does not know has no effect here. */
const Configuration = z.looseObject({
  region: z.string({ error: "aws:region must be given, for example us-east-1" }).min(1),
  accessKey: z.string().optional(),
  secretKey: z.string().optional(),
  token: z.string().optional(),
  s3UsePathStyle: z.boolean().default(false),
  maxRetries: z.int().min(0).default(3),
  endpoints: z.array(z.record(z.string(), z.string())).default([]),
  defaultTags: z.looseObject({ tags: z.record(z.string(), z.string()).default({}) }).optional(),
  allowedAccountIds: z.array(z.string()).optional(),
  forbiddenAccountIds: z.array(z.string()).optional(),
});

/** What the handlers work with. */
export interface Aws {
  readonly s3: S3Client;
  readonly iam: IAM;
  readonly sts: STS;
  readonly region: string;
  /** The same account in another region. */
  in(region: string): Aws;
  /** Tags that every resource gets which takes tags. */
  readonly defaultTags: Readonly<Record<string, string>>;
}

/**
 * Clients for a configuration as the published plugin takes it. The account is asked for only where the configuration
 * limits it.
 *
 * @throws Error that says which setting is missing, or that the account is not an allowed one
 */
export async function awsClients(
  config: Properties,
  { answerLimit = longestRequest }: Limits = {},
): Promise<Aws> {
  const parsed = Configuration.safeParse(config);
  if (!parsed.success) throw new Error(parsed.error.issues.map(({ message }) => message).join("; "));
  const settings = parsed.data;
  const [{ S3 }, { IAM }, { STS }] = await Promise.all([
    import("@aws-sdk/client-s3"),
    import("@aws-sdk/client-iam"),
    import("@aws-sdk/client-sts"),
  ]);
  const { region, accessKey, secretKey, token } = settings;
  const optionsFor = (service: string, at = region): Options => {
    const endpoint = settings.endpoints
      .map((endpoints) => endpoints[service])
      .find((url) => url !== undefined);
    return {
      region: at,
      maxAttempts: settings.maxRetries + 1,
      requestHandler: { requestTimeout: answerLimit, throwOnRequestTimeout: true },
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(accessKey === undefined || secretKey === undefined
        ? {}
        : {
            credentials: {
              accessKeyId: accessKey,
              secretAccessKey: secretKey,
              ...(token === undefined ? {} : { sessionToken: token }),
            },
          }),
    };
  };
  const regions = new Map<string, Aws>();
  const s3In = (at: string): S3Client =>
    new S3({ ...optionsFor("s3", at), forcePathStyle: settings.s3UsePathStyle });
  const aws: Aws = {
    s3: s3In(region),
    iam: new IAM(optionsFor("iam")),
    sts: new STS(optionsFor("sts")),
    region,
    in(other) {
      const known = regions.get(other) ?? { ...aws, s3: s3In(other), region: other };
      regions.set(other, known);
      return known;
    },
    defaultTags: settings.defaultTags?.tags ?? {},
  };
  regions.set(region, aws);
  await refuseOtherAccounts(aws, settings);
  return aws;
}

interface Options {
  readonly region: string;
  readonly maxAttempts: number;
  readonly requestHandler: { requestTimeout: number; throwOnRequestTimeout: true };
  readonly endpoint?: string;
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
}

async function refuseOtherAccounts(
  aws: Aws,
  limits: Pick<z.output<typeof Configuration>, "allowedAccountIds" | "forbiddenAccountIds">,
): Promise<void> {
  const { allowedAccountIds, forbiddenAccountIds } = limits;
  if (allowedAccountIds === undefined && forbiddenAccountIds === undefined) return;
  const { Account = "" } = await aws.sts.getCallerIdentity();
  if (allowedAccountIds?.includes(Account) === false || forbiddenAccountIds?.includes(Account) === true) {
    throw new Error(
      `the account must be one that allowedAccountIds and forbiddenAccountIds let through, got ${Account}`,
    );
  }
}
