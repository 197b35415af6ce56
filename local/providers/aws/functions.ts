import type { FunctionHandler } from "../resource.ts";
import type { Aws } from "./clients.ts";

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
      endpoint: `ec2.${aws.region}.amazonaws.com`,
      id: aws.region,
      name: aws.region,
      region: aws.region,
    }),
  };
}
