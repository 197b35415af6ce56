import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { masked } from "../../../local/apis/request-log.ts";

describe("a body that is shown", () => {
  test("keeps what is no secret and hides what is", () => {
    const body = {
      spec: {
        name: "tinkertools-dev",
        services: [
          {
            envs: [
              { key: "LOG_LEVEL", value: "DEBUG", type: "GENERAL" },
              { key: "SECRET_KEY", value: "plain", type: "SECRET" },
              { key: "SENTRY_DSN", value: "EV[1:abc:def]", type: "SECRET" },
            ],
            image: { registry_credentials: "user:token" },
          },
        ],
      },
    };
    expect(masked(body)).toEqual({
      spec: {
        name: "tinkertools-dev",
        services: [
          {
            envs: [
              { key: "LOG_LEVEL", value: "DEBUG", type: "GENERAL" },
              { key: "SECRET_KEY", value: "[secret]", type: "SECRET" },
              { key: "SENTRY_DSN", value: "EV[1:abc:def]", type: "SECRET" },
            ],
            image: { registry_credentials: "[secret]" },
          },
        ],
      },
    });
  });

  test("hides the password inside an address", () => {
    expect(masked({ text: "postgresql://doadmin:hunter2@127.0.0.1:5432/x" })).toEqual({
      text: "postgresql://doadmin:[secret]@127.0.0.1:5432/x",
    });
  });

  test("holds no value that stood under a secret's name, whatever is around it", () => {
    const name = fc.constantFrom("password", "token", "secret_key", "encrypted_value", "SecretAccessKey", "client_key");
    const secret = fc.stringMatching(/^S3CRET[a-z0-9]{8}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(name, secret), { minLength: 1 }), fc.jsonValue(), (pairs, other) => {
        const body = { other, list: pairs.map(([key, value]) => ({ nested: { [key]: [value] } })) };
        const text = JSON.stringify(masked(body));
        return pairs.every(([, value]) => !text.includes(value) || JSON.stringify(other).includes(value));
      }),
      { numRuns: 500 },
    );
  });
});
