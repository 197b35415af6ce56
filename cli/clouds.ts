import { promises as dns } from "node:dns";
import type { Clouds } from "../operations/drift/clouds.ts";

/** The platforms by the environment, as the engine's providers find them. */
export async function cloudsOf(environment: NodeJS.ProcessEnv): Promise<Clouds> {
  const { digitalOceanAccess } = await import("../operations/digitalocean.ts");
  const { gitHubAccess } = await import("../operations/github.ts");
  return {
    digitalocean: () => digitalOceanAccess(environment),
    github: () => gitHubAccess(environment),
    aws: (region) => awsClients({ region }),
    nameServers: (zone) => dns.resolveNs(zone).catch(() => []),
  };
}

/** The stacks that are up on this machine. */
export async function localStacks(): Promise<readonly string[]> {
  const { context } = await import("./local/context.ts");
  const { localStatus } = await import("../local/status.ts");
  return Object.keys((await localStatus(context())).stacks);
}

/** Where the local clouds of this machine are, as an environment tells it; what it says of accounts is left out. */
export async function localEnvironment(): Promise<NodeJS.ProcessEnv> {
  const { context } = await import("./local/context.ts");
  const { endpoints } = await context().cloud.status();
  const { localCredential: token } = await import("../local/cloud/credential.ts");
  return {
    DIGITALOCEAN_API_URL: endpoints.digitalocean,
    DIGITALOCEAN_TOKEN: token,
    GITHUB_API_URL: endpoints.github,
    GITHUB_TOKEN: token,
    REGISTRY_URL: endpoints.registry,
    AWS_ENDPOINT_URL: endpoints.aws,
    SLIPWAY_API_TIMEOUT: process.env["SLIPWAY_API_TIMEOUT"],
  };
}

/** The clock that a command goes by: of the local clouds the one that `slipway local clock` sets forward. */
export async function clockOf(isLocal = false): Promise<() => Date> {
  if (!isLocal) return () => new Date();
  const { context } = await import("./local/context.ts");
  const ahead = await context().cloud.clockAhead();
  return () => new Date(Date.now() + ahead);
}

/** The local clouds of this machine. */
export async function localClouds(): Promise<Clouds> {
  const environment = await localEnvironment();
  const { digitalocean, github } = await cloudsOf(environment);
  const { AWS_ENDPOINT_URL: endpoint = "", GITHUB_TOKEN: token = "" } = environment;
  return {
    digitalocean,
    github,
    aws: (region) =>
      awsClients({
        region,
        endpoint,
        credentials: { accessKeyId: token, secretAccessKey: token },
      }),
    hasBackups: false,
  };
}

interface ClientOptions {
  region: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

async function awsClients(options: ClientOptions): ReturnType<Clouds["aws"]> {
  const [{ S3 }, { IAM }] = await Promise.all([import("@aws-sdk/client-s3"), import("@aws-sdk/client-iam")]);
  return {
    // A copy of files lies in another region than the rest.
    s3: new S3({ ...options, followRegionRedirects: true, forcePathStyle: options.endpoint !== undefined }),
    iam: new IAM(options),
  };
}
