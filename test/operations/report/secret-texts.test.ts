import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { withoutTokens } from "../../../operations/report/secret-texts.ts";
import { withoutNamed, withoutSecrets } from "../../../operations/report/secrets.ts";
import { harmlessTexts, secretTexts } from "../../support/secrets.ts";

const token = `ghp_${"aB3dE5fG7hJ9".repeat(3)}`;
const age = `age-secret-${`key-1${"qpzry9x8".repeat(7)}`}`;

describe("a text is shown without its secrets", () => {
  test.each([
    ["postgres://u:p4ss/w0rdcanary@host/db", "postgres://u:[secret]@host/db"],
    ["postgres://u:p@ss@host/db", "postgres://u:[secret]@host/db"],
    ["a redis://:p?x#y@h:1,redis://:q@i b", "a redis://:[secret]@h:1,redis://:[secret]@i b"],
    ['{"a":"amqp://u:p/q@h","b":"x@y"}', '{"a":"amqp://u:[secret]@h","b":"x@y"}'],
    ["postgres://u:1234/x@host", "postgres://u:[secret]@host"],
    ["https://admin:hunter2@status.example/health", "https://admin:[secret]@status.example/health"],
    ["aws_secret_access_key=wJalrXUtnFEMI/K7MDENG", "aws_secret_access_key=[secret]"],
    ["run --password=cmdpw --port=80", "run --password=[secret] --port=80"],
    ["run --db-password cmdpw --port 80", "run --db-password [secret] --port 80"],
    [`serve --token ${token} --db x`, "serve --token [secret] --db x"],
    ["PASSWORD=buildcanary npm run build", "PASSWORD=[secret] npm run build"],
    ["PASSWORD='build canary' npm", "PASSWORD=[secret] npm"],
    ["x?user=a&password=canary&b=c", "x?user=a&password=[secret]&b=c"],
    ["DB_PASSWORD: hunter", "DB_PASSWORD: [secret]"],
    ["user: me\n  password: hunter\n", "user: me\n  password: [secret]\n"],
    ['{"dbPassword":"a\\"b","n":1}', '{"dbPassword":"[secret]","n":1}'],
    ['{\\"token\\":\\"abc\\"}', '{\\"token\\":\\"[secret]\\"}'],
    [age, "[secret]"],
    [`name-19751452${token}`, "name-19751452[secret]"],
    ["hunter2 ${x}", "hunter2 ${x}"],
    ["http://localhost:4873/@acme/pkg", "http://localhost:4873/@acme/pkg"],
    ["run --secret-file x --token $TOKEN", "run --secret-file x --token $TOKEN"],
  ])("%s", (text, shown) => {
    expect(withoutTokens(text)).toBe(shown);
    expect(withoutTokens(shown)).toBe(shown);
  });

  test.each(harmlessTexts.filter((text) => !text.startsWith("M")))("%s stays as it is", (text) => {
    expect(withoutTokens(text)).toBe(text);
  });

  test.each(secretTexts)("%s: %s does not", (_, text) => {
    expect(withoutTokens(text)).not.toContain(text);
  });
});

test("what stands under the name of a secret is hidden in lists, as a number and as a key", () => {
  expect(
    withoutSecrets(
      "a:b:C",
      {
        PASSWORD: ["a", ["b"], { secret: "dbPassword" }],
        PASSWORD_NUM: 81_234_567,
        DB_PASSWORD: "hunter2${x}",
        DSN: "postgres://${db.USERNAME}:${db.PASSWORD}@${db.HOSTNAME}",
        MAX_TOKENS: 81_234_567,
        passwordLength: 12,
        [token]: 1,
        [`${token}x`]: 2,
      },
      [],
    ),
  ).toEqual({
    PASSWORD: ["[secret]", ["[secret]"], { secret: "dbPassword" }],
    PASSWORD_NUM: "[secret]",
    DB_PASSWORD: "[secret]",
    DSN: "postgres://${db.USERNAME}:${db.PASSWORD}@${db.HOSTNAME}",
    MAX_TOKENS: 81_234_567,
    passwordLength: 12,
    "[secret]": 1,
    "[secret] (2)": 2,
  });
});

test("no secret survives, however deep and wherever it stands", () => {
  // A slash would make a file's path of it, which behind a name is none; in an address it is a part of the password.
  const canary = fc.stringMatching(/^canary[a-z0-9@+_-]{4,20}[a-z0-9]$/);
  const placed = canary.chain((secret) =>
    fc
      .constantFrom<(secret: string) => unknown>(
        (one) => `postgres://user:${one}@host/db`,
        (one) => `postgres://user:p/${one}/q@host/db`,
        (one) => `run --password=${one} now`,
        (one) => `run --api-key ${one} now`,
        (one) => `aws_secret_access_key=${one}`,
        (one) => ({ PASSWORD: one }),
        (one) => ({ PASSWORD: [[one]] }),
        (one) => ({ DB_PASSWORD: `${one}\${x}` }),
        (one) => ({ [`redis://:${one}@h`]: 1 }),
        (one) => ({ [`${token}${one.replace(/\W/g, "")}`]: 1 }),
        (one) => `x ${token}${one.replace(/\W/g, "")}`,
        (one) => ({ key: "API_KEY", value: one }),
        (one) => JSON.stringify({ a: [{ smtpPassword: one }] }),
      )
      .map((place) => ({ secret, value: place(secret) })),
  );
  const nested = placed.chain(({ secret, value }) =>
    fc.array(fc.constantFrom("list", "map", "text"), { maxLength: 6 }).map((levels) => ({
      secret,
      value: levels.reduce<unknown>(
        (inner, level) =>
          level === "list" ? ["x", inner] : level === "map" ? { a: inner, b: "x" } : { t: inner },
        value,
      ),
    })),
  );
  fc.assert(
    fc.property(nested, ({ secret, value }) => {
      const bare = secret.replace(/\W/g, "");
      const shown = JSON.stringify(withoutNamed(value));
      expect(shown).not.toContain(secret);
      expect(shown).not.toContain(bare);
    }),
    { numRuns: 300 },
  );
});
