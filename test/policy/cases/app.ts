import { hidden, unknown } from "../../../policy/values.ts";
import { all, type Cases, production, resource, set, staging } from "../support.ts";

const digest = `sha256:${"a".repeat(64)}`;

/** An app as the rules want it, with one component of each kind. */
export const app = [
  resource("do/Vpc", "network", { name: "net-production", region: "nyc1", ipRange: "10.30.0.0/20" }),
  resource("do/App", "app", {
    spec: {
      name: "tinkertools-production",
      alerts: [{ rule: "DEPLOYMENT_FAILED", disabled: false }, { rule: "DOMAIN_FAILED" }],
      databases: [{ name: "db", production: true }],
      domainNames: [{ name: "tinkertools.ao", zone: "tinkertools.ao" }],
      envs: [{ key: "SHARED", value: "1" }],
      ingress: {
        rules: [
          { component: { name: "api" }, cors: { allowOrigins: { exact: "https://tinkertools.ao" } } },
          {
            redirect: { scheme: "https" },
            cors: { allowOrigins: { regex: "^https://.*\\.tinkertools\\.ao$" }, allowCredentials: true },
          },
        ],
      },
      services: [
        {
          name: "api",
          image: { digest, repository: "tinkertools-api" },
          instanceCount: 2,
          healthCheck: { httpPath: "/health" },
          envs: [
            { key: "SECRET_KEY", type: "SECRET", value: "in clear on the first run" },
            { key: "LOG_LEVEL", value: "WARNING" },
            {
              key: "DATABASE_URL",
              value: "postgresql://${db.USERNAME}:${db.PASSWORD}@db:25060/t?sslmode=require",
            },
            { key: "TOKEN_TTL", value: "30" },
            { key: "API_TOKEN", value: hidden },
            { key: "DB_PASSWORD", value: "${db.PASSWORD}" },
            { key: "LATER_TOKEN", value: unknown },
            { key: "EMPTY_TOKEN", value: "" },
          ],
        },
      ],
      workers: [{ name: "backup", image: { digest }, termination: { gracePeriodSeconds: 600 } }],
      jobs: [{ name: "migrate", image: { digest } }],
      staticSites: [{ name: "site", github: { branch: "main", deployOnPush: false } }],
      vpcs: [{ id: unknown }],
    },
  }),
];

const good = production(app);
const but = (...changes: Parameters<typeof all>) => production(all(...changes)(app));
const loose = (...changes: Parameters<typeof all>) => staging(all(...changes)(app));
const spec = (path: string, value: unknown) => set("app", `spec.${path}`, value);
const declaredPublic = (change: Parameters<typeof all>[0], component: string | undefined) =>
  production(all(change)(app), { publicVariables: [{ component, name: "POSTHOG_KEY" }] });
type Break = [ReturnType<typeof but>, string[]];

const byTag = (name: string) => `app: must name the image of ${name} by digest; set release.images.${name}`;
const pushed = (name: string) =>
  `app: must not deploy ${name} on a push; set deployOnPush to false: promotion deploys`;
const plain = (key: string, of: string) =>
  `app: must keep ${key} of ${of} secret; write it as { secret: <key> } and set the key with pulumi config set --secret`;
const noHealth = "app: must have a health check with a path for api; set app.services.api.health.path";
const single =
  "app: must run api twice or more; set app.services.api.instances to 2, with a size that can be counted";
const anyOrigin =
  "app: must not allow every origin together with credentials; list the site's own origins in app.ingress cors";
const noTls = "app: must ask for TLS in every address of a database; add ?sslmode=require";

const secretTexts = [
  `dop_v1_${"0".repeat(64)}`,
  `ghp_${"a".repeat(36)}`,
  `github_pat_${"a".repeat(22)}`,
  "AKIAIOSFODNN7EXAMPLE",
  `sk_live_${"a".repeat(16)}`,
  "xoxb-0123456789",
  "-----BEGIN RSA PRIVATE KEY-----",
  "redis://user:word@cache:6379",
];

const secretKeys = [
  "SECRET",
  "MY_TOKEN",
  "db_password",
  "PASSWD",
  "PASSPHRASE",
  "AWS_CREDENTIALS",
  "SENTRY_DSN",
  "MAPS_API_KEY",
  "PRIVATE_KEY",
  "NEW_RELIC_LICENSE_KEY",
  "SECRET_KEY_BASE",
  "AWS_SECRET_ACCESS_KEY",
];

export const appCases: Record<string, Cases> = {
  "app-digest": {
    keeps: [good, loose(spec("services.0.image", { tag: "1.4.2" }))],
    breaks: [
      [but(spec("services.0.image", { tag: "1.4.2" })), [byTag("api")]],
      [
        but(spec("workers.0.image.digest", "latest"), spec("jobs.0.image.digest", undefined)),
        [byTag("backup"), byTag("migrate")],
      ],
    ],
  },
  "app-deploy-on-push": {
    keeps: [
      good,
      loose(spec("staticSites.0.github.deployOnPush", true)),
      but(spec("services.0.image.deployOnPushes", [{ enabled: false }])),
    ],
    breaks: [
      [but(spec("staticSites.0.github.deployOnPush", true)), [pushed("site")]],
      [but(spec("staticSites.0.gitlab", { deployOnPush: true })), [pushed("site")]],
      [but(spec("services.0.image.deployOnPushes", [{ enabled: true }])), [pushed("api")]],
    ],
  },
  "app-health-check": {
    keeps: [good],
    breaks: [
      [but(spec("services.0.healthCheck", undefined)), [noHealth]],
      [but(spec("services.0.healthCheck.httpPath", "health")), [noHealth]],
    ],
  },
  "app-plain-secret": {
    keeps: [
      good,
      ...["SECRETARY", "KEY_PREFIX", "KEYBOARD", "TOKEN_FILE", "SECRET_ID", "TOKEN_URL", "SECRET_NAME"].map(
        (key) => but(spec("envs.0", { key, value: "x" })),
      ),
      ...["true", "false", "900", "123456"].map((value) => but(spec("envs.0", { key: "TOKEN", value }))),
      but(spec("envs.0", { key: "N", value: 7 })),
      but(spec("envs.0", { key: "SITE", value: "https://tinkertools.ao:443/a@b" })),
      but(spec("envs.0", { key: "SECRET", value: { nested: true } })),
      declaredPublic(spec("envs.0", { key: "POSTHOG_KEY", value: "phc_x" }), undefined),
      declaredPublic(spec("services.0.envs.0", { key: "POSTHOG_KEY", value: "phc_x" }), "api"),
    ],
    breaks: [
      ...secretKeys.map((key): Break => [but(spec("envs.0", { key, value: "x" })), [plain(key, "the app")]]),
      ...secretTexts.map(
        (value): Break => [but(spec("envs.0", { key: "X", value })), [plain("X", "the app")]],
      ),
      [
        declaredPublic(spec("envs.0", { key: "POSTHOG_KEY", value: secretTexts[0] }), undefined),
        [plain("POSTHOG_KEY", "the app")],
      ],
      [
        declaredPublic(spec("envs.0", { key: "POSTHOG_KEY", value: "phc_x" }), "api"),
        [plain("POSTHOG_KEY", "the app")],
      ],
      [
        but(spec("services.0.envs.0.type", "GENERAL"), spec("jobs.0.envs", [{ key: "TOKEN", value: "t" }])),
        [plain("SECRET_KEY", "api"), plain("TOKEN", "migrate")],
      ],
    ],
  },
  "app-database-tls": {
    keeps: [
      good,
      but(spec("services.0.envs.2.value", "postgres://db/t?a=b&sslmode=verify-full")),
      but(spec("services.0.envs.2.value", "see postgresql://db/t")),
    ],
    breaks: [
      [but(spec("services.0.envs.2.value", "postgresql://db:25060/t")), [noTls]],
      [but(spec("services.0.envs.2.value", "postgres://db:25060/t?sslmode=prefer")), [noTls]],
    ],
  },
  "app-private-network": {
    keeps: [good, production(app.slice(1)), production(spec("vpcs", undefined)(app.slice(1)))],
    breaks: [[but(spec("vpcs", undefined)), ["app: must join the private network; set vpcs in its spec"]]],
  },
  "app-attached-database": {
    keeps: [good],
    breaks: [
      [
        but(spec("databases.0.production", undefined)),
        ["app: must attach db as a production database; set production to true, with the cluster's name"],
      ],
    ],
  },
  "app-no-project": {
    keeps: [good],
    breaks: [
      [
        but(set("app", "projectId", "1")),
        ["app: must not set projectId; assign it to its project with ProjectResources"],
      ],
    ],
  },
  "app-instances": {
    keeps: [
      good,
      but(spec("services.0.instanceCount", unknown)),
      but(
        spec("services.0.autoscaling", { minInstanceCount: 2 }),
        spec("services.0.instanceCount", undefined),
      ),
      loose(spec("services.0.instanceCount", 1)),
    ],
    breaks: [
      [but(spec("services.0.instanceCount", 1)), [single]],
      [but(spec("services.0.instanceCount", undefined)), [single]],
      [but(spec("services.0.autoscaling", { minInstanceCount: 1 })), [single]],
    ],
  },
  "app-grace": {
    keeps: [good],
    breaks: [
      [
        but(spec("workers.0.termination", undefined)),
        [
          "app: must say how long backup may take to stop; set app.workers.backup.termination, at most 600 seconds",
        ],
      ],
    ],
  },
  "app-alerts": {
    keeps: [
      good,
      but(spec("alerts.1", undefined), spec("domainNames", undefined)),
      loose(spec("alerts", undefined)),
    ],
    breaks: [
      [
        but(spec("alerts", undefined)),
        [
          "app: must have the alert DEPLOYMENT_FAILED; add it to app.alerts",
          "app: must have the alert DOMAIN_FAILED; add it to app.alerts",
        ],
      ],
      [
        but(spec("alerts.0.disabled", true)),
        ["app: must have the alert DEPLOYMENT_FAILED; add it to app.alerts"],
      ],
    ],
  },
  "app-https": {
    keeps: [good],
    breaks: [
      [
        but(spec("ingress.rules.1.redirect.scheme", "http")),
        ["app: must use https; got http; write https in app.ingress"],
      ],
      [
        but(spec("ingress.rules.0.cors.allowOrigins.exact", "http://tinkertools.ao")),
        ["app: must use https; got http://tinkertools.ao; write https in app.ingress"],
      ],
    ],
  },
  "app-any-origin": {
    keeps: [
      good,
      but(spec("ingress.rules.0.cors.allowOrigins.exact", "*")),
      but(spec("ingress.rules.0.cors.allowOrigins", { regex: ".*" })),
      but(spec("ingress.rules.1.cors.allowOrigins", { regex: unknown })),
    ],
    breaks: [
      ...[".*", "^.*$", ".+", "https?://.*", "^https://.*tinkertools\\.ao$", ""].map(
        (regex): Break => [but(spec("ingress.rules.1.cors.allowOrigins", { regex })), [anyOrigin]],
      ),
      [but(spec("ingress.rules.1.cors.allowOrigins", { exact: "*" })), [anyOrigin]],
    ],
  },
};
