import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { defaultProduct } from "../../components/default-product.ts";
import { checkSettings, parseSettings } from "../../components/internal/settings.ts";
import { unreachableRules } from "../../components/web-app/ingress.settings.ts";
import { WebAppSettings, webAppSecrets } from "../../components/web-app.settings.ts";

const image = { registry: "ghcr", repository: "acme/api", tag: "1" };
const api = { image };
const site = { github: { branch: "main" } };
const rule = { path: "/", component: "api" };
const app = { services: { api }, ingress: [rule] };

/** The faults of an app as lines. */
function lines(input: unknown): string[] {
  const checked = checkSettings(WebAppSettings, input, "app");
  return checked.ok ? [] : checked.faults.map(({ path, message }) => `${path}: ${message}`);
}

/** An app whose one service has more settings. */
const withService = (more: object) => ({ ...app, services: { api: { ...api, ...more } } });
/** An app whose one service has one variable more. */
const withVariable = (variable: unknown) => withService({ environment: { X: variable } });
const withRules = (...ingress: object[]) => ({ services: { api }, staticSites: { site }, ingress });

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

describe("sources", () => {
  test.each<[string, object, string[]]>([
    [
      "no source",
      { image: undefined },
      ["app.services.api: must have one source: github, gitlab, bitbucket, git, image"],
    ],
    [
      "two sources",
      { github: { branch: "main" } },
      ["app.services.api: must have one source only; got github and image"],
    ],
    [
      "a build command for an image",
      { buildCommand: "make" },
      ["app.services.api.buildCommand: must be left out: an image is built already"],
    ],
    [
      "tag and digest",
      { image: { ...image, digest: `sha256:${"a".repeat(64)}` } },
      ["app.services.api.image.digest: must not be set beside tag: an image has one or the other"],
    ],
    [
      "a short digest",
      { image: { registry: "ghcr", repository: "acme/api", digest: "sha256:abc" } },
      [
        'app.services.api.image.digest: must be an image digest: sha256: and 64 hexadecimal digits; got "sha256:abc"',
      ],
    ],
    [
      "an image without owner",
      { image: { ...image, repository: "api" } },
      ["app.services.api.image.repository: must be owner/name in ghcr, such as tinkertools/tinkertools-api"],
    ],
    [
      "credentials for docr",
      { image: { ...image, registry: "docr", credentials: { secret: "registry" } } },
      ["app.services.api.image.credentials: must be left out: the platform reads docr with its own rights"],
    ],
    [
      "deployment on push to ghcr",
      { image: { ...image, deployOnPush: true } },
      ["app.services.api.image.deployOnPush: must be false: the platform sees pushes to docr only"],
    ],
    [
      "deployment on push of a digest",
      {
        image: {
          registry: "docr",
          repository: "api",
          digest: `sha256:${"a".repeat(64)}`,
          deployOnPush: true,
        },
      },
      ["app.services.api.image.deployOnPush: must be false without a tag: a digest never changes"],
    ],
    [
      "a clone address with credentials",
      { image: undefined, git: { cloneUrl: "https://me:pw@example.com/x.git", branch: "main" } },
      [
        "app.services.api.git.cloneUrl: must be an https address without credentials, such as https://example.com/team/site.git",
      ],
    ],
    [
      "gitlab without its repository",
      { image: undefined, gitlab: { branch: "main" } },
      ["app.services.api.gitlab.repository: must be set, to a text"],
    ],
  ])("fails with %s", (_, more, expected) => {
    expect(lines(withService(more))).toEqual(expected);
  });
});

describe("scale", () => {
  test.each<[string, object, string[]]>([
    [
      "autoscaling on a shared size",
      { size: "apps-s-1vcpu-1gb", autoscaling: { min: 1, max: 5 } },
      [
        "app.services.api.autoscaling: must be left out: apps-s-1vcpu-1gb is shared and the platform scales dedicated sizes only; did you mean size apps-d-1vcpu-1gb?",
      ],
    ],
    [
      "instances beside autoscaling",
      { size: "apps-d-1vcpu-1gb", instances: 2, autoscaling: { min: 1, max: 5 } },
      ["app.services.api.instances: must be left out where autoscaling is set, which decides the number"],
    ],
    [
      "as many instances at least as at most",
      { size: "apps-d-1vcpu-1gb", autoscaling: { min: 2, max: 2 } },
      ["app.services.api.autoscaling.max: must be more than min"],
    ],
    [
      "two instances of a size that runs alone",
      { size: "apps-s-1vcpu-1gb-fixed", instances: 2 },
      [
        "app.services.api.instances: must be 1: apps-s-1vcpu-1gb-fixed runs alone; did you mean size apps-s-1vcpu-1gb?",
      ],
    ],
    [
      "251 instances",
      { size: "apps-s-1vcpu-1gb", instances: 251 },
      ["app.services.api.instances: must be at most 250; got 251"],
    ],
    [
      "a cooldown",
      { size: "apps-d-1vcpu-1gb", autoscaling: { min: 1, max: 2, cooldownSeconds: 60 } },
      ["app.services.api.autoscaling.cooldownSeconds: must be a known setting: one of min, max, cpuPercent"],
    ],
    [
      "a former size",
      { size: "basic-xs" },
      ['app.services.api.size: must be a size that is still sold; "basic-xs" is now apps-s-1vcpu-1gb-fixed'],
    ],
    [
      "a liveness check that wants two successes",
      { liveness: { successThreshold: 2 } },
      [
        "app.services.api.liveness.successThreshold: must be 1: the platform takes no other number for a liveness check",
      ],
    ],
    [
      "a health check out of range",
      { health: { periodSeconds: 301, timeoutSeconds: 0, path: "health" } },
      [
        'app.services.api.health.path: must be a path that starts with a slash, such as /api/health; got "health"',
        "app.services.api.health.periodSeconds: must be at most 300; got 301",
        "app.services.api.health.timeoutSeconds: must be at least 1; got 0",
      ],
    ],
    [
      "a grace period over ten minutes and a drain over 110 seconds",
      { termination: { gracePeriodSeconds: 601, drainSeconds: 111 } },
      [
        "app.services.api.termination.gracePeriodSeconds: must be at most 600; got 601",
        "app.services.api.termination.drainSeconds: must be at most 110; got 111",
      ],
    ],
  ])("fails with %s", (_, more, expected) => {
    expect(lines(withService(more))).toEqual(expected);
  });

  test("a worker has nothing to drain", () => {
    expect(lines({ workers: { mailer: { image, termination: { drainSeconds: 5 } } } })).toEqual([
      "app.workers.mailer.termination.drainSeconds: must be a known setting: one of gracePeriodSeconds",
    ]);
  });

  test("a dedicated size may scale", () => {
    expect(
      lines(withService({ size: "apps-d-1vcpu-1gb", autoscaling: { min: 2, max: 50, cpuPercent: 70 } })),
    ).toEqual([]);
  });
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

describe("variables", () => {
  test.each<[string, unknown]>([
    ["a text", "WARNING"],
    ["a number", 30],
    ["a switch", true],
    ["a text with a scope", { value: "x", scope: "buildTime" }],
    ["a secret", { secret: "secretKey" }],
    ["a secret that may be missing", { secret: "sentryDsn", optional: true }],
    ["a reference to the app", { bind: "${APP_URL}/api" }],
    ["a reference to itself", { bind: "${_self.PRIVATE_URL}" }],
    ["a reference to a component", { bind: "${api.PUBLIC_URL}/a/${api.COMMIT_HASH}" }],
    ["another component's fact", { component: "api", fact: "privateUrl" }],
    ["the release", { release: "version" }],
  ])("may be %s", (_, variable) => {
    expect(lines(withVariable(variable))).toEqual([]);
  });

  test("may refer to the database that the app uses, to its pools and to variables of the app", () => {
    const environment = {
      URL: { database: "main" },
      CA: { bind: "${db.CA_CERT}" },
      POOLED: { bind: "${db.web-pool.DATABASE_URL}" },
      STAGE: { bind: "${SHARED}" },
    };
    expect(lines({ ...withService({ environment }), environment: { SHARED: "x" } })).toEqual([]);
  });

  const at = "app.services.api.environment.X";
  test.each<[string, unknown, string[]]>([
    [
      "a reference in a fixed text",
      "${APP_URL}",
      [`${at}: must not hold \${…} as a fixed text; write it as bind`],
    ],
    [
      "a reference in a fixed value",
      { value: "a${b}" },
      [`${at}: must not hold \${…} as a fixed text; write it as bind`],
    ],
    [
      "a fixed text in bind",
      { bind: "text" },
      [`${at}.bind: must hold a reference such as \${APP_URL}; write a fixed text without bind`],
    ],
    ["an open reference", { bind: "${APP_URL" }, [`${at}.bind: must close every \${ with a }`]],
    [
      "an unknown variable",
      { bind: "${APP_URI}" },
      [
        `${at}.bind: must refer to something that exists: \${APP_URI} must be one of APP_DOMAIN, APP_URL, APP_ID`,
      ],
    ],
    [
      "an unknown component",
      { bind: "${web.PUBLIC_URL}" },
      [
        `${at}.bind: must refer to something that exists: the first part of \${web.PUBLIC_URL} must be one of _self, api`,
      ],
    ],
    [
      "an unknown fact of a component",
      { bind: "${api.URL}" },
      [
        `${at}.bind: must refer to something that exists: the last part of \${api.URL} must be one of PUBLIC_URL, PUBLIC_DOMAIN, PUBLIC_ROUTE_PATH, PRIVATE_URL, PRIVATE_DOMAIN, PRIVATE_PORT, COMMIT_HASH`,
      ],
    ],
    [
      "a component that is not there",
      { component: "web", fact: "publicUrl" },
      [`${at}.component: must be one of api; got web`],
    ],
    [
      "the value of a secret in place of its key",
      { secret: "hunter-2" },
      [`${at}.secret: must be the key of a stack secret in camel case, such as secretKey, not its value`],
    ],
    [
      "a list",
      ["a"],
      [
        `${at}: must be a text, a number, true or false, or a block with one of value, secret, bind, database, component or release`,
      ],
    ],
    [
      "an unknown release fact",
      { release: "date" },
      [`${at}.release: must be one of version, commit, builtAt; got "date"`],
    ],
  ])("fails with %s", (_, variable, expected) => {
    expect(lines(withVariable(variable))).toEqual(expected);
  });

  test("fails with a wrong database reference", () => {
    const environment = {
      URL: { database: "main" },
      A: { bind: "${db.USER}" },
      B: { bind: "${db.a.b.PORT}" },
    };
    expect(lines(withService({ environment }))).toEqual([
      "app.services.api.environment.A.bind: must refer to something that exists: the last part of ${db.USER} must be one of HOSTNAME, PORT, USERNAME, PASSWORD, DATABASE, DATABASE_URL, JDBC_DATABASE_URL, CA_CERT",
      "app.services.api.environment.B.bind: must refer to something that exists: ${db.a.b.PORT} must be a database, optionally a pool, and a fact",
    ]);
  });

  test("fails with a private address of a static site and a public one of a worker", () => {
    const environment = {
      A: { component: "site", fact: "privateUrl" },
      B: { component: "mailer", fact: "publicUrl" },
    };
    const input = {
      services: { api: { ...api, environment } },
      staticSites: { site },
      workers: { mailer: { image } },
      ingress: [{ path: "/", component: "site" }],
    };
    expect(lines(input)).toEqual([
      "app.services.api.environment.A.fact: must be one that site has: only services have private addresses",
      "app.services.api.environment.B.fact: must be one that mailer has: only services and static sites have public addresses",
    ]);
  });

  test("fails with a run-time variable of a static site", () => {
    const environment = { A: { value: "x", scope: "runTime" } };
    expect(
      lines({ staticSites: { site: { ...site, environment } }, ingress: [{ path: "/", component: "site" }] }),
    ).toEqual([
      "app.staticSites.site.environment.A.scope: must be buildTime: a static site is built but does not run",
    ]);
  });

  test("fails with a name that no shell takes", () => {
    expect(lines(withService({ environment: { "1X": "a" } }))).toEqual([
      'app.services.api.environment.1X: must have a name that is letters, digits and underscores, not starting with a digit, such as LOG_LEVEL; got "1X"',
    ]);
  });
});

describe("ingress", () => {
  test.each<[string, object[], string[]]>([
    [
      "neither component nor redirect",
      [{ path: "/a" }, rule],
      ["app.ingress[0]: must have either component or redirect"],
    ],
    [
      "both component and redirect",
      [{ path: "/", component: "api", redirect: { path: "/x" } }],
      ["app.ingress[0]: must have either component or redirect"],
    ],
    [
      "a path that is rewritten and kept",
      [{ path: "/a", component: "api", rewrite: "/b", preservePathPrefix: true }],
      ["app.ingress[0].preservePathPrefix: must be left out beside rewrite: a path is kept or rewritten"],
    ],
    [
      "a redirect that rewrites and keeps the path",
      [{ path: "/a", redirect: { path: "/b" }, rewrite: "/c", preservePathPrefix: false }],
      [
        "app.ingress[0].rewrite: must be left out beside redirect, which has a path of its own",
        "app.ingress[0].preservePathPrefix: must be left out beside redirect, which has a path of its own",
      ],
    ],
    [
      "a redirect to the same place",
      [{ path: "/a", redirect: { code: 301 } }],
      ["app.ingress[0].redirect: must change at least one of authority, path, scheme and port"],
    ],
    [
      "another redirect code",
      [{ path: "/a", redirect: { path: "/b", code: 305 } }],
      ["app.ingress[0].redirect.code: must be one of 300, 301, 302, 303, 304, 307, 308; got 305"],
    ],
    [
      "CORS for one origin and a pattern",
      [{ path: "/", component: "api", cors: { origin: "https://a.example", originPattern: "b" } }],
      ["app.ingress[0].cors: must have either origin or originPattern"],
    ],
    [
      "CORS for an origin with a path",
      [{ path: "/", component: "api", cors: { origin: "https://a.example/" } }],
      [
        'app.ingress[0].cors.origin: must be an origin without a path, such as https://tinkertools.ao; got "https://a.example/"',
      ],
    ],
  ])("fails with %s", (_, ingress, expected) => {
    expect(lines({ services: { api }, ingress })).toEqual(expected);
  });

  test("fails with a target that is no service or static site", () => {
    const input = {
      ...withRules({ path: "/", component: "site" }, { path: "/x", component: "mailer" }),
      workers: { mailer: { image } },
    };
    expect(lines({ ...input, ingress: [...input.ingress].reverse() })).toEqual([
      "app.ingress[0].component: must be a service or static site of the app: api, site; got mailer",
    ]);
  });

  test("fails with a rule that comes after one for everything", () => {
    expect(lines(withRules({ path: "/", component: "site" }, { path: "/api", component: "api" }))).toEqual([
      "app.ingress[1].path: must come before ingress[0], which takes every request for /api",
    ]);
  });

  test("fails with a rule for a host that is not the app's", () => {
    expect(
      lines({ services: { api }, ingress: [{ path: "/", component: "api", authority: "a.example" }] }),
    ).toEqual(["app.ingress[0].authority: must be one of the app's domains; got a.example"]);
  });

  test("a host below a wildcard domain is the app's", () => {
    const domains = [{ name: "a.example", type: "primary", wildcard: true }];
    expect(
      lines({
        domains,
        services: { api },
        ingress: [{ path: "/", component: "api", authority: "x.a.example" }],
      }),
    ).toEqual([]);
  });

  test("paths are told apart by whole segments, and hosts before paths", () => {
    const paths = (...rules: [string, string?][]) =>
      unreachableRules(rules.map(([path, authority]) => ({ path, authority })));
    expect(paths(["/api"], ["/apix"])).toEqual([]);
    expect(paths(["/api"], ["/api/v2"])).toEqual([{ index: 1, by: 0 }]);
    expect(paths(["/api/"], ["/api"])).toEqual([{ index: 1, by: 0 }]);
    expect(paths(["/api"], ["/api"])).toEqual([{ index: 1, by: 0 }]);
    expect(paths(["/", "a.example"], ["/api"])).toEqual([]);
    expect(paths(["/"], ["/api", "a.example"])).toEqual([{ index: 1, by: 0 }]);
  });

  test("rules that go from longer to shorter paths are all reachable", () => {
    const segment = fc.constantFrom("a", "b", "c");
    const path = fc.array(segment, { maxLength: 4 }).map((parts) => `/${parts.join("/")}`);
    fc.assert(
      fc.property(fc.uniqueArray(path), (paths) => {
        const depth = (one: string) => one.split("/").filter(Boolean).length;
        const rules = paths.sort((a, b) => depth(b) - depth(a)).map((one) => ({ path: one }));
        expect(unreachableRules(rules)).toEqual([]);
        expect(unreachableRules([{ path: "/" }, ...rules])).toHaveLength(rules.length);
      }),
    );
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

describe("alerts and logs", () => {
  const emails = (...list: string[]) => ({ destinations: { emails: list } });
  test.each<[string, unknown, string[]]>([
    [
      "an alert on error rates",
      withService({ alerts: [{ measure: "errorRate", value: 5 }] }),
      [
        "app.services.api.alerts[0].measure: must be one of cpuPercent, memoryPercent, restarts; the platform measures no error rate: watch the health path with monitoring.checks",
      ],
    ],
    [
      "another window",
      withService({ alerts: [{ measure: "restarts", value: 5, windowMinutes: 15 }] }),
      ["app.services.api.alerts[0].windowMinutes: must be one of 5, 10, 30, 60"],
    ],
    [
      "destinations that name nobody",
      withService({ alerts: [{ measure: "restarts", value: 5, destinations: {} }] }),
      [
        "app.services.api.alerts[0].destinations: must name an e-mail address or a Slack channel, or be left out",
      ],
    ],
    [
      "one alert twice",
      { ...app, alerts: ["deploymentFailed", { rule: "deploymentFailed" }] },
      ["app.alerts[1]: must be listed once; got deploymentFailed twice"],
    ],
    [
      "different destinations of one measure",
      {
        services: {
          api: { ...api, alerts: [{ measure: "restarts", value: 1, ...emails("a@acme.example") }] },
        },
        workers: {
          mailer: { image, alerts: [{ measure: "restarts", value: 1, ...emails("b@acme.example") }] },
        },
      },
      [
        "app.workers.mailer.alerts[0].destinations: must be as for the restarts alert of api: the provider gives all alerts of a measure the same destinations",
      ],
    ],
    [
      "another place for logs",
      { ...app, logs: { splunk: { kind: "splunk" } } },
      ['app.logs.splunk.kind: must be one of papertrail, datadog, logtail, opensearch; got "splunk"'],
    ],
    [
      "papertrail without a port",
      { ...app, logs: { trail: { kind: "papertrail", endpoint: "logs.example" } } },
      [
        'app.logs.trail.endpoint: must be host:port, such as logs.papertrailapp.com:12345; got "logs.example"',
      ],
    ],
    [
      "opensearch without address or with half a login",
      { ...app, logs: { search: { kind: "opensearch", user: "me" } } },
      [
        "app.logs.search: must have either endpoint or clusterName",
        "app.logs.search: must have both user and password, or neither",
      ],
    ],
    [
      "a log destination with a short name",
      { ...app, logs: { d: { kind: "datadog", apiKey: { secret: "datadogKey" } } } },
      ['app.logs.d: must have a name that is 2 to 42 letters, digits and hyphens, such as datadog; got "d"'],
    ],
  ])("fails with %s", (_, input, expected) => {
    expect(lines(input)).toEqual(expected);
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
