/** Something that people wish for and a platform does not do. */
export interface PlatformLimit {
  /** What cannot be had. */
  cannot: string;
  /** What is done in its place, or what a person can do. */
  instead: string;
  /** Where it is written, and of which day the source is. */
  source: string;
}

const digitalOceanApi = "DigitalOcean API description, 2026-08-07";
const provider = "DigitalOcean provider 4.80.1, 2026-11-21";
const limitsPage =
  "DigitalOcean, App Platform limits, second hand: the page could not be opened on 2026-11-21";
const postgresPages =
  "DigitalOcean, PostgreSQL clusters, of 2026-05-28, second hand: the pages could not be opened on 2026-11-21";

/** Wishes that no setting can fulfil, each with the nearest thing that works. */
export const platformLimits = {
  errorRateAlert: {
    cannot: "an alert on the share of failed requests",
    instead: "checks ask paths of the site from outside and tell when they fail or are slow",
    source: digitalOceanApi,
  },
  connectionAlert: {
    cannot: "an alert on failed database connections",
    instead: "a check of a path that fails when the API cannot reach its database",
    source: digitalOceanApi,
  },
  alertMail: {
    cannot: "alerts by mail to just anybody",
    instead: "mail reaches verified members of the team; Slack reaches everyone else",
    source: digitalOceanApi,
  },
  logRetention: {
    cannot: "logs that are kept for 30 days: the platform has no setting for it and drops them much sooner",
    instead: "name a destination in app.logs, which keeps them as long as it is told to",
    source: digitalOceanApi,
  },
  siteHeaders: {
    cannot: "security headers, CORS or rate limits for static sites",
    instead: "the API sets its own, from its variables; the site's files go out with the platform's headers",
    source: digitalOceanApi,
  },
  siteScale: {
    cannot: "instances or a size for static sites",
    instead: "the platform serves them from its edge, at no price of their own",
    source: digitalOceanApi,
  },
  canary: {
    cannot: "canary releases: no deployment gets a part of the requests",
    instead: "a deployment takes over whole when its health checks pass; what runs in staging is promoted",
    source: digitalOceanApi,
  },
  sharedAutoscaling: {
    cannot: "autoscaling on shared sizes",
    instead: "a fixed number of instances; autoscaling needs a dedicated size, from 29 USD an instance",
    source: limitsPage,
  },
  scalingMeasures: {
    cannot:
      "autoscaling by memory or errors, and a time to cool down; by requests or response time the platform can, but its provider cannot declare it",
    instead: "autoscaling by the average CPU use",
    source: `${digitalOceanApi}; ${provider}`,
  },
  oneNode: {
    cannot: "failover with one node: a cluster without standby is down until the platform has replaced it",
    instead: "set database.standbyNodes to 1, with 2 GB nodes or larger",
    source: postgresPages,
  },
  firewallGap: {
    cannot: "a cluster that is made together with its firewall: for a moment every address may try to log in",
    instead:
      "the firewall comes first after the cluster; until then only doadmin's generated password exists",
    source: digitalOceanApi,
  },
  firewallKept: {
    cannot: "taking a firewall away: without rules every address may try to log in",
    instead: "the firewall stays when the stack is destroyed, and goes with its cluster",
    source: provider,
  },
  restore: {
    cannot: "a restore into the same cluster",
    instead: "a restore makes a new cluster, and the app is pointed at it; that is part of the recovery time",
    source: postgresPages,
  },
  serverDefaults: {
    cannot: "track_activities and track_counts as settings",
    instead: "both are on by default on every cluster",
    source: provider,
  },
  privateAddress: {
    cannot: "the private address of the database in the platform's own variables: they hold the public one",
    instead: "the address is put together from the private host; not yet proved on a real account",
    source: digitalOceanApi,
  },
  scheduledJobs: {
    cannot: "scheduled jobs: the provider cannot declare them",
    instead: "the schedule is kept inside a worker, or by a workflow",
    source: provider,
  },
  repeatedJobs: {
    cannot: "a job that runs before the first deployment only: it runs before each one",
    instead: "the preparation of the database and the migrations must be safe to run again",
    source: provider,
  },
  imagePush: {
    cannot: "a deployment by a push to GHCR or Docker Hub",
    instead: "the release names the digest of each image, and `up` deploys it",
    source: limitsPage,
  },
  zoneRecords: {
    cannot: "records of the app's own names in the plan: the platform writes them into the zone",
    instead: "dns.records holds all others",
    source: digitalOceanApi,
  },
  approval: {
    cannot: "approvals and waiting times for a private repository without GitHub Enterprise",
    instead: "branch rules of the environment and required reviews of the branch hold everywhere",
    source: "GitHub, Deployments and environments, github/docs at commit 0460e4095b, read 2026-11-21",
  },
  compliance: {
    cannot: "deleting a backup early, by anyone, under a compliance lock; nor the bucket while it holds one",
    instead: "lock.mode governance lets those with a right of its own do it",
    source: "AWS, S3 Object Lock, second hand: the page could not be opened on 2026-11-21",
  },
} as const satisfies Record<string, PlatformLimit>;

/** The key of a limit. */
export type PlatformLimitId = keyof typeof platformLimits;

/**
 * How much GitHub keeps for workflows. Source: GitHub, "Variables reference" and "Secrets reference", not opened again on
 * 2026-11-21; 48 KB is 48 × 1024 bytes.
 */
export const githubLimits = {
  environmentVariables: 100,
  environmentSecrets: 100,
  repositoryVariables: 500,
  repositorySecrets: 100,
  valueBytes: 49_152,
} as const;

/**
 * Starts and ends that names of buckets must not have; two hyphens or a full stop are in none of ours anyway. Source: AWS,
 * "General purpose bucket naming rules", not opened.
 */
export const reservedBucketNames =
  /^(?:xn--|sthree-|amzn-s3-demo-)|(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;

/**
 * Roles that Postgres keeps for itself. Databases may be called pg_… there. Source: PostgreSQL 17, CREATE ROLE and
 * "Predefined Roles", not opened.
 */
export const reservedRoles = /^(?:pg_.*|public|none)$/;

/** The longest names of DNS, in characters. Source: RFC 1035, 2.3.4, not opened. */
export const dnsLimits = { name: 253, label: 63, text: 255 } as const;
