import { describe, expect, test } from "@jest/globals";
import {
  alertRoutes,
  destinationRules,
  routesText,
  slackSecrets,
} from "../../../components/web-app/destinations.ts";
import { WebAppSettings } from "../../../components/web-app.settings.ts";
import { complete, faultLines } from "../../support/settings.ts";

const site = { github: { repository: "acme/home", branch: "main" }, outputDirectory: "dist" };
const home = { staticSites: { home: site }, ingress: [{ path: "/", component: "home" }] };
const image = { registry: "ghcr", repository: "acme/api", tag: "1" };
const ops = { slack: [{ channel: "#ops", secret: "slackOps" }] };
const dev = { emails: ["dev@acme.example"], slack: [{ channel: "#dev", secret: "slackDev" }] };
const restarts = (destinations?: object) => ({ measure: "restarts", value: 3, destinations });
const memory = { measure: "memoryPercent", value: 80 };
const cpu = (destinations?: object) => ({ measure: "cpuPercent", value: 80, destinations });

describe("the alerts that have destinations of their own", () => {
  const app = complete(WebAppSettings, {
    alerts: [
      "domainLive",
      { rule: "deploymentLive" },
      { rule: "domainFailed", destinations: ops },
      { rule: "deploymentFailed", destinations: dev },
    ],
    services: { web: { image, port: 8080, alerts: [restarts(ops), memory] } },
    workers: { mail: { image, alerts: [cpu(dev)] }, quiet: { image, alerts: [restarts(ops)] } },
    ...home,
  });
  const routes = alertRoutes(app);

  test("are listed by what they are about, in the order of the letters", () => {
    expect(routes).toEqual([
      { alert: "deploymentFailed", destinations: dev },
      { alert: "domainFailed", destinations: { emails: [], ...ops } },
      { alert: "mail.cpuPercent", destinations: dev },
      { alert: "quiet.restarts", destinations: { emails: [], ...ops } },
      { alert: "web.restarts", destinations: { emails: [], ...ops } },
    ]);
  });

  test("need each secret of their channels once", () => {
    expect(slackSecrets(routes)).toEqual(["slackDev", "slackOps"]);
    expect(slackSecrets([])).toEqual([]);
  });

  test("have a text that holds everything by which a destination differs", () => {
    const urls = { slackOps: "https://hooks.example/1", slackDev: "https://hooks.example/2", other: "x" };
    expect(JSON.parse(routesText(routes.slice(0, 2), urls))).toEqual([
      ["deploymentFailed", ["dev@acme.example"], [["#dev", "https://hooks.example/2"]]],
      ["domainFailed", [], [["#ops", "https://hooks.example/1"]]],
    ]);
    expect(routesText([], urls)).toBe("[]");
  });
});

describe("the alerts of an app", () => {
  const lines = (app: object) => faultLines(WebAppSettings, { ...home, ...app });
  const once = (index: number, rule: string) => `alerts[${index}]: must be listed once; got ${rule} twice`;

  test("are listed once each, with destinations or without", () => {
    expect(lines({ alerts: ["domainLive", "domainFailed"] })).toEqual([]);
    expect(lines({ alerts: ["domainLive", "domainLive", "domainFailed", { rule: "domainLive" }] })).toEqual([
      once(1, "domainLive"),
      once(3, "domainLive"),
    ]);
  });

  const alike = (path: string, measure: string, first: string) =>
    `${path}.destinations: must be as for the ${measure} alert of ${first}: the provider gives all alerts of a measure the same destinations`;
  const withAlerts = (web: object[], mail: object[]) => ({
    services: { web: { image, port: 8080, alerts: web } },
    workers: { mail: { image, alerts: mail } },
  });

  test.each<[string, object, string[]]>([
    ["the same people", withAlerts([restarts(ops)], [restarts(ops)]), []],
    ["nobody in particular", withAlerts([restarts()], [restarts()]), []],
    ["others about another measure", withAlerts([restarts(ops), cpu(dev)], [cpu(dev), restarts(ops)]), []],
    [
      "others",
      withAlerts([cpu(), restarts(ops)], [restarts(dev), cpu()]),
      [alike("workers.mail.alerts[0]", "restarts", "web")],
    ],
    [
      "nobody in particular after somebody",
      withAlerts([restarts(ops)], [restarts()]),
      [alike("workers.mail.alerts[0]", "restarts", "web")],
    ],
    [
      "others about the second of its measures",
      withAlerts([restarts(ops), cpu(ops)], [restarts(ops), cpu(dev)]),
      [alike("workers.mail.alerts[1]", "cpuPercent", "web")],
    ],
  ])("of one measure go to the same: %s", (_, app, expected) => {
    expect(lines(app)).toEqual(expected);
  });

  test("have rules with names, which the catalogue of rules lists", () => {
    expect(destinationRules.map(({ id, demands, isPerEntry }) => [id, demands, isPerEntry])).toEqual([
      ["alert-once", "No alert of the app is listed twice.", true],
      ["alert-destinations-alike", "All alerts of one measure go to the same people.", undefined],
    ]);
  });
});
