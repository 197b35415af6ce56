import { generateKeyPairSync } from "node:crypto";

/** Made up at run time, so that no scanner of the repository takes them for real ones. */
const of = (start: string, rest: string) => `${start}${rest}`;
const letters = "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xYz1A2b3C4";

const pairs = [
  generateKeyPairSync("rsa", { modulusLength: 1024 }),
  ...["P-256", "P-384", "P-521"].map((namedCurve) => generateKeyPairSync("ec", { namedCurve })),
  generateKeyPairSync("ed25519"),
  generateKeyPairSync("x25519"),
  generateKeyPairSync("ed448"),
];
/** What stands between the lines of PEM. */
const bodyOf = (pem: string | Buffer): string =>
  String(pem)
    .split("\n")
    .filter((line) => !/^-----|:|^$/.test(line))
    .join("");
const privateBodies = pairs.flatMap(({ privateKey }) => [
  bodyOf(privateKey.export({ type: "pkcs8", format: "pem" })),
  bodyOf(privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" })),
  ...(privateKey.asymmetricKeyType === "rsa"
    ? [bodyOf(privateKey.export({ type: "pkcs1", format: "pem" }))]
    : []),
  ...(privateKey.asymmetricKeyType === "ec"
    ? [bodyOf(privateKey.export({ type: "sec1", format: "pem" }))]
    : []),
]);
const publicBodies = pairs.flatMap(({ publicKey }) => [
  bodyOf(publicKey.export({ type: "spki", format: "pem" })),
  ...(publicKey.asymmetricKeyType === "rsa"
    ? [bodyOf(publicKey.export({ type: "pkcs1", format: "pem" }))]
    : []),
]);

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
  ["a password", "Server=db; Password = hunter2; Encrypt=true"],
  ["a password", "host=db.example password = hunter2 dbname=app"],
  ["a password", '{"user":"app","password":"hunter2"}'],
  ["a password", '{"pass": "hunter2"}'],
  ["a password", '{"db":"{\\"clientSecret\\":\\"hunter2\\"}"}'],
  ...["", "RSA ", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED "].map(
    (kind) =>
      [
        "a private key",
        Buffer.from(of("-----BEGIN ", `${kind}PRIVATE KEY-----\nMIIE`)).toString("base64"),
      ] as const,
  ),
  [
    "an address of a webhook",
    of("https://acme.webhook.", "office.com/webhookb2/0f0f@0f0f/IncomingWebhook/0f/0f"),
  ],
  ["a key of Mailgun", of("key", `-${"0f".repeat(16)}`)],
  ["a key of a model's maker", of("sk", `-${letters.slice(0, 32)}`)],
  ["a login of HTTP", of("Authorization: Bearer ", "mF_9.B5f-4.1JqM")],
  ["a login of HTTP", of("Basic ", Buffer.from("app:hunter2").toString("base64"))],
  ["an address with a token", "https://hooks.example/in?token=hunter2"],
  ["an address with a token", "https://store.example/f?sv=2026&sig=hunter2%3D"],
  ["an address with a token", "/health?access_token=hunter2"],
  ["a token of Shopify", of("shp", `at_${"0f".repeat(16)}`)],
  ["a token of Shopify", of("shp", `ss_${"0f".repeat(16)}`)],
  ["a token of Telegram", of("123456789:", `A${letters.slice(0, 34)}`)],
  ["a token of Hugging Face", of("hf", `_${"abCD".repeat(8)}ef`)],
  ["a token of Sentry", of("sntrys", "_eyJpYXQiOjE2")],
  ["a token of Sentry", of("sntryu", `_${"0f".repeat(32)}`)],
  ["a token of Grafana", of("glc", "_eyJvIjoiMTIzNDU2Nzg5In0")],
  ["a token of Grafana", of("glsa", `_${letters.slice(0, 32)}_0123abcd`)],
  ["a key of Linear", of("lin_", `api_${letters}`)],
  ["a token of Supabase", of("sbp", `_${"0f".repeat(20)}`)],
  ["a key of New Relic", of("eu01xx", `${"0f".repeat(15)}NRAL`)],
  ["a key of New Relic", of("NRAK", `-${"0F".repeat(13)}X`)],
  ["a key of Django", of("django-", "insecure-a1b2c3d4e5")],
  ["an address of a webhook", of("https://hooks.zapier", ".com/hooks/catch/1/x")],
  ["a login of HTTP", "Authorization: Token hunter2hunter2"],
  ["an address with a token", "https://maps.example/js?key=hunter2hunter2"],
  ["a password", "FOO=1 DB_PASSWORD=hunter2"],
  ["a password", "password: hunter2"],
  ...privateBodies.map((body) => ["a private key", body] as const),
  ["a private key", Buffer.from("openssh-key-v1\0none").toString("base64")],
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
  "password = your own one, with twelve characters at least",
  "Basic authentication is used",
  "a Bearer token",
  "Bearer ${API_TOKEN}",
  "https://tinkertools.ao/in?token=${TOKEN}",
  "https://tinkertools.ao/in?tokens=many&signed=no",
  '{"tokenUrl":"https://tinkertools.ao"}',
  '{"password":"${db.PASSWORD}"}',
  '{"bypass":"never"}',
  Buffer.from("-----BEGIN CERTIFICATE-----\nMIIE").toString("base64"),
  Buffer.from("-----BEGIN PUBLIC KEY-----\nMIIE").toString("base64"),
  "key-value",
  "https://tinkertools.ao/?key=name",
  "password: twelve characters at least",
  "Authorization: Bearer authentication is used",
  "max_password_length=12",
  "hf_model",
  "DB_PASSWORD=`cat /run/secret` node server.js",
  "REQUIRE_PASSWORD=true",
  "12:30:45",
  "sk-SK",
  "password = none",
  "host=db.example password = none dbname=app",
  "password=required",
  '{"password":"none"}',
  ...publicBodies,
];
