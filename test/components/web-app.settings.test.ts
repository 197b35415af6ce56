import { describe, expect, test } from "@jest/globals";
import { defaultProduct } from "../../components/default-product.ts";
import { parseSettings } from "../../components/internal/settings.ts";
import { WebAppSettings, webAppSecrets } from "../../components/web-app.settings.ts";
import { api, app, image, lines, rule, site } from "../support/app-settings.ts";

test("an app of one service needs its image and a rule only", () => {
  expect(parseSettings(WebAppSettings, app, "app")).toEqual({
    domains: [],
    staticSites: {},
    services: {
      api: {
        image: { ...image, deployOnPush: false },
        port: 8080,
        internalPorts: [],
        size: "apps-s-1vcpu-0.5gb",
        alerts: [],
        environment: {},
      },
    },
    workers: {},
    jobs: {},
    environment: {},
    ingress: [rule],
    alerts: [],
    logs: {},
    egress: "shared",
    edge: { isCached: true, hidesEmails: true, hasThreatControl: false },
    resendsSecrets: false,
  });
});

test("checking twice is checking once", () => {
  const once = parseSettings(WebAppSettings, defaultProduct.app, "app");
  expect(parseSettings(WebAppSettings, once, "app")).toEqual(once);
});

describe("jobs", () => {
  const job = { image, kind: "preDeploy" };

  test.each(["preDeploy", "postDeploy", "failedDeploy"])("may be %s", (kind) => {
    expect(lines({ jobs: { migrate: { ...job, kind } } })).toEqual([]);
  });

  test("fails with a schedule, and names what does instead", () => {
    expect(lines({ jobs: { nightly: { ...job, kind: "scheduled" } } })).toEqual([
      "app.jobs.nightly.kind: must be one of preDeploy, postDeploy, failedDeploy: the provider cannot declare scheduled jobs; use a worker with a scheduler inside, or a scheduled workflow",
    ]);
  });

  test("fails with another kind", () => {
    expect(lines({ jobs: { nightly: { ...job, kind: "preDeplo" } } })).toEqual([
      'app.jobs.nightly.kind: must be one of preDeploy, postDeploy, failedDeploy; got "preDeplo", did you mean preDeploy?',
    ]);
  });
});

describe("components", () => {
  test.each<[string, unknown, string[]]>([
    ["none at all", {}, ["app: must have at least one component"]],
    [
      "one name twice",
      { ...app, workers: { api } },
      ["app.workers.api: must have a name of its own: services has one called api too"],
    ],
    [
      "the name of the database",
      { services: { db: { ...api, environment: { URL: { database: "main" } } } } },
      ["app.services.db: must have another name: the app's database is called so"],
    ],
    [
      "a name with capitals",
      { services: { Api: api } },
      [
        'app.services.Api: must have a name that is 2 to 32 lower-case letters, digits and hyphens, with a letter first, such as tinkertools-api; got "Api"',
      ],
    ],
    [
      "a static site with two documents for what is missing",
      {
        staticSites: { site: { ...site, catchallDocument: "index.html", errorDocument: "404.html" } },
        ingress: [{ path: "/", component: "site" }],
      },
      [
        "app.staticSites.site.errorDocument: must not be set beside catchallDocument, which answers in its place",
      ],
    ],
    [
      "an image for a static site",
      { staticSites: { site: { ...site, image } }, ingress: [{ path: "/", component: "site" }] },
      [
        "app.staticSites.site.image: must be a known setting: one of github, gitlab, bitbucket, git, sourceDirectory, environmentSlug, dockerfilePath, buildCommand, outputDirectory, indexDocument, errorDocument, catchallDocument, environment",
      ],
    ],
    [
      "a static site that nobody sees",
      { staticSites: { site } },
      ["app.ingress: must have a rule for the static site site, or nobody sees it"],
    ],
  ])("fails with %s", (_, input, expected) => {
    expect(lines(input)).toEqual(expected);
  });
});

describe("domains and edge", () => {
  const primary = { name: "acme.example", type: "primary" };
  test.each<[string, object, string[]]>([
    [
      "no primary",
      { domains: [{ name: "acme.example", type: "alias" }] },
      ["app.domains: must have exactly one primary domain; got 0"],
    ],
    [
      "two primaries",
      { domains: [primary, { name: "b.example", type: "primary" }] },
      ["app.domains: must have exactly one primary domain; got 2"],
    ],
    [
      "one name twice",
      { domains: [primary, { name: "acme.example", type: "alias" }] },
      ["app.domains[1].name: must be listed once; got acme.example twice"],
    ],
    [
      "a zone elsewhere",
      { domains: [{ ...primary, zone: "other.example" }] },
      ["app.domains[0].zone: must be acme.example or a part of it; got other.example"],
    ],
    [
      "edge switches without a domain",
      { edge: { isCached: false, hidesEmails: false, hasThreatControl: true } },
      [
        "app.edge.isCached: must be left out while the app has no domain of its own",
        "app.edge.hidesEmails: must be left out while the app has no domain of its own",
        "app.edge.hasThreatControl: must be left out while the app has no domain of its own",
      ],
    ],
  ])("fails with %s", (_, more, expected) => {
    expect(lines({ ...app, ...more })).toEqual(expected);
  });

  test("edge switches may be set with a domain", () => {
    expect(lines({ ...app, domains: [primary], edge: { isCached: false } })).toEqual([]);
  });
});

test("every secret is named with the places that use it", () => {
  const slack = [{ channel: "#ops", secret: "slackOps" }];
  const settings = parseSettings(
    WebAppSettings,
    {
      services: {
        api: {
          image: { ...image, credentials: { secret: "registry" } },
          environment: { KEY: { secret: "secretKey" }, DSN: { secret: "sentryDsn", optional: true } },
          alerts: [{ measure: "restarts", value: 3, destinations: { slack } }],
        },
      },
      environment: { SHARED: { secret: "shared" } },
      alerts: ["domainLive", { rule: "deploymentFailed", destinations: { slack } }],
      logs: {
        dog: { kind: "datadog", apiKey: { secret: "datadogKey" } },
        search: {
          kind: "opensearch",
          clusterName: "logs",
          user: "u",
          password: { secret: "searchPassword" },
        },
        tail: { kind: "logtail", token: { secret: "logtailToken" } },
        trail: { kind: "papertrail", endpoint: "logs.example:1" },
      },
    },
    "app",
  );
  expect(
    webAppSecrets(settings).map(({ name, optional, usedBy }) => `${name} ${optional} ${usedBy.join()}`),
  ).toEqual([
    "shared false app.environment.SHARED",
    "sentryDsn true app.services.api.environment.DSN",
    "secretKey false app.services.api.environment.KEY",
    "registry false app.services.api.image.credentials",
    "datadogKey false app.logs.dog.apiKey",
    "searchPassword false app.logs.search.password",
    "logtailToken false app.logs.tail.token",
    "slackOps false app.alerts.deploymentFailed.destinations",
    "slackOps false app.services.api.alerts.restarts.destinations",
  ]);
});

test("the type refuses what the schema refuses", () => {
  type Input = import("zod").input<typeof WebAppSettings>;
  const job = { image: { registry: "ghcr", repository: "acme/api", tag: "1" } } as const;
  const input: Input = {
    jobs: {
      nightly: {
        ...job,
        // @ts-expect-error - the provider cannot declare scheduled jobs
        kind: "scheduled",
      },
    },
  };
  expect(lines(input)).toHaveLength(1);
});
