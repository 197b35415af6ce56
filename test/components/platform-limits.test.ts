import { describe, expect, test } from "@jest/globals";
import { BackupBucketSettings } from "../../components/backup-bucket.settings.ts";
import { DatabaseSettings } from "../../components/database.settings.ts";
import { DeployEnvironmentSettings } from "../../components/deploy-environment.settings.ts";
import { DnsSettings } from "../../components/dns.settings.ts";
import { GateSettings } from "../../components/gate.settings.ts";
import { Branch, RepositoryName, TagPattern } from "../../components/internal/git-values.ts";
import { PrivateRange } from "../../components/internal/ranges.ts";
import { Email, Hostname, ImageRepository, Slack } from "../../components/internal/values.ts";
import { PostgresSettings } from "../../components/postgres.settings.ts";
import { RepositorySettings } from "../../components/repository.settings.ts";
import { LogDestination } from "../../components/web-app/logs.settings.ts";
import { faultLines } from "../support/settings.ts";

const slack = (channel: string) => ({ channel, secret: "slackAlerts" });
const many = <T>(count: number, value: T) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`N${index}`, value]));

describe("is taken", () => {
  test.each([
    [Branch, ["main", "release/1.2", "feature/a_b-c", "v1.0.x", "a@b", "päivä"]],
    [TagPattern, ["v*", "v[0-9]*", "release/?.*", "v1.0.0"]],
    [RepositoryName, ["acme/shop", "a/b.c", "ada_acme/site", "acme/.github", "acme/git"]],
    [ImageRepository, ["api", "acme/api", "a__b/c.d", "a---b", "acme/shop/api"]],
    [
      Email,
      [
        "devops@tinkertools.ao",
        "a.b+c@x-y.example",
        "o'neil@example.com",
        "x@пример.рф".replace(/п.*/, "xn--e1afmkfd.xn--p1ai"),
      ],
    ],
    [Hostname, ["tinkertools.ao", "xn--e1afmkfd.xn--p1ai", "a.xn--90a3ac"]],
    [PrivateRange, ["10.30.0.0/16", "10.30.0.0/28", "172.16.0.0/20", "192.168.0.0/24"]],
    [Slack, [slack("#alerts"), slack("#équipe"), slack("#команда"), slack("#警報"), slack("#a_b-1")]],
    [
      LogDestination,
      ["1", "65535", "12345"].map((port) => ({ kind: "papertrail", endpoint: `logs.example:${port}` })),
    ],
    [
      PostgresSettings,
      ["UTC", "Africa/Luanda", "America/Port-au-Prince", "Etc/GMT+3"].map((timezone) => ({ timezone })),
    ],
    [GateSettings, ["octocat", "renovate[bot]", "ada_acme"].map((by) => ({ label: "ok", by: [by] }))],
    [
      DeployEnvironmentSettings,
      [
        { environment: "production" },
        { environment: "eu/production" },
        { environment: "a", reviewers: [{ user: "ada_acme" }], tags: ["v*"] },
        { environment: "a", variables: many(96, "x"), secrets: many(99, { secret: "key" }) },
        { environment: "a", variables: { BIG: "x".repeat(49_152) } },
      ],
    ],
    [RepositorySettings, [{ variables: many(500, "x"), secrets: many(100, { secret: "key" }) }]],
    [BackupBucketSettings, ["sthree", "my-sthree-x", "s3alias", "xn-a"].map((bucket) => ({ bucket }))],
    [DatabaseSettings, [{ users: ["pgbench", "publicity"], databases: { pg_shop: { owner: "app" } } }]],
    [
      DnsSettings,
      [
        ["CAA", "letsencrypt.org"],
        ["CAA", "letsencrypt.org; validationmethods=dns-01"],
        ["CAA", "letsencrypt.org;"],
        ["CAA", ";"],
      ].map(([type, value]) => ({
        zone: "shop.example",
        records: [{ type, name: "@", tag: "issue", value }],
      })),
    ],
  ] as const)("by case %#", (schema, values) => {
    for (const value of values) expect([value, faultLines(schema, value)]).toEqual([value, []]);
  });

  test("a service that there is not, at a dot", () => {
    const record = { type: "SRV", name: "_imap._tcp", value: ".", priority: 0, weight: 0, port: 1 };
    expect(faultLines(DnsSettings, { zone: "shop.example", records: [record] })).toEqual([]);
  });
});

describe("is refused", () => {
  test.each([
    [
      Branch,
      [
        "",
        "a..b",
        "/a",
        "a/",
        "a//b",
        "a.lock",
        "a.lock/b",
        ".a",
        "a/.b",
        "a.",
        "a b",
        "a~1",
        "a^",
        "a:b",
        "a?",
        "a*",
        "a[",
        "a\\b",
        "a@{1}",
        "@",
        "-a",
        "HEAD",
        "refs/heads/main",
        "a\u007f",
        "a".repeat(245),
      ],
    ],
    [TagPattern, ["", "a b", "v^", "v..", "/v*", "v~", "a:b", "-v*"]],
    [
      RepositoryName,
      [
        "acme",
        "acme/",
        "/shop",
        "-a/b",
        "a--b/c",
        "acme/..",
        "acme/.",
        "acme/shop.git",
        `${"a".repeat(40)}/b`,
      ],
    ],
    [ImageRepository, ["", "Api", "a..b", "a._b", "a___b", "-a", "a-", "a//b", "a:1", "a".repeat(201)]],
    [
      Email,
      [
        "a@b",
        "a@b..example",
        ".a@b.example",
        "a.@b.example",
        "a..b@c.example",
        "a@-b.example",
        "a@b-.example",
        "a@b.1",
        `${"a".repeat(65)}@b.example`,
        `a@${"b.".repeat(130)}example`,
        "a,b@c.example",
        "a b@c.example",
        "a@b@c.example",
      ],
    ],
    [
      PrivateRange,
      [
        "010.30.0.0/20",
        "10.030.0.0/20",
        "10.30.0.00/20",
        "10.30.0.0/020",
        "10.30.0.1/20",
        "10.30.0.0/15",
        "10.30.0.0/29",
        "10.30.0.0/0",
        "11.0.0.0/20",
        "10.30.256.0/20",
        "10.30.0.0",
      ],
    ],
    [Slack, [slack("alerts"), slack("#Alerts"), slack("#a b"), slack("#"), slack(`#${"a".repeat(81)}`)]],
    [
      LogDestination,
      ["0", "65536", "99999", "080", ""].map((port) => ({
        kind: "papertrail",
        endpoint: `logs.example:${port}`,
      })),
    ],
    [
      PostgresSettings,
      ["Mars/Olympus", "+01:00", "01:00", "", "x".repeat(65)].map((timezone) => ({ timezone })),
    ],
    [
      GateSettings,
      ["-a", "a_", "[bot]", "a[bot]x", "a".repeat(40), "a_b_c"].map((by) => ({ label: "ok", by: [by] })),
    ],
    [
      DeployEnvironmentSettings,
      ["/a", "a/", "a//b", "a b", "a:b", "", "a".repeat(256)].map((environment) => ({ environment })),
    ],
    [
      BackupBucketSettings,
      ["sthree-x", "amzn-s3-demo-x", "x-s3alias", "xn--x", "x--ol-s3", "10.0.0.1", "a..b"].map((bucket) => ({
        bucket,
      })),
    ],
    [
      DatabaseSettings,
      ["pg_monitor", "pg_x", "public", "none", "doadmin", "postgres"].map((user) => ({ users: [user] })),
    ],
    [
      DatabaseSettings,
      ["defaultdb", "postgres", "template0", "template1"].map((name) => ({
        databases: { [name]: { owner: "app" } },
      })),
    ],
    [
      DnsSettings,
      ["letsencrypt.org.", "", "a b; x=1", "letsencrypt.org; x", "letsencrypt.org; x=a b"].map((value) => ({
        zone: "shop.example",
        records: [{ type: "CAA", name: "@", tag: "issue", value }],
      })),
    ],
  ] as const)("by case %#", (schema, values) => {
    for (const value of values) expect([value, faultLines(schema, value).length > 0]).toEqual([value, true]);
  });

  test.each([
    [
      BackupBucketSettings,
      { bucket: "sthree-x" },
      "bucket: must not begin or end as AWS keeps it for itself, as sthree-x does",
    ],
    [DatabaseSettings, { users: ["pg_x"] }, "users[0]: must not be pg_x: Postgres keeps that for itself"],
    [
      PostgresSettings,
      { timezone: "Mars/Olympus" },
      'timezone: must be the name of a time zone such as Africa/Luanda or UTC; got "Mars/Olympus"',
    ],
    [
      RepositorySettings,
      { variables: { BIG: "é".repeat(24_577) } },
      "variables.BIG: must have at most 49152 bytes",
    ],
    [RepositorySettings, { variables: many(501, "x") }, "variables: must have at most 500 entries; got 501"],
    [
      RepositorySettings,
      { secrets: many(101, { secret: "key" }) },
      "secrets: must have at most 100 entries; got 101",
    ],
    [
      DeployEnvironmentSettings,
      { environment: "a", variables: many(97, "x") },
      "variables: must have at most 96 entries beside the 4 that slipway sets; got 97",
    ],
    [
      DeployEnvironmentSettings,
      { environment: "a", secrets: many(100, { secret: "key" }) },
      "secrets: must have at most 99 entries beside the 1 that slipway sets; got 100",
    ],
  ] as const)("with what is allowed, case %#", (schema, value, line) => {
    expect(faultLines(schema, value)).toEqual([line]);
  });
});
