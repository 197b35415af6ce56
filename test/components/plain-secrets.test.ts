import { describe, expect, test } from "@jest/globals";
import { readSettings } from "../../components/config.ts";
import { SettingsError } from "../../components/internal/settings.ts";
import { product } from "../support/rule-examples.ts";
import { secretTexts } from "../support/secrets.ts";
import { stackConfig, stackLines } from "../support/settings.ts";

const image = { registry: "ghcr", repository: "acme/api", tag: "1" };
const withApi = (more: object) => ({ product, app: { services: { api: { image, ...more } } } });
const told = (what: string) =>
  `must not hold ${what} in plain text, where everybody can read it: revoke it, make it a stack secret and refer to its key`;

/** What is said of a configuration whose values all stand in plain text. */
function plainLines(config: Record<string, string>): string[] {
  try {
    readSettings("dev", { ...stackConfig({ product }), ...config }, { isSecret: () => false });
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.faults.map(({ path, message }) => `${path}: ${message}`);
  }
}

const [, token = ""] = secretTexts.find(([what]) => what === "a token of GitHub") ?? [];
const [, hook = ""] = secretTexts.find(([what]) => what === "an address of a webhook") ?? [];

describe("a secret by its form is refused wherever it stands", () => {
  test.each(secretTexts)("%s in a reason (case %#)", (what, text) => {
    const waiver = {
      rule: "db-standby",
      resource: "db",
      reason: `they gave us ${text} for it`,
      expires: "2027-01-01",
    };
    const lines = stackLines({ product, policy: { waivers: [waiver] } });
    expect(lines).toEqual([`policy.waivers[0].reason: ${told(what)}`]);
  });

  test.each<[string, object, string[]]>([
    [
      "a GitHub variable",
      { product, repository: { variables: { REGION: token } } },
      [`repository.variables.REGION: ${told("a token of GitHub")}`],
    ],
    ["the address of a log destination", withApi({}), [`app.logs.search.endpoint: ${told("a password")}`]],
    [
      "the place of a secret's key",
      {
        product,
        monitoring: { checks: {}, database: { emails: [], slack: { channel: "#alerts", secret: hook } } },
      },
      [`monitoring.database.slack.secret: ${told("an address of a webhook")}`],
    ],
    [
      "a reference",
      withApi({ environment: { URL: { bind: "postgresql://app:hunter2@${APP_DOMAIN}/x" } } }),
      [
        "app.services.api.environment.URL.bind: must not hold an address with a password in plain text, where everybody can read it: revoke it, and bind the whole address or make it a secret",
      ],
    ],
  ])("%s", (name, given, lines) => {
    const logs = { search: { kind: "opensearch", endpoint: "https://logs.example/?api_key=hunter2" } };
    const all = name.includes("log") ? { product, app: { ...Reflect.get(given, "app"), logs } } : given;
    expect(stackLines(all)).toEqual(lines);
  });

  test("but not where everybody may read it, by the word of the stack file", () => {
    const map = secretTexts.find(([what]) => what === "a key of Google")?.[1];
    const environment = {
      MAP: { value: map, isPublic: true },
      POSTHOG_KEY: { value: "phc_x", isPublic: true },
    };
    expect(stackLines(withApi({ environment }))).toEqual([]);
  });

  const inVariable = (path: string, key: string) =>
    `${path}: must not hold a token of GitHub in plain text, where everybody can read it: revoke it, write { secret: ${key} } and set it with: pulumi config set --secret slipway:${key}`;

  test("and in a variable once, with the way out, whatever is said of who may read it", () => {
    const environment = {
      LOG_LEVEL: token,
      API_TOKEN: { value: token },
      OPEN_KEY: { value: token, isPublic: true },
    };
    const place = "app.services.api.environment";
    expect(stackLines(withApi({ environment }))).toEqual([
      inVariable(`${place}.API_TOKEN`, "apiToken"),
      inVariable(`${place}.LOG_LEVEL`, "logLevel"),
      inVariable(`${place}.OPEN_KEY`, "openKey"),
    ]);
  });

  test("and elsewhere once, without the form that the place has", () => {
    expect(
      stackLines({ product: { ...product, repository: `acme/${token}`, contact: "a\u0007@acme.test" } }),
    ).toEqual([
      `product.repository: ${told("a token of GitHub")}`,
      "product.contact: must not hold a character that nobody sees: U+0007",
    ]);
  });

  test("while a number that is too large is told its own bound, once", () => {
    expect(stackLines({ product, promotion: { from: "staging", soakMinutes: 1e99 } })).toEqual([
      "promotion.soakMinutes: must be at most 43200; got 1e+99",
    ]);
  });
});

test.each([
  ["digitalocean:token", "hunter2"],
  ["digitalocean:spacesSecretKey", "hunter2"],
  ["aws:secretKey", "hunter2"],
  ["aws:token", "hunter2"],
  ["github:token", "hunter2"],
])("%s is refused in plain text, and not where it is sealed", (key, value) => {
  expect(plainLines({ [key]: value })).toEqual([
    `${key}: must not be in plain text, where everybody can read it: make a new one and set it with: pulumi config set --secret ${key}`,
  ]);
  expect(() => readSettings("dev", { ...stackConfig({ product }), [key]: value })).not.toThrow();
});

test("a provider's settings hold no secret inside either", () => {
  const key = secretTexts[0]?.[1] ?? "";
  expect(plainLines({ "github:appAuth": JSON.stringify({ id: "1", pemFile: key }) })).toEqual([
    `github:appAuth.pemFile: ${told("a private key")}`,
  ]);
  const block = (key: string, value: unknown) => plainLines({ [key]: JSON.stringify(value) });
  const open = (path: string) =>
    `${path}: must not be in plain text, where everybody can read it: make a new one and set it with: pulumi config set --secret --path '${path}'`;
  expect(block("github:appAuth", { id: "1", pemFile: "MIIE" })).toEqual([open("github:appAuth.pemFile")]);
  expect(
    block("aws:assumeRoleWithWebIdentity", { webIdentityToken: "hunter2", webIdentityTokenFile: "/token" }),
  ).toEqual([open("aws:assumeRoleWithWebIdentity.webIdentityToken")]);
  expect(block("aws:assumeRoles", [{ roleArn: "x", externalId: "hunter2" }])).toEqual([]);
  expect(block("aws:sharedCredentialsFiles", ["/home/me/.aws/credentials"])).toEqual([]);
  expect(plainLines({ "aws:accessKeyId": "x", "github:owner": "acme", "aws:profile": "" })).toEqual([]);
});

const foreign =
  "must be left out: whoever answers there gets the platform's token; only this machine may stand in for a platform";

test.each<[string, string, boolean]>([
  ["digitalocean:apiEndpoint", "https://api.digitalocean.com", true],
  ["digitalocean:apiEndpoint", "http://127.0.0.1:4000", true],
  ["digitalocean:apiEndpoint", "http://api.digitalocean.com", false],
  ["digitalocean:apiEndpoint", "https://api.digitalocean.com.other.example", false],
  ["digitalocean:apiEndpoint", "https://user@api.digitalocean.com", false],
  ["digitalocean:apiEndpoint", "other.example", false],
  ["digitalocean:spacesEndpoint", "https://{{.Region}}.digitaloceanspaces.com", true],
  ["github:baseUrl", "https://api.github.com/", true],
  ["github:baseUrl", "http://localhost:4001/", true],
  ["github:baseUrl", "https://github.other.example/", false],
  ["aws:endpoints", JSON.stringify([{ s3: "http://[::1]:4002", iam: "http://127.0.0.1:4002" }]), true],
  ["aws:endpoints", JSON.stringify([{ s3: "https://s3.us-east-1.amazonaws.com" }]), true],
  [
    "aws:endpoints",
    JSON.stringify([{ s3: "http://127.0.0.1:4002", iam: "https://iam.other.example" }]),
    false,
  ],
  ["aws:httpsProxy", "http://proxy.other.example", false],
  ["aws:s3UsEast1RegionalEndpoint", "regional", true],
])("%s %s is let through: %s", (key, value, isFine) => {
  expect(plainLines({ [key]: value })).toEqual(isFine ? [] : [`${key}: ${foreign}`]);
});

describe("no message repeats what may be a secret", () => {
  const drawn = "aB3dE5fG7hJ9kL1mN2";
  test.each<[string, object, string]>([
    [
      "a number where a secret's key belongs",
      { delivery: { environment: "dev", token: { secret: 123456 } } },
      "delivery.token.secret: must be a text, in quotes",
    ],
    [
      "a text where the token's block belongs",
      { delivery: { environment: "dev", token: "hunter2" } },
      "delivery.token: must be a block of settings, not a text",
    ],
    [
      "a word drawn by lot",
      { network: { name: `-${drawn}` } },
      "network.name: must be 1 to 63 letters, digits, hyphens and full stops, such as tinkertools-network; got a text that may be a secret",
    ],
    [
      "a token as a name",
      { app: { services: { [token]: { image } } } },
      "app.services.(hidden): must have a name that is 2 to 32 lower-case letters, digits and hyphens, with a letter first, such as tinkertools-api; got a longer text",
    ],
    [
      "a token in the path of a check",
      {
        app: { services: { api: { image } } },
        monitoring: { checks: { up: { path: `/in/${drawn}`, emails: ["a@b.example"] } } },
      },
      "monitoring.checks.up.path: must be a path that app.ingress leads to a component; there is no rule, got a text that may be a secret",
    ],
    [
      "what follows a path",
      { monitoring: { checks: { up: { path: "/in?code=hunter2", emails: ["a@b.example"] } } } },
      'monitoring.checks.up.path: must be the path alone: leave out ? and what follows it; got "/in" before it',
    ],
    [
      "a list of people",
      { monitoring: { checks: { up: { path: "/", emails: ["hunter2@b.example, c@d.example"] } } } },
      "monitoring.checks.up.emails[0]: must be an e-mail address such as devops@tinkertools.ao",
    ],
    [
      "an unknown key that is one",
      { network: { [token]: 1 } },
      "network.(hidden): must be a known setting: one of ipRange, name, import",
    ],
  ])("%s", (_, given, line) => {
    const lines = stackLines({ product, digitaloceanAccessToken: "t", ...given });
    expect(lines).toContain(line);
    expect(lines.join("\n")).not.toMatch(/hunter2|123456|aB3dE5/);
  });
});
