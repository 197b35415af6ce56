import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type Answer, type LocalDigitalOcean, localDigitalOcean, onlineCluster } from "./server.ts";

let cloud: LocalDigitalOcean;

beforeEach(async () => {
  cloud = await localDigitalOcean();
});

afterEach(async () => {
  await cloud.close();
  expect(cloud.deviations).toEqual([]);
});

const check = {
  name: "health",
  type: "https",
  target: "https://shop.example/health",
  regions: ["us_east"],
  enabled: true,
};
const email = { email: ["ops@shop.example"], slack: [] };

describe("uptime checks", () => {
  test("are made, changed, deleted", async () => {
    const { status, body } = await cloud.ask("POST", "/v2/uptime/checks", check);
    expect([status, body.check]).toEqual([201, { id: expect.any(String), ...check }]);
    const path = `/v2/uptime/checks/${body.check.id}`;
    expect((await cloud.ask("GET", path)).body).toEqual(body);
    const changed = { ...check, enabled: false, regions: ["eu_west", "se_asia"] };
    expect((await cloud.ask("PUT", path, changed)).body.check).toEqual({ id: body.check.id, ...changed });
    expect((await cloud.ask("GET", `${path}/state`)).body.state.regions.eu_west).toEqual({
      status: "CHECKING",
      status_changed_at: expect.any(String),
      thirty_day_uptime_percentage: 0,
    });
    expect((await cloud.ask("GET", "/v2/uptime/checks")).body.meta.total).toBe(1);
    expect((await cloud.ask("DELETE", path)).status).toBe(204);
    expect((await cloud.ask("GET", path)).status).toBe(404);
  });

  test("always have regions", async () => {
    const { body } = await cloud.ask("POST", "/v2/uptime/checks", { ...check, regions: null });
    expect(body.check.regions).toEqual(["us_east", "us_west", "eu_west", "se_asia"]);
  });

  test.each([
    [
      { target: "http://shop.example" },
      'target: "http://shop.example" must be a URL that starts with https://',
    ],
    [{ type: "ping" }, 'target: "https://shop.example/health" must be a host name or an address'],
    [{ type: "tcp" }, "type must be one of ping, http, https"],
    [{ regions: ["us"] }, "regions.0 must be one of us_east, us_west, eu_west, se_asia"],
    [{ name: "" }, "name: is required"],
  ])("fail for %j", async (wrong, message) => {
    const { status, body } = await cloud.ask("POST", "/v2/uptime/checks", { ...check, ...wrong });
    expect([status, body.message]).toEqual([422, message]);
  });
});

describe("uptime alerts", () => {
  let path: string;
  const alert = { name: "down", type: "down", period: "2m", notifications: email };

  beforeEach(async () => {
    path = `/v2/uptime/checks/${(await cloud.ask("POST", "/v2/uptime/checks", check)).body.check.id}/alerts`;
  });

  test("are made, changed, deleted", async () => {
    const { status, body } = await cloud.ask("POST", path, alert);
    expect([status, body.alert]).toEqual([201, { id: expect.any(String), ...alert }]);
    const one = `${path}/${body.alert.id}`;
    expect((await cloud.ask("GET", one)).body).toEqual(body);
    const slack = [{ channel: "#alerts", url: "https://hooks.slack.example/x" }];
    const changed = {
      name: "slow",
      type: "latency",
      threshold: 2000,
      comparison: "greater_than",
      period: "10m",
      notifications: { email: [], slack },
    };
    expect((await cloud.ask("PUT", one, changed)).body.alert).toEqual({ id: body.alert.id, ...changed });
    expect((await cloud.ask("GET", path)).body.alerts).toHaveLength(1);
    expect((await cloud.ask("DELETE", one)).status).toBe(204);
    expect((await cloud.ask("GET", one)).status).toBe(404);
  });

  test("go with their check", async () => {
    const { id } = (await cloud.ask("POST", path, alert)).body.alert;
    await cloud.ask("DELETE", path.replace("/alerts", ""));
    expect((await cloud.ask("GET", `${path}/${id}`)).status).toBe(404);
  });

  test.each([
    [{ period: "1hr" }, "period must be one of 2m, 3m, 5m, 10m, 15m, 30m, 1h"],
    [{ period: undefined }, 'period is required for "down"'],
    [{ type: "latency" }, 'threshold is required for "latency"'],
    [{ type: "ssl_expiry", threshold: 14 }, 'comparison is required for "ssl_expiry"'],
    [{ type: "sslExpiry" }, "type must be one of latency, down, down_global, ssl_expiry"],
    [{ notifications: {} }, "notifications: must have an e-mail address or a Slack channel"],
    [{ notifications: { email: ["ops"] } }, "notifications.email.0: must be an e-mail address"],
  ])("fail for %j", async (wrong, message) => {
    const { status, body } = await cloud.ask("POST", path, { ...alert, ...wrong });
    expect([status, body.message]).toEqual([422, message]);
  });
});

describe("metric alerts", () => {
  const policy = {
    type: "v1/dbaas/alerts/cpu_alerts",
    description: "CPU of the database",
    compare: "GreaterThan",
    value: 80,
    window: "5m",
    entities: [] as string[],
    tags: [],
    alerts: email,
    enabled: true,
  };

  const ask = (method: string, path: string, body?: unknown): Promise<Answer> =>
    cloud.ask(method, `/v2/monitoring/alerts${path}`, body);

  test("are made for clusters, changed, deleted", async () => {
    const { id } = await onlineCluster(cloud);
    const wanted = { ...policy, entities: [id] };
    const { status, body } = await ask("POST", "", wanted);
    expect([status, body.policy]).toEqual([200, { uuid: expect.any(String), ...wanted }]);
    const path = `/${body.policy.uuid}`;
    const changed = { ...wanted, value: 90, enabled: false };
    expect((await ask("PUT", path, changed)).body.policy).toEqual({ uuid: body.policy.uuid, ...changed });
    expect((await ask("GET", path)).body.policy.value).toBe(90);
    expect((await ask("GET", "")).body.policies).toHaveLength(1);
    expect((await ask("DELETE", path)).status).toBe(204);
    expect((await ask("GET", path)).status).toBe(404);
  });

  test.each([
    [{ entities: ["x"] }, 'entities: database cluster "x" does not exist'],
    [{ value: 101 }, "value: must be a percentage, 100 at most"],
    [{ value: -1 }, "value: must be at least 0"],
    [{ window: "2m" }, "window must be one of 5m, 10m, 30m, 1h"],
    [{ compare: "More" }, "compare must be one of GreaterThan, LessThan"],
    [{ alerts: { email: [], slack: [] } }, "alerts: must have an e-mail address or a Slack channel"],
  ])("fail for %j", async (wrong, message) => {
    const { status, body } = await ask("POST", "", { ...policy, ...wrong });
    expect([status, body.message]).toEqual([422, message]);
  });
});
