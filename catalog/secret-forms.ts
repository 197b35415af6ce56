/** What keys and tokens of well-known makers look like, so that none is kept or shown in plain text. */
export interface SecretForm {
  /** What it is, in words that fit behind "must not hold". */
  what: string;
  form: RegExp;
}

/**
 * Forms by which a text is a secret whatever its name. No form tries the same characters again and again, since these
 * are looked for in whatever people write.
 *
 * Source: GitHub, "Supported secret scanning patterns" and "About authentication to GitHub" (token formats); Slack,
 * "Tokens" and "Incoming webhooks"; Stripe, "API keys"; AWS, "IAM identifiers" (unique id prefixes); RFC 7468 (PEM) and
 * RFC 7519 (JWT); read 2026-11-21. DigitalOcean's token prefixes: its API reference of 2026-08-07.
 */
export const secretForms: readonly SecretForm[] = [
  { what: "a private key", form: /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/ },
  { what: "a private key", form: /\bAGE-SECRET-KEY-1[0-9A-Z]{20}/ },
  { what: "a token of DigitalOcean", form: /\bdo[opr]_v1_[0-9a-zA-Z]{4}/ },
  { what: "a token of GitHub", form: /\b(?:gh[pousr]_|github_pat_)[0-9A-Za-z]{4}/ },
  { what: "a token of GitLab", form: /\bgl(?:pat|dt|rt|ptt|cbt)-[\w-]{4}/ },
  { what: "a key of AWS", form: /\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b/ },
  { what: "a token of Slack", form: /\b(?:xox[a-z]|xapp)-[0-9A-Za-z-]{4}/ },
  {
    what: "an address of a webhook",
    form: /\bhooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/\w/,
  },
  { what: "an address of a webhook", form: /\bdiscord(?:app)?\.com\/api\/webhooks\/\w/ },
  { what: "a key of Stripe", form: /\b(?:[sr]k_(?:live|test)|whsec)_[0-9A-Za-z]{4}/ },
  { what: "a token of Pulumi", form: /\bpul-[0-9a-f]{40}\b/ },
  { what: "a key of Google", form: /\bAIza[0-9A-Za-z_-]{35}/ },
  { what: "a key of SendGrid", form: /\bSG\.[\w-]{16,32}\.[\w-]{16}/ },
  { what: "a key of a model's maker", form: /\bsk-(?:ant|proj|svcacct|admin)-[\w-]{8}/ },
  { what: "a token of npm", form: /\bnpm_[0-9A-Za-z]{30}/ },
  { what: "a token of PyPI", form: /\bpypi-AgE[\w-]{8}/ },
  { what: "a token of Docker", form: /\bdckr_[op]at_[\w-]{8}/ },
  { what: "a token of Vault", form: /\bhv[sb]\.[\w-]{16}/ },
  { what: "a signed token", form: /\beyJ[\w-]{6,2000}\.eyJ[\w-]{6,2000}\.[\w-]/ },
  { what: "an address with a password", form: /:\/\/[^\s:@/?#]{0,128}:(?!\$\{|\[)[^\s@/?#]{1,256}@/ },
  {
    what: "a password",
    form: /(?:^|[\s;?&])(?:password|passwd|pwd|sslpassword|accountkey|sharedaccesskey|api_?key|access_token|secret)\s?=\s?(?!\$\{|\[)[^\s;&$]{3}/i,
  },
];

/** Single words of a name that promise a secret. */
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

/** Words that promise one only at the end of a name: `SMTP_PASS`, but not `PASS_THROUGH`. */
export const lastSecretWords = ["pass", "pwd"];

/** Words before `key` that make it a secret one; `PUBLIC_KEY` is none. */
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
];

/** Words at the end by which a name is about a secret and not the secret: `TOKEN_TTL`, `ACCESS_KEY_ID`. */
export const harmlessEnds = [
  "id",
  "path",
  "file",
  "name",
  "header",
  "type",
  "ttl",
  "seconds",
  "minutes",
  "hours",
  "days",
  "length",
  "count",
  "limit",
  "size",
  "enabled",
  "required",
  "expiry",
  "expires",
  "expiration",
  "lifetime",
  "algorithm",
  "issuer",
  "audience",
  "prefix",
  "policy",
  "rounds",
];
