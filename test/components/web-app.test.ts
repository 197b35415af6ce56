import { describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { location, openSealed, resealed, type Sealed } from "../../components/web-app/sealed.ts";
import { WebApp, type WebAppArgs } from "../../components/web-app.ts";
import {
  dependencies,
  isSecret,
  type MockWorld,
  outputValue,
  register,
  resourceNamed,
  revealed,
} from "../support/mocks.ts";

const appType = "digitalocean:index/app:App";
const place = location.variable("api", "SECRET_KEY");
const slack = [{ channel: "#ops", secret: "slackOps" }];

const args = {
  region: "nyc",
  repository: "acme/site",
  services: {
    api: {
      image: { registry: "ghcr", repository: "acme/api", tag: "1.4.2", credentials: { secret: "registry" } },
      environment: {
        SECRET_KEY: { secret: "secretKey" },
        SENTRY_DSN: { secret: "sentryDsn", optional: true },
        DATABASE_URL: { database: "main" },
      },
    },
  },
  ingress: [{ path: "/", component: "api" }],
  secrets: { secretKey: "plain-key", registry: "user:token" },
  database: {
    connection: "private",
    clusterName: "acme-db",
    privateHost: "private.example",
    port: 25060,
    databases: { main: { owner: "main_app" } },
  },
} satisfies WebAppArgs;

async function made(more: Partial<WebAppArgs> = {}, world: MockWorld = {}) {
  const { built, resources } = await register((options) => {
    const transformations: pulumi.ResourceTransformation[] = [
      ...(options.transformations ?? []),
      ({ type, props }) => {
        if (type === appType) written = props.spec;
        return undefined;
      },
    ];
    return new WebApp("acme", { ...args, ...more }, { ...options, transformations });
  }, world);
  const { inputs } = resourceNamed(resources, "acme", appType);
  return { built, resources, inputs, spec: (revealed(inputs) as { spec: SentSpec }).spec };
}

/** The last app's spec as the program wrote it: mocks move the mark of a secret to the outermost block. */
let written: { services: { image: Record<string, unknown>; envs: { key: string; value: unknown }[] }[] };
const isWrittenSecret = async (value: unknown) =>
  pulumi.Output.isInstance(value) && (await pulumi.isSecret(value));

interface SentSpec {
  alerts?: unknown[];
  services: { image: Record<string, unknown>; envs: { key: string; value: unknown }[] }[];
}

/** What the program sends for a variable of the service. */
const sent = (spec: SentSpec, key: string) => spec.services[0]?.envs.find((env) => env.key === key)?.value;

/** The spec as a platform reads it back that seals every secret. */
const readBack = (key = "EV[1:key]", registry = "EV[1:registry]") => ({
  services: [
    {
      name: "api",
      image: { registryCredentials: registry },
      envs: [{ key: "SECRET_KEY", value: key, type: "SECRET" }],
    },
  ],
});

test("makes one app with exactly these inputs", async () => {
  const { resources, inputs } = await made({ networkId: "vpc-1" });
  expect(resources.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
    `${appType} acme`,
    "slipway:index:WebApp acme",
  ]);
  expect(revealed(inputs)).toEqual({
    spec: {
      name: "acme-dev",
      region: "nyc",
      databases: [
        {
          name: "db",
          engine: "PG",
          production: true,
          clusterName: "acme-db",
          dbName: "main",
          dbUser: "main_app",
        },
      ],
      services: [
        {
          name: "api",
          image: {
            registryType: "GHCR",
            registry: "acme",
            repository: "api",
            tag: "1.4.2",
            registryCredentials: "user:token",
          },
          httpPort: 8080,
          instanceSizeSlug: "apps-s-1vcpu-0.5gb",
          instanceCount: 1,
          envs: [
            {
              key: "DATABASE_URL",
              scope: "RUN_TIME",

              value: "postgresql://${db.USERNAME}:${db.PASSWORD}@private.example:25060/main?sslmode=require",
            },
            { key: "SECRET_KEY", scope: "RUN_TIME", type: "SECRET", value: "plain-key" },
          ],
        },
      ],
      ingress: { rules: [{ match: { path: { prefix: "/" } }, component: { name: "api" } }] },
      disableEdgeCache: false,
      disableEmailObfuscation: false,
      enhancedThreatControlEnabled: false,
      vpcs: [{ id: "vpc-1" }],
    },
  });
});

test("a public database is reached by the platform's own address", async () => {
  const { spec } = await made({ database: { ...args.database, connection: "public" } });
  expect(sent(spec, "DATABASE_URL")).toBe("${db.DATABASE_URL}");
});

test("every secret is wrapped, and the component's own inputs hold none", async () => {
  const { resources, inputs } = await made({ secrets: { ...args.secrets, sentryDsn: "https://dsn" } });
  expect(pulumi.runtime.isRpcSecret(inputs.spec)).toBe(true);
  const [service] = written.services;
  const marks = (service?.envs ?? []).map(async ({ key, value }) => `${key} ${await isWrittenSecret(value)}`);
  expect(await Promise.all(marks)).toEqual(["DATABASE_URL false", "SECRET_KEY true", "SENTRY_DSN true"]);
  expect(await isWrittenSecret(service?.image.registryCredentials)).toBe(true);
  const own = JSON.stringify(resourceNamed(resources, "acme", "slipway:index:WebApp").inputs);
  for (const plaintext of ["plain-key", "user:token", "https://dsn"]) expect(own).not.toContain(plaintext);
});

test("waits for what the component waits for", async () => {
  const { resources } = await register((options) => {
    const database = new pulumi.ComponentResource("slipway:test:Database", "database", {}, options);
    return new WebApp("acme", args, { ...options, dependsOn: [database] });
  });
  expect(dependencies(resourceNamed(resources, "acme", appType))).toEqual(["database"]);
});

test("hands out its addresses", async () => {
  const { built } = await made();
  expect(
    await outputValue(pulumi.all([built.id, built.appUrn, built.liveUrl, built.defaultIngress])),
  ).toEqual([
    "acme-id",
    "do:app:acme-id",
    "https://acme.ondigitalocean.example",
    "https://acme.ondigitalocean.example",
  ]);
});

describe("sealed", () => {
  const firstRun = () => made({}, { outputs: { [appType]: { spec: readBack(), updatedAt: "1" } } });

  test("is secret, without plaintext, and knows every ciphertext", async () => {
    const { built } = await firstRun();
    expect(await isSecret(built.sealed)).toBe(true);
    const sealed = await outputValue(built.sealed);
    expect(Object.entries(sealed.entries).map(([at, { ciphertext }]) => [at, ciphertext])).toEqual([
      ["api#registry", "EV[1:registry]"],
      ["api.SECRET_KEY", "EV[1:key]"],
    ]);
    expect(JSON.stringify(sealed)).not.toMatch(/plain-key|user:token/);
  });

  test("makes the next run send the ciphertexts, as secrets", async () => {
    const sealed = await outputValue((await firstRun()).built.sealed);
    const { spec, built } = await made({ sealed }, { outputs: { [appType]: { spec: readBack() } } });
    expect(
      await isWrittenSecret(written.services[0]?.envs.find(({ key }) => key === "SECRET_KEY")?.value),
    ).toBe(true);
    expect(sent(spec, "SECRET_KEY")).toBe("EV[1:key]");
    expect(spec.services[0]?.image.registryCredentials).toBe("EV[1:registry]");
    expect(await outputValue(built.sealed)).toEqual(sealed);
  });

  test("makes a changed secret go out in clear, and that one only", async () => {
    const sealed = await outputValue((await firstRun()).built.sealed);
    const { spec } = await made({ sealed, secrets: { ...args.secrets, secretKey: "new-key" } });
    expect(sent(spec, "SECRET_KEY")).toBe("new-key");
    expect(spec.services[0]?.image.registryCredentials).toBe("EV[1:registry]");
  });

  test("is read from an output whose lists the SDK left wrapped", async () => {
    const wrapped = { ...readBack(), services: pulumi.secret(readBack().services) };
    const { built } = await made({}, { outputs: { [appType]: { spec: await rpcForm(wrapped) } } });
    const sealed = await outputValue(built.sealed);
    expect(sealed.entries[place]?.ciphertext).toBe("EV[1:key]");
  });

  test("is ignored where everything is to be sent again", async () => {
    const sealed = await outputValue((await firstRun()).built.sealed);
    const { spec } = await made({ sealed, resendsSecrets: true });
    expect(sent(spec, "SECRET_KEY")).toBe("plain-key");
  });
});

describe("alert destinations", () => {
  const alerts = [
    { rule: "deploymentFailed" as const, destinations: { emails: ["ops@acme.example"], slack } },
  ];
  const secrets = { ...args.secrets, slackOps: "https://hooks.slack.example/T0" };
  const world = { outputs: { [appType]: { spec: readBack(), updatedAt: "1" } } };

  test("are sent at first, the webhook as a secret, and left out once only the platform has them", async () => {
    const first = await made({ alerts, secrets }, world);
    expect(first.spec.alerts).toEqual([
      {
        rule: "DEPLOYMENT_FAILED",
        disabled: false,
        destinations: {
          emails: ["ops@acme.example"],
          slackWebhooks: [{ channel: "#ops", url: "https://hooks.slack.example/T0" }],
        },
      },
    ]);
    expect(pulumi.runtime.isRpcSecret(first.inputs.spec)).toBe(true);
    const sealed = await outputValue(first.built.sealed);
    const second = await made({ alerts, secrets, sealed }, world);
    expect(second.spec.alerts).toEqual([{ rule: "DEPLOYMENT_FAILED", disabled: false }]);
    const changed = await made({ alerts, secrets: { ...secrets, slackOps: "https://other" }, sealed }, world);
    expect(JSON.stringify(changed.spec.alerts)).toContain("https://other");
  });

  test("are sent again while the provider's state has them, so that it sees no change", async () => {
    const state = { ...readBack(), alerts: [{ rule: "DEPLOYMENT_FAILED", destinations: { emails: [] } }] };
    const keeping = { outputs: { [appType]: { spec: state, updatedAt: "1" } } };
    const first = await made({ alerts, secrets }, keeping);
    const sealed = await outputValue(first.built.sealed);
    const second = await made({ alerts, secrets, sealed }, keeping);
    expect(second.spec.alerts).toEqual(first.spec.alerts);
  });
});

describe("before anything is registered", () => {
  test("fails with every fault of what surrounds it", () => {
    const { database: _, ...without } = args;
    const untagged = { ...args.services.api, image: { registry: "ghcr", repository: "acme/api" } } as const;
    expect(() => new WebApp("acme", { ...without, secrets: {}, services: { api: untagged } })).toThrow(
      [
        "acme has invalid settings:",
        "  services.api.image: must have a version: set release.images.api to a digest, or tag or digest here",
        "  services.api.environment.DATABASE_URL.database: must be a database of the stack; there is none, got main",
        "  secrets.secretKey: must be set: app.services.api.environment.SECRET_KEY needs it",
      ].join("\n"),
    );
  });

  test("fails with a database of another name", () => {
    expect(
      () =>
        new WebApp("acme", {
          ...args,
          database: { ...args.database, databases: { shop: { owner: "a" }, users: { owner: "b" } } },
        }),
    ).toThrow(
      "  services.api.environment.DATABASE_URL.database: must be one of database.databases: shop, users; got main",
    );
  });

  test("fails with wrong settings", () => {
    expect(() => new WebApp("acme", { ...args, egress: "fixed" as "shared" })).toThrow(
      'acme has invalid settings:\n  egress: must be one of shared, dedicated; got "fixed"',
    );
  });
});

test("its type wants a region of App Platform", () => {
  const wrong: WebAppArgs = {
    ...args,
    // @ts-expect-error - nyc3 is a data centre, not a region of App Platform
    region: "nyc3",
  };
  expect(wrong.region).toBe("nyc3");
});

/** A value with its secrets as the engine sends them. */
async function rpcForm(value: unknown): Promise<unknown> {
  return pulumi.runtime
    .serializeProperties("test", { value } as pulumi.Inputs)
    .then(({ value: form }) => form);
}

const kept: Sealed = resealed(openSealed(undefined), { [place]: "a" }, readBack());
test("what the stack keeps is plain data", () => {
  expect(openSealed(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
});
