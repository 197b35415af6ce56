import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { secretForms } from "../../../catalog/secret-forms.ts";
import {
  displayable,
  looksDrawn,
  looksSecret,
  namesSecret,
  secretForm,
} from "../../../components/internal/secret-looks.ts";
import { harmlessTexts, secretTexts } from "../../support/secrets.ts";

test.each(secretTexts)("%s is known by its form (case %#)", (what, text) => {
  expect(secretForm(text)).toBe(what);
  expect(secretForm(`see (${text})`)).toBe(what);
  expect(looksSecret("LOG_LEVEL", text)).toBe(true);
});

test("every form is one of the examples", () => {
  const unseen = secretForms.filter(({ form }) => !secretTexts.some(([, text]) => form.test(text)));
  expect(unseen).toEqual([]);
});

test.each(harmlessTexts)("%s is no secret", (text) => {
  expect(secretForm(text)).toBeUndefined();
  expect(displayable(text)).toBe(text);
});

test.each([
  "SECRET",
  "SECRET_KEY",
  "SESSION_SECRET_KEY",
  "DB_PASSWORD",
  "PASSWORD",
  "MYSQL_PWD",
  "SMTP_PASS",
  "PASS",
  "pwd",
  "APIKEY",
  "STRIPE_API_KEY",
  "apiKey",
  "GOOGLE_APPLICATION_CREDENTIALS",
  "AWS_CREDENTIAL",
  "SENTRY_DSN",
  "GITHUB_TOKEN",
  "TOKEN_PRODUCTION",
  "JWT",
  "PRIVATE_KEY_PEM",
  "spacesSecretKey",
  "secretKey",
  "SLACK_WEBHOOK_URL",
  "SLACK_WEBHOOK",
  "AZURE_CONNECTION_STRING",
  "connectionString",
  "MASTER_KEY",
  "PGPASSWORD",
  "MYSQLPASSWORD",
  "DBPASS",
  "SMTPPWD",
  "ADMIN_PIN",
  "HASH_SALT",
  "PEPPER",
  "FERNET_KEY",
  "HMAC_KEY",
  "AWS_KEY",
  "TWILIO_AUTH",
  "PRIVATE_KEY_STAGING",
  "API_KEY_2",
  "PASSWORDS",
  "TOKENS",
  "ADMIN_TOKENS",
  "API_KEYS",
  "ENCRYPTION_KEYS",
  "SECRETS",
  "COOKIE_KEYS",
  "COOKIE_KEY",
])("%s promises a secret", (name) => {
  expect(namesSecret(name)).toBe(true);
  expect(looksSecret(name, "hunter2")).toBe(true);
});

test.each([
  "PUBLIC_KEY",
  "KEY",
  "key",
  "KEY_PREFIX",
  "PRIMARY_KEY_TYPE",
  "PRIMARY_KEY",
  "KMS_KEY_ARN",
  "TOKEN_MODE",
  "SECRET_BACKEND",
  "CREDENTIALS_PROVIDER",
  "PASSWORD_HASHER",
  "JWT_COOKIE_DOMAIN",
  "TOKEN_SCOPE",
  "WEBHOOK_EVENTS",
  "TOKEN_ENDPOINT",
  "sharedCredentialsFiles",
  "BYPASS",
  "OLDPWD",
  "SALT_ROUNDS",
  "PINNED",
  "MONKEY",
  "PASS_THROUGH",
  "PWD",
  "TOKEN_TTL",
  "TOKEN_URL",
  "TOKENS_PER_MINUTE",
  "ACCESS_KEY_ID",
  "PASSWORD_MIN_LENGTH",
  "COMPASS",
  "SECRETARY",
  "CSRF_TOKEN_HEADER",
  "DATABASE_URL",
  "JWT_EXPIRES_IN",
  "ACCESS_TOKEN_EXPIRES_IN",
  "JWT_ACCESS_EXPIRES_IN",
  "TOKEN_LEEWAY",
  "TOKEN_BUDGET",
  "JWT_COOKIE",
  "SENTRY_DSN_ENV",
  "PASSWORD_RULE",
  "PASSWORD_POLICY_LEVEL",
  "SECRET_ROTATION",
  "MAPBOX_PUBLIC_TOKEN",
  "ALGOLIA_SEARCH_KEY",
  "MAX_TOKENS",
  "RATE_LIMIT_TOKENS",
  "USE_SECRETS",
  "PUBLIC_KEYS",
  "ARROW_KEYS",
  "",
])("%s promises none", (name) => {
  expect(namesSecret(name)).toBe(false);
  expect(looksSecret(name, "hunter2")).toBe(false);
});

test.each<[string, unknown, boolean]>([
  ["API_TOKEN", "", false],
  ["API_TOKEN", "true", false],
  ["API_TOKEN", "off", false],
  ["API_TOKEN", "123456", false],
  ["API_TOKEN", "1234567", true],
  ["API_TOKEN", 1234567, true],
  ["DB_PASSWORD", "123456", true],
  ["DB_PASSWORD", 1234, true],
  ["ADMIN_PIN", "4711", true],
  ["LED_PIN", 17, false],
  ["SMTP_AUTH", "login", false],
  ["SMTP_AUTH", "user:hunter2", true],
  ["API_TOKEN", "${db.PASSWORD}", false],
  ["S3_KEY", "path/to/file.csv", false],
  ["S3_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCY", true],
  ["JWT", "disabled", false],
  ["JWT", "hunter2", true],
  ["API_TOKEN", true, false],
  ["API_TOKEN", undefined, false],
  ["API_TOKEN", ["x"], false],
])("%s with %j is a secret: %j", (name, value, expected) => {
  expect(looksSecret(name, value)).toBe(expected);
});

test.each(secretTexts)("%s is not displayed (case %#)", (_, text) => {
  const shown = displayable(`app.x: must be a size; got "${text}", did you mean y?`);
  expect(shown).toContain("(hidden)");
  expect(shown).not.toContain("hunter2");
  expect(secretForm(shown)).toBeUndefined();
});

test("what cannot be seen is written out", () => {
  expect(displayable("a\u202eb\u200bc\u0000\n")).toBe("a\\u{202e}b\\u{200b}c\\u{0}\\u{a}");
});

test("displaying comes to an end, and its end is displayable", () => {
  const text = fc.array(
    fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom(...secretTexts.map(([, one]) => one.slice(0, 12)))),
  );
  fc.assert(
    fc.property(text, (parts) => {
      const once = displayable(parts.join(""));
      expect(displayable(once)).toBe(once);
    }),
  );
});

test.each([
  ["aB3dE5fG7hJ9kL1m", true],
  ["0123456789abcdef0123456789abcdef", true],
  ["aB3dE5fG7hJ9", false],
  ["apps-s-1vcpu-1gb-fixed", false],
  ["tinkertools-backups-2026", false],
  ["a sentence With 123 words of it", false],
])("%s looks drawn by lot: %s", (text, expected) => {
  expect(looksDrawn(text)).toBe(expected);
});
