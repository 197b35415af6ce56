import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  type Answer,
  appSpec,
  deployedApp,
  ended,
  type LocalDigitalOcean,
  localDigitalOcean,
  serviceSpec,
} from "./server.ts";

let cloud: LocalDigitalOcean;

beforeEach(async () => {
  cloud = await localDigitalOcean();
});

afterEach(async () => {
  await cloud.close();
  expect(cloud.deviations).toEqual([]);
});

const github = { repo: "octo/shop", branch: "main" };
const job = { name: "migrate", image: serviceSpec.image, kind: "PRE_DEPLOY", run_command: "migrate" };
const created = async (spec: unknown): Promise<Answer["body"]> =>
  (await cloud.ask("POST", "/v2/apps", { spec })).body.app;

describe("an app", () => {
  test("has a pending deployment in the reply that made it, and addresses at once", async () => {
    const app = await created(appSpec);
    expect(app).toEqual({
      id: expect.any(String),
      owner_uuid: expect.any(String),
      spec: appSpec,
      default_ingress: "http://127.0.0.1:41000",
      live_url: "http://127.0.0.1:41000",
      live_url_base: "http://127.0.0.1:41000",
      live_domain: "127.0.0.1:41000",
      created_at: expect.any(String),
      updated_at: expect.any(String),
      pending_deployment: expect.objectContaining({
        id: expect.any(String),
        phase: "PENDING_BUILD",
        cause: "initial deployment",
      }),
      last_deployment_created_at: expect.any(String),
      region: {
        slug: "nyc",
        label: "New York",
        flag: "usa",
        continent: "North America",
        data_centers: ["nyc1"],
        default: true,
      },
      tier_slug: "basic",
      domains: [],
      project_id: expect.any(String),
    });
  });

  test("becomes active with every step done", async () => {
    const app = await deployedApp(cloud, { ...appSpec, jobs: [job] });
    const { progress, phase } = app.active_deployment;
    expect(phase).toBe("ACTIVE");
    expect({
      ...progress,
      steps: progress.steps.map((step: { name: string; status: string }) => [step.name, step.status]),
    }).toEqual({
      pending_steps: 0,
      running_steps: 0,
      success_steps: 8,
      error_steps: 0,
      total_steps: 8,
      steps: [
        ["build", "SUCCESS"],
        ["deploy", "SUCCESS"],
      ],
    });
    expect([app.pending_deployment, app.in_progress_deployment]).toEqual([undefined, undefined]);
  });

  test("gives the runtime its components in clear and its routes in order", async () => {
    const rules = [
      { match: { path: { prefix: "/old" } }, redirect: { uri: "/new", redirect_code: 301 } },
      {
        match: { path: { prefix: "/api" }, authority: { exact: "api.shop.example" } },
        component: { name: "api", preserve_path_prefix: true },
      },
      { match: { path: { prefix: "/" } }, component: { name: "site", rewrite: "/index.html" } },
    ];
    const app = await deployedApp(cloud, {
      ...appSpec,
      services: [{ ...serviceSpec, health_check: { http_path: "/health" } }],
      static_sites: [{ name: "site", github }],
      workers: [{ name: "mailer", github, run_command: "mail" }],
      ingress: { rules },
    });
    expect(cloud.apps.served).toEqual([
      {
        appId: app.id,
        appName: "shop-dev",
        components: [
          {
            appId: app.id,
            appName: "shop-dev",
            name: "api",
            kind: "service",
            image: "ghcr.io/octo/shop-api",
            runCommand: undefined,
            environment: {},
            httpPort: 8080,
            healthPath: "/health",
          },
          expect.objectContaining({
            name: "site",
            kind: "static_site",
            image: undefined,
            httpPort: undefined,
          }),
          expect.objectContaining({ name: "mailer", kind: "worker", runCommand: "mail" }),
        ],
        routes: [
          { prefix: "/old", redirect: { uri: "/new", code: 301 } },
          { prefix: "/api", authority: "api.shop.example", component: "api", preservePathPrefix: true },
          { prefix: "/", component: "site", preservePathPrefix: false, rewrite: "/index.html" },
        ],
      },
    ]);
    expect(cloud.api.differences()).toEqual([
      { resource: "app shop-dev, service api", asked: "image ghcr.io/octo/shop-api", real: "a placeholder" },
      { resource: "app shop-dev, static site site", asked: "a build from source", real: "a placeholder" },
      { resource: "app shop-dev, worker mailer", asked: "a build from source", real: "a placeholder" },
    ]);
  });

  test("has the routes of its components as ingress", async () => {
    const app = await created({
      name: "shop-dev",
      services: [{ ...serviceSpec, routes: [{ path: "/api", preserve_path_prefix: true }] }],
      static_sites: [{ name: "site", github, routes: [{ path: "/" }] }],
    });
    expect(app.spec.ingress.rules).toEqual([
      { match: { path: { prefix: "/api" } }, component: { name: "api", preserve_path_prefix: true } },
      { match: { path: { prefix: "/" } }, component: { name: "site" } },
    ]);
    expect(app.spec.services[0].routes).toBeUndefined();
  });

  test("gets an ingress when it says nothing of routing", async () => {
    const internal = { ...serviceSpec, name: "inner", http_port: undefined, internal_ports: [9000] };
    const app = await created({
      name: "shop-dev",
      services: [serviceSpec, internal],
      static_sites: [{ name: "site", github }],
    });
    expect(app.spec.ingress.rules).toEqual([
      { match: { path: { prefix: "/site" } }, component: { name: "site" } },
      { match: { path: { prefix: "/" } }, component: { name: "api" } },
    ]);
  });

  test("is updated as a whole, its earlier deployment is superseded", async () => {
    const app = await deployedApp(cloud);
    const spec = { ...appSpec, services: [{ ...serviceSpec, envs: [{ key: "A", value: "1" }] }] };
    const { app: updated } = (await cloud.ask("PUT", `/v2/apps/${app.id}`, { spec })).body;
    expect(updated.active_deployment.id).toBe(app.active_deployment.id);
    await ended(cloud, app.id, updated.pending_deployment.id);
    const { deployments } = (await cloud.ask("GET", `/v2/apps/${app.id}/deployments`)).body;
    expect(deployments.map((one: { phase: string; cause: string }) => [one.phase, one.cause])).toEqual([
      ["ACTIVE", "app spec updated"],
      ["SUPERSEDED", "initial deployment"],
    ]);
    expect(deployments[0].previous_deployment_id).toBe(deployments[1].id);
  });

  test("can be renamed, and fails to take another's name", async () => {
    const app = await deployedApp(cloud);
    await deployedApp(cloud, { ...appSpec, name: "other" });
    expect(
      (await cloud.ask("PUT", `/v2/apps/${app.id}`, { spec: { ...appSpec, name: "other" } })).status,
    ).toBe(409);
    const { status, body } = await cloud.ask("PUT", `/v2/apps/${app.id}`, {
      spec: { ...appSpec, name: "shop-new" },
    });
    expect([status, body.app.spec.name]).toEqual([200, "shop-new"]);
  });

  test("is gone after its deletion, with all that was made for it", async () => {
    const app = await deployedApp(cloud, { ...appSpec, databases: [{ name: "dev", engine: "PG" }] });
    const { status, body } = await cloud.ask("DELETE", `/v2/apps/${app.id}`);
    expect([status, body]).toEqual([200, { id: app.id }]);
    expect((await cloud.ask("GET", `/v2/apps/${app.id}`)).status).toBe(404);
    expect((await cloud.ask("DELETE", `/v2/apps/${app.id}`)).status).toBe(404);
    expect(cloud.apps.stopped).toEqual([app.id]);
    expect(cloud.databases.calls).toEqual([["start", "shop-dev-dev", "17"], ["remove"]]);
  });

  test("is listed, and made once when it is asked for twice at a time", async () => {
    const answers = await Promise.all([1, 2].map(() => cloud.ask("POST", "/v2/apps", { spec: appSpec })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await cloud.ask("GET", "/v2/apps")).body.meta.total).toBe(1);
  });

  test("lists its instances", async () => {
    const services = [{ ...serviceSpec, instance_size_slug: "apps-s-1vcpu-1gb", instance_count: 2 }];
    const app = await deployedApp(cloud, { ...appSpec, services });
    const { instances } = (await cloud.ask("GET", `/v2/apps/${app.id}/instances`)).body;
    expect(instances.map((one: { instance_alias: string }) => one.instance_alias)).toEqual([
      "api-0",
      "api-1",
    ]);
  });

  test("is in the project that it names", async () => {
    const { project } = (
      await cloud.ask("POST", "/v2/projects", { name: "Shop", purpose: "Web", environment: "Staging" })
    ).body;
    const { app } = (await cloud.ask("POST", "/v2/apps", { spec: appSpec, project_id: project.id })).body;
    expect(app.project_id).toBe(project.id);
    const refused = await cloud.ask("POST", "/v2/apps", {
      spec: { ...appSpec, name: "other" },
      project_id: "x",
    });
    expect(refused.body.message).toBe('project_id: project "x" does not exist');
  });
});
