import type { IAM } from "@aws-sdk/client-iam";
import type { S3 } from "@aws-sdk/client-s3";
import type { DigitalOceanAccess } from "../digitalocean.ts";
import type { GitHubAccess } from "../github.ts";

/** How to look at the platforms; each is asked for only where the stack has something there. */
export interface Clouds {
  digitalocean(): DigitalOceanAccess;
  github(): GitHubAccess;
  aws(region: string): Promise<{ s3: S3; iam: IAM }>;
  /** The name servers that the Internet is told for a zone. @default - they are not looked at */
  nameServers?: (zone: string) => Promise<readonly string[]>;
  /** Whether the platform makes backups of clusters; the local clouds make none. @default true */
  hasBackups?: boolean;
}
