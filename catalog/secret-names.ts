/**
 * Which names promise a secret. Words that make one: gitleaks, config/gitleaks.toml of 2026-07-22, generic-api-key
 * (access, auth, api, credential, creds, key, password, secret, token); the others are names of well-known programs,
 * each with its documentation beside it. The words at the end by which a name is only about one are those of settings
 * that such programs have.
 */

/** Single words of a name that promise a secret, wherever in it they stand. */
export const secretWords = [
  "secret",
  "token",
  "password",
  "passwd",
  "passphrase",
  "passcode",
  "credential",
  "credentials",
  "creds",
  "dsn",
  "apikey",
  "jwt",
  "webhook",
];

/** Several of them at once: `ADMIN_TOKENS`, but not the number of `MAX_TOKENS`. */
export const manySecretWords = [
  "secrets",
  "tokens",
  "passwords",
  "passwds",
  "passphrases",
  "passcodes",
  "apikeys",
  "dsns",
  "jwts",
  "webhooks",
];

/** Words by which a name is about a number or a choice: `RATE_LIMIT_TOKENS`, `USE_SECRETS`. */
export const amountWords = ["max", "min", "limit", "per", "num", "number", "total", "use"];

/**
 * Words before one that promises a secret which say that everybody may know it: `MAPBOX_PUBLIC_TOKEN`, which a site
 * carries.
 */
export const publicWords = ["public", "publishable", "anon"];

/**
 * Starts of a name by which build tools put its value into files that everybody can read.
 *
 * Source: Vercel, Framework environment variables, of 2025-07-18 (NEXT_PUBLIC_, and that frameworks have such prefixes);
 * SvelteKit, $env/static/public (PUBLIC_), read 2026-11-21; the others by name only: their pages could not be opened.
 */
export const publishingPrefixes = [
  "VITE_",
  "NEXT_PUBLIC_",
  "NUXT_PUBLIC_",
  "REACT_APP_",
  "GATSBY_",
  "VUE_APP_",
  "PUBLIC_",
  "EXPO_PUBLIC_",
  "NG_APP_",
];

/** Words by which a name with a password in it asks for a choice: `REQUIRE_PASSWORD`, `ALLOW_EMPTY_PASSWORD`. */
export const choiceWords = [
  "allow",
  "ask",
  "change",
  "check",
  "confirm",
  "disable",
  "disallow",
  "empty",
  "enable",
  "enforce",
  "force",
  "forgot",
  "has",
  "have",
  "hide",
  "ignore",
  "is",
  "mask",
  "need",
  "needs",
  "no",
  "optional",
  "random",
  "remember",
  "require",
  "requires",
  "reset",
  "show",
  "skip",
  "support",
  "supports",
  "update",
  "use",
  "uses",
  "verify",
  "with",
  "without",
];

/**
 * Words by which a name only suggests a secret: what stands there is one where it was drawn by lot as well. `key` alone is
 * what lists of names and values call the name too.
 */
export const suggestingWords = [
  "admin",
  "auth",
  "authorization",
  "certificate",
  "cert",
  "cipher",
  "cookie",
  "crypt",
  "crypto",
  "csrf",
  "encryption",
  "entropy",
  "hmac",
  "iv",
  "key",
  "keys",
  "login",
  "master",
  "mnemonic",
  "nonce",
  "pem",
  "phrase",
  "private",
  "root",
  "salt",
  "secure",
  "seed",
  "session",
  "sign",
  "signature",
  "signing",
  "totp",
  "vault",
  "xsrf",
];

/** Words by which hexadecimal digits are a hash or a number that everybody may know: `GIT_SHA`, `IMAGE_DIGEST`. */
export const hashWords = [
  "sha",
  "md",
  "git",
  "commit",
  "digest",
  "hash",
  "checksum",
  "sum",
  "etag",
  "revision",
  "rev",
  "ref",
  "version",
  "build",
  "release",
  "tag",
  "fingerprint",
  "thumbprint",
  "integrity",
  "public",
  "id",
  "uuid",
];

/** Ends of a word that promise one: `PGPASSWORD` (PostgreSQL 17, 32.15 Environment Variables, not opened), `MYSQLPASSWORD`. */
export const secretEndings = [
  "password",
  "passwd",
  "passphrase",
  "secret",
  "apikey",
  "authtoken",
  "accesstoken",
];

/**
 * Words that promise one only at the end of a name: `SMTP_PASS`, but not `PASS_THROUGH`. `pepper`: OWASP, Password
 * Storage Cheat Sheet, CheatSheetSeries at commit 00111e722b, read 2026-11-21 ("Peppers are secrets"); a `salt` is none there, since each
 * user has one: what a setting calls so is one for all, as a pepper; `auth`: `TWILIO_AUTH`, after "Auth Token" of Twilio's console.
 */
export const lastSecretWords = ["pass", "pwd", "pin", "salt", "pepper", "auth"];

/** Words with `pass` at their end that are none. */
export const harmlessPasses = [
  "bypass",
  "compass",
  "trespass",
  "overpass",
  "underpass",
  "encompass",
  "surpass",
];

/** Words before `key` that make it a secret one wherever in a name it stands. */
export const secretKeys = [
  "api",
  "private",
  "access",
  "secret",
  "encryption",
  "signing",
  "license",
  "licence",
  "master",
  "auth",
  "ssh",
  "service",
  "account",
  "shared",
  "role",
  "app",
  "session",
  "cookie",
  "fernet",
  "hmac",
  "aws",
];

/** Words before a `key` at the end that make it none: everybody may know it, or it is where something is found. */
export const harmlessKeys = [
  "public",
  "publishable",
  "anon",
  "site",
  "primary",
  "foreign",
  "partition",
  "sort",
  "cache",
  "index",
  "search",
  "unique",
  "idempotency",
  "translation",
  "object",
  "routing",
  "lookup",
  "group",
  "feature",
  "kms",
  "row",
];

/** Words at the end by which a name is about a secret and not the secret: `TOKEN_TTL`, `ACCESS_KEY_ID`. */
export const harmlessEnds = [
  "id",
  "ids",
  "arn",
  "path",
  "file",
  "files",
  "dir",
  "directory",
  "location",
  "name",
  "names",
  "header",
  "type",
  "kind",
  "mode",
  "format",
  "version",
  "class",
  "driver",
  "backend",
  "provider",
  "providers",
  "manager",
  "store",
  "storage",
  "strategy",
  "hasher",
  "hashers",
  "validator",
  "validators",
  "scope",
  "scopes",
  "events",
  "endpoint",
  "domain",
  "domains",
  "host",
  "port",
  "region",
  "realm",
  "namespace",
  "method",
  "methods",
  "origin",
  "field",
  "column",
  "table",
  "pattern",
  "regex",
  "label",
  "hint",
  "ttl",
  "age",
  "timeout",
  "interval",
  "retries",
  "attempts",
  "seconds",
  "minutes",
  "hours",
  "days",
  "length",
  "count",
  "limit",
  "size",
  "enabled",
  "disabled",
  "required",
  "optional",
  "expiry",
  "expires",
  "expiration",
  "lifetime",
  "algorithm",
  "issuer",
  "audience",
  "prefix",
  "suffix",
  "policy",
  "rule",
  "rules",
  "level",
  "rotation",
  "leeway",
  "budget",
  "cookie",
  "env",
  "in",
  "rounds",
  "iterations",
];

/**
 * Settings of providers that hold a secret though their name says otherwise: the content of a key, not its file.
 *
 * Source: schema of Pulumi's GitHub provider 6.15.0, `ProviderAppAuth.pemFile`: the file's content.
 */
export const providerSecrets = ["pemFile"];
