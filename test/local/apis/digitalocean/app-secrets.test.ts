import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { seal, unseal } from "../../../../local/apis/digitalocean/apps/secrets.ts";
import {
  type Answer,
  appSpec,
  deployedApp,
  ended,
  type LocalDigitalOcean,
  localDigitalOcean,
  serviceSpec,
} from "./server.ts";

describe("a sealed text", () => {
  const key = randomBytes(32);
  const text = fc.string({ unit: "binary", maxLength: 300 });

  test("opens to what it was, and says nothing of it", () => {
    fc.assert(
      fc.property(text, (plain) => {
        const sealed = seal(key, plain);
        expect(sealed).toMatch(/^EV\[1:[A-Za-z0-9+/]{16}:[A-Za-z0-9+/]+={0,2}\]$/);
        expect(unseal(key, sealed)).toBe(plain);
      }),
    );
  });

  test("is another one each time", () => {
    fc.assert(fc.property(text, (plain) => expect(seal(key, plain)).not.toBe(seal(key, plain))));
  });

  test("does not open when any of its bytes was changed", () => {
    fc.assert(
      fc.property(text, fc.nat(), fc.integer({ min: 1, max: 255 }), (plain, place, change) => {
        const [, nonce = "", sealed = ""] = /^EV\[1:(.+):(.+)\]$/.exec(seal(key, plain)) ?? [];
        const bytes = Buffer.concat([Buffer.from(nonce, "base64"), Buffer.from(sealed, "base64")]);
        const index = place % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ change;
        const [head, tail] = [bytes.subarray(0, 12), bytes.subarray(12)].map((part) =>
          part.toString("base64"),
        );
        expect(unseal(key, `EV[1:${head}:${tail}]`)).toBeUndefined();
      }),
    );
  });

  test.each(["", "EV[", "EV[1:AAAA:AAAA]", "EV[2:AAAAAAAAAAAAAAAA:AAAA]", "plain"])("is not %j", (value) => {
    expect(unseal(key, value)).toBeUndefined();
  });

  test("does not open with another key", () => {
    expect(unseal(randomBytes(32), seal(key, "text"))).toBeUndefined();
  });
});

describe("an app's secrets", () => {
  let cloud: LocalDigitalOcean;

  beforeEach(async () => {
    cloud = await localDigitalOcean();
  });

  afterEach(async () => {
    await cloud.close();
    expect(cloud.deviations).toEqual([]);
  });

  const spec = (secret: string, credentials: string, plain = "info"): Record<string, unknown> => ({
    ...appSpec,
    envs: [{ key: "SHARED", value: secret, type: "SECRET" }],
    services: [
      {
        ...serviceSpec,
        image: { ...serviceSpec.image, registry_credentials: credentials },
        envs: [
          { key: "TOKEN", value: secret, type: "SECRET", scope: "RUN_TIME" },
          { key: "LOG_LEVEL", value: plain, type: "GENERAL" },
          { key: "EMPTY", value: "", type: "SECRET" },
        ],
      },
    ],
  });

  const values = (app: Answer["body"]): string[] => [
    app.spec.envs[0].value,
    app.spec.services[0].envs[0].value,
    app.spec.services[0].image.registry_credentials,
  ];

  test("come back sealed, everything else as it was sent", async () => {
    const app = await deployedApp(cloud, spec("s3cret", "user:token"));
    for (const value of values(app)) expect(value).toMatch(/^EV\[1:/);
    expect(new Set(values(app)).size).toBe(3);
    expect(app.spec.services[0].envs.slice(1)).toEqual([
      { key: "LOG_LEVEL", value: "info", type: "GENERAL" },
      { key: "EMPTY", value: "", type: "SECRET" },
    ]);
    expect(app.active_deployment.spec).toEqual(app.spec);
  });

  test("reach the process in clear", async () => {
    await deployedApp(cloud, spec("s3cret", "user:token"));
    expect(cloud.apps.served[0]?.components[0]?.environment).toEqual({
      SHARED: "s3cret",
      TOKEN: "s3cret",
      LOG_LEVEL: "info",
      EMPTY: "",
    });
  });

  test("stay the same when they are sent back, and in clear they are sealed anew", async () => {
    const app = await deployedApp(cloud, spec("s3cret", "user:token"));
    const put = async (sent: unknown): Promise<Answer["body"]> => {
      const { app: updated } = (await cloud.ask("PUT", `/v2/apps/${app.id}`, { spec: sent })).body;
      await ended(cloud, app.id, updated.pending_deployment.id);
      return updated;
    };
    expect((await put(app.spec)).spec).toEqual(app.spec);
    expect(cloud.apps.served.at(-1)?.components[0]?.environment.TOKEN).toBe("s3cret");
    const rotated = await put(spec("other", "user:token"));
    for (const [index, value] of values(rotated).entries()) expect(value).not.toBe(values(app)[index]);
    expect(cloud.apps.served.at(-1)?.components[0]?.environment.TOKEN).toBe("other");
  });

  test("fail when this account never made them", async () => {
    const foreign = seal(randomBytes(32), "s3cret");
    const { status, body } = await cloud.ask("POST", "/v2/apps", { spec: spec("s3cret", foreign) });
    expect([status, body.message]).toEqual([
      422,
      'component "api": registry_credentials has an encrypted value that this account did not make',
    ]);
    expect((await cloud.ask("POST", "/v2/apps", { spec: spec(foreign, "user:token") })).body.message).toBe(
      'variable "SHARED" has an encrypted value that this account did not make',
    );
  });

  test("are left alone in GENERAL variables", async () => {
    const app = await deployedApp(cloud, spec("s3cret", "user:token", "EV[1:looks:sealed]"));
    expect(app.spec.services[0].envs[1].value).toBe("EV[1:looks:sealed]");
  });
});
