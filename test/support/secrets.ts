/** Made up at run time, so that no scanner of the repository takes them for real ones. */
const of = (start: string, rest: string) => `${start}${rest}`;
const letters = "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xYz1A2b3C4";

/** Texts that are secrets by their form, with what they are told to be. */
export const secretTexts: readonly (readonly [what: string, text: string])[] = [
  ["a private key", of("-----BEGIN ", "RSA PRIVATE KEY-----\nMIIE")],
  ["a private key", of("-----BEGIN ", "PRIVATE KEY-----")],
  ["a private key", of("-----BEGIN ", "PGP PRIVATE KEY BLOCK-----")],
  ["a private key", of("AGE-SECRET-", "KEY-1QQPQQQQQQQQQQQQQQQQQQQQQQ")],
  ["a token of DigitalOcean", of("dop_", `v1_${"0f".repeat(32)}`)],
  ["a token of DigitalOcean", of("doo_", `v1_${"0f".repeat(32)}`)],
  ["a token of DigitalOcean", of("dor_", `v1_${"0f".repeat(32)}`)],
  ...["ghp", "gho", "ghu", "ghs", "ghr"].map(
    (kind) => ["a token of GitHub", of(`${kind}_`, letters)] as const,
  ),
  ["a token of GitHub", of("github_", `pat_${letters}`)],
  ["a token of GitLab", of("glpat", `-${letters.slice(0, 20)}`)],
  ["a key of AWS", of("AKIA", "IOSFODNN7EXAMPLE")],
  ["a key of AWS", of("ASIA", "IOSFODNN7EXAMPLE")],
  ...["xoxb", "xoxp", "xoxa", "xoxe", "xapp"].map(
    (kind) => ["a token of Slack", of(kind, "-1234-abcd")] as const,
  ),
  ["an address of a webhook", of("https://hooks.", "slack.com/services/T0/B0/x")],
  ["an address of a webhook", of("https://discord", ".com/api/webhooks/1/x")],
  ["a key of Stripe", of("sk_", `live_${letters}`)],
  ["a key of Stripe", of("rk_", `live_${letters}`)],
  ["a key of Stripe", of("whsec", `_${letters}`)],
  ["a token of Pulumi", of("pul-", "0f".repeat(20))],
  ["a key of Google", of("AIza", letters.slice(0, 35))],
  ["a key of SendGrid", of("SG.", `${letters.slice(0, 22)}.${letters}`)],
  ["a key of a model's maker", of("sk-ant", `-${letters}`)],
  ["a token of npm", of("npm_", letters.slice(0, 36))],
  ["a token of PyPI", of("pypi-", `AgE${letters}`)],
  ["a token of Docker", of("dckr_", `pat_${letters}`)],
  ["a token of Vault", of("hvs.", letters)],
  ["a signed token", of("eyJ", "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln")],
  ["an address with a password", "postgresql://app:hunter2@db.example/app"],
  ["an address with a password", "redis://:hunter2@cache.example:6379"],
  ["an address with a password", "https://user:hunter2@logs.example/${APP_ID}"],
  ["a password", "host=db.example user=app password=hunter2"],
  ["a password", "https://logs.example/in?api_key=hunter2"],
  ["a password", "Endpoint=x;AccountKey=hunter2"],
];

/** Texts that only look a little like one. */
export const harmlessTexts: readonly string[] = [
  "postgresql://${db.USERNAME}:${db.PASSWORD}@db.example:25060/app?sslmode=require",
  "https://tinkertools.ao:8443/api@2",
  "https://tinkertools.ao/?password=${db.PASSWORD}",
  "-----BEGIN CERTIFICATE-----",
  "-----BEGIN PUBLIC KEY-----",
  "ghp_",
  "AKIA",
  "xoxo",
  "task-ant-farm",
  "eyJ",
  "default-src 'self'",
  "sha256:0f",
  "user@tinkertools.ao",
];
