import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  type Answer,
  appSpec,
  deployedApp,
  ended,
  type LocalDigitalOcean,
  localDigitalOcean,
  onlineCluster,
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

describe("the variables of a component", () => {
  test("have their references resolved", async () => {
    const { id } = await onlineCluster(cloud);
    await cloud.ask("POST", `/v2/databases/${id}/users`, { name: "shop_app" });
    await cloud.ask("POST", `/v2/databases/${id}/dbs`, { name: "shop" });
    await cloud.ask("POST", `/v2/databases/${id}/pools`, {
      name: "pool",
      mode: "session",
      size: 2,
      db: "shop",
      user: "shop_app",
    });
    const { password } = (await cloud.ask("GET", `/v2/databases/${id}/users/shop_app`)).body.user;
    const references = {
      APP: "${APP_URL}/x ${APP_DOMAIN} ${APP_ID}",
      DB: "${db.DATABASE_URL}",
      PARTS: "${db.HOSTNAME} ${db.PORT} ${db.USERNAME} ${db.PASSWORD} ${db.DATABASE} ${db.CA_CERT}",
      POOL: "${db.pool.DATABASE_URL}",
      PUBLIC: "${_self.PUBLIC_URL} ${api.PUBLIC_ROUTE_PATH}",
      PRIVATE: "${_self.PRIVATE_URL} ${_self.PRIVATE_DOMAIN} ${_self.PRIVATE_PORT}",
      OTHER: "${site.TITLE}",
      SHARED: "${GREETING}!",
      UNKNOWN: "${HOME} ${db.NOTHING} ${site.PRIVATE_URL}",
    };
    const app = await deployedApp(cloud, {
      ...appSpec,
      envs: [{ key: "GREETING", value: "hello ${_self.NAME}" }],
      databases: [
        {
          name: "db",
          engine: "PG",
          production: true,
          cluster_name: "shop-db",
          db_name: "shop",
          db_user: "shop_app",
        },
      ],
      services: [
        {
          ...serviceSpec,
          envs: [
            ...Object.entries(references).map(([key, value]) => ({ key, value })),
            { key: "NAME", value: "api" },
            { key: "AT_BUILD", value: "x", scope: "BUILD_TIME" },
          ],
        },
      ],
      static_sites: [
        {
          name: "site",
          github,
          envs: [
            { key: "TITLE", value: "Shop of ${_self.OWNER}" },
            { key: "OWNER", value: "octo", scope: "BUILD_TIME" },
            { key: "AT_RUN", value: "x", scope: "RUN_TIME" },
          ],
        },
      ],
      ingress: {
        rules: [
          { match: { path: { prefix: "/api" } }, component: { name: "api" } },
          { match: { path: { prefix: "/" } }, component: { name: "site" } },
        ],
      },
    });
    const [api, site] = cloud.apps.served[0]?.components ?? [];
    const url = `postgresql://shop_app:${password}@127.0.0.1:40001/shop?sslmode=require`;
    expect(api?.environment).toEqual({
      GREETING: "hello api",
      APP: `http://127.0.0.1:41000/x 127.0.0.1:41000 ${app.id}`,
      DB: url,
      PARTS: `127.0.0.1 40001 shop_app ${password} shop CA\n`,
      POOL: url,
      PUBLIC: "http://127.0.0.1:41000/api /api",
      PRIVATE: "http://api:8080 api 8080",
      OTHER: "Shop of octo",
      SHARED: "hello api!",
      UNKNOWN: "${HOME} ${db.NOTHING} ${site.PRIVATE_URL}",
      NAME: "api",
    });
    expect(site?.environment).toEqual({
      GREETING: "hello ${_self.NAME}",
      TITLE: "Shop of octo",
      OWNER: "octo",
    });
  });

  test("fail the deployment when they refer to each other in a circle", async () => {
    const services = [
      {
        ...serviceSpec,
        envs: [
          { key: "A", value: "${_self.B}" },
          { key: "B", value: "${api.A}" },
        ],
      },
    ];
    const app = await created({ ...appSpec, services });
    const deployment = await ended(cloud, app.id, app.pending_deployment.id);
    expect([deployment.phase, deployment.progress.error_steps]).toEqual(["ERROR", 1]);
    expect(deployment.progress.steps[1].steps[0].reason).toEqual({
      code: "InternalError",
      message: "variables refer to each other in a circle: api.B → api.A → api.B",
    });
  });

  test("fail the deployment before their database is online", async () => {
    cloud.databases.gate = new Promise(() => {});
    await cloud.ask("POST", "/v2/databases", {
      name: "slow",
      engine: "pg",
      size: "db-s-1vcpu-1gb",
      region: "nyc1",
      num_nodes: 1,
    });
    const databases = [{ name: "db", engine: "PG", production: true, cluster_name: "slow" }];
    const app = await created({ ...appSpec, databases });
    const { progress } = await ended(cloud, app.id, app.pending_deployment.id);
    expect(progress.steps[1].steps[0].reason.message).toBe('database cluster "slow" is not online');
  });
});

describe("what an app can be made of", () => {
  test("is listed: sizes and regions", async () => {
    const { instance_sizes: sizes } = (await cloud.ask("GET", "/v2/apps/tiers/instance_sizes")).body;
    expect(sizes).toHaveLength(14);
    expect(sizes[0]).toEqual({
      name: "Shared 1VCPU 0.5GB",
      slug: "apps-s-1vcpu-0.5gb",
      cpu_type: "SHARED",
      cpus: "1",
      memory_bytes: "536870912",
      usd_per_month: "5.00",
      usd_per_second: "0.000002066799",
      tier_slug: "basic",
      single_instance_only: true,
      bandwidth_allowance_gib: "50",
    });
    const one = await cloud.ask("GET", "/v2/apps/tiers/instance_sizes/apps-d-8vcpu-32gb");
    expect(one.body.instance_size).toMatchObject({ scalable: true, usd_per_second: "0.000162037037" });
    expect(
      (await cloud.ask("GET", "/v2/apps/tiers/instance_sizes/basic-xxs")).body.instance_size,
    ).toMatchObject({
      slug: "basic-xxs",
      deprecation_intent: true,
    });
    expect((await cloud.ask("GET", "/v2/apps/tiers/instance_sizes/huge")).status).toBe(404);
    expect((await cloud.ask("GET", "/v2/apps/regions")).body.regions).toHaveLength(10);
  });

  test("is checked and priced before it is used", async () => {
    const propose = async (spec: unknown): Promise<Answer> => cloud.ask("POST", "/v2/apps/propose", { spec });
    const services = [{ ...serviceSpec, instance_size_slug: "apps-s-1vcpu-1gb", instance_count: 2 }];
    const { status, body } = await propose({ ...appSpec, services, databases: [{ name: "dev" }] });
    expect([status, body.app_cost, body.app_name_available, body.app_is_static]).toEqual([
      200,
      31,
      true,
      false,
    ]);
    expect((await cloud.ask("GET", "/v2/apps")).body.meta.total).toBe(0);
    await deployedApp(cloud);
    expect((await propose(appSpec)).body).toMatchObject({
      app_name_available: false,
      app_name_suggestion: "shop-dev-2",
    });
    const { id } = (await cloud.ask("GET", "/v2/apps")).body.apps[0];
    expect(
      (await cloud.ask("POST", "/v2/apps/propose", { spec: appSpec, app_id: id })).body.app_name_available,
    ).toBe(true);
    const site = { name: "static", static_sites: [{ name: "site", github }] };
    expect((await propose(site)).body).toMatchObject({ app_cost: 0, app_is_static: true });
    expect((await propose({ ...appSpec, services: [] })).status).toBe(400);
  });
});

describe("alerts", () => {
  test("go to the account until somebody else is named, also after an update", async () => {
    const spec = {
      ...appSpec,
      alerts: [{ rule: "DEPLOYMENT_FAILED" }, { rule: "DOMAIN_FAILED" }],
      services: [
        {
          ...serviceSpec,
          alerts: [{ rule: "CPU_UTILIZATION", operator: "GREATER_THAN", value: 80, window: "FIVE_MINUTES" }],
        },
      ],
    };
    const app = await deployedApp(cloud, spec);
    const path = `/v2/apps/${app.id}/alerts`;
    const { alerts } = (await cloud.ask("GET", path)).body;
    expect(
      alerts.map((alert: Answer["body"]) => [alert.spec.rule, alert.component_name, alert.emails]),
    ).toEqual([
      ["DEPLOYMENT_FAILED", undefined, ["owner@slipway.localhost"]],
      ["DOMAIN_FAILED", undefined, ["owner@slipway.localhost"]],
      ["CPU_UTILIZATION", "api", ["owner@slipway.localhost"]],
    ]);
    const destinations = {
      emails: ["ops@shop.example"],
      slack_webhooks: [{ url: "https://hooks.slack.example/x", channel: "#ops" }],
    };
    const { alert } = (await cloud.ask("POST", `${path}/${alerts[2].id}/destinations`, destinations)).body;
    expect(alert).toMatchObject(destinations);
    await cloud.ask("PUT", `/v2/apps/${app.id}`, { spec: { ...spec, alerts: [{ rule: "DOMAIN_FAILED" }] } });
    const after = (await cloud.ask("GET", path)).body.alerts;
    expect(after.map((one: Answer["body"]) => one.id)).toEqual([alerts[1].id, alerts[2].id]);
    expect(after[1]).toEqual(alert);
    const wrong = await cloud.ask("POST", `${path}/${alerts[2].id}/destinations`, { emails: ["ops"] });
    expect(wrong.body.message).toBe("emails.0: must be an e-mail address");
  });
});

describe("domains in a zone of the account", () => {
  const domains = [
    { domain: "shop.example", zone: "shop.example" },
    { domain: "www.shop.example", zone: "shop.example", type: "ALIAS" },
  ];
  const phases = async (id: string): Promise<[string, string | undefined][]> =>
    (await cloud.ask("GET", `/v2/apps/${id}`)).body.app.domains.map((one: Answer["body"]) => [
      one.phase,
      one.progress.steps[0].reason?.message,
    ]);
  const records = async (): Promise<string[]> =>
    (await cloud.ask("GET", "/v2/domains/shop.example/records")).body.domain_records.map(
      (one: Answer["body"]) => `${one.type} ${one.name} ${one.data}`,
    );

  test("wait for it, and get records of App Platform's own when it comes", async () => {
    const app = await deployedApp(cloud, { ...appSpec, domains });
    expect(app.spec.domains.map((one: Answer["body"]) => one.type)).toEqual(["PRIMARY", "ALIAS"]);
    const waiting = 'waits for the zone "shop.example" in this account';
    expect(await phases(app.id)).toEqual([
      ["CONFIGURING", waiting],
      ["CONFIGURING", waiting],
    ]);
    await cloud.ask("POST", "/v2/domains", { name: "shop.example" });
    expect(await phases(app.id)).toEqual([
      ["ACTIVE", undefined],
      ["ACTIVE", undefined],
    ]);
    expect(await records()).toEqual([
      "A @ 162.159.140.98",
      "A @ 172.66.0.96",
      expect.stringMatching(/^CNAME www shop-dev-[0-9a-f]{5}\.ondigitalocean\.app$/),
    ]);
    const own = { type: "A", name: "www", data: "192.0.2.1" };
    expect((await cloud.ask("POST", "/v2/domains/shop.example/records", own)).body.message).toBe(
      'App Platform manages the CNAME record of "www" in this domain',
    );
    await cloud.ask("PUT", `/v2/apps/${app.id}`, { spec: { ...appSpec, domains: domains.slice(0, 1) } });
    expect(await records()).toEqual(["A @ 162.159.140.98", "A @ 172.66.0.96"]);
    await cloud.ask("DELETE", `/v2/apps/${app.id}`);
    expect(await records()).toEqual([]);
  });

  test("take over the TTL that their name has", async () => {
    await cloud.ask("POST", "/v2/domains", { name: "shop.example" });
    const mail = { type: "MX", name: "@", data: "mail.shop.example.", priority: 10, ttl: 3600 };
    await cloud.ask("POST", "/v2/domains/shop.example/records", mail);
    await deployedApp(cloud, { ...appSpec, domains: domains.slice(0, 1) });
    const { domain_records: all } = (await cloud.ask("GET", "/v2/domains/shop.example/records")).body;
    expect(all.map((one: Answer["body"]) => [one.type, one.ttl])).toEqual([
      ["MX", 3600],
      ["A", 3600],
      ["A", 3600],
    ]);
  });

  test("fail where the zone has a record of that name", async () => {
    await cloud.ask("POST", "/v2/domains", { name: "shop.example" });
    await cloud.ask("POST", "/v2/domains/shop.example/records", {
      type: "A",
      name: "www",
      data: "192.0.2.1",
    });
    const app = await deployedApp(cloud, { ...appSpec, domains: domains.slice(1) });
    expect(await phases(app.id)).toEqual([
      ["ERROR", 'cannot write the record of "www.shop.example": the zone has a A record of that name'],
    ]);
  });

  test("wait for a record at another host when they name no zone", async () => {
    const app = await deployedApp(cloud, { ...appSpec, domains: [{ domain: "shop.example" }] });
    const [[phase, reason] = []] = await phases(app.id);
    expect(phase).toBe("CONFIGURING");
    expect(reason).toMatch(
      /^waits for a CNAME record to shop-dev-[0-9a-f]{5}\.ondigitalocean\.app at the zone's host$/,
    );
  });
});
