import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Properties } from "../../../../local/providers/resource.ts";
import { errorText, initFailure, secret } from "../engine.ts";
import { Bench, onWire } from "./bench.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.start();
});
afterEach(async () => {
  await bench.close();
  expect(bench.cloud.deviations).toEqual([]);
});

const image = { registryType: "GHCR", registry: "shop", repository: "api", tag: "1" };
const job = { name: "migrate", kind: "PRE_DEPLOY", image, instanceSizeSlug: "apps-s-1vcpu-0.5gb" };
const service = (more: Properties = {}): Properties => ({
  name: "api",
  image,
  instanceSizeSlug: "apps-s-1vcpu-0.5gb",
  instanceCount: 1,
  httpPort: 8080,
  ...more,
});
const spec = (more: Properties = {}): Properties => ({
  name: "shop-dev",
  region: "nyc",
  services: [service()],
  ...more,
});

/** The spec that the last PUT or POST of an app carried. */
function sentSpec(): Properties {
  const sent = bench.cloud.requests.findLast(
    ({ method, path }) => /^(POST|PUT)$/.test(method) && /^\/v2\/apps(\/[^/]+)?$/.test(path),
  );
  const body = sent?.body as { spec: Properties } | undefined;
  return body?.spec ?? {};
}

describe("an app", () => {
  test("is made, waited for and described", async () => {
    const made = await bench.make("app", { spec: spec() });
    expect(made.state).toMatchObject({
      activeDeploymentId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      appUrn: `do:app:${made.id}`,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \+0000 UTC$/),
      defaultIngress: "http://127.0.0.1:41000",
      liveUrl: "http://127.0.0.1:41000",
      projectId: expect.any(String),
      deploymentPerPage: 20,
    });
    expect(bench.writes()).toEqual(["POST /v2/apps"]);
    expect(await bench.unrest(made)).toEqual({});
    expect((await bench.read(made)).state).toEqual(made.state);
  });

  test("sends the API's form of everything that the spec can hold", async () => {
    const cors = { allowOrigins: { exact: "https://shop.example" }, allowMethods: ["GET"], maxAge: "5h" };
    await bench.make("app", {
      spec: spec({
        domainNames: [{ name: "shop.example", type: "PRIMARY", zone: "shop.example" }],
        features: ["buildpack-stack=ubuntu-22"],
        egresses: [{ type: "AUTOASSIGN" }],
        alerts: [{ rule: "DEPLOYMENT_FAILED" }],
        envs: [{ key: "MODE", value: "dev" }],
        services: [
          service({
            healthCheck: { httpPath: "/health", periodSeconds: 30 },
            livenessHealthCheck: { httpPath: "/live" },
            termination: { gracePeriodSeconds: 60, drainSeconds: 10 },
            logDestinations: [{ name: "logs", datadog: { apiKey: "datadog-key" } }],
            alerts: [
              { rule: "CPU_UTILIZATION", operator: "GREATER_THAN", value: 80, window: "FIVE_MINUTES" },
            ],
          }),
        ],
        jobs: [job],
        staticSites: [
          {
            name: "site",
            github: { repo: "shop/shop", branch: "main", deployOnPush: false },
            outputDir: "dist",
            catchallDocument: "index.html",
          },
        ],
        ingress: {
          rules: [
            {
              match: { path: { prefix: "/api" } },
              component: { name: "api", preservePathPrefix: true },
              cors,
            },
            { match: { path: { prefix: "/" } }, component: { name: "site" } },
          ],
        },
      }),
    });
    expect(sentSpec()).toEqual({
      name: "shop-dev",
      region: "nyc",
      domains: [{ domain: "shop.example", type: "PRIMARY", zone: "shop.example" }],
      features: ["buildpack-stack=ubuntu-22"],
      egress: { type: "AUTOASSIGN" },
      alerts: [{ rule: "DEPLOYMENT_FAILED" }],
      envs: [{ key: "MODE", value: "dev", scope: "RUN_AND_BUILD_TIME" }],
      services: [
        {
          name: "api",
          image: { registry_type: "GHCR", registry: "shop", repository: "api", tag: "1" },
          instance_size_slug: "apps-s-1vcpu-0.5gb",
          instance_count: 1,
          http_port: 8080,
          health_check: { http_path: "/health", period_seconds: 30 },
          liveness_health_check: { http_path: "/live" },
          termination: { grace_period_seconds: 60, drain_seconds: 10 },
          log_destinations: [
            {
              name: "logs",
              datadog: { endpoint: "https://http-intake.logs.datadoghq.com", api_key: expect.any(String) },
            },
          ],
          alerts: [{ rule: "CPU_UTILIZATION", operator: "GREATER_THAN", value: 80, window: "FIVE_MINUTES" }],
        },
      ],
      jobs: [
        {
          name: "migrate",
          kind: "PRE_DEPLOY",
          image: { registry_type: "GHCR", registry: "shop", repository: "api", tag: "1" },
          instance_size_slug: "apps-s-1vcpu-0.5gb",
        },
      ],
      static_sites: [
        {
          name: "site",
          github: { repo: "shop/shop", branch: "main" },
          output_dir: "dist",
          catchall_document: "index.html",
        },
      ],
      ingress: {
        rules: [
          {
            match: { path: { prefix: "/api" } },
            component: { name: "api", preserve_path_prefix: true },
            cors: {
              allow_origins: [{ exact: "https://shop.example" }],
              allow_methods: ["GET"],
              max_age: "5h",
            },
          },
          { match: { path: { prefix: "/" } }, component: { name: "site" } },
        ],
      },
    });
  });

  test("comes back in the program's form, so that a second run is silent", async () => {
    const made = await bench.make("app", {
      spec: spec({
        domainNames: [{ name: "shop.example" }],
        egresses: [{ type: "AUTOASSIGN" }],
        ingress: {
          rules: [
            {
              match: { path: { prefix: "/" } },
              component: { name: "api" },
              cors: { allowOrigins: { regex: "^https://" }, allowMethods: ["GET", "POST"] },
            },
          ],
        },
      }),
    });
    expect(made.state.spec).toMatchObject({
      domainNames: [{ name: "shop.example", wildcard: false }],
      domains: ["shop.example"],
      egresses: [{ type: "AUTOASSIGN" }],
      ingress: { rules: [{ cors: { allowOrigins: { regex: "^https://" }, allowMethods: ["GET", "POST"] } }] },
    });
    expect(await bench.unrest(made)).toEqual({});
  });

  test("takes the deprecated list of domains", async () => {
    const made = await bench.make("app", { spec: spec({ domains: ["old.example"] }) });
    expect(sentSpec().domains).toEqual([{ domain: "old.example" }]);
    expect(made.state.spec).toMatchObject({ domains: ["old.example"] });
    expect(made.state.spec).not.toHaveProperty("domainNames");
  });

  test("says where alerts go through their own call", async () => {
    const destinations = {
      emails: ["a@shop.example"],
      slackWebhooks: [{ channel: "#ops", url: secret("https://hooks.example/x") }],
    };
    const alerts = [{ rule: "DEPLOYMENT_FAILED", destinations }];
    const { state } = await bench.make("app", { spec: spec({ alerts }) });
    const url = { secret: "https://hooks.example/x" };
    expect(state.spec).toMatchObject({ alerts: [{ destinations: { slackWebhooks: [{ url }] } }] });
    expect(sentSpec().alerts).toEqual([{ rule: "DEPLOYMENT_FAILED" }]);
    expect(bench.writes()).toEqual(["POST /v2/apps", "POST /v2/apps/*/alerts/*/destinations"]);
  });

  test("remembers where alerts go until a refresh, which cannot read it", async () => {
    const to = (email: string) => ({ destinations: { emails: [email] } });
    const cpu = { rule: "CPU_UTILIZATION", operator: "GREATER_THAN", value: 80, window: "FIVE_MINUTES" };
    const wanted = (email: string) => ({
      spec: spec({
        alerts: [{ rule: "DEPLOYMENT_FAILED", ...to(email) }, { rule: "DOMAIN_FAILED" }],
        services: [service({ alerts: [{ ...cpu, ...to(email) }] })],
      }),
    });
    const made = await bench.make("app", wanted("a@shop.example"));
    expect(await bench.unrest(made)).toEqual({});
    const { detail, made: changed } = await bench.change(made, wanted("b@shop.example"));
    expect(detail).toEqual({
      "spec.alerts[0].destinations.emails[0]": "UPDATE",
      "spec.services[0].alerts[0].destinations.emails[0]": "UPDATE",
    });
    expect(await bench.unrest(changed)).toEqual({});
    const refreshed = { ...changed, state: (await bench.read(changed)).state };
    expect(await bench.unrest(refreshed)).toEqual({
      "spec.alerts[0].destinations": "ADD",
      "spec.services[0].alerts[0].destinations": "ADD",
    });
  });

  test("fails at Check for a scheduled job", async () => {
    const made = bench.make("app", { spec: spec({ jobs: [{ ...job, kind: "SCHEDULED" }] }) });
    await expect(made).rejects.toThrow(
      'spec.jobs[0].kind: must be one of UNSPECIFIED, PRE_DEPLOY, POST_DEPLOY, FAILED_DEPLOY, got "SCHEDULED"',
    );
  });
});

describe("a secret of an app", () => {
  const withSecret = (value: string): Properties => ({
    deploymentPerPage: 20,
    spec: spec({
      services: [
        service({ envs: [{ key: "SECRET_KEY", type: "SECRET", scope: "RUN_TIME", value: secret(value) }] }),
      ],
    }),
  });
  const sealedIn = (state: Properties): string =>
    (state.spec as { services: [{ envs: [{ value: { secret: string } }] }] }).services[0].envs[0].value
      .secret;

  test("is kept sealed and secret, is replayed in silence, and is sent in clear again when it changes", async () => {
    const made = await bench.make("app", withSecret("first-secret"));
    const sealed = sealedIn(made.state);
    expect(sealed).toMatch(/^EV\[1:/);
    expect(JSON.stringify(made.state)).not.toContain("first-secret");
    expect(await bench.unrest({ ...made, inputs: withSecret(sealed) })).toEqual({});
    expect(await bench.unrest({ ...made, inputs: withSecret("second-secret") })).toEqual({
      "spec.services[0].envs[0].value": "UPDATE",
    });
  });
});

describe("a deployment", () => {
  test("begins with a change of the spec only", async () => {
    const made = await bench.make("app", { spec: spec() });
    bench.writes();
    const { detail, made: changed } = await bench.change(made, {
      spec: spec({ services: [service({ runCommand: "serve" })] }),
    });
    expect(detail).toEqual({ "spec.services[0].runCommand": "ADD" });
    expect(bench.writes()).toEqual(["PUT /v2/apps/*"]);
    await bench.change(changed, {
      spec: spec({ services: [service({ runCommand: "serve" })] }),
      deploymentPerPage: 5,
    });
    expect(bench.writes()).toEqual([]);
  });

  test("fails with the step, the end of its log and what to do; the app stays known", async () => {
    bench.cloud.apps.exitCodes.migrate = 3;
    const type = "digitalocean:index/app:App";
    const inputs = { spec: spec({ jobs: [job] }) };
    const error: unknown = await bench.make("app", inputs).catch((cause: unknown) => cause);
    const failed = initFailure(error);
    const { body } = await bench.cloud.ask("GET", `/v2/apps/${failed.id}/deployments`);
    expect(failed.reasons).toEqual([
      [
        `deployment ${body.deployments[0].id} of app shop-dev failed`,
        '  migrate: job "migrate" ended with exit code 3',
        "  end of the log of migrate:",
        "    migrate migrate says hello",
        "mend it and run the update again: what failed is then deployed anew",
      ].join("\n"),
    ]);
    expect(failed.properties).toMatchObject({ activeDeploymentId: "", appUrn: `do:app:${failed.id}` });
    expect(await errorText(Promise.reject(error))).toMatch(
      new RegExp(`^${type} it exists, but the create did not finish: deployment `),
    );
  });

  test("fails when the engine cancels the wait, with the app still known", async () => {
    let open: () => void = () => undefined;
    bench.cloud.apps.gates.migrate = new Promise((resolve) => {
      open = resolve;
    });
    const made = bench.make("app", { spec: spec({ jobs: [job] }) }).catch((cause: unknown) => cause);
    await bench.cloud.until(
      "/v2/apps",
      ({ apps }) => apps?.length === 1 && bench.cloud.apps.jobs.length === 1,
    );
    await bench.engine.cancel();
    const failed = initFailure(await made);
    expect(failed.reasons).toEqual([
      "stopped waiting for the deployment of app shop-dev: the update was cancelled",
    ]);
    open();
  });

  test("is followed through the list where the API names no pending one", async () => {
    const made = await bench.make("app", { spec: spec() });
    expect(made.state.activeDeploymentId).not.toBe("");
    await bench.remove(made);
    expect((await bench.read(made)).id).toBe("");
    expect(await errorText(bench.engine.delete(made.target, made.id, onWire(made.state)))).toMatch(
      /^cannot delete digitalocean:index\/app:App it: DELETE \/v2\/apps\/.*: 404 /,
    );
  });
});
