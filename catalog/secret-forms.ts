/** What keys and tokens of well-known makers look like, so that none is kept or shown in plain text. */
export interface SecretForm {
  /** What it is, in words that fit behind "must not hold". */
  what: string;
  form: RegExp;
  /** Whether what everybody may read has this form too, so that the word of the stack file counts. */
  mayBePublic?: boolean;
  /** Where its form is described, with the day of that page. */
  source: string;
}

const gitleaks = (...rules: string[]) => `gitleaks, config/gitleaks.toml of 2026-07-22: ${rules.join(", ")}`;
/** A standard or a manual that is named from memory: its page could not be opened, and its form is held by examples alone. */
const unopened = (page: string) => `${page} (not opened)`;
const trufflehog = (...detectors: string[]) =>
  `trufflehog, pkg/detectors of 2026-08-21: ${detectors.join(", ")}`;

/** The beginnings of private keys in PEM, written in base64 once more: "-----BEGIN " and the kind of key. */
const encodedKeys = [
  "QUklWQVRF", // PRIVATE KEY
  "SU0EgUFJJVkFUR", // RSA
  "FQyBQUklWQVRF", // EC
  "EU0EgUFJJVkFUR", // DSA
  "PUEVOU1NIIFBSSVZBVE", // OPENSSH
  "FTkNSWVBURUQgUFJJVkFUR", // ENCRYPTED
];

/** The first bytes of private keys in DER, in base64; a sign stands for the length where it is free. */
const derKeys = [
  "MII[A-Za-z0-9+/]{2}[AQgw]IBA(?:DANBgkqhk|AK[BC])", // RSA
  "MII[A-Za-z0-9+/]{2}[AQgw]IBAz", // PKCS #12
  "MIG[A-Za-z0-9+/]AgEAMB[AM]G", // EC, P-256 and P-384
  "MIH[A-Za-z0-9+/]AgEAMBAG", // EC, P-521
  "MHcCAQEEI|MIG[A-Za-z0-9+/]AgEBBD|MIH[A-Za-z0-9+/]AgEBBE", // EC by itself
  "M[A-Za-z0-9+/]{2}CAQ[AE]wBQYDK2V[uvwx]", // Ed25519, X25519, Ed448, X448
  "MII[A-Za-z0-9+/]{2}[DTjz]B[A-Za-z0-9+/]BgkqhkiG9w0BBQ0w", // encrypted
  "M[A-Za-z0-9+/]{3}MF[A-Za-z0-9+/]GCSqGSIb3DQEFDT", // encrypted, short
];

const passwordNames =
  "password|passwd|pwd|sslpassword|accountkey|sharedaccesskey|api_?key|access_token|secret";

/** Words in the place of a password that are none. */
const nothing = "(?:true|false|none|null|empty|unset|required|optional)\\b";

/**
 * Forms by which a text is a secret whatever its name. No form tries the same characters again and again, since these
 * are looked for in whatever people write. Only the part is asked for that makes it one, not the whole length.
 */
export const secretForms: readonly SecretForm[] = [
  {
    what: "a private key",
    form: /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/,
    source: `${unopened("RFC 7468")}; ${gitleaks("private-key")}`,
  },
  {
    what: "a private key",
    form: new RegExp(`LS0tLS1CRUdJTiB(?:${encodedKeys.join("|")})`),
    source: unopened("RFC 7468 in the encoding of RFC 4648, section 4"),
  },
  {
    // What stands between the lines of PEM: the first bytes in DER, by which a public key or a certificate is none of these.
    what: "a private key",
    form: new RegExp(`(?<![A-Za-z0-9+/])(?:${derKeys.join("|")})`),
    source:
      "ITU-T X.690 (DER); RFC 5208 and 5958 (PKCS #8), RFC 8017 (RSA), RFC 5915 (EC), RFC 8410 (Ed25519, X25519, Ed448), RFC 8018 (PBES2), RFC 7292 (PKCS #12): not opened, made with OpenSSL and looked at 2026-11-21",
  },
  {
    what: "a private key",
    form: /(?<![A-Za-z0-9+/])b3BlbnNzaC1rZXktdjEA/,
    source:
      "OpenSSH, PROTOCOL.key: the text openssh-key-v1 and a zero; not opened, the text is decoded in the tests",
  },
  {
    what: "a private key",
    form: /\bAGE-SECRET-KEY-1[0-9A-Z]{20}/i,
    source: gitleaks("age-secret-key"),
  },
  {
    what: "a token of DigitalOcean",
    form: /\bdo[opr]_v1_[0-9a-zA-Z]{4}/,
    source: gitleaks("digitalocean-access-token", "digitalocean-pat", "digitalocean-refresh-token"),
  },
  {
    what: "a token of GitHub",
    form: /\b(?:gh[pousr]_|github_pat_)[0-9A-Za-z]{4}/,
    source: `GitHub changelog of 2021-03-31, authentication token formats; ${gitleaks("github-fine-grained-pat")}`,
  },
  {
    what: "a token of GitLab",
    form: /\bgl(?:pat|dt|rt|ptt|cbt)-[\w-]{4}/,
    source: gitleaks(
      "gitlab-pat",
      "gitlab-deploy-token",
      "gitlab-ptt",
      "gitlab-cicd-job-token",
      "gitlab-rrt",
    ),
  },
  {
    what: "a key of AWS",
    form: /\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b/,
    source: gitleaks("aws-access-token"),
  },
  {
    what: "a token of Slack",
    form: /\b(?:xox[abeoprs]|xapp)-[0-9A-Za-z-]{4}/,
    source: gitleaks("slack-app-token", "slack-bot-token", "slack-user-token", "slack-legacy-token"),
  },
  {
    what: "an address of a webhook",
    form: /\bhooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/\w/,
    source: gitleaks("slack-webhook-url"),
  },
  {
    what: "an address of a webhook",
    form: /\bdiscord(?:app)?\.com\/api\/webhooks\/\w/,
    source: trufflehog("discordwebhook"),
  },
  {
    what: "an address of a webhook",
    form: /\bwebhook\.office\.com\/webhookb2\/\w/,
    source: `${gitleaks("microsoft-teams-webhook")}; ${trufflehog("microsoftteamswebhook")}`,
  },
  {
    what: "a key of Stripe",
    form: /\b(?:(?:sk|rk)_(?:live|test|prod)|whsec)_[0-9A-Za-z]{4}/,
    source: `${gitleaks("stripe-access-token")}; Stripe, example of a webhook endpoint's secret, read 2026-11-21`,
  },
  {
    what: "a token of Pulumi",
    form: /\bpul-[0-9a-f]{40}\b/,
    source: gitleaks("pulumi-api-token"),
  },
  {
    what: "a key of Google",
    mayBePublic: true,
    form: /\bAIza[0-9A-Za-z_-]{35}/,
    source: gitleaks("gcp-api-key"),
  },
  {
    what: "a key of SendGrid",
    form: /\bSG\.[\w-]{16,32}\.[\w-]{16}/,
    source: `${gitleaks("sendgrid-api-token")}; ${trufflehog("sendgrid")}`,
  },
  {
    what: "a key of Mailgun",
    form: /\bkey-[0-9a-f]{32}\b/,
    source: `${gitleaks("mailgun-private-api-token")}; ${trufflehog("mailgun")}`,
  },
  {
    what: "a key of a model's maker",
    form: /\bsk-(?:(?:ant|proj|svcacct|admin|service)-[\w-]{8}|[A-Za-z0-9]{32})/,
    source: `${gitleaks("openai-api-key", "anthropic-api-key")}; ${trufflehog("openai")}`,
  },
  {
    what: "a token of npm",
    form: /\bnpm_[0-9A-Za-z]{30}/,
    source: gitleaks("npm-access-token"),
  },
  {
    what: "a token of PyPI",
    form: /\bpypi-AgE[\w-]{8}/,
    source: gitleaks("pypi-upload-token"),
  },
  {
    what: "a token of Docker",
    form: /\bdckr_[op]at_[\w-]{8}/,
    source: trufflehog("dockerhub/v2"),
  },
  {
    what: "a token of Vault",
    form: /\bhv[sb]\.[\w-]{16}/,
    source: gitleaks("vault-service-token", "vault-batch-token"),
  },
  {
    what: "a token of Shopify",
    form: /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{8}/,
    source: gitleaks(
      "shopify-access-token",
      "shopify-custom-access-token",
      "shopify-private-app-access-token",
      "shopify-shared-secret",
    ),
  },
  {
    what: "a token of Telegram",
    form: /\b\d{8,10}:A[\w-]{34}/,
    source: `${gitleaks("telegram-bot-api-token")}; ${trufflehog("telegrambottoken")}`,
  },
  {
    what: "a token of Hugging Face",
    form: /\bhf_[A-Za-z]{30}/,
    source: gitleaks("huggingface-access-token"),
  },
  {
    what: "a token of Sentry",
    form: /\bsntry(?:s_eyJ|u_[0-9a-f]{8})/,
    source: gitleaks("sentry-org-token", "sentry-user-token"),
  },
  {
    what: "a token of Grafana",
    form: /\bgl(?:c_[A-Za-z0-9+/]{16}|sa_[A-Za-z0-9]{16})/,
    source: gitleaks("grafana-cloud-api-token", "grafana-service-account-token"),
  },
  {
    what: "a key of Linear",
    form: /\blin_api_[0-9A-Za-z]{8}/,
    source: gitleaks("linear-api-key"),
  },
  {
    what: "a token of Supabase",
    form: /\bsbp_[0-9a-z]{20}/,
    source: trufflehog("supabasetoken"),
  },
  {
    what: "a key of New Relic",
    form: /\b(?:[0-9A-Za-z]{36}NRAL|NRAK-[0-9A-Za-z]{27}|NRII-[\w-]{32})/,
    source: `${gitleaks("new-relic-user-api-key", "new-relic-insert-key")}; ${trufflehog("newreliclicensekey")}`,
  },
  {
    what: "a key of Django",
    form: /\bdjango-insecure-\S{8}/,
    source: "Django, core/checks/security/base.py, SECRET_KEY_INSECURE_PREFIX, read 2026-11-21",
  },
  {
    what: "an address of a webhook",
    form: /\bhooks\.zapier\.com\/hooks\/catch\/\w/,
    source: trufflehog("zapierwebhook"),
  },
  {
    what: "a signed token",
    mayBePublic: true,
    form: /\beyJ[\w-]{6,2000}\.eyJ[\w-]{6,2000}\.[\w-]/,
    source: `${unopened("RFC 7519")}; ${gitleaks("jwt")}`,
  },
  {
    what: "a login of HTTP",
    mayBePublic: true,
    form: /\b[Bb]earer (?=[\w.~+/-]{0,200}\d)[\w.~+/-]{8}/,
    source: unopened("RFC 6750, section 2.1"),
  },
  {
    what: "a login of HTTP",
    mayBePublic: true,
    form: /\bBasic (?=[A-Za-z0-9+/]{0,200}(?:\d|[a-z][A-Z]|=))(?:[A-Za-z0-9+/]{4}){2}/,
    source: unopened("RFC 7617, section 2"),
  },
  {
    what: "a login of HTTP",
    mayBePublic: true,
    form: /\bauthorization\s?:\s{0,4}[a-z][\w-]{0,20}\s(?=[\w.~+/=-]{0,200}\d)[\w.~+/=-]{6}/i,
    source: `${unopened("RFC 9110, section 11.6.2")}; ${gitleaks("curl-auth-header")}`,
  },
  {
    what: "an address with a password",
    form: /:\/\/[^\s:@/?#]{0,128}:(?!\$\{|\[)[^\s@/?#]{1,256}@/,
    source: unopened("RFC 3986, section 3.2.1"),
  },
  {
    what: "an address with a token",
    mayBePublic: true,
    form: /[?&](?:token|sig|signature|x-amz-signature|x-amz-security-token|(?:access|auth|api)_?token|client_secret)=(?!\$\{|\[)[^\s&#$]{4}/i,
    source:
      "RFC 6750, section 2.3 (not opened); AWS S3 API, authenticating by query parameters, and Azure Storage, create a service SAS (sig), read 2026-11-21",
  },
  {
    what: "an address with a token",
    mayBePublic: true,
    form: /[?&]key=(?!\$\{|\[)[\w-]{12}/i,
    source: "Google Cloud, API Keys Overview (the query parameter key), read 2026-11-21",
  },
  {
    // Among words a name with a sign behind it may be the beginning of a sentence; a letter and a digit make it a value.
    what: "a password",
    mayBePublic: true,
    form: /(?:^|[\s;,{("'])(?:[a-z][\w-]{0,40}[_-])?(?:password|passwd|pwd|passphrase)\s?:\s{1,4}(?=[^\s,;"'})]{0,200}\d)(?=[^\s,;"'})]{0,200}[a-z])[^\s,;"'})$]{3}/i,
    source: unopened(
      "YAML 1.2.2, section 8.2.2 block mappings; names: PostgreSQL 17, 32.1.1 Connection Strings",
    ),
  },
  {
    what: "a password",
    mayBePublic: true,
    form: new RegExp(
      `(?:^|[\\s;?&"'])(?:[A-Za-z][\\w-]{0,40}[_-])?(?:${passwordNames})\\s?=(?!\\$\\{|[[\\s\\x60<]|${nothing})[^\\s;&$]{3}`,
      "i",
    ),
    source: unopened(
      "PostgreSQL 17, 32.1.1 Connection Strings; Azure Storage, connection strings (AccountKey)",
    ),
  },
  {
    // Between blanks it is a setting only where nothing else of a sentence follows.
    what: "a password",
    mayBePublic: true,
    form: new RegExp(
      `(?:^|[\\s;?&"'])(?:${passwordNames})\\s?=\\s(?!\\$\\{|\\[|${nothing})[^\\s;&$]{3,256}(?=\\s{0,4}(?:[;"']|$)|\\s{1,4}\\w{1,64}\\s?=)`,
      "i",
    ),
    source: unopened(
      "PostgreSQL 17, 32.1.1.1 Keyword/Value Connection Strings: blanks around the sign are optional",
    ),
  },
  {
    what: "a password",
    mayBePublic: true,
    form: /\\?"(?:[\w-]{0,40}(?:password|passwd|passphrase|secret|token|api_?key|secret_?key|private_?key|access_?key)|(?:[\w-]{0,40}[_-])?(?:pass|pwd))\\?"\s?:\s?\\?"(?!\$\{|\[secret\]|(?:true|false|none|null|required|optional)\\?")[^"\\\s]{3}/i,
    source: `${unopened("RFC 8259")}; names: ${gitleaks("generic-api-key")}`,
  },
];
