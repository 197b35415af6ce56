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

  test.each([
    ["redis://:hunter2@127.0.0.1:6379", "redis://:[secret]@127.0.0.1:6379"],
    ["to a://b:c@d and e://f:g@h", "to a://b:[secret]@d and e://f:[secret]@h"],
    ["http://127.0.0.1:8080/a@b", "http://127.0.0.1:8080/a@b"],
  ])("hides passwords alone in %s", (text, shown) => {
    expect(masked({ text })).toEqual({ text: shown });
  });

  test.each([
    "api_key",
    "client_secret",
    "webhook_secret",
    "webhook_url",
    "NewPassword",
    "WebIdentityToken",
    "SAMLAssertion",
    "passphrase",
    "ssh_private_key",
  ])("hides what stands under %s", (name) => {
    expect(masked({ [name]: "hunter2", list: [{ [name]: "hunter2" }] })).toEqual({
      [name]: "[secret]",
      list: [{ [name]: "[secret]" }],
    });
  });

  test.each(["key", "key_id", "public_key", "AccessKeyId", "html_url", "secret_name", "token_type"])(
    "shows what stands under %s",
    (name) => {
      expect(masked({ [name]: "hunter2" })).toEqual({ [name]: "hunter2" });
    },
  );

  test("holds no value that stood under a secret's name, whatever is around it", () => {
    const name = fc.constantFrom(
      "password",
      "token",
      "secret_key",
      "encrypted_value",
      "SecretAccessKey",
      "client_key",
    );
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
