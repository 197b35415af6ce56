import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  type Answer,
  appSpec,
  deployedApp,
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
