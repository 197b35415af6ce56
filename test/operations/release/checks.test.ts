import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { VerifySettings } from "../../../components/verify.settings.ts";
import type { Target } from "../../../operations/release/check.ts";
import { deploymentCheck, instanceCheck, memoryCheck } from "../../../operations/release/check-app.ts";
import { domainChecks } from "../../../operations/release/check-domains.ts";
import { logCheck } from "../../../operations/release/check-logs.ts";
import { healthChecks, smokeChecks, timeChecks } from "../../../operations/release/check-paths.ts";
import type { Live } from "../../../operations/release/live.ts";
import type { App, Deployment } from "../../../operations/release/platform.ts";
import { settingsOfText } from "../../../operations/release/stack.ts";
import { digest, stackText } from "./bench.ts";

/** What the platform and the product answer, by path; 404 for the others. */
const answers: Record<string, unknown> = {};
const asked: string[] = [];
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push(path);
    const answer = answers[path.replace(/\?.*$/, "")];
    if (typeof answer === "number") response.writeHead(answer).end();
    else if (answer === undefined) response.writeHead(404).end("{}");
    else response.end(typeof answer === "string" ? answer : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  for (const path of Object.keys(answers)) delete answers[path];
  asked.length = 0;
});

const service = { name: "api", instance_count: 2 };
const spec = { name: "shop", services: [service], workers: [], jobs: [], static_sites: [] };
const deployment: Deployment = {
  id: "d-1",
  phase: "ACTIVE",
  created_at: "",
  updated_at: "",
  spec: { ...spec, services: [{ name: "api", instance_count: 2 }], workers: [{ name: "mailer" }] },
  services: [],
  workers: [],
  jobs: [],
  static_sites: [],
} as unknown as Deployment;
const app: App = {
  id: "a-1",
  spec: deployment.spec,
  default_ingress: "https://shop-x1.ondigitalocean.app",
  domains: [],
};
const live: Live = {
  app: "a-1",
  url: "https://shop.example",
  deployment: "d-1",
  since: undefined,
  components: { api: { image: "ghcr.io/octo-org/shop-api", digest: digest("a") } },
  pinned: undefined,
  underWay: undefined,
};

function target(change: Partial<Target> = {}, verify: object = {}): Target {
  return {
    context: {
      settings: settingsOfText("staging", stackText("staging")),
      platform: { endpoint: url, token: "t", wait: async () => undefined },
      now: () => new Date("2026-11-21T12:00:00Z"),
      tell: () => undefined,
    } as unknown as Target["context"],
    verify: VerifySettings.parse({ tries: 1, pauseSeconds: 0, ...verify }),
    meant: { components: live.components, settings: "sha256:1" },
    app,
    live,
    active: deployment,
    deadline: Number.POSITIVE_INFINITY,
    resolveCname: async () => [],
    ...change,
  };
}

describe("the deployment that is live", () => {
  test.each<[string, Partial<Target>, boolean, string]>([
    ["is what is meant", {}, true, `api ${digest("a").slice(0, 19)}`],
    ["is none", { active: undefined }, false, "no deployment is live"],
    [
      "is about to be another",
      { live: { ...live, underWay: "d-2" } },
      false,
      "deployment d-2 is still under way",
    ],
    [
      "is held by a rollback",
      { live: { ...live, pinned: "d-0" } },
      false,
      "the app is pinned to deployment d-0: commit or revert that rollback",
    ],
    [
      "has another digest",
      { meant: { components: { api: { image: "i", digest: digest("b") } }, settings: "" } },
      false,
      `api must be ${digest("b")}, and is ${digest("a")}`,
    ],
    [
      "lacks a component",
      {
        meant: { components: { ...live.components, web: { image: "i", digest: digest("b") } }, settings: "" },
      },
      false,
      `web must be ${digest("b")}, and is not deployed`,
    ],
    [
      "does not tell its commit",
      {
        meant: { components: { site: { repository: "r", branch: "b", commit: "c" } }, settings: "" },
        live: { ...live, components: { site: { repository: "r", branch: "b", commit: "" } } },
      },
      false,
      "site must be c, and the platform does not tell what it is",
    ],
  ])("%s", (_, change, isOk, detail) => {
    expect(deploymentCheck(target(change))).toEqual({ name: "deployment", isOk, detail });
  });
});

describe("instances", () => {
  test.each<[string, string[], boolean, string]>([
    ["all run", ["api", "api", "mailer"], true, "api 2 of 2, mailer 1 of 1"],
    ["one is missing", ["api", "mailer"], false, "api 1 of 2"],
    ["none runs", [], false, "api 0 of 2, mailer 0 of 1"],
  ])("%s", async (_, names, isOk, detail) => {
    answers["/v2/apps/a-1/instances"] = { instances: names.map((name) => ({ component_name: name })) };
    expect(await instanceCheck(target())).toEqual({ name: "instances", isOk, detail });
  });

  test("are counted from the least that autoscaling keeps", async () => {
    const scaled = { ...deployment.spec.services[0], autoscaling: { min_instance_count: 3 } };
    const active = {
      ...deployment,
      spec: { ...deployment.spec, services: [scaled], workers: [] },
    } as Deployment;
    answers["/v2/apps/a-1/instances"] = { instances: [{ component_name: "api" }] };
    expect((await instanceCheck(target({ active }))).detail).toBe("api 1 of 3");
  });
});

describe("memory", () => {
  const part = (name: string, percent?: number, state = "HEALTHY") => ({
    name,
    state,
    ...(percent === undefined ? {} : { memory_usage_percent: percent }),
  });

  test.each<[string, object[], boolean, string]>([
    ["is enough", [part("api", 41.6), part("mailer", 85)], true, "api 42 %, mailer 85 %"],
    ["is short", [part("api", 85.6)], false, "api uses 86 % of at most 85 %"],
    ["belongs to what is unhealthy", [part("api", 3, "UNHEALTHY")], false, "api is unhealthy"],
    ["is not told", [], true, "not told by the platform"],
  ])("%s", async (_, components, isOk, detail) => {
    answers["/v2/apps/a-1/health"] = { app_health: { components } };
    expect(await memoryCheck(target())).toEqual({ name: "memory", isOk, detail });
  });

  test("is not told by a platform without that answer", async () => {
    expect(await memoryCheck(target())).toEqual({
      name: "memory",
      isOk: true,
      detail: "not told by the platform",
    });
  });
});

describe("logs", () => {
  const path = (component: string) => `/v2/apps/a-1/deployments/d-1/components/${component}/logs`;
  const named = (texts: Record<string, string | number>) => {
    for (const [component, text] of Object.entries(texts)) {
      answers[path(component)] = { historic_urls: [`${url}/log-${component}`] };
      answers[`/log-${component}`] = text;
    }
  };

  test.each<[string, Record<string, string>, boolean, string]>([
    ["have no error", { api: "started\n", mailer: " " }, true, "no line of an error"],
    [
      "have a few errors",
      { api: "ERROR a\nfine\npanic: b\n", mailer: "FATAL c" },
      true,
      "3 lines of errors (api 2, mailer 1), at most 10 are borne",
    ],
    [
      "have too many",
      { api: "ERROR a\n".repeat(11), mailer: " " },
      false,
      "11 lines of errors, at most 10 are borne: api 11",
    ],
  ])("that %s", async (_, texts, isOk, detail) => {
    named(texts);
    expect(await logCheck(target())).toEqual({ name: "logs", isOk, detail });
  });

  test.each<[string, () => void, string]>([
    ["that the platform does not name", () => named({ mailer: "x" }), "api (the platform names none)"],
    ["whose address is gone", () => named({ api: 403, mailer: "x" }), "api (its address answered 403)"],
    [
      "whose address leads elsewhere",
      () => {
        named({ api: "x" });
        answers[path("mailer")] = { live_url: "http://logs.example/x", historic_urls: [`${url}/log-api`] };
      },
      "mailer (its address is not one of https)",
    ],
    [
      "whose address does not answer",
      () => {
        named({ api: "x" });
        answers[path("mailer")] = { live_url: "http://127.0.0.1:2/x" };
      },
      "mailer (its address did not answer)",
    ],
  ])("%s are a fault, unless the settings say that they may be missing", async (_, given, missing) => {
    answers[path("api")] = {};
    answers[path("mailer")] = {};
    given();
    expect(await logCheck(target())).toEqual({
      name: "logs",
      isOk: false,
      detail: `not to be had: ${missing}`,
    });
    expect(await logCheck(target({}, { logs: { mayBeMissing: true } }))).toEqual({
      name: "logs",
      isOk: true,
      detail: `no line of an error; not to be had: ${missing}`,
    });
  });

  test("that come late are asked for again", async () => {
    named({ api: 404, mailer: "x" });
    const tell = () => {
      answers["/log-api"] = "ok";
    };
    const late = target({}, { tries: 2 });
    const check = await logCheck({ ...late, context: { ...late.context, tell } });
    expect(check).toEqual({ name: "logs", isOk: true, detail: "no line of an error" });
    expect(asked.filter((one) => one === "/log-api")).toHaveLength(2);
  });

  test("of a deployment that is not live are none", async () => {
    expect(await logCheck(target({ active: undefined }))).toEqual({
      name: "logs",
      isOk: false,
      detail: "no deployment is live",
    });
  });
});

describe("a domain", () => {
  type Domain = App["domains"][number];
  const domain = (change: Partial<Domain>): Domain => ({
    spec: { domain: "www.shop.example" },
    phase: "ACTIVE",
    ...change,
  });
  const check = async (change: Partial<Domain>, resolveCname: Target["resolveCname"] = async () => []) => {
    const [found] = domainChecks(target({ app: { ...app, domains: [domain(change)] }, resolveCname }));
    return await found;
  };
  const gone = async () => {
    throw new Error("ENODATA");
  };

  test.each<[string, Partial<Domain>, boolean, string]>([
    ["is active", {}, true, "active"],
    [
      "has a certificate",
      { certificate_expires_at: "2027-01-01T00:00:00Z" },
      true,
      "active, certificate until 2027-01-01",
    ],
    [
      "has a certificate that ends",
      { certificate_expires_at: "2026-11-27T00:00:00Z" },
      false,
      "its certificate ends on 2026-11-27, in 5 days",
    ],
    [
      "is not active, in a zone of the platform",
      { phase: "ERROR", spec: { domain: "www.shop.example", zone: "shop.example" } },
      false,
      "is ERROR",
    ],
    [
      "is not active, with the platform's reason",
      {
        phase: "CONFIGURING",
        progress: { steps: [{ reason: { message: "DNS records are not there yet" } }] },
        spec: { domain: "www.shop.example", zone: "shop.example" },
      },
      false,
      "is CONFIGURING; DNS records are not there yet",
    ],
  ])("%s", async (_, change, isOk, detail) => {
    expect(await check(change)).toEqual({ name: "domain www.shop.example", isOk, detail });
  });

  test.each<[string, Target["resolveCname"], string]>([
    [
      "leads elsewhere",
      async () => ["Old.Example."],
      "is PENDING; its CNAME record leads to old.example, must be shop-x1.ondigitalocean.app",
    ],
    [
      "leads nowhere",
      gone,
      "is PENDING; www.shop.example has no CNAME record: it must lead to shop-x1.ondigitalocean.app",
    ],
    ["is right: the platform is slow", async () => ["shop-x1.ondigitalocean.app."], "is PENDING"],
  ])("whose alias %s", async (_, resolveCname, detail) => {
    expect(await check({ phase: "PENDING" }, resolveCname)).toMatchObject({ isOk: false, detail });
  });

  test("that somebody removed meanwhile is gone", async () => {
    answers["/v2/apps/a-1"] = { app: { ...app, domains: [] } };
    const one = target({ app: { ...app, domains: [domain({ phase: "PENDING" })] } }, { tries: 2 });
    expect(await domainChecks(one)[0]).toEqual({
      name: "domain www.shop.example",
      isOk: false,
      detail: "is gone from the app",
      tries: 2,
    });
  });
});

describe("answers of the product", () => {
  const settings = (smoke: object, targets: object = {}) => ({
    smoke: VerifySettings.parse({ smoke }).smoke,
    targets: { samples: 3, ...targets },
  });

  test("a health path that answers otherwise than 200 is wrong", async () => {
    answers["/api/health"] = 503;
    expect(await healthChecks(target(), url)[0]).toEqual({
      name: "health /api/health",
      isOk: false,
      detail: "answered 503",
    });
  });

  test("a health path that nobody answers says why", async () => {
    expect((await healthChecks(target(), "http://127.0.0.1:2")[0])?.detail).toBe("ECONNREFUSED");
  });

  test("a smoke test tells everything that is wrong at once", async () => {
    answers["/api/items"] = "nothing";
    const smoke = { items: { path: "/api/items?limit=1", status: 201, contains: "id" } };
    expect(await smokeChecks(target({}, settings(smoke)), url)[0]).toEqual({
      name: "smoke items",
      isOk: false,
      detail: '/api/items?limit=1 answered 200, must answer 201, must contain "id"',
    });
  });

  test("a smoke test that nobody answers says so", async () => {
    const smoke = { items: { path: "/api/items" } };
    expect((await smokeChecks(target({}, settings(smoke)), "http://127.0.0.1:2")[0])?.detail).toBe(
      "/api/items was not answered: ECONNREFUSED",
    );
  });

  test("times are looked at kind by kind, at the 95th percentile, against the targets", async () => {
    for (const path of ["/api/health", "/api/items", "/"]) answers[path] = "ok";
    const smoke = { items: { path: "/api/items" }, home: { path: "/" } };
    const found = await timeChecks(
      target({}, settings(smoke, { healthMs: 60_000, apiMs: 60_000, pageMs: 60_000 })),
      url,
    );
    expect(found.map(({ name, isOk }) => [name, isOk])).toEqual([
      ["time health", true],
      ["time api", true],
      ["time page", true],
    ]);
    expect(asked.filter((path) => path === "/")).toHaveLength(3);
  });

  test("an answer that never came counts as the longest that one may take", async () => {
    const [health] = await timeChecks(
      target({}, { timeoutSeconds: 2, ...settings({}, { healthMs: 1999 }) }),
      "http://127.0.0.1:2",
    );
    expect(health).toEqual({
      name: "time health",
      isOk: false,
      detail: "p95 2000 ms of at most 1999 ms, 3 answers",
    });
  });
});
