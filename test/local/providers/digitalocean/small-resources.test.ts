import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { digitalOceanProvider } from "../../../../local/providers/digitalocean/index.ts";
import type { Properties } from "../../../../local/providers/resource.ts";
import { errorText } from "../engine.ts";
import { Bench, type Made } from "./bench.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.start();
});
afterEach(async () => {
  await bench.close();
  expect(bench.cloud.deviations).toEqual([]);
});

/** Nothing to update, the same when read again, and gone after it was deleted. */
async function provesStable(made: Made): Promise<void> {
  expect(await bench.unrest(made)).toEqual({});
  const { state } = await bench.read(made);
  expect({ ...state, updatedAt: undefined }).toEqual({ ...made.state, updatedAt: undefined });
  await bench.remove(made);
  expect((await bench.read(made)).id).toBe("");
}

describe("a network", () => {
  test("lives as the published provider lets it", async () => {
    const made = await bench.make("vpc", { name: "net", region: "nyc3", ipRange: "10.30.0.0/20" });
    expect(made.state).toEqual({
      name: "net",
      region: "nyc3",
      ipRange: "10.30.0.0/20",
      description: "",
      default: false,
      vpcUrn: `do:vpc:${made.id}`,
      createdAt: expect.stringMatching(/ \+0000 UTC$/),
    });
    const { detail, made: changed } = await bench.change(made, {
      name: "net",
      region: "nyc3",
      description: "new",
    });
    expect([detail, changed.state.description]).toEqual([{ description: "UPDATE" }, "new"]);
    await provesStable(changed);
  });

  test("is made, and known by its id, even when the engine cancels meanwhile", async () => {
    await bench.engine.cancel();
    const made = await bench.make("vpc", { name: "net", region: "nyc3" });
    expect((await bench.cloud.ask("GET", "/v2/vpcs")).body.vpcs).toMatchObject([
      { id: made.id, name: "net" },
    ]);
  });

  test("waits for its members to leave before it is gone", async () => {
    const made = await bench.make("vpc", { name: "net", region: "nyc3" });
    const body = { id: "forbidden", message: "members left" };
    const refusal = { api: "digitalocean", method: "DELETE", path: "/v2/vpcs/", times: 1, body } as const;
    bench.cloud.faults.push({ ...refusal, status: 403 }, { ...refusal, status: 409 });
    await bench.remove(made);
    expect((await bench.read(made)).id).toBe("");
  });

  test("fails for a range that overlaps, in the API's words", async () => {
    await bench.make("vpc", { name: "net", region: "nyc3", ipRange: "10.30.0.0/20" });
    const second = bench.make("vpc", { name: "other", region: "nyc3", ipRange: "10.30.0.0/20" });
    expect(await errorText(second)).toMatch(
      /^cannot create digitalocean:index\/vpc:Vpc it: POST \/v2\/vpcs: 422 /,
    );
  });
});

describe("DNS", () => {
  test.each<[string, Properties, Properties]>([
    ["A", { name: "@", value: "192.0.2.1", ttl: 300 }, { value: "192.0.2.1", fqdn: "shop.example" }],
    ["CNAME", { name: "www", value: "shop.example." }, { value: "shop.example.", fqdn: "www.shop.example" }],
    [
      "MX",
      { name: "@", value: "mail.shop.example.", priority: 0 },
      { value: "mail.shop.example.", priority: 0 },
    ],
    ["TXT", { name: "_check", value: "v=spf1 -all" }, { value: "v=spf1 -all" }],
    [
      "SRV",
      { name: "_sip._tcp", value: "sip.shop.example.", priority: 1, weight: 0, port: 5060 },
      { port: 5060 },
    ],
    ["CAA", { name: "@", value: "letsencrypt.org.", flags: 0, tag: "issue" }, { value: "letsencrypt.org." }],
    [
      "CAA",
      { name: "@", value: "mailto:a@shop.example", flags: 0, tag: "iodef" },
      { value: "mailto:a@shop.example" },
    ],
  ])("keeps a record of type %s as it was given: %j", async (type, inputs, expected) => {
    const zone = await bench.make("domain", { name: "shop.example" });
    expect([zone.id, zone.state]).toEqual([
      "shop.example",
      { name: "shop.example", domainUrn: "do:domain:shop.example", ttl: 1800 },
    ]);
    const made = await bench.make("dnsRecord", { domain: "shop.example", type, ...inputs });
    expect(made.id).toMatch(/^\d+$/);
    expect(made.state).toMatchObject(expected);
    const imported = await bench.engine.read(made.target, `shop.example,${made.id}`);
    expect([imported.id, imported.state]).toEqual([made.id, made.state]);
    await provesStable(made);
    await provesStable(zone);
  });

  test("takes full and relative names for the same", async () => {
    await bench.make("domain", { name: "shop.example" });
    const inputs = {
      domain: "shop.example",
      type: "CNAME",
      name: "www.shop.example.",
      value: "shop.example.",
    };
    const made = await bench.make("dnsRecord", inputs);
    expect([made.state.name, await bench.unrest(made)]).toEqual(["www", {}]);
    const apex = { ...made, inputs: { ...inputs, name: "www", value: "@" } };
    expect(await bench.unrest(apex)).toEqual({ value: "UPDATE" });
  });

  test("changes a record in place", async () => {
    await bench.make("domain", { name: "shop.example" });
    const inputs = { domain: "shop.example", type: "A", name: "@", value: "192.0.2.1", ttl: 300 };
    const made = await bench.make("dnsRecord", inputs);
    const { detail, made: changed } = await bench.change(made, { ...inputs, value: "192.0.2.2" });
    expect([detail, changed.state.value]).toEqual([{ value: "UPDATE" }, "192.0.2.2"]);
  });

  test.each([
    ["MX", {}, "priority: must be given for a record of type MX"],
    [
      "SRV",
      { priority: 1 },
      "weight: must be given for a record of type SRV; port: must be given for a record of type SRV",
    ],
    ["CAA", { flags: 0 }, "tag: must be given for a record of type CAA"],
  ])("fails at Check for a record of type %s without what it needs", async (type, inputs, text) => {
    const made = bench.make("dnsRecord", { domain: "shop.example", type, name: "@", value: "x.", ...inputs });
    await expect(made).rejects.toThrow(text);
  });

  test("fails for an id that an import cannot use", async () => {
    const type = "digitalocean:index/dnsRecord:DnsRecord";
    expect(await errorText(bench.engine.read({ type, name: "it" }, "17"))).toBe(
      `cannot read ${type} it: the id must be the zone and the record's number joined with a comma, got 17`,
    );
  });
});

describe("monitoring", () => {
  const slacks = [{ channel: "#ops", url: "https://hooks.slack.com/services/T0/B0/x" }];

  test("checks an address and raises alerts", async () => {
    const inputs = { name: "health", target: "https://shop.example/health", regions: ["us_east", "eu_west"] };
    const check = await bench.make("uptimeCheck", inputs);
    expect(check.state).toEqual({ ...inputs, type: "https", enabled: true });
    const alertInputs = {
      checkId: check.id,
      name: "slow",
      type: "latency",
      threshold: 500,
      comparison: "greater_than",
      period: "5m",
      notifications: [{ emails: ["a@shop.example"], slacks }],
    };
    const alert = await bench.make("uptimeAlert", alertInputs);
    expect(alert.state).toEqual(alertInputs);
    const { made: changed } = await bench.change(alert, { ...alertInputs, threshold: 900 });
    expect(changed.state.threshold).toBe(900);
    const imported = await bench.engine.read(alert.target, `${check.id},${alert.id}`);
    expect([imported.id, imported.state]).toEqual([alert.id, changed.state]);
    await provesStable(changed);
    const { made: paused } = await bench.change(check, { ...inputs, enabled: false });
    expect(paused.state.enabled).toBe(false);
    await provesStable(paused);
  });

  test("watches a metric of a database", async () => {
    const inputs = {
      type: "v1/dbaas/alerts/cpu_alerts",
      description: "cpu",
      compare: "GreaterThan",
      value: 80,
      window: "5m",
      alerts: { emails: ["a@shop.example"], slacks },
    };
    const made = await bench.make("monitorAlert", inputs);
    expect(made.state).toEqual({ ...inputs, enabled: true, entities: [], tags: [], uuid: made.id });
    const { made: changed } = await bench.change(made, { ...inputs, value: 90 });
    expect(changed.state.value).toBe(90);
    await provesStable(changed);
  });
});

describe("projects", () => {
  test("hold resources, which go to the default project when they leave", async () => {
    const zone = await bench.make("domain", { name: "shop.example" });
    const other = await bench.make("domain", { name: "other.example" });
    const project = await bench.make("project", {
      name: "shop",
      environment: "Production",
      description: "d",
    });
    expect(project.state).toMatchObject({
      name: "shop",
      purpose: "Web Application",
      isDefault: false,
      resources: [],
    });
    const inputs = { project: project.id, resources: [zone.state.domainUrn] };
    const made = await bench.make("projectResources", inputs);
    expect([made.id, made.state]).toEqual([project.id, inputs]);
    const { made: moved } = await bench.change(made, {
      project: project.id,
      resources: [other.state.domainUrn],
    });
    expect(moved.state.resources).toEqual([other.state.domainUrn]);
    expect((await bench.read(project)).state.resources).toEqual([other.state.domainUrn]);
    await bench.remove(moved);
    const { made: renamed } = await bench.change(project, { name: "shop 2", environment: "Production" });
    await provesStable(renamed);
  });

  test("take their resources along when they are made, and can be the default one", async () => {
    const zone = await bench.make("domain", { name: "shop.example" });
    const inputs = { name: "shop", resources: [zone.state.domainUrn] };
    const made = await bench.make("project", inputs);
    expect(made.state.resources).toEqual(inputs.resources);
    const { made: emptied } = await bench.change(made, { ...inputs, resources: [], isDefault: true });
    expect(emptied.state.isDefault).toBe(true);
  });
});

describe("the connection to the API", () => {
  test.each([
    [{ token: "t" }, "digitalocean:apiEndpoint must be the address of the local cloud's DigitalOcean API"],
    [{ apiEndpoint: "http://127.0.0.1:1" }, "digitalocean:token must be given"],
  ])("fails without its settings: %j", async (config, text) => {
    await expect(digitalOceanProvider().configure(config)).rejects.toThrow(text);
  });

  test("sends a request again after 429 and 500, as often as it may", async () => {
    const body = { id: "fault", message: "set on purpose" };
    const fault = { api: "digitalocean", method: "POST", path: "/v2/domains", times: 1, body } as const;
    bench.cloud.faults.push({ ...fault, status: 429 }, { ...fault, status: 500 });
    const settings = { token: "t", apiEndpoint: bench.cloud.url, httpRetryWaitMin: "0", httpRetryMax: "2" };
    await bench.engine.configure(settings);
    const made = await bench.make("domain", { name: "shop.example" });
    expect(made.id).toBe("shop.example");
    bench.cloud.faults.push({ ...fault, status: 500 });
    await bench.engine.configure({ ...settings, httpRetryMax: "0" });
    expect(await errorText(bench.make("domain", { name: "other.example" }))).toBe(
      "cannot create digitalocean:index/domain:Domain it: POST /v2/domains: 500 set on purpose",
    );
  });

  test("waits as long as the API asks, and sends again what a broken connection took along", async () => {
    const fault = { api: "digitalocean", method: "POST", path: "/v2/domains", times: 1 } as const;
    bench.cloud.faults.push(
      { ...fault, status: 429, headers: { "retry-after": "0" } },
      { ...fault, status: "cut" },
    );
    const pauses = { httpRetryWaitMin: "0", httpRetryMax: "2" };
    await bench.engine.configure({ token: "t", apiEndpoint: bench.cloud.url, ...pauses });
    expect((await bench.make("domain", { name: "patient.example" })).id).toBe("patient.example");
  });

  test("fails once where an answer does not come in time: nobody knows whether it was done", async () => {
    bench.cloud.faults.push({
      api: "digitalocean",
      method: "POST",
      path: "/v2/domains",
      times: 1,
      status: "timeout",
    });
    const config = { token: "t", apiEndpoint: bench.cloud.url };
    const { resources } = await digitalOceanProvider().configure(config, { answerLimit: 100 });
    const made = resources["digitalocean:index/domain:Domain"]?.create({ name: "late.example" });
    await expect(made).rejects.toThrow(
      `POST /v2/domains: no answer from ${bench.cloud.url} within 0.1 s: whether it was done is not known, run it again to look`,
    );
  });

  test("fails with the address where nothing answers", async () => {
    await bench.engine.configure({ token: "t", apiEndpoint: "http://127.0.0.1:1", httpRetryMax: "0" });
    expect(await errorText(bench.make("domain", { name: "shop.example" }))).toBe(
      "cannot create digitalocean:index/domain:Domain it: POST /v2/domains: no answer from http://127.0.0.1:1; is the local cloud running?",
    );
  });
});

describe("what an interrupted run left behind", () => {
  test("is found by what makes it unique", async () => {
    const { resources } = await digitalOceanProvider({ pollInterval: 1 }).configure({
      token: "t",
      apiEndpoint: bench.cloud.url,
    });
    const found: unknown[] = [];
    const expected: unknown[] = [];
    const proves = async (kind: string, inputs: Properties): Promise<Made> => {
      const type = `digitalocean:index/${kind}:${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
      found.push([kind, await resources[type]?.find(inputs)]);
      const made = await bench.make(kind, inputs);
      found.push([kind, await resources[type]?.find(inputs)]);
      expected.push([kind, undefined], [kind, made.id]);
      return made;
    };
    await proves("vpc", { name: "net", region: "nyc3" });
    await proves("domain", { name: "shop.example" });
    await proves("dnsRecord", { domain: "shop.example", type: "CNAME", name: "www", value: "shop.example." });
    await proves("project", { name: "shop" });
    const check = await proves("uptimeCheck", { name: "health", target: "https://shop.example" });
    const notifications = [{ emails: ["a@shop.example"] }];
    await proves("uptimeAlert", {
      checkId: check.id,
      name: "down",
      type: "down",
      period: "2m",
      notifications,
    });
    await proves("monitorAlert", {
      type: "v1/dbaas/alerts/cpu_alerts",
      description: "cpu",
      compare: "GreaterThan",
      value: 80,
      window: "5m",
      alerts: { emails: ["a@shop.example"] },
    });
    const { id: clusterId } = await proves("databaseCluster", {
      name: "db-dev",
      engine: "pg",
      version: "16",
      size: "db-s-1vcpu-1gb",
      region: "nyc3",
      nodeCount: 1,
    });
    await proves("databaseDb", { clusterId, name: "app" });
    await proves("databaseUser", { clusterId, name: "app_user" });
    await proves("databaseConnectionPool", {
      clusterId,
      name: "pool",
      mode: "session",
      size: 2,
      dbName: "app",
    });
    await proves("databaseReplica", { clusterId, name: "copy", size: "db-s-1vcpu-1gb", region: "nyc3" });
    await proves("app", {
      spec: {
        name: "shop-dev",
        staticSites: [{ name: "site", git: { repoCloneUrl: "https://x.example/r.git", branch: "main" } }],
      },
    });
    expect(found).toEqual(expected);
  });
});
