import { expect, test } from "@jest/globals";
import { stackLines } from "../support/settings.ts";

const product = { name: "shop", repository: "acme/shop" };
const image = { registry: "ghcr", repository: "acme/api", tag: "1" };

test("a file with faults in every nesting tells each of them in one run, and none twice", () => {
  const lines = stackLines({
    product,
    network: {},
    database: {
      size: "db-s-2vcpu-4gb",
      databases: { shop: { owner: "shop_app", extensions: 5 } },
      replicas: { near: { size: "db-s-1vcpu-1gb" }, far: { size: "db-s-1vcpu-2g" } },
      pools: { web: { database: "shp", user: "shop_app", size: "x" } },
    },
    app: {
      domains: [
        { name: "shop.example", type: "primary" },
        { name: "Shop", type: "alias" },
        { name: "shop.example", type: "alias" },
      ],
      services: {
        api: {
          image: { ...image, deployOnPush: true, tagg: "2" },
          port: 80,
          size: "apps-s-1vcpu-0.5gb",
          instances: 2,
          health: { periodSeconds: 5, timeoutSeconds: 9, path: "x", port: 81 },
          environment: {
            URL: { database: "shp" },
            SMTP_PASSWORD: "hunter2",
            PLACE: { component: "apu", fact: "publicUrl" },
            OTHER: { bind: "${APP_URI}", scope: "always" },
            WRONG: { bnd: "x" },
          },
        },
        web: { image: 5, runCommand: "pg_dump shop", environment: { KIND: { component: "api", fct: "x" } } },
      },
      jobs: { late: { image, environment: { A: "${APP_URL}" } } },
      ingress: [
        { path: "/", component: "apu" },
        { path: "x", component: "apo" },
        { path: "/old", redirect: { code: 1 }, cors: { origin: "https://a.example", maxAge: "soon" } },
      ],
      alerts: ["deploymentFailed", "nothing", "deploymentFailed"],
    },
    dns: {
      zone: "shop.example",
      records: [
        { type: "A", name: "@", value: "203.0.113.7" },
        { type: "CNAME", name: "@", value: "x.example", ttl: 1 },
        { type: "AA", name: "b", value: "203.0.113.7" },
        { type: "CAA", name: "@", tag: "issue", value: "letsencrypt.org." },
      ],
    },
    monitoring: { checks: { home: { path: "/" }, api: { path: "api", emails: ["a@b.example"] } } },
    repository: { variables: { API_TOKEN: "abc1234567", region: 5 } },
    backups: { lock: { days: 40 }, retentionDays: 30, prefix: "x", time: "9" },
    delivery: { environment: "dev", reviewers: ["user:1"], variables: { STACK: "x" }, waitMinutes: -1 },
  });
  expect(lines).toEqual([
    'database.replicas.far.size: must be a known value such as db-s-1vcpu-2gb, db-s-1vcpu-1gb, db-s-2vcpu-4gb; got "db-s-1vcpu-2g", did you mean db-s-1vcpu-2gb?',
    "database.databases.shop.extensions: must be a list, not 5",
    "database.pools.web.size: must be a number, not a text",
    "database.replicas.near.size: must be at least the primary's size, db-s-2vcpu-4gb",
    "database.pools.web.database: must be one of databases; there is shop",
    'backups.time: must be a time of day in UTC, such as 01:00; got "9"',
    'backups.prefix: must be one or more folders, each ending in a slash, such as postgres/; got "x"',
    "backups.lock.days: must be at most retentionDays: what is locked cannot expire",
    'app.domains[1].name: must be a host name in lower case without scheme, path or final dot, such as tinkertools.ao; got "Shop"',
    "app.services.api.image.tagg: must be left out: there is no such setting, and tag is set beside it",
    'app.services.api.health.path: must be a path that starts with a slash, such as /api/health; got "x"',
    'app.services.api.environment.OTHER.scope: must be one of runTime, buildTime, runAndBuildTime; got "always"',
    "app.services.api.environment.WRONG: must be a text, a number, true or false, or a block with one of value, secret, bind, database, component or release",
    "app.services.web.image: must be a block of settings, not 5",
    "app.services.web.environment.KIND: must be a text, a number, true or false, or a block with one of value, secret, bind, database, component or release",
    "app.jobs.late.kind: must be set: one of preDeploy, postDeploy, failedDeploy",
    'app.ingress[1].path: must be a path that starts with a slash, such as /api/health; got "x"',
    "app.ingress[2].redirect.code: must be one of 300, 301, 302, 303, 304, 307, 308; got 1",
    'app.ingress[2].cors.maxAge: must be a duration such as 5h30m; got "soon"',
    'app.alerts[1]: must be one of deploymentFailed, deploymentLive, deploymentStarted, deploymentCanceled, domainFailed, domainLive, autoscaleFailed, autoscaleSucceeded; got "nothing"',
    "app.services.api.image.deployOnPush: must be false: the platform sees pushes to docr only",
    "app.services.api.health.timeoutSeconds: must be at most periodSeconds, 5; got 9",
    "app.services.api.instances: must be 1: apps-s-1vcpu-0.5gb runs alone; did you mean size apps-s-1vcpu-1gb?",
    "app.services.api.health.port: must be 80, the port that the service listens on, or one of internalPorts; got 81",
    "app.ingress[2].redirect: must change at least one of authority, path, scheme and port",
    "app.domains[2].name: must be listed once; got shop.example twice",
    "app.ingress[0].component: must be a service or static site of the app: api, web; got apu",
    "app.ingress[1].component: must be a service or static site of the app: api, web; got apo",
    "app.jobs.late.environment.A: must not hold ${…} as a fixed text; write it as bind",
    "app.services.api.environment.SMTP_PASSWORD: must not be in plain text: write { secret: smtpPassword } and set it with: pulumi config set --secret slipway:smtpPassword (or { value: …, isPublic: true } if everybody may read it)",
    "app.services.api.environment.OTHER.bind: must refer to something that exists: ${APP_URI} must be one of APP_DOMAIN, APP_URL, APP_ID",
    "app.services.api.environment.PLACE.component: must be one of api, web, late; got apu",
    "app.alerts[2]: must be listed once; got deploymentFailed twice",
    "dns.records[1].ttl: must be at least 30; got 1",
    'dns.records[2].type: must be one of A, AAAA, CNAME, MX, TXT, CAA, SRV; got "AA", did you mean A?',
    "dns.records[1].type: must not be CNAME at the zone itself, which has other records; use A",
    "dns.records[3].value: must be the host name of an authority without a final dot, such as letsencrypt.org",
    "delivery.reviewers[0]: must be { user: login } or { team: slug }",
    "delivery.waitMinutes: must be at least 0; got -1",
    'repository.variables.region: must have a name that is upper-case letters, digits and underscores, not starting with a digit or GITHUB_, such as API_URL; got "region"',
    'repository.variables.region: must be a text: write it in quotes, "5"',
    "repository.variables.API_TOKEN: must not be in plain text: move it to secrets as { secret: apiToken } and set it with: pulumi config set --secret slipway:apiToken",
    'monitoring.checks.api.path: must be a path that starts with a slash, such as /api/health; got "api"',
    "monitoring.checks.home: must say where its alerts go: emails, slack or both",
    "app.services.api.environment.URL.database: must be one of database.databases: shop; got shp, did you mean shop?",
    "digitaloceanAccessToken: must be set, because delivery.token needs it: pulumi config set --secret slipway:digitaloceanAccessToken",
  ]);
  expect(new Set(lines).size).toBe(lines.length);
});
