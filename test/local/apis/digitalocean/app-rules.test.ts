import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  appSpec,
  deployedApp,
  type LocalDigitalOcean,
  localDigitalOcean,
  onlineCluster,
  serviceSpec,
} from "./server.ts";

let cloud: LocalDigitalOcean;

beforeAll(async () => {
  cloud = await localDigitalOcean();
  await deployedApp(cloud, { ...appSpec, name: "taken", domains: [{ domain: "taken.example" }] });
  await onlineCluster(cloud);
});

afterAll(async () => {
  await cloud.close();
  expect(cloud.deviations).toEqual([]);
});

const github = { repo: "octo/shop", branch: "main" };
const worker = { name: "mailer", github, instance_size_slug: "apps-d-1vcpu-1gb" };
const metrics = { cpu: { percent: 70 } };
const refuse = async (spec: unknown): Promise<[number, string]> => {
  const { status, body } = await cloud.ask("POST", "/v2/apps", { spec });
  return [status, body.message];
};
const field = (name: string, must: string): string => `error validating app spec field "${name}": ${must}`;

describe("an app", () => {
  test.each([
    [
      { name: "S" },
      field(
        "name",
        'must have 2 to 32 lower-case letters, numbers or dashes, start with a letter and not end with a dash, is "S"',
      ),
    ],
    [
      { region: "nyc3" },
      field("region", 'must be one of nyc, sfo, atl, tor, ams, fra, lon, sgp, blr, syd, is "nyc3"'),
    ],
    [{ services: [], ingress: undefined }, field("name", "an app must have at least one component")],
    [{ vpc: { id: "x" } }, field("vpc.id", 'VPC "x" does not exist')],
    [{ functions: [{ name: "fn" }] }, field("functions", "functions are not served on this machine")],
    [
      { alerts: [{ rule: "CPU_UTILIZATION" }] },
      field("alerts.rule", '"CPU_UTILIZATION" is not an alert of an app'),
    ],
    [
      { envs: [{ key: "A-B" }] },
      field("envs.key", 'must have letters, numbers and underscores only, is "A-B"'),
    ],
    [{ envs: [{ key: "A" }, { key: "A" }] }, field("envs.key", '"A" is there twice')],
    [{ workers: [{ ...worker, name: "api" }] }, field("name", 'component name "api" is there twice')],
    [{ secrets: {} }, 'error parsing app spec: json: unknown field "secrets"'],
    [
      { envs: [{ key: "A", scope: "ALWAYS" }] },
      "error parsing app spec: envs.0.scope must be one of UNSET, RUN_TIME, BUILD_TIME, RUN_AND_BUILD_TIME",
    ],
    [
      { databases: [{ name: "db", size: "db-s-1vcpu-1gb" }] },
      'error parsing app spec: json: unknown field "size"',
    ],
  ])("fails for %j", async (wrong, message) => {
    expect(await refuse({ ...appSpec, ...wrong })).toEqual([400, message]);
  });

  test("fails for a name that another app has", async () => {
    expect(await refuse({ ...appSpec, name: "taken" })).toEqual([
      409,
      'app with name "taken" already exists',
    ]);
  });

  test("fails without a spec", async () => {
    expect(await refuse(undefined)).toEqual([400, "spec is required"]);
  });
});

describe("a service", () => {
  test.each([
    [
      { image: undefined },
      "services",
      'component "api" must have exactly one of git, github, gitlab, bitbucket, image',
    ],
    [
      { github },
      "services",
      'component "api" must have exactly one of git, github, gitlab, bitbucket, image',
    ],
    [
      { image: undefined, github: { repo: "shop" } },
      "services.github.repo",
      'must be "owner/name", is "shop"',
    ],
    [{ image: undefined, github: { repo: "octo/shop" } }, "services.github.branch", "is required"],
    [{ image: undefined, git: {} }, "services.git.repo_clone_url", "is required"],
    [
      { image: undefined, git: { repo_clone_url: "https://x.example" } },
      "services.git.branch",
      "is required",
    ],
    [{ image: { registry_type: "GHCR" } }, "services.image.repository", "is required"],
    [
      { image: { registry_type: "DOCR", registry: "a", repository: "b" } },
      "services.image.registry",
      "must be empty for DOCR",
    ],
    [
      { image: { registry_type: "DOCKER_HUB", repository: "b" } },
      "services.image.registry",
      "is required for DOCKER_HUB",
    ],
    [
      { image: { ...serviceSpec.image, digest: `sha256:${"0".repeat(64)}` } },
      "services.image.digest",
      "must not be set together with tag",
    ],
    [
      { image: { registry_type: "GHCR", repository: "b", digest: "sha256:12" } },
      "services.image.digest",
      'must be "sha256:" and 64 hexadecimal digits, is "sha256:12"',
    ],
    [
      { image: { ...serviceSpec.image, deploy_on_push: { enabled: true } } },
      "services.image.deploy_on_push",
      "works for DOCR images by tag only",
    ],
    [{ instance_size_slug: "huge" }, "services.instance_size_slug", '"huge" is not an instance size'],
    [
      { instance_count: 2 },
      "services.instance_count",
      'component "api" must have 1 instance, size "apps-s-1vcpu-0.5gb" allows no more',
    ],
    [
      { instance_count: 2, instance_size_slug: "basic-xs" },
      "services.instance_count",
      'component "api" must have 1 instance, size "basic-xs" allows no more',
    ],
    [{ instance_count: 0 }, "services.instance_count", "must be between 1 and 250, is 0"],
    [
      { autoscaling: { min_instance_count: 1, max_instance_count: 2, metrics } },
      "services.instance_count",
      'component "api" must not set it together with autoscaling',
    ],
    [
      { instance_count: undefined, autoscaling: { min_instance_count: 1, max_instance_count: 2, metrics } },
      "services.autoscaling",
      'component "api" must have a dedicated size, "apps-s-1vcpu-0.5gb" is shared',
    ],
    [{ http_port: 70_000 }, "services.http_port", "must be between 1 and 65535, is 70000"],
    [{ internal_ports: [0] }, "services.internal_ports", "must be between 1 and 65535, is 0"],
    [
      { health_check: { http_path: "health" } },
      "services.health_check.http_path",
      'must start with "/", is "health"',
    ],
    [
      { health_check: { period_seconds: 301 } },
      "services.health_check.period_seconds",
      "must be between 1 and 300, is 301",
    ],
    [
      { liveness_health_check: { success_threshold: 2 } },
      "services.liveness_health_check.success_threshold",
      "must be between 1 and 1, is 2",
    ],
    [
      { termination: { drain_seconds: 111 } },
      "services.termination.drain_seconds",
      "must be between 1 and 110, is 111",
    ],
    [
      { termination: { grace_period_seconds: 601 } },
      "services.termination.grace_period_seconds",
      "must be between 1 and 600, is 601",
    ],
    [
      { alerts: [{ rule: "DEPLOYMENT_FAILED" }] },
      "services.alerts.rule",
      '"DEPLOYMENT_FAILED" is not an alert of a component',
    ],
    [
      { alerts: [{ rule: "CPU_UTILIZATION", window: "FIVE_MINUTES" }] },
      "services.alerts.operator",
      "is required for CPU_UTILIZATION",
    ],
    [
      { alerts: [{ rule: "CPU_UTILIZATION", operator: "GREATER_THAN" }] },
      "services.alerts.window",
      "is required for CPU_UTILIZATION",
    ],
    [
      { log_destinations: [{ name: "x" }] },
      "services.log_destinations.name",
      'must have 2 to 42 characters, is "x"',
    ],
    [
      { log_destinations: [{ name: "logs" }] },
      "services.log_destinations",
      '"logs" must have exactly one of papertrail, datadog, logtail, open_search',
    ],
    [
      { log_destinations: [{ name: "logs", open_search: { basic_auth: {} } }] },
      "services.log_destinations.open_search",
      '"logs" must have either endpoint or cluster_name',
    ],
  ])("fails for %j", async (wrong, name, must) => {
    const spec = { ...appSpec, services: [{ ...serviceSpec, ...wrong }] };
    expect(await refuse(spec)).toEqual([400, field(name, must)]);
  });
});

describe("a worker", () => {
  test.each([
    [{ autoscaling: {} }, "workers.autoscaling.min_instance_count", "is required"],
    [{ autoscaling: { min_instance_count: 1 } }, "workers.autoscaling.max_instance_count", "is required"],
    [
      { autoscaling: { min_instance_count: 3, max_instance_count: 3, metrics } },
      "workers.autoscaling.max_instance_count",
      "must be greater than 3, is 3",
    ],
    [
      { autoscaling: { min_instance_count: 1, max_instance_count: 251, metrics } },
      "workers.autoscaling.max_instance_count",
      "must be between 1 and 250, is 251",
    ],
    [
      { autoscaling: { min_instance_count: 1, max_instance_count: 3 } },
      "workers.autoscaling.metrics",
      "must have at least one metric",
    ],
    [
      { autoscaling: { min_instance_count: 1, max_instance_count: 3, metrics: { cpu: { percent: 101 } } } },
      "workers.autoscaling.metrics.cpu.percent",
      "must be between 1 and 100, is 101",
    ],
  ])("fails for %j", async (wrong, name, must) => {
    expect(await refuse({ ...appSpec, workers: [{ ...worker, ...wrong }] })).toEqual([
      400,
      field(name, must),
    ]);
  });
});

describe("a static site", () => {
  test.each([
    [
      { catchall_document: "a.html", error_document: "b.html" },
      "static_sites.catchall_document",
      "must not be set together with error_document",
    ],
    [
      { github: undefined, image: serviceSpec.image },
      "static_sites.image",
      "a static site cannot be made from an image",
    ],
  ])("fails for %j", async (wrong, name, must) => {
    const site = { name: "site", github, ...wrong };
    expect(await refuse({ ...appSpec, static_sites: [site] })).toEqual([400, field(name, must)]);
  });
});

describe("a job", () => {
  test.each([
    [{ kind: "SCHEDULED" }, "jobs.schedule.cron", 'job "nightly" must have a cron expression of five fields'],
    [{ schedule: { cron: "0 3 * * *" } }, "jobs.schedule", 'job "nightly" must be of kind SCHEDULED'],
  ])("fails for %j", async (wrong, name, must) => {
    const job = { name: "nightly", image: serviceSpec.image, ...wrong };
    expect(await refuse({ ...appSpec, jobs: [job] })).toEqual([400, field(name, must)]);
  });

  test("of kind SCHEDULED is taken with its schedule, and does not run in a deployment", async () => {
    const job = {
      name: "nightly",
      image: serviceSpec.image,
      kind: "SCHEDULED",
      schedule: { cron: "0 3 * * *" },
    };
    const app = await deployedApp(cloud, { ...appSpec, name: "nightly", jobs: [job] });
    expect(app.active_deployment.phase).toBe("ACTIVE");
    expect(cloud.apps.jobs.filter(({ name }) => name === "nightly")).toEqual([]);
  });
});

describe("routing", () => {
  const rule = { match: { path: { prefix: "/" } }, component: { name: "api" } };

  test.each([
    [
      [{ ...rule, component: { name: "none" } }],
      "ingress.rules.component.name",
      '"none" is not a service or a static site of this app',
    ],
    [
      [{ ...rule, component: { name: "mailer" } }],
      "ingress.rules.component.name",
      '"mailer" is not a service or a static site of this app',
    ],
    [[{ ...rule, redirect: {} }], "ingress.rules", 'rule for "/" must have either component or redirect'],
    [[{ match: rule.match }], "ingress.rules", 'rule for "/" must have either component or redirect'],
    [[rule, rule], "ingress.rules", 'two rules match "/"'],
    [
      [{ ...rule, match: { path: { prefix: "api" } } }],
      "ingress.rules.match.path.prefix",
      'must start with "/", is "api"',
    ],
    [
      [{ ...rule, component: { name: "api", rewrite: "/", preserve_path_prefix: true } }],
      "ingress.rules.component.rewrite",
      "must not be set together with preserve_path_prefix",
    ],
    [
      [{ match: rule.match, redirect: { redirect_code: 200 } }],
      "ingress.rules.redirect.redirect_code",
      "must be between 300 and 308, is 200",
    ],
  ])("fails for %j", async (rules, name, must) => {
    expect(await refuse({ ...appSpec, workers: [worker], ingress: { rules } })).toEqual([
      400,
      field(name, must),
    ]);
  });

  test("fails when components carry routes besides it", async () => {
    const services = [{ ...serviceSpec, routes: [{ path: "/" }] }];
    expect(await refuse({ ...appSpec, services })).toEqual([
      400,
      field("ingress", "must not be set together with routes of components"),
    ]);
  });
});

describe("domains", () => {
  test.each([
    [[{ domain: "shop" }], "domains.domain", '"shop" is not a valid domain name'],
    [[{ domain: "a.example" }, { domain: "A.example" }], "domains.domain", '"a.example" is there twice'],
    [
      [
        { domain: "a.example", type: "PRIMARY" },
        { domain: "b.example", type: "PRIMARY" },
      ],
      "domains.type",
      "only one domain can be PRIMARY",
    ],
    [[{ domain: "a.example", zone: "b.example" }], "domains.zone", '"a.example" is not in zone "b.example"'],
    [[{ domain: "taken.example" }], "domains.domain", '"taken.example" belongs to app "taken"'],
  ])("fail for %j", async (domains, name, must) => {
    expect(await refuse({ ...appSpec, domains })).toEqual([400, field(name, must)]);
  });
});

describe("databases and references", () => {
  const database = { name: "db", engine: "PG", production: true, cluster_name: "shop-db" };
  const envs = (value: string): unknown => [{ ...serviceSpec, envs: [{ key: "URL", value }] }];

  test.each([
    [
      { databases: [{ ...database, engine: "MYSQL" }] },
      "databases.engine",
      '"MYSQL" is not available, only PG is',
    ],
    [
      { databases: [{ ...database, cluster_name: "x" }] },
      "databases.cluster_name",
      'cluster "x" does not exist',
    ],
    [
      { databases: [{ ...database, db_name: "x" }] },
      "databases.db_name",
      'cluster "shop-db" has no database "x"',
    ],
    [
      { databases: [{ ...database, db_user: "x" }] },
      "databases.db_user",
      'cluster "shop-db" has no user "x"',
    ],
    [
      { services: envs("${db.DATABASE_URL}") },
      "envs.value",
      'component "api": variable "URL" refers to ${db.DATABASE_URL}, but the app has no component or database "db"',
    ],
    [
      { envs: [{ key: "URL", value: "http://${web.PRIVATE_DOMAIN}" }] },
      "envs.value",
      'variable "URL" refers to ${web.PRIVATE_DOMAIN}, but the app has no component or database "web"',
    ],
  ])("fail for %j", async (wrong, name, must) => {
    expect(await refuse({ ...appSpec, ...wrong })).toEqual([400, field(name, must)]);
  });
});
