import { aws } from "../../local/providers/aws/index.ts";
import type { ConfiguredProvider } from "../../local/providers/resource.ts";
import { Steps } from "./aws-handlers.ts";
import { AwsBench } from "./local-aws.ts";

/** The local S3 and the AWS provider configured for it. */
export class ProviderBench extends AwsBench {
  private provider: ConfiguredProvider | undefined;

  override async start(): Promise<void> {
    await super.start();
    this.provider = await this.configure({});
  }

  configure(more: Record<string, unknown>): Promise<ConfiguredProvider> {
    const { url } = this;
    return aws.configure({
      region: "us-east-1",
      accessKey: "local-cloud",
      secretKey: "local-cloud",
      s3UsePathStyle: true,
      maxRetries: 0,
      endpoints: [{ s3: url, iam: url, sts: url }],
      ...more,
    });
  }

  get configured(): ConfiguredProvider {
    if (this.provider === undefined) throw new Error("start the bench first");
    return this.provider;
  }

  steps(type: string): Steps {
    return new Steps(this.configured, type);
  }
}
