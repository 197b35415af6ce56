import { recipients } from "./settings.ts";

const digest = `sha256:${"0".repeat(64)}`;
const image = { registry: "ghcr", repository: "acme/api" };
const check = { path: "/health", periodSeconds: 10, timeoutSeconds: 2 };
const slack = { channel: "#alerts", secret: "slackAlerts" };

/** A stack in which every block is set, each with settings of every kind that it knows. */
export const everySetting = {
  product: { name: "shop", repository: "acme/shop", region: "fra", contact: "ops@shop.example" },
  network: { ipRange: "10.40.0.0/20" },
  database: {
    version: "16",
    size: "db-s-2vcpu-4gb",
    standbyNodes: 1,
    replicas: { reports: { size: "db-s-2vcpu-4gb", region: "ams" } },
    databases: { shop: { owner: "shop_app", extensions: ["pg_trgm"] } },
    users: ["reader"],
    pools: { web: { database: "shop", user: "shop_app", mode: "transaction", size: 10 } },
    postgres: { trackIoTiming: true, workMemMiB: 8, timezone: "UTC" },
    maintenance: { day: "sunday", hour: "03:00" },
    connection: { kind: "private" },
  },
  backups: {
    bucket: "shop-backups",
    schedule: "daily",
    retentionDays: 30,
    lock: { mode: "governance", days: 30 },
    time: "01:30",
    recipients: { secret: "backupRecipients" },
    heartbeat: { secret: "heartbeatUrl" },
    allowEmpty: true,
    noncurrentDays: 7,
    abortUploadsAfterDays: 2,
    prefix: "postgres/",
    dumpGiB: 1,
    forceDestroy: false,
  },
  app: {
    domains: [{ name: "shop.example", type: "primary", wildcard: false, zone: "shop.example" }],
    staticSites: {
      site: {
        github: { branch: "main", deployOnPush: false },
        sourceDirectory: "/site",
        environmentSlug: "node-js",
        buildCommand: "npm run build",
        outputDirectory: "dist",
        environment: { MODE: "production" },
      },
    },
    services: {
      api: {
        image,
        runCommand: "serve",
        port: 8080,
        internalPorts: [9090],
        size: "apps-s-1vcpu-1gb",
        instances: 2,
        health: check,
        liveness: { ...check, successThreshold: 1 },
        termination: { gracePeriodSeconds: 60, drainSeconds: 10 },
        alerts: [{ measure: "cpuPercent", operator: "above", value: 80, windowMinutes: 5 }],
        environment: { DATABASE_URL: { database: "shop", connections: 5 }, KEY: { secret: "secretKey" } },
      },
    },
    workers: {
      mailer: {
        image: { ...image, tag: "1" },
        size: "apps-d-1vcpu-1gb",
        autoscaling: { min: 1, max: 2, cpuPercent: 70 },
      },
    },
    jobs: { migrate: { kind: "preDeploy", image: { ...image, digest } } },
    environment: { LOG_LEVEL: "INFO" },
    ingress: [
      { path: "/api", component: "api", cors: { origin: "https://shop.example", maxAge: "1h" } },
      { path: "/", component: "site" },
    ],
    alerts: ["deploymentFailed"],
    logs: { dog: { kind: "datadog", apiKey: { secret: "datadogKey" } } },
    egress: "shared",
    edge: { isCached: true },
    maintenance: { isEnabled: false, offlinePage: "https://shop.example/off" },
  },
  dns: { zone: "shop.example", records: [{ type: "A", name: "www", ttl: 600, value: "203.0.113.7" }] },
  delivery: {
    environment: "staging",
    branch: "develop",
    tags: ["v*"],
    reviewers: [{ team: "platform" }],
    waitMinutes: 5,
    oidc: { accountId: "123456789012", subjectFormat: "names" },
    token: { secret: "digitaloceanAccessToken" },
    variables: { API_URL: "https://shop.example" },
    secrets: { NPM_TOKEN: { secret: "npmToken", optional: true } },
  },
  repository: { branches: { develop: { reviews: 1, checks: ["ci"] } } },
  monitoring: {
    checks: { home: { path: "/", regions: ["us_east"], latencyMs: 2000, downFor: "5m", slack } },
    database: { cpuPercent: 80, emails: ["ops@shop.example"] },
  },
  budget: { database: 200, total: 310, warnAtPercent: [50, 90] },
  policy: { waivers: [] },
  gate: { label: "accepts-loss", approvals: 1, by: ["octocat"] },
  recovery: { databaseMinutes: 20, reachDays: 30, drill: { minutes: 9, date: "2026-11-01" } },
  release: {
    version: "1.2.3",
    commit: "0".repeat(40),
    builtAt: "2026-11-21T10:00:00Z",
    images: { api: digest },
  },
  verify: {
    tries: 3,
    pauseSeconds: 2,
    timeoutSeconds: 5,
    deadlineSeconds: 300,
    health: ["/health"],
    smoke: { items: { path: "/api/items", status: 200, contains: "[", withinMs: 900 } },
    targets: { samples: 10, healthMs: 400, apiMs: 500, pageMs: 2000, availabilityPercent: 99 },
    memoryPercent: 80,
    logs: { words: ["ERROR"], most: 5 },
    rollbackOnFailure: true,
    canary: false,
  },
  promotion: {
    from: "staging",
    soakMinutes: 120,
    branch: "main",
    previewHours: 12,
    repository: "acme/infrastructure",
    base: "main",
  },
  operations: { registry: "ghcr", repository: "acme/operations", digest },
} as const;

/** The secrets that it needs. */
export const everySecret = {
  secretKey: "k",
  datadogKey: "d",
  digitaloceanAccessToken: "t",
  slackAlerts: "https://hooks.example/a",
  backupRecipients: recipients,
  heartbeatUrl: "https://beats.example/shop",
};
