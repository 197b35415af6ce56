import { describe, expect, test } from "@jest/globals";
import { api, image, lines, site, withService } from "../../support/app-settings.ts";

/** An app whose one service has one variable more. */
const withVariable = (variable: unknown) => withService({ environment: { X: variable } });

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

test.each<[string, Record<string, unknown>, string]>([
  ["the database's address", { VITE_DB: { database: "main" } }, "VITE_DB.database"],
  ["a login of the database", { VITE_DB: { bind: "${db.PASSWORD}" } }, "VITE_DB.bind"],
  ["a secret of the whole app", { VITE_T: { bind: "x${SHARED}" } }, "VITE_T.bind"],
  ["a secret under another tool's name", { NG_APP_KEY: { secret: "mapKey" } }, "NG_APP_KEY.secret"],
])("a static site may not publish %s", (_, environment, at) => {
  const given = {
    ...withService({ environment: { URL: { database: "main" } } }),
    staticSites: { site: { ...site, environment } },
    ingress: [{ path: "/", component: "site" }],
    environment: { SHARED: { secret: "sharedKey" } },
  };
  const prefix = at.startsWith("NG") ? "NG_APP_" : "VITE_";
  expect(lines(given).filter((line) => line.includes("public") || line.includes("everybody"))).toEqual([
    `app.staticSites.site.environment.${at}: must not be a secret: builds put whatever starts with ${prefix} into files that everybody can read`,
  ]);
});
