import type { FunctionHandler } from "../resource.ts";
import type { Aws } from "./clients.ts";

/** Names of regions (AWS General Reference, read 2026-11-21). */
const descriptions: Readonly<Record<string, string>> = {
  "eu-central-1": "Europe (Frankfurt)",
  "eu-west-1": "Europe (Ireland)",
  "eu-west-2": "Europe (London)",
  "us-east-1": "US East (N. Virginia)",
  "us-east-2": "US East (Ohio)",
  "us-west-1": "US West (N. California)",
  "us-west-2": "US West (Oregon)",
};

/** The data sources that the program uses, by token. */
export function awsFunctions(aws: Aws): Record<string, FunctionHandler> {
  return {
    "aws:index/getCallerIdentity:getCallerIdentity": async () => {
      const { Account = "", Arn = "", UserId = "" } = await aws.sts.getCallerIdentity();
      return { accountId: Account, arn: Arn, id: Account, userId: UserId };
    },
    "aws:index/getPartition:getPartition": async () => ({
      dnsSuffix: "amazonaws.com",
      id: "aws",
      partition: "aws",
      reverseDnsPrefix: "com.amazonaws",
    }),
    "aws:index/getRegion:getRegion": async () => ({
      description: descriptions[aws.region] ?? aws.region,
      endpoint: `ec2.${aws.region}.amazonaws.com`,
      id: aws.region,
      name: aws.region,
      region: aws.region,
    }),
  };
}
