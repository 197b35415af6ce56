import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import * as gitValues from "../../../components/internal/git-values.ts";
import { rangeFault } from "../../../components/internal/ranges.ts";
import { checkSettings } from "../../../components/internal/settings.ts";
import * as values from "../../../components/internal/values.ts";

/** What a person reads about a value, or undefined where it is fine. */
function fault(schema: z.ZodType, input: unknown): string | undefined {
  const checked = checkSettings(z.strictObject({ it: schema }), { it: input });
  return checked.ok ? undefined : checked.faults.map(({ message }) => message).join(" | ");
}

describe.each<[string, z.ZodType, unknown[], [unknown, string][]]>([
  [
    "Hostname",
    values.Hostname,
    ["tinkertools.ao", "api.techmate.ai", "a-b.c1.example"],
    [
      "https://tinkertools.ao",
      "tinkertools.ao.",
      "Tinkertools.ao",
      "localhost",
      "-a.example",
      "10.0.0.1",
    ].map((input): [unknown, string] => [
      input,
      `must be a host name in lower case without scheme, path or final dot, such as tinkertools.ao; got "${input}"`,
    ]),
  ],
  [
    "Region",
    values.Region,
    ["nyc", "atl"],
    [
      [
        "nyc1",
        'must be a region of App Platform, not a data centre: nyc, beside which the database is put into nyc1; got "nyc1"',
      ],
    ],
  ],
  [
    "AppSize",
    values.AppSize,
    ["apps-s-1vcpu-0.5gb", "apps-d-8vcpu-32gb"],
    [
      [
        "basic-xxs",
        'must be a size that is still sold; "basic-xxs" is now apps-s-1vcpu-0.5gb, which runs alone, for 5 USD a month',
      ],
      [
        "apps-s-1vcpu-1g",
        'must be a known value such as apps-s-1vcpu-1gb, apps-s-1vcpu-2gb, apps-d-1vcpu-1gb; got "apps-s-1vcpu-1g", did you mean apps-s-1vcpu-1gb?',
      ],
    ],
  ],
  [
    "DatabaseSize",
    values.DatabaseSize,
    ["db-s-1vcpu-1gb"],
    [
      [
        "db-s-1vcpu",
        'must be a known value such as db-s-1vcpu-1gb, db-s-1vcpu-2gb, db-s-2vcpu-4gb; got "db-s-1vcpu", did you mean db-s-1vcpu-1gb?',
      ],
    ],
  ],
  [
    "PostgresVersion",
    values.PostgresVersion,
    ["15", "16", "17"],
    [
      [16, 'must be a text: write it in quotes, "16"'],
      ["14", 'must be one of 15, 16, 17; the platform has created no "14" since 2026-05-12'],
      ["18", 'must be one of 15, 16, 17; got "18"'],
    ],
  ],
  [
    "Digest",
    values.Digest,
    [`sha256:${"a1".repeat(32)}`],
    [["sha256:abc", 'must be an image digest: sha256: and 64 hexadecimal digits; got "sha256:abc"']],
  ],
  [
    "Commit",
    gitValues.Commit,
    ["0123456789abcdef0123456789abcdef01234567"],
    [["main", 'must be a full commit hash of 40 hexadecimal digits; got "main"']],
  ],
  [
    "Branch",
    gitValues.Branch,
    ["main", "release/1.2"],
    ["a b", "a..b", "/main", "main/", "x.lock", ""].map((input): [unknown, string] => [
      input,
      `must be a branch name such as main or release/1.2; got "${input}"`,
    ]),
  ],
  [
    "Moment",
    values.Moment,
    ["2026-11-21T10:00:00Z", "2026-11-21T10:00:00.123Z"],
    [
      ["21 November", 'must be a moment in UTC such as 2026-11-21T10:00:00Z; got "21 November"'],
      [5, 'must be a text: write it in quotes, "5"'],
    ],
  ],
  [
    "RepositoryName",
    gitValues.RepositoryName,
    ["tinkertools/tinkertools", "a/b.c"],
    [["tinkertools", 'must be owner/repository, such as tinkertools/tinkertools; got "tinkertools"']],
  ],
  [
    "ImageRepository",
    values.ImageRepository,
    ["tinkertools/tinkertools-api", "api"],
    [
      [
        "ghcr.io/a/b:1",
        'must be an image repository without registry, tag or digest, such as tinkertools/tinkertools-api; got "ghcr.io/a/b:1"',
      ],
    ],
  ],
  [
    "ComponentName",
    values.ComponentName,
    ["api", "tinkertools-api"],
    [
      [
        "API",
        'must be 2 to 32 lower-case letters, digits and hyphens, with a letter first, such as tinkertools-api; got "API"',
      ],
    ],
  ],
  [
    "VariableName",
    values.VariableName,
    ["LOG_LEVEL", "_x1"],
    [
      [
        "1X",
        'must be letters, digits and underscores, not starting with a digit, such as LOG_LEVEL; got "1X"',
      ],
    ],
  ],
  [
    "SqlName",
    values.SqlName,
    ["tinkertools_app"],
    [
      [
        "tinkertools-app",
        'must be at most 63 lower-case letters, digits and underscores, not starting with a digit, such as tinkertools_app; got "tinkertools-app"',
      ],
    ],
  ],
  [
    "SecretName",
    values.SecretName,
    ["secretKey"],
    [["sk_live_123", "must be the key of a stack secret in camel case, such as secretKey, not its value"]],
  ],
  [
    "Email",
    values.Email,
    ["devops@tinkertools.ao"],
    [["devops", "must be an e-mail address such as devops@tinkertools.ao"]],
  ],
  [
    "UrlPath",
    values.UrlPath,
    ["/", "/api/health"],
    [["api", 'must be a path that starts with a slash, such as /api/health; got "api"']],
  ],
  [
    "Port",
    values.Port,
    [1, 8080, 65535],
    [
      [0, "must be at least 1; got 0"],
      [70000, "must be at most 65535; got 70000"],
    ],
  ],
  [
    "Slack",
    values.Slack,
    [{ channel: "#alerts", secret: "slackWebhook" }],
    [
      [
        { channel: "alerts", secret: "slackWebhook" },
        'must be a Slack channel such as #alerts; got "alerts"',
      ],
      [
        { channel: "#alerts", secret: "https://hooks.slack.com/x" },
        "must be the key of a stack secret in camel case, such as secretKey, not its value",
      ],
    ],
  ],
])("%s", (_, schema, good, bad) => {
  test.each(good)("takes %j", (input) => {
    expect(fault(schema, input)).toBe(undefined);
  });

  test.each(bad)("fails on %j", (input, message) => {
    expect(fault(schema, input)).toBe(message);
  });
});

describe("rangeFault", () => {
  const must = "must be a private network range between /16 and /28, such as 10.30.0.0/20";
  test.each<[string, string | undefined]>([
    ["10.30.0.0/20", undefined],
    ["172.16.0.0/16", undefined],
    ["192.168.1.0/28", undefined],
    ["10.30.0.0", `${must}; the size is missing, did you mean 10.30.0.0/20?`],
    ["10.30.1.0", `${must}; the size is missing, did you mean 10.30.0.0/20?`],
    ["10.10.7.0", `${must}; the size is missing, take another range, such as 10.40.0.0/20`],
    ["8.8.8.8", `${must}; got "8.8.8.8"`],
    [
      "10.244.1.0/20",
      "must start at the first address of its range; take another range, such as 10.40.0.0/20",
    ],
    ["10.30.1.0/20", "must start at the first address of its range; did you mean 10.30.0.0/20?"],
    ["192.168.255.255/16", "must start at the first address of its range; did you mean 192.168.0.0/16?"],
    ["10.0.0.0/8", `${must}; got "10.0.0.0/8"`],
    ["10.0.0.0/29", `${must}; got "10.0.0.0/29"`],
    ["172.32.0.0/20", `${must}; got "172.32.0.0/20"`],
    ["8.8.8.0/24", `${must}; got "8.8.8.0/24"`],
    ["10.300.0.0/20", `${must}; got "10.300.0.0/20"`],
    ["network", `${must}; got "network"`],
  ])("of %j is %j", (range, expected) => {
    expect(rangeFault(range)).toBe(expected);
  });
});
