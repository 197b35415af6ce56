import { expect, test } from "@jest/globals";
import { appHighlights } from "../../../operations/plan/app-highlights.ts";
import { highlightsOf } from "../../../operations/plan/highlights.ts";

test("an app is told by its requests in order, health checks, variables by kind, and parts", () => {
  const envs = [
    { key: "A", value: "1" },
    { key: "B", type: "SECRET", value: "[secret]" },
    { key: "C", value: "${db.URL}" },
  ];
  expect(
    appHighlights({
      name: "shop",
      region: "nyc",
      envs: [{ key: "ALL", value: "1" }],
      ingress: {
        rules: [
          { component: { name: "api", preservePathPrefix: true }, match: { path: { prefix: "/api" } } },
          { component: { name: "api" }, match: { path: { prefix: "/v1" } } },
          { component: { name: "api", rewrite: "/v3" }, match: { path: { prefix: "/v2" } } },
          {
            redirect: { authority: "b.example", uri: "/x" },
            match: { authority: { exact: "a.example" }, path: { prefix: "/" } },
          },
          { component: { name: "site" }, match: { path: { prefix: "/" } } },
        ],
      },
      services: [
        {
          name: "api",
          instanceCount: 2,
          instanceSizeSlug: "apps-s-1vcpu-1gb",
          httpPort: 8080,
          envs,
          healthCheck: { httpPath: "/health", periodSeconds: 30, timeoutSeconds: 5 },
          image: { repository: "api", digest: `sha256:${"0".repeat(64)}` },
        },
      ],
      workers: [
        {
          name: "mail",
          instanceSizeSlug: "s",
          healthCheck: { port: 9 },
          image: { repository: "mail", digest: `sha256:${"a".repeat(64)}` },
        },
      ],
      staticSites: [{ name: "site", github: { repo: "acme/shop", branch: "main" } }],
    }),
  ).toEqual({
    name: "shop",
    region: "nyc",
    "requests, in order":
      "/api → api, /v1 → api without /v1, /v2 → api as /v3, a.example/ is sent on to b.example/x, / → site",
    "variables of all": "ALL",
    "site site": "built from acme/shop, branch main",
    "service api":
      "2 × apps-s-1vcpu-1gb, image api, nothing was released yet (a digest of zeros stands for it)",
    "service api health": "/health at port 8080, every 30 s, within 5 s",
    "service api variables": "A, B (secret), C (bound)",
    "worker mail": `1 × s, image mail@sha256:${"a".repeat(12)}…`,
    "worker mail health": "it answers at port 9",
  });
});

test("an alert is told by whom it tells", () => {
  const type = "digitalocean:index/uptimeAlert:UptimeAlert";
  const notifications = [{ emails: ["ops@example.com"], slacks: [{ channel: "#alerts", url: "[secret]" }] }];
  expect(highlightsOf(type, { type: "down", notifications })).toEqual({
    type: "down",
    tells: ["ops@example.com", "#alerts"],
  });
  expect(highlightsOf("digitalocean:index/monitorAlert:MonitorAlert", { alerts: {} })).toEqual({
    tells: "nobody",
  });
});
