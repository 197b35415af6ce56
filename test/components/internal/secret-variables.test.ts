import { createHash } from "node:crypto";
import { expect, test } from "@jest/globals";
import { looksSecret } from "../../../components/internal/secret-looks.ts";
import { secretTexts } from "../../support/secrets.ts";

/** Hexadecimal digits as a hash has them, made up at run time so that no scanner takes them for real ones. */
const hex = (digits: number) => createHash("sha512").update("x").digest("hex").slice(0, digits);
const drawn = Buffer.from(createHash("sha256").update("y").digest()).toString("base64");

/** Settings as products have them, of which nobody has to hide any. */
const harmless: readonly (readonly [name: string, value: string])[] = [
  ["KEY", "value"],
  ["KEY", "user_id"],
  ["NEXT_PUBLIC_GA_KEY", "G-4T7XK2"],
  ["NEXT_PUBLIC_STRIPE_KEY", "pk_test_4eC39HqLyjWDarjtT1zdp7dc"],
  ["VITE_MAPS_API_KEY", "maps-key-of-the-site"],
  ["PUBLIC_SENTRY_DSN", "https://abc@o1.ingest.example/1"],
  ["REACT_APP_AUTH_TOKEN_URL", "https://id.example/token"],
  ["NUXT_PUBLIC_POSTHOG_KEY", "phc_site"],
  ["HELP_TEXT", "password = none"],
  ["HELP_TEXT", "Send the password: twelve characters at least"],
  ["LOGIN_HINT", "user=guest password=none"],
  ["GIT_SHA", hex(40)],
  ["COMMIT", hex(40)],
  ["COMMIT_SHA", hex(40)],
  ["GIT_COMMIT_SIGNATURE_SHA", hex(40)],
  ["IMAGE_DIGEST", `sha256:${hex(64)}`],
  ["DIGEST", hex(64)],
  ["SEED_CHECKSUM", hex(64)],
  ["CERT_FINGERPRINT", hex(40)],
  ["CERT_SHA256", hex(64)],
  ["SIGNING_CERT_THUMBPRINT", hex(40)],
  ["SOURCE_VERSION", hex(40)],
  ["BUILD_ID", hex(32)],
  ["RELEASE", hex(40)],
  ["ASSETS", hex(32)],
  ["TENANT", "2f1c6a7e-9a53-4c0d-8c1a-2c7d5f0e4b11"],
  ["SESSION_COOKIE_NAME", "sid"],
  ["SESSION_TTL", "3600"],
  ["COOKIE_DOMAIN", ".tinkertools.ao"],
  ["COOKIE_SECURE", "true"],
  ["CSRF_HEADER", "X-CSRF-Token"],
  ["AUTH_MODE", "oidc"],
  ["SMTP_AUTH", "login"],
  ["ADMIN_EMAIL", "admin@tinkertools.ao"],
  ["ROOT_URL", "https://tinkertools.ao"],
  ["MASTER_HOST", "db.internal"],
  ["REQUIRE_PASSWORD", "true"],
  ["ALLOW_EMPTY_PASSWORD", "yes"],
  ["SHOW_PASSWORD", "false"],
  ["RESET_PASSWORD", "enabled"],
  ["DB_PASSWORD", "${db.PASSWORD}"],
  ["PASSWORD_MIN_LENGTH", "12"],
  ["PASSWORD_HASHER", "argon2id"],
  ["BYPASS", "true"],
  ["MAX_TOKENS", "4096"],
  ["TOKENS_PER_MINUTE", "100"],
  ["JWT_ALGORITHM", "RS256"],
  ["JWT_EXPIRES_IN", "15m"],
  ["TOKEN_URL", "https://id.example/token"],
  ["TOKEN_ISSUER", "https://id.example"],
  ["PRIMARY_KEY", "id"],
  ["SORT_KEY", "created_at"],
  ["CACHE_KEY_PREFIX", "app:"],
  ["KMS_KEY_ARN", "arn:aws:kms:eu-central-1:123456789012:key/abc"],
  ["ALGOLIA_SEARCH_KEY", "search-only"],
  ["RECAPTCHA_SITE_KEY", "6Lc-site"],
  ["MAPBOX_PUBLIC_TOKEN", "pk.site"],
  ["WEBHOOK_EVENTS", "push,pull"],
  ["S3_KEY", "reports/monthly.csv"],
  ["AWS_ACCESS_KEY_ID_FILE", "/run/id"],
  ["SECRET_BACKEND", "vault"],
  ["LOG_LEVEL", "DEBUG"],
  ["DATABASE_URL", "postgresql://${db.USERNAME}:${db.PASSWORD}@db.example:25060/app"],
  ["PUBLIC_URL", "https://tinkertools.ao"],
  ["FEATURE_FLAGS", "search,updates"],
  ["CORS_ORIGINS", "https://tinkertools.ao"],
  ["ENCRYPTION", "aes-256-gcm"],
  ["SALT_ROUNDS", "12"],
  ["SEED", "42"],
  ["NONCE_STRATEGY", "random"],
];

/** Values that nobody may read, as they stood in stack files. */
const secret: readonly (readonly [name: string, value: string])[] = [
  ["ADMIN_PASS", "true"],
  ["ADMIN_PASSWORD", "yes"],
  ["SMTP_PASS", "off"],
  ["DB_PASSWORD", "hunter2"],
  ["DB_PASSWORD", "123456"],
  ["DB_PASS", "enabled"],
  ["ADMIN_PIN", "4711"],
  ["KEY", hex(64)],
  ["KEY", drawn],
  ["SEED", hex(64)],
  ["ENCRYPTION", hex(64)],
  ["SESSION", hex(32)],
  ["COOKIE", hex(40)],
  ["CSRF", hex(32)],
  ["NONCE", hex(32)],
  ["SIGNATURE", hex(64)],
  ["SIGNING", hex(40)],
  ["AUTH_VALUE", hex(32)],
  ["AUTH", hex(32)],
  ["HMAC", hex(64)],
  ["ENTROPY", hex(128)],
  ["MASTER", hex(64)],
  ["VAULT", hex(32)],
  ["TOTP", hex(40)],
  ["ROOT_LOGIN", hex(32)],
  ["IV", hex(32)],
  ["CIPHER", hex(64).toUpperCase()],
  ["SESSION", drawn],
  ["API_KEY", hex(32)],
  ["SECRET_KEY", hex(64)],
  ["AUTH_TOKEN", hex(40)],
  ["TWILIO_AUTH", hex(32)],
  ["DATADOG_API_KEY", hex(32)],
  ["NEW_RELIC_LICENSE_KEY", hex(40)],
  ["MAILCHIMP_KEY", `${hex(32)}-us1`],
  ["JWT_SECRET", "x"],
  ["JWT", "hunter2"],
  ["SECRET", "correct horse battery staple"],
  ["PASSPHRASE", "correct horse battery staple"],
  ["STRIPE_TOKEN", "hunter2"],
  ["SENTRY_DSN", "https://abc@o1.ingest.example/1"],
  ["SLACK_WEBHOOK_URL", "https://chat.example/hook"],
  ["AZURE_CONNECTION_STRING", "Endpoint=x"],
  ["REDIS_URL", "redis://:hunter2@cache.example:6379"],
  ["DATABASE_URL", "postgresql://app:hunter2@db.example/app"],
  ["FERNET_KEY", drawn],
  ["COOKIE_KEYS", "a,b"],
  ["PGPASSWORD", "hunter2"],
  ["HASH_SALT", "pepper"],
  ["OPTIONS", "host=db password=hunter2"],
  ["OPTIONS", '{"password":"hunter2"}'],
  ["NEXT_PUBLIC_BACKEND", "https://app:hunter2@api.example"],
  ...secretTexts.filter((_, index) => index % 5 === 0).map(([, text]) => ["VALUE", text] as const),
];

/** What no rule that is honest can know: a word is a secret only to whoever chose it. See docs/guard.md. */
const unknowable: readonly (readonly [name: string, value: string])[] = [
  ["X1", "hunter2"],
  ["X1", hex(40)],
  ["VITE_DB_PASSWORD", "hunter2"],
];

test("the tables are long enough to say something", () => {
  expect([harmless.length, secret.length].map((count) => count >= 60)).toEqual([true, true]);
});

test.each(harmless)("%s with %s may be read by everybody", (name, value) => {
  expect(looksSecret(name, value)).toBe(false);
});

test.each(secret)("%s with %s may not stand in plain text", (name, value) => {
  expect(looksSecret(name, value)).toBe(true);
});

test.each(unknowable)("%s with %s is known to nobody but its owner", (name, value) => {
  expect(looksSecret(name, value)).toBe(false);
});
