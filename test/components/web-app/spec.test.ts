import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { appSpec } from "../../../components/web-app/spec.ts";
import { digest, parsed, place, sources } from "../../support/app-spec.ts";

const image = { registry: "ghcr", repository: "acme/team/api", tag: "1.2" };

test("a whole app becomes exactly this spec", () => {
  const app = parsed({
    domains: [
      { name: "acme.example", type: "primary", zone: "acme.example" },
      { name: "www.acme.example", type: "alias", wildcard: true },
    ],
    staticSites: {
      site: {
        github: { branch: "main" },
        sourceDirectory: "/frontend",
        environmentSlug: "node-js",
        buildCommand: "npm run build",
        outputDirectory: "dist",
        indexDocument: "index.html",
        errorDocument: "404.html",
        environment: { API: { component: "api", fact: "publicUrl" } },
      },
    },
    services: {
      web: {
        git: { cloneUrl: "https://example.com/web.git", branch: "main" },
        dockerfilePath: "Dockerfile",
        runCommand: "node server",
        internalPorts: [9090],
        size: "apps-d-1vcpu-1gb",
        autoscaling: { min: 2, max: 5, cpuPercent: 70 },
        environment: { A: "x" },
      },
      api: {
        image: { ...image, credentials: { secret: "registry" } },
        port: 8081,
        size: "apps-s-1vcpu-1gb",
        instances: 2,
        health: {
          path: "/health/ready",
          port: 8081,
          initialDelaySeconds: 0,
          periodSeconds: 30,
          timeoutSeconds: 5,
          successThreshold: 2,
          failureThreshold: 3,
        },
        liveness: { path: "/health/live", successThreshold: 1 },
        termination: { gracePeriodSeconds: 60, drainSeconds: 20 },
        alerts: [
          { measure: "cpuPercent", value: 80, windowMinutes: 10 },
          { measure: "memoryPercent", value: 85, isDisabled: true },
          { measure: "restarts", operator: "below", value: 1, windowMinutes: 60 },
        ],
        environment: {
          LATE: { release: "version" },
          BUILT: { release: "builtAt", scope: "runAndBuildTime" },
          SECRET_KEY: { secret: "secretKey" },
          SENTRY_DSN: { secret: "missing", optional: true },
          URL: { database: "main" },
          COUNT: 3,
          IS_ON: true,
          ADDRESS: { bind: "${APP_URL}/api", scope: "buildTime" },
          FIXED: { value: 1 },
        },
      },
    },
    workers: {
      mailer: {
        image: { registry: "dockerHub", repository: "acme/mailer", digest: digest("a") },
        liveness: { port: 9000, periodSeconds: 60 },
        termination: { gracePeriodSeconds: 600 },
      },
    },
    jobs: {
      clean: {
        image: { registry: "docr", repository: "clean", tag: "2", deployOnPush: true },
        kind: "failedDeploy",
      },
      "prepare-database": { image, kind: "preDeploy", runCommand: "prepare" },
      migrate: {
        bitbucket: { repository: "acme/jobs", branch: "main", deployOnPush: true },
        kind: "postDeploy",
      },
    },
    environment: { SHARED: { secret: "shared" } },
    ingress: [
      {
        path: "/old",
        redirect: { path: "/new", authority: "acme.example", scheme: "https", port: 443, code: 308 },
      },
      {
        path: "/api",
        component: "api",
        authority: "acme.example",
        cors: {
          originPattern: "^https://.*\\.acme\\.example$",
          methods: ["GET", "POST"],
          headers: ["x-a"],
          exposedHeaders: ["x-b"],
          maxAge: "5h30m",
          withCredentials: true,
        },
      },
      { path: "/v1", component: "api", rewrite: "/api/v1" },
      { path: "/web", component: "web", preservePathPrefix: false },
      { path: "/", component: "site" },
    ],
    alerts: [
      "domainFailed",
      {
        rule: "deploymentFailed",
        destinations: { emails: ["ops@acme.example"], slack: [{ channel: "#ops", secret: "slackOps" }] },
      },
    ],
    egress: "dedicated",
    edge: { isCached: false, hidesEmails: false, hasThreatControl: true },
    maintenance: { isArchived: true, offlinePage: "https://acme.example/offline" },
  });
  const cluster = { clusterName: "acme-db", databases: { main: { owner: "main_app" } } };
  const spec = appSpec(app, { ...place, vpcId: "vpc-1", cluster }, sources({ version: "1.4.2", images: {} }));

  expect(spec).toEqual({
    name: "acme-test",
    region: "nyc",
    domainNames: [
      { name: "acme.example", type: "PRIMARY", wildcard: false, zone: "acme.example" },
      { name: "www.acme.example", type: "ALIAS", wildcard: true },
    ],
    databases: [
      {
        name: "db",
        engine: "PG",
        production: true,
        clusterName: "acme-db",
        dbName: "main",
        dbUser: "main_app",
      },
    ],
    staticSites: [
      {
        name: "site",
        github: { repo: "acme/site", branch: "main", deployOnPush: false },
        sourceDir: "/frontend",
        environmentSlug: "node-js",
        buildCommand: "npm run build",
        outputDir: "dist",
        indexDocument: "index.html",
        errorDocument: "404.html",
        envs: [{ key: "API", scope: "BUILD_TIME", value: "${api.PUBLIC_URL}" }],
      },
    ],
    services: [
      {
        name: "api",
        image: {
          registryType: "GHCR",
          registry: "acme",
          repository: "team/api",
          tag: "1.2",
          registryCredentials: "api#registry=registry",
        },
        httpPort: 8081,
        instanceSizeSlug: "apps-s-1vcpu-1gb",
        instanceCount: 2,
        healthCheck: {
          httpPath: "/health/ready",
          port: 8081,
          initialDelaySeconds: 0,
          periodSeconds: 30,
          timeoutSeconds: 5,
          successThreshold: 2,
          failureThreshold: 3,
        },
        livenessHealthCheck: { httpPath: "/health/live", successThreshold: 1 },
        termination: { gracePeriodSeconds: 60, drainSeconds: 20 },
        alerts: [
          {
            rule: "CPU_UTILIZATION",
            operator: "GREATER_THAN",
            value: 80,
            window: "TEN_MINUTES",
            disabled: false,
          },
          {
            rule: "MEM_UTILIZATION",
            operator: "GREATER_THAN",
            value: 85,
            window: "FIVE_MINUTES",
            disabled: true,
          },
          { rule: "RESTART_COUNT", operator: "LESS_THAN", value: 1, window: "ONE_HOUR", disabled: false },
        ],
        envs: [
          { key: "ADDRESS", scope: "BUILD_TIME", value: "${APP_URL}/api" },
          { key: "BUILT", scope: "RUN_AND_BUILD_TIME", value: "unreleased" },
          { key: "COUNT", scope: "RUN_TIME", value: "3" },
          { key: "FIXED", scope: "RUN_TIME", value: "1" },
          { key: "IS_ON", scope: "RUN_TIME", value: "true" },
          { key: "LATE", scope: "RUN_TIME", value: "1.4.2" },
          { key: "SECRET_KEY", scope: "RUN_TIME", type: "SECRET", value: "api.SECRET_KEY=secretKey" },
          { key: "URL", scope: "RUN_TIME", value: "url of main" },
        ],
      },
      {
        name: "web",
        git: { repoCloneUrl: "https://example.com/web.git", branch: "main" },
        dockerfilePath: "Dockerfile",
        runCommand: "node server",
        httpPort: 8080,
        internalPorts: [9090],
        instanceSizeSlug: "apps-d-1vcpu-1gb",
        autoscaling: { minInstanceCount: 2, maxInstanceCount: 5, metrics: { cpu: { percent: 70 } } },
        envs: [{ key: "A", scope: "RUN_AND_BUILD_TIME", value: "x" }],
      },
    ],
    workers: [
      {
        name: "mailer",
        image: { registryType: "DOCKER_HUB", registry: "acme", repository: "mailer", digest: digest("a") },
        instanceSizeSlug: "apps-s-1vcpu-0.5gb",
        instanceCount: 1,
        livenessHealthCheck: { port: 9000, periodSeconds: 60 },
        termination: { gracePeriodSeconds: 600 },
        envs: [],
      },
    ],
    jobs: [
      {
        name: "prepare-database",
        kind: "PRE_DEPLOY",
        image: { registryType: "GHCR", registry: "acme", repository: "team/api", tag: "1.2" },
        runCommand: "prepare",
        instanceSizeSlug: "apps-s-1vcpu-0.5gb",
        instanceCount: 1,
        envs: [],
      },
      {
        name: "clean",
        kind: "FAILED_DEPLOY",
        image: { registryType: "DOCR", repository: "clean", tag: "2", deployOnPushes: [{ enabled: true }] },
        instanceSizeSlug: "apps-s-1vcpu-0.5gb",
        instanceCount: 1,
        envs: [],
      },
      {
        name: "migrate",
        kind: "POST_DEPLOY",
        bitbucket: { repo: "acme/jobs", branch: "main", deployOnPush: true },
        instanceSizeSlug: "apps-s-1vcpu-0.5gb",
        instanceCount: 1,
        envs: [],
      },
    ],
    envs: [{ key: "SHARED", scope: "RUN_AND_BUILD_TIME", type: "SECRET", value: ".SHARED=shared" }],
    ingress: {
      rules: [
        {
          match: { path: { prefix: "/old" } },
          redirect: { uri: "/new", authority: "acme.example", scheme: "https", port: 443, redirectCode: 308 },
        },
        {
          match: { path: { prefix: "/api" }, authority: { exact: "acme.example" } },
          component: { name: "api", preservePathPrefix: true },
          cors: {
            allowOrigins: { regex: "^https://.*\\.acme\\.example$" },
            allowMethods: ["GET", "POST"],
            allowHeaders: ["x-a"],
            exposeHeaders: ["x-b"],
            maxAge: "5h30m",
            allowCredentials: true,
          },
        },
        { match: { path: { prefix: "/v1" } }, component: { name: "api", rewrite: "/api/v1" } },
        { match: { path: { prefix: "/web" } }, component: { name: "web" } },
        { match: { path: { prefix: "/" } }, component: { name: "site" } },
      ],
    },
    alerts: [
      {
        rule: "DEPLOYMENT_FAILED",
        disabled: false,
        destinations: {
          emails: ["ops@acme.example"],
          slackWebhooks: [{ channel: "#ops", url: "url of slackOps" }],
        },
      },
      { rule: "DOMAIN_FAILED", disabled: false },
    ],
    egresses: [{ type: "DEDICATED_IP" }],
    disableEdgeCache: true,
    disableEmailObfuscation: true,
    enhancedThreatControlEnabled: true,
    maintenance: { enabled: true, archive: true, offlinePageUrl: "https://acme.example/offline" },
    vpcs: [{ id: "vpc-1" }],
  });
});

test("the order in the stack file does not matter where it means nothing", () => {
  const names = fc.shuffledSubarray(["A", "B", "C", "D", "E"], { minLength: 5 });
  const build = (order: string[]) => {
    const environment = Object.fromEntries(order.map((name) => [name, name]));
    const services = Object.fromEntries(
      order.map((name) => [`s${name.toLowerCase()}`, { image, environment }]),
    );
    return JSON.stringify(appSpec(parsed({ services }), place, sources()));
  };
  fc.assert(fc.property(names, (order) => build(order) === build(["A", "B", "C", "D", "E"])));
});
