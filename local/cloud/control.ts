import { z } from "zod";

/** How a command and the process of the local cloud speak with each other. */

/** Where the process of the local cloud is found, kept in `cloud.json`. */
export const CloudAddress = z.strictObject({
  pid: z.int(),
  /** Start time of the process as the system tells it: with the pid it names the process for good. */
  started: z.string(),
  /** Address of the control server. */
  control: z.url(),
  /** Bearer token of the control server. */
  token: z.string(),
  /** Which code it runs; another one means that the process has to be started anew. */
  code: z.string(),
});
export type CloudAddress = z.output<typeof CloudAddress>;

/** Addresses of the clouds, and of the registry that stands for all registries of images. */
export const Endpoints = z.strictObject({
  digitalocean: z.url(),
  github: z.url(),
  aws: z.url(),
  registry: z.url(),
});
export type Endpoints = z.output<typeof Endpoints>;

export const RunRequest = z.strictObject({
  stack: z.string(),
  command: z.string(),
  /** Repositories of images that hold `backup/`: their components run as real processes. */
  operationsImages: z.array(z.string()),
  /** Providers to serve for this run, by name. */
  providers: z.array(z.enum(["digitalocean", "github", "aws"])),
  /** Longest wait of these providers for one answer, milliseconds; none leaves them their own. */
  answerLimit: z.int().min(1).optional(),
});
export type RunRequest = z.output<typeof RunRequest>;

export const RunReply = z.strictObject({
  endpoints: Endpoints,
  /** Ports of the providers, as PULUMI_DEBUG_PROVIDERS wants them: `name:port,name:port`. */
  debugProviders: z.string(),
});
export type RunReply = z.output<typeof RunReply>;

export const Difference = z.strictObject({
  /** For example `database cluster tinkertools-db-dev`. */
  resource: z.string(),
  asked: z.string(),
  real: z.string(),
});

export const CloudStatus = z.strictObject({
  endpoints: Endpoints,
  pid: z.int(),
  differences: z.array(Difference),
  /** Clusters without a trusted source: on the platform every address could try to log in. */
  openDatabases: z.array(z.string()),
});
export type CloudStatus = z.output<typeof CloudStatus>;

/** Components of apps that ended with a fault and have not been well since. */
export const FailuresReply = z.array(
  z.strictObject({
    app: z.string(),
    component: z.string(),
    kind: z.string(),
    exitCode: z.int(),
    /** The last line of its log. */
    said: z.string(),
    /** Path of its log. */
    log: z.string(),
  }),
);
export type FailuresReply = z.output<typeof FailuresReply>;

export const ClockRequest = z.strictObject({ forwardMs: z.int().min(0) });

export const ClockReply = z.strictObject({
  /** Milliseconds by which the clock of the workers is ahead. */
  aheadMs: z.int(),
});
export type ClockReply = z.output<typeof ClockReply>;

const RequestRecord = z.looseObject({
  time: z.string(),
  api: z.enum(["digitalocean", "github", "aws", "registry"]),
  method: z.string(),
  path: z.string(),
  action: z.string().optional(),
  effect: z.enum(["read", "write"]),
  by: z.literal("app").optional(),
  status: z.int(),
  body: z.unknown().optional(),
});

export const RequestsReply = z.strictObject({
  run: z
    .strictObject({ id: z.int(), stack: z.string(), command: z.string(), started: z.string() })
    .optional(),
  requests: z.array(RequestRecord),
});
export type RequestsReply = z.output<typeof RequestsReply>;

/** How an API of the local clouds is to fail. */
export const FaultRequest = z.strictObject({
  api: z.enum(["digitalocean", "github", "aws", "registry"]),
  /** `*` for every one. */
  method: z.string().default("*"),
  /** Regular expression that the path has to match. */
  path: z.string().refine(isRegularExpression, "must be a regular expression").default("."),
  /** Of AWS. */
  action: z.string().optional(),
  /** "timeout" never answers, "cut" ends the connection; neither does what was asked. */
  status: z.union([z.int().min(400).max(599), z.enum(["timeout", "cut"])]),
  message: z.string().optional(),
  body: z.unknown().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  /** How many requests it answers. */
  times: z.int().min(1).default(1),
});
export type FaultRequest = z.output<typeof FaultRequest>;

export const FaultsReply = z.array(FaultRequest);

/** A manifest that a pipeline pushes. */
export const ImageRequest = z.strictObject({
  /** With its registry, `ghcr.io/acme/shop-api`. */
  repository: z.string(),
  tag: z.string(),
});
export const ImageReply = z.strictObject({ digest: z.string() });

const Repository = z.string().regex(/^[^/]+\/[^/]+$/);

/** Files for a branch, and branches that are to be there. */
export const CommitRequest = z.strictObject({
  repository: Repository,
  branch: z.string(),
  message: z.string(),
  /** Path → text. */
  files: z.record(z.string(), z.string()),
  /** Made where the branch is, if they are missing. */
  branches: z.array(z.string()),
});
export type CommitRequest = z.output<typeof CommitRequest>;

export const CommitReply = z.strictObject({
  /** What the branch is at now. */
  commit: z.string(),
  /** Paths that changed. */
  changed: z.array(z.string()),
  /** Branches that were made. */
  made: z.array(z.string()),
});
export type CommitReply = z.output<typeof CommitReply>;

export const MergeRequest = z.strictObject({ repository: Repository, number: z.int() });
export type MergeRequest = z.output<typeof MergeRequest>;

export const MergeReply = z.strictObject({
  commit: z.string(),
  /** The branch that has it now. */
  branch: z.string(),
  files: z.array(z.strictObject({ path: z.string(), before: z.string().optional(), after: z.string() })),
});
export type MergeReply = z.output<typeof MergeReply>;

/** How the control server refuses what a person can mend. */
export const faultStatus = 409;
export const FaultReply = z.strictObject({ fault: z.string() });

function isRegularExpression(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
