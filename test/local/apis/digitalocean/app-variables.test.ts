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
const created = async (spec: unknown): Promise<Answer["body"]> =>
  (await cloud.ask("POST", "/v2/apps", { spec })).body.app;

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
