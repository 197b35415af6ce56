/** No image was ever pushed under this digest: it stands where nothing has been released yet. */
const unreleased = `sha256:${"0".repeat(64)}`;

/**
 * TinkerTools as it runs in development, by block of the stack file: what a stack gets that sets no `slipway:product`.
 * The cheapest sizes, no domain and no gate; `Pulumi.staging.yaml` and `Pulumi.production.yaml` stand for themselves.
 */
export const defaultProduct = {
  product: {
    name: "tinkertools",
    repository: "tinkertools/tinkertools",
    region: "nyc",
    contact: "devops@tinkertools.ao",
  },
  network: { ipRange: "10.40.0.0/20" },
  database: {
    version: "16",
    size: "db-s-1vcpu-1gb",
    databases: {
      tinkertools: { owner: "tinkertools_app", extensions: ["uuid-ossp", "pg_trgm", "pg_stat_statements"] },
    },
    postgres: { trackIoTiming: true },
  },
  backups: {
    schedule: "onDemand",
    // Before its first migration a database has no table, and in development that is no failure.
    allowEmpty: true,
    retentionDays: 7,
    lock: { mode: "governance", days: 1 },
    forceDestroy: true,
  },
  app: {
    staticSites: {
      "tinkertools-frontend": {
        github: { branch: "develop" },
        sourceDirectory: "/frontend",
        environmentSlug: "node-js",
        buildCommand: "npm ci && npm run build",
        outputDirectory: "dist",
        catchallDocument: "index.html",
        environment: {
          NODE_ENV: "production",
          VITE_API_BASE_URL: { bind: "${APP_URL}/api" },
          VITE_APP_VERSION: { release: "version" },
          VITE_BUILD_TIME: { release: "builtAt" },
        },
      },
    },
    services: {
      "tinkertools-api": {
        image: { registry: "ghcr", repository: "tinkertools/tinkertools-api" },
        port: 8080,
        size: "apps-s-1vcpu-0.5gb",
        health: { path: "/api/health", periodSeconds: 30, timeoutSeconds: 5 },
        environment: {
          ENVIRONMENT: "development",
          APP_VERSION: { release: "version" },
          BUILD_TIME: { release: "builtAt" },
          API_BASE_URL: { bind: "${APP_URL}/api" },
          API_TIMEOUT: 30,
          DATABASE_URL: { database: "tinkertools" },
          DATABASE_POOL_SIZE: 5,
          SECRET_KEY: { secret: "secretKey" },
          LOG_LEVEL: "DEBUG",
          SENTRY_DSN: { secret: "sentryDsn", optional: true },
          NEW_RELIC_LICENSE_KEY: { secret: "newRelicLicenseKey", optional: true },
          FEATURE_ADVANCED_SEARCH: true,
          FEATURE_REAL_TIME_UPDATES: true,
          // The platform sets none of these, so the API does.
          CORS_ORIGINS: { bind: "${APP_URL}" },
          CORS_METHODS: "GET,POST",
          CORS_CREDENTIALS: false,
          CONTENT_SECURITY_POLICY: "default-src 'self'",
          STRICT_TRANSPORT_SECURITY: "max-age=31536000; includeSubDomains; preload",
          X_FRAME_OPTIONS: "DENY",
          X_CONTENT_TYPE_OPTIONS: "nosniff",
          REFERRER_POLICY: "strict-origin-when-cross-origin",
          RATE_LIMIT_REQUESTS: 1000,
          RATE_LIMIT_WINDOW_SECONDS: 900,
          MAX_BODY_BYTES: 10_485_760,
        },
      },
    },
    ingress: [
      { path: "/api", component: "tinkertools-api" },
      { path: "/health", component: "tinkertools-api" },
      { path: "/", component: "tinkertools-frontend" },
    ],
  },
  delivery: { environment: "dev" },
  budget: { total: 30 },
  release: {
    version: "0.0.0-dev",
    images: { "tinkertools-api": unreleased },
  },
  operations: { repository: "tinkertools/slipway-operations", digest: unreleased },
} as const;
