const zeros = `sha256:${"0".repeat(64)}`;
export const product = { name: "shop", repository: "acme/shop" };
const image = { registry: "ghcr", repository: "acme/api", tag: "1" };
const api = { image };
const app = { services: { api }, ingress: [{ path: "/", component: "api" }] };
const site = { github: { branch: "main" } };
const network = {};
const shop = { databases: { shop: { owner: "shop_app" } } };
const primary = { name: "shop.example", type: "primary" };
const withApi = (more: object) => ({ app: { ...app, services: { api: { ...api, ...more } } } });
const withVariable = (variable: unknown, name = "PLACE") => withApi({ environment: { [name]: variable } });
const withSite = (more: object) => ({
  app: { staticSites: { site: { ...site, ...more } }, ingress: [{ path: "/", component: "site" }] },
});
const withRule = (more: object) => ({ app: { ...app, ingress: [{ path: "/", component: "api", ...more }] } });
const withRecords = (...records: unknown[]) => ({ dns: { zone: "shop.example", records } });
const usesShop = { environment: { DATABASE_URL: { database: "shop" } } };
const recipients = `age1${"q".repeat(58)}`;
const operations = { repository: "acme/operations", digest: zeros };
const daily = { app, operations, backupRecipients: recipients };
const a = { type: "A", name: "www", value: "203.0.113.7" };
const recovered = (recovery: object, more: object = {}) => ({
  network,
  database: shop,
  recovery: { databaseMinutes: 20, ...recovery },
  ...more,
});

/** A stack file that breaks one rule, and the line that says so. */
export interface RuleExample {
  given: Record<string, unknown>;
  stack?: string;
  today?: string;
  stacks?: readonly string[];
  config?: Record<string, string>;
  line: string;
}

/** One for each rule between settings, by its id. */
export const ruleExamples: Readonly<Record<string, RuleExample>> = {
  "standby-size": {
    given: { network, database: { standbyNodes: 1 } },
    line: "database.standbyNodes: must be 0 with size db-s-1vcpu-1gb: standby nodes need 2 GB of memory or more, such as db-s-1vcpu-2gb",
  },
  "replica-size": {
    given: {
      network,
      database: { size: "db-s-2vcpu-4gb", replicas: { reports: { size: "db-s-1vcpu-2gb" } } },
    },
    line: "database.replicas.reports.size: must be at least the primary's size, db-s-2vcpu-4gb",
  },
  "pool-database": {
    given: { network, database: { ...shop, pools: { web: { database: "shp", user: "shop_app", size: 5 } } } },
    line: "database.pools.web.database: must be one of databases; there is shop",
  },
  "pool-user": {
    given: { network, database: { ...shop, pools: { web: { database: "shop", user: "shp", size: 5 } } } },
    line: "database.pools.web.user: must be one of users or an owner; there is shop_app",
  },
  "pool-connections": {
    given: {
      network,
      database: { ...shop, pools: { web: { database: "shop", user: "shop_app", size: 23 } } },
    },
    line: "database.pools: must hold at most 22 connections together, which is all that db-s-1vcpu-1gb has; got 23",
  },
  "lock-retention": {
    given: { backups: { retentionDays: 7, lock: { days: 8 } } },
    line: "backups.lock.days: must be at most retentionDays: what is locked cannot expire",
  },
  "some-component": { given: { app: {} }, line: "app: must have at least one component" },
  "component-once": {
    given: { app: { ...app, workers: { api } } },
    line: "app.workers.api: must have a name of its own: services has one called api too",
  },
  "database-name": {
    given: { network, database: shop, app: { services: { db: { ...api, ...usesShop } } } },
    line: "app.services.db: must have another name: the app's database is called so",
  },
  "command-secret": {
    given: withApi({ runCommand: "DB_PASSWORD=hunter2 node server.js" }),
    line: "app.services.api.runCommand: must not hold DB_PASSWORD in plain text: write environment.DB_PASSWORD as { secret: dbPassword } and use $DB_PASSWORD here",
  },
  "vain-command": {
    given: {
      app: {
        ...app,
        jobs: { users: { kind: "preDeploy", image, runCommand: "psql -c 'CREATE USER shop'" } },
      },
    },
    line: "app.jobs.users.runCommand: must not create users with SQL, which App Platform cannot bind: list them in database.users",
  },
  "one-primary-domain": {
    given: { app: { ...app, domains: [{ ...primary, type: "alias" }] } },
    line: "app.domains: must have exactly one primary domain; got 0",
  },
  "domain-once": {
    given: { app: { ...app, domains: [primary, { ...primary, type: "alias" }] } },
    line: "app.domains[1].name: must be listed once; got shop.example twice",
  },
  "domain-in-zone": {
    given: { app: { ...app, domains: [{ ...primary, zone: "other.example" }] } },
    line: "app.domains[0].zone: must be shop.example or a part of it; got other.example",
  },
  "edge-needs-domain": {
    given: { app: { ...app, edge: { isCached: false } } },
    line: "app.edge.isCached: must be left out while the app has no domain of its own",
  },
  "ingress-component": {
    given: withRule({ component: "apu" }),
    line: "app.ingress[0].component: must be a service or static site of the app: api; got apu",
  },
  "ingress-authority": {
    given: withRule({ authority: "other.example" }),
    line: "app.ingress[0].authority: must be one of the app's domains; got other.example",
  },
  "ingress-order": {
    given: {
      app: {
        ...app,
        ingress: [
          { path: "/", component: "api" },
          { path: "/api", component: "api" },
        ],
      },
    },
    line: "app.ingress[1].path: must come before ingress[0], which takes every request for /api",
  },
  "static-site-seen": {
    given: { app: { staticSites: { site } } },
    line: "app.ingress: must have a rule for the static site site, or nobody sees it",
  },
  "reference-as-text": {
    given: withVariable("${APP_URL}/api"),
    line: "app.services.api.environment.PLACE: must not hold ${…} as a fixed text; write it as bind",
  },
  "plain-secret": {
    given: withVariable("hunter2", "STRIPE_TOKEN"),
    line: "app.services.api.environment.STRIPE_TOKEN: must not be in plain text: write { secret: stripeToken } and set it with: pulumi config set --secret slipway:stripeToken (or { value: …, isPublic: true } if everybody may read it)",
  },
  "published-secret": {
    given: { ...withSite({ environment: { VITE_KEY: { secret: "mapKey" } } }), mapKey: "m" },
    line: "app.staticSites.site.environment.VITE_KEY.secret: must not be a secret: builds put whatever starts with VITE_ into files that everybody can read",
  },
  "static-site-scope": {
    given: withSite({ environment: { MODE: { value: "a", scope: "runTime" } } }),
    line: "app.staticSites.site.environment.MODE.scope: must be buildTime: a static site is built but does not run",
  },
  bindable: {
    given: withVariable({ bind: "${apu.PRIVATE_URL}" }),
    line: "app.services.api.environment.PLACE.bind: must refer to something that exists: the first part of ${apu.PRIVATE_URL} must be one of _self, api",
  },
  "fact-component": {
    given: withVariable({ component: "apu", fact: "privateUrl" }),
    line: "app.services.api.environment.PLACE.component: must be one of api; got apu",
  },
  "fact-of-component": {
    given: {
      app: {
        ...app,
        workers: { mailer: { image, environment: { URL: { component: "mailer", fact: "privateUrl" } } } },
      },
    },
    line: "app.workers.mailer.environment.URL.fact: must be one that mailer has: only services have private addresses",
  },
  "alert-once": {
    given: { app: { ...app, alerts: ["deploymentFailed", "deploymentFailed"] } },
    line: "app.alerts[1]: must be listed once; got deploymentFailed twice",
  },
  "alert-destinations-alike": {
    given: {
      app: {
        ...app,
        services: {
          api: { ...api, alerts: [{ measure: "cpuPercent", value: 80 }] },
          web: {
            ...api,
            alerts: [{ measure: "cpuPercent", value: 80, destinations: { emails: ["a@shop.example"] } }],
          },
        },
      },
    },
    line: "app.services.web.alerts[0].destinations: must be as for the cpuPercent alert of api: the provider gives all alerts of a measure the same destinations",
  },
  "one-source": {
    given: { app: { ...app, services: { api: {} } } },
    line: "app.services.api: must have one source: github, gitlab, bitbucket, git, image",
  },
  "image-is-built": {
    given: withApi({ buildCommand: "make" }),
    line: "app.services.api.buildCommand: must be left out: an image is built already",
  },
  "site-documents": {
    given: withSite({ catchallDocument: "index.html", errorDocument: "404.html" }),
    line: "app.staticSites.site.errorDocument: must not be set beside catchallDocument, which answers in its place",
  },
  "tag-or-digest": {
    given: withApi({ image: { ...image, digest: zeros } }),
    line: "app.services.api.image.digest: must not be set beside tag: an image has one or the other",
  },
  "image-owner": {
    given: withApi({ image: { ...image, repository: "api" } }),
    line: "app.services.api.image.repository: must be owner/name in ghcr, such as tinkertools/tinkertools-api",
  },
  "own-registry-credentials": {
    given: {
      ...withApi({ image: { ...image, registry: "docr", credentials: { secret: "login" } } }),
      login: "u:t",
    },
    line: "app.services.api.image.credentials: must be left out: the platform reads docr with its own rights",
  },
  "push-registry": {
    given: withApi({ image: { ...image, deployOnPush: true } }),
    line: "app.services.api.image.deployOnPush: must be false: the platform sees pushes to docr only",
  },
  "push-tag": {
    given: withApi({ image: { registry: "docr", repository: "api", digest: zeros, deployOnPush: true } }),
    line: "app.services.api.image.deployOnPush: must be false without a tag: a digest never changes",
  },
  "instances-or-autoscaling": {
    given: withApi({ size: "apps-d-1vcpu-1gb", instances: 2, autoscaling: { min: 1, max: 3 } }),
    line: "app.services.api.instances: must be left out where autoscaling is set, which decides the number",
  },
  "autoscaling-size": {
    given: withApi({ size: "apps-s-1vcpu-1gb", autoscaling: { min: 1, max: 5 } }),
    line: "app.services.api.autoscaling: must be left out: apps-s-1vcpu-1gb is shared and the platform scales dedicated sizes only; did you mean size apps-d-1vcpu-1gb?",
  },
  "single-instance-size": {
    given: withApi({ size: "apps-s-1vcpu-1gb-fixed", instances: 2 }),
    line: "app.services.api.instances: must be 1: apps-s-1vcpu-1gb-fixed runs alone; did you mean size apps-s-1vcpu-1gb?",
  },
  "autoscaling-range": {
    given: withApi({ size: "apps-d-1vcpu-1gb", autoscaling: { min: 3, max: 3 } }),
    line: "app.services.api.autoscaling.max: must be more than min",
  },
  "check-timeout": {
    given: withApi({ health: { path: "/", timeoutSeconds: 11 } }),
    line: "app.services.api.health.timeoutSeconds: must be at most periodSeconds, 10, the platform's own period; got 11",
  },
  "check-port": {
    given: withApi({ health: { port: 9090 } }),
    line: "app.services.api.health.port: must be 8080, the port that the service listens on, or one of internalPorts; got 9090",
  },
  "internal-port": {
    given: withApi({ internalPorts: [8080] }),
    line: "app.services.api.internalPorts[0]: must not be 8080: the service listens there for everybody",
  },
  "worker-check-port": {
    given: { app: { ...app, workers: { mailer: { image, liveness: {} } } } },
    line: "app.workers.mailer.liveness.port: must be set: a worker has no port of its own to be asked at",
  },
  "component-or-redirect": {
    given: withRule({ redirect: { path: "/new" } }),
    line: "app.ingress[0]: must have either component or redirect",
  },
  "rewrite-or-preserve": {
    given: withRule({ rewrite: "/v1", preservePathPrefix: true }),
    line: "app.ingress[0].preservePathPrefix: must be left out beside rewrite: a path is kept or rewritten",
  },
  "redirect-path": {
    given: { app: { ...app, ingress: [{ path: "/old", redirect: { path: "/new" }, rewrite: "/v1" }] } },
    line: "app.ingress[0].rewrite: must be left out beside redirect, which has a path of its own",
  },
  "redirect-target": {
    given: { app: { ...app, ingress: [{ path: "/old", redirect: {} }] } },
    line: "app.ingress[0].redirect: must change at least one of authority, path, scheme and port",
  },
  "cors-origin": {
    given: withRule({ cors: { methods: ["GET"] } }),
    line: "app.ingress[0].cors: must have either origin or originPattern",
  },
  "log-cluster": {
    given: { app: { ...app, logs: { search: { kind: "opensearch" } } } },
    line: "app.logs.search: must have either endpoint or clusterName",
  },
  "log-login": {
    given: { app: { ...app, logs: { search: { kind: "opensearch", clusterName: "logs", user: "u" } } } },
    line: "app.logs.search: must have both user and password, or neither",
  },
  "record-ttl": {
    given: withRecords(a, { ...a, value: "203.0.113.8", ttl: 60 }),
    line: "dns.records[1].ttl: must be 1800 as in records[0]: all records of one name share one ttl; got 60",
  },
  "record-in-zone": {
    given: withRecords({ ...a, name: "www.shop.example" }),
    line: "dns.records[0].name: must be www, without the zone, or it is www.shop.example.shop.example; got www.shop.example",
  },
  "record-address": {
    given: withRecords({ ...a, value: "127.0.0.1" }),
    line: "dns.records[0].value: must be an address that others reach; 127.0.0.1 is the asking machine itself",
  },
  "one-spf": {
    given: withRecords(
      { type: "TXT", name: "@", value: "v=spf1 -all" },
      { type: "TXT", name: "@", value: "proof=1" },
      { type: "TXT", name: "@", value: "v=spf1 ~all" },
    ),
    line: "dns.records[2].value: must be one with records[0]: where a name has two texts with v=spf1, mail servers take neither",
  },
  "site-paths": {
    given: withSite({ outputDirectory: "dist", catchallDocument: "../x" }),
    line: "app.staticSites.site.catchallDocument: must be a path inside the source, without / before it and without ..",
  },
  "gate-people": {
    given: { gate: { label: "ok", approvals: 2, by: ["octocat"] } },
    line: "gate.approvals: must be at most 1, as many as gate.by has; got 2",
  },
  "gate-once": {
    given: { gate: { label: "ok", by: ["octocat", "Octocat"] } },
    line: "gate.by[1]: must not be there twice: by[0] is the same",
  },
  "record-once": { given: withRecords(a, a), line: "dns.records[1]: must not be there twice" },
  "apex-cname": {
    given: withRecords({ type: "CNAME", name: "@", value: "other.example" }),
    line: "dns.records[0].type: must not be CNAME at the zone itself, which has other records; use A",
  },
  "cname-alone": {
    given: withRecords(
      { type: "CNAME", name: "www", value: "other.example" },
      { type: "TXT", name: "www", value: "x" },
    ),
    line: "dns.records[0].name: must be used once: a CNAME allows no other record for www",
  },
  "caa-value": {
    given: withRecords({ type: "CAA", name: "@", tag: "issue", value: "letsencrypt.org." }),
    line: "dns.records[0].value: must be the host name of an authority without a final dot, such as letsencrypt.org",
  },
  "reviewer-once": {
    given: {
      delivery: { environment: "dev", reviewers: [{ user: "octocat" }, { user: "octocat" }] },
      digitaloceanAccessToken: "t",
    },
    line: "delivery.reviewers[1]: must be listed once",
  },
  "own-variables": {
    given: {
      delivery: { environment: "dev", variables: { PULUMI_STACK: "dev" } },
      digitaloceanAccessToken: "t",
    },
    line: "delivery.variables.PULUMI_STACK: must be left out: slipway sets it",
  },
  "alert-destination": {
    given: { app, monitoring: { checks: { home: {} } } },
    line: "monitoring.checks.home: must say where its alerts go: emails, slack or both",
  },
  "verify-deadline": {
    given: { verify: { tries: 4, pauseSeconds: 10, deadlineSeconds: 30 } },
    line: "verify.deadlineSeconds: must be more than the pauses between 4 tries, 30; got 30",
  },
  "workflow-plain-secret": {
    given: {
      delivery: { environment: "dev", variables: { SMTP_PASS: "hunter2" } },
      digitaloceanAccessToken: "t",
    },
    line: "delivery.variables.SMTP_PASS: must not be in plain text: move it to secrets as { secret: smtpPass } and set it with: pulumi config set --secret slipway:smtpPass",
  },
  "provider-address": {
    given: {},
    config: { "digitalocean:apiEndpoint": "https://api.digitalocean.example" },
    line: "digitalocean:apiEndpoint: must be left out: whoever answers there gets the platform's token; only this machine may stand in for a platform",
  },
  "cors-pattern": {
    given: withRule({ cors: { originPattern: "https?://.*", withCredentials: true } }),
    line: "app.ingress[0].cors.originPattern: must let in no foreign site beside withCredentials: write all of it, from ^https:// to the domain and $, with escaped dots, such as ^https://([a-z0-9-]+\\.)?tinkertools\\.ao$",
  },
  "past-dates": {
    given: recovered({ drill: { minutes: 10, date: "2026-11-23" } }),
    line: "recovery.drill.date: must not be in the future: today is 2026-11-21; got 2026-11-23",
  },
  "environment-limits": {
    given: {
      delivery: {
        environment: "dev",
        variables: Object.fromEntries(Array.from({ length: 97 }, (_, index) => [`N${index}`, "x"])),
      },
      digitaloceanAccessToken: "t",
    },
    line: "delivery.variables: must have at most 96 entries beside the 4 that slipway sets; got 97",
  },
  "repository-limits": {
    given: {
      repository: {
        variables: Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`N${index}`, "x"])),
      },
    },
    line: "repository.variables: must have at most 500 entries; got 501",
  },
  "record-name-length": {
    given: withRecords({ ...a, name: Array.from({ length: 61 }, () => "abc").join(".") }),
    line: "dns.records[0].name: must have at most 253 characters with the zone; it has 256",
  },
  "record-target": {
    given: withRecords(
      { type: "CNAME", name: "mail", value: "mail.other.example" },
      { type: "MX", name: "@", value: "mail.shop.example", priority: 10 },
    ),
    line: "dns.records[1].value: must be a name with an address: mail.shop.example is a CNAME by records[0], which MX may not follow",
  },
  "protected-name": {
    given: { product: { ...product, isProtected: false } },
    stack: "production-eu",
    line: "product.isProtected: must be true or left out: the name of stack production-eu says that it is production; a stack that may be deleted has another name",
  },
  "database-network": {
    given: { database: {} },
    line: "network: must be set: only the private network may reach the database",
  },
  "reserved-range": {
    given: { network: { ipRange: "10.10.16.0/20" } },
    line: "network.ipRange: must keep clear of 10.10.0.0/16, which the platform uses itself in nyc1; take another range, such as 10.40.0.0/20; got 10.10.16.0/20",
  },
  "app-database": {
    given: {
      network,
      database: shop,
      app: { services: { api: { ...api, environment: { DATABASE_URL: { database: "shp" } } } } },
    },
    line: "app.services.api.environment.DATABASE_URL.database: must be one of database.databases: shop; got shp, did you mean shop?",
  },
  "extensions-made": {
    given: {
      network,
      database: { databases: { shop: { owner: "shop_app", extensions: ["pg_trgm"] } } },
      app,
    },
    line: "operations: must be set: its image makes the extensions of the database shop",
  },
  "postgres-end-of-life": {
    given: { network, database: { version: "15" } },
    today: "2027-11-11",
    line: 'database.version: must be newer: the platform has run no "15" since 2027-11-11',
  },
  "database-connections": {
    given: {
      network,
      database: { ...shop, pools: { web: { database: "shop", user: "shop_app", size: 10 } } },
      app: {
        services: {
          api: {
            ...api,
            size: "apps-d-1vcpu-1gb",
            autoscaling: { min: 1, max: 3 },
            environment: { DATABASE_URL: { database: "shop" }, DATABASE_POOL_SIZE: 5 },
          },
        },
      },
    },
    line: "database.size: must have room for 25 connections (api 3 × 5, pools 10), and db-s-1vcpu-1gb has 22: take a larger size, fewer instances, a smaller DATABASE_POOL_SIZE or a pool",
  },
  "pool-reference": {
    given: {
      network,
      database: shop,
      app: {
        services: {
          api: {
            ...api,
            environment: { DATABASE_URL: { database: "shop" }, POOL_URL: { bind: "${db.web.DATABASE_URL}" } },
          },
        },
      },
    },
    line: "app.services.api.environment.POOL_URL.bind: must name a pool of database.pools; there is none, got web",
  },
  "released-component": {
    given: { app, release: { images: { apu: zeros } } },
    line: "release.images.apu: must be a component of the app with an image; did you mean api?",
  },
  "image-version": {
    given: withApi({ image: { registry: "ghcr", repository: "acme/api" } }),
    line: "app.services.api.image: must have a version: set release.images.api to a digest, or tag or digest here",
  },
  "own-component": {
    given: { app: { ...app, workers: { "backup-worker": api } }, network, database: shop },
    line: "app.workers.backup-worker: must have another name: the worker that slipway adds for backups is called so",
  },
  "backup-worker": {
    given: {
      network,
      app,
      database: shop,
      backups: { schedule: "daily" },
      backupRecipients: recipients,
    },
    line: "operations: must be set: backups.schedule is daily, and a worker of its image makes them",
  },
  "own-secret": {
    given: { ...withVariable({ secret: "databaseAdminUrl" }), databaseAdminUrl: "x" },
    line: "app.services.api.environment.PLACE: must not be databaseAdminUrl, which slipway sets itself",
  },
  "backup-protection": {
    given: { backups: { lock: { mode: "compliance" } } },
    line: "backups.lock.mode: must be governance outside production: a compliance lock makes the bucket undeletable while it lasts",
  },
  "files-protection": {
    given: {
      product: { ...product, isProtected: true },
      app,
      files: { components: ["api"], origins: [], forceDestroy: true },
    },
    line: "files.forceDestroy: must be false on a protected stack, whose files outlive it",
  },
  "files-components": {
    given: { app, files: { components: ["apy"], origins: [] } },
    line: "files.components[0]: must be a service, worker or job of the app: api",
  },
  "files-origins": {
    given: { app, files: { components: ["api"] } },
    line: "files.origins: must be set, since the app has no domain to take in its place: the sites whose pages use signed addresses, such as [https://shop.example], or [] for none",
  },
  "files-replica": {
    given: { app, files: { components: ["api"], origins: [], replica: { region: "us-east-1" } } },
    line: "files.replica.region: must be another region than that of the files, us-east-1: what loses one would lose both",
  },
  "delivery-protection": {
    given: { delivery: { environment: "production", adminsMayBypass: true }, digitaloceanAccessToken: "t" },
    stack: "production",
    line: "delivery.adminsMayBypass: must be false on a protected stack: the gate is for everybody",
  },
  "own-branch": {
    given: {
      delivery: { environment: "dev", branch: "develop" },
      repository: { branches: { main: {} } },
      digitaloceanAccessToken: "t",
    },
    line: "repository.branches.main: must be left out: this stack deploys from develop and owns no other branch's rules",
  },
  "platform-records": {
    given: {
      app: { ...app, domains: [{ ...primary, zone: "shop.example" }] },
      ...withRecords({ ...a, name: "@" }),
    },
    line: "dns.records[0]: must be left out: app.domains gives shop.example to App Platform, which writes its address itself",
  },
  "certificate-authorities": {
    given: {
      app: { ...app, domains: [{ ...primary, zone: "shop.example" }] },
      ...withRecords({ type: "CAA", name: "@", tag: "issue", value: "letsencrypt.org" }),
    },
    line: "dns.records: must allow App Platform's certificates: add CAA issue pki.goog at @",
  },
  "domain-zone": {
    given: {
      app: { ...app, domains: [{ ...primary, zone: "shop.example" }] },
      dns: { zone: "other.example" },
    },
    line: "app.domains[0].zone: must be other.example, as in dns.zone: this stack keeps no other zone; got shop.example",
  },
  "domain-record": {
    given: { app: { ...app, domains: [primary] }, ...withRecords() },
    line: "app.domains[0].zone: must be shop.example, or dns.records must have a record for shop.example: nobody writes one",
  },
  "watched-parts": {
    given: { monitoring: { checks: { home: { emails: ["a@shop.example"] } } } },
    line: "monitoring.checks: must be left out: there is no app to check",
  },
  "check-path": {
    given: {
      app: { ...app, ingress: [{ path: "/api", component: "api" }] },
      monitoring: { checks: { home: { path: "/health", emails: ["a@shop.example"] } } },
    },
    line: 'monitoring.checks.home.path: must be a path that app.ingress leads to a component; there is /api, got "/health"',
  },
  "recovery-database": {
    given: { network, database: shop, recovery: {} },
    line: "recovery.databaseMinutes: must be at least 20: a restore makes a new cluster (10 minutes, assumed), fills it (5, assumed), and the app gets its address by another pulumi up (5 minutes, assumed); got 15",
  },
  "recovery-app": {
    given: { app: { ...app, services: { api: { ...api, health: { periodSeconds: 60 } } } }, recovery: {} },
    line: "recovery.appMinutes: must be at least 10: api is found broken after 9 checks, one every 60 seconds, and answers 30 seconds later (assumed); got 5",
  },
  "recovery-stack": {
    given: recovered({ stackMinutes: 29 }),
    line: "recovery.stackMinutes: must be at least 30: the database takes 20 minutes, then a deployment of the app takes 10 (assumed); got 29",
  },
  "recovery-loss": {
    given: recovered({ lossMinutes: 1 }),
    line: "recovery.lossMinutes: must be at least 5: point-in-time recovery knows all but the last 5 minutes (assumed), 7 days back; got 1",
  },
  "recovery-off-site": {
    given: recovered({ offSiteLossHours: 12 }, { ...daily, backups: { schedule: "daily" } }),
    line: "recovery.offSiteLossHours: must be at least 24: a backup outside the platform is made every 24 hours; got 12",
  },
  "recovery-reach": {
    given: recovered({ reachDays: 30 }),
    line: "recovery.reachDays: must be at most 7: the platform's own backups reach back 7 days, and none outside it is kept longer; got 30",
  },
  "recovery-lock": {
    given: recovered({ reachDays: 30 }, { ...daily, backups: { schedule: "daily", lock: { days: 7 } } }),
    stack: "production",
    line: "backups.lock.days: must be at least recovery.reachDays, 30: what is not locked can be deleted before; got 7",
  },
  "aws-region": {
    given: {},
    config: { "aws:region": "us-east-9" },
    line: 'aws:region: must be a region of AWS such as us-east-1; got "us-east-9", did you mean us-east-1?',
  },
  "github-owner": {
    given: {},
    config: { "github:owner": "other" },
    line: 'github:owner: must be acme, who owns product.repository; got "other"',
  },
  "imported-parts": {
    given: {
      network,
      database: { ...shop, import: { id: "4f6c71e2-1e90-4762-9fee-6cc4a0a9f2cf", databases: ["other"] } },
    },
    line: "database.import.databases[0]: must be one of databases; there is shop",
  },
  "state-by-oidc": {
    given: {
      delivery: { environment: "dev", state: { bucket: "acme-state" } },
      digitaloceanAccessToken: "t",
    },
    line: "delivery.state: must go with oidc: without it there are no roles to give rights to",
  },
  "promotion-from": {
    given: { promotion: { from: "stagin" } },
    stacks: ["dev", "live", "staging"],
    stack: "live",
    line: 'promotion.from: must be another stack that exists, one of dev, staging; got "stagin", did you mean staging?',
  },
};
