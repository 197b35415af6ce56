import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { appUsers } from "../../components/database.rules.ts";
import { DatabaseSettings } from "../../components/database.settings.ts";
import { complete, faultLines } from "../support/settings.ts";

describe("DatabaseSettings", () => {
  test("is the cheapest private cluster by default", () => {
    expect(complete(DatabaseSettings, {})).toEqual({
      version: "16",
      size: "db-s-1vcpu-1gb",
      standbyNodes: 0,
      replicas: {},
      databases: {},
      users: [],
      pools: {},
      postgres: {},
      maintenance: { day: "sunday", hour: "03:00" },
      connection: { kind: "private" },
    });
  });

  test.each<[string, unknown, string[]]>([
    [
      "a standby of a 1 GB size",
      { standbyNodes: 1 },
      [
        "standbyNodes: must be 0 with size db-s-1vcpu-1gb: standby nodes need 2 GB of memory or more, such as db-s-1vcpu-2gb",
      ],
    ],
    [
      "three standby nodes",
      { size: "db-s-1vcpu-2gb", standbyNodes: 3 },
      ["standbyNodes: must be at most 2; got 3"],
    ],
    [
      "a replica that is smaller than the primary",
      { size: "db-s-2vcpu-4gb", replicas: { reports: { size: "db-s-1vcpu-2gb" } } },
      ["replicas.reports.size: must be at least the primary's size, db-s-2vcpu-4gb"],
    ],
    [
      "names that every cluster has",
      { databases: { defaultdb: { owner: "app" }, shop: { owner: "doadmin" } }, users: ["postgres"] },
      [
        "databases.defaultdb: must not be defaultdb: every cluster has one already",
        "databases.shop.owner: must not be doadmin: every cluster has one already",
        "users[0]: must not be postgres: every cluster has one already",
      ],
    ],
    [
      "a pool of what does not exist",
      {
        databases: { shop: { owner: "shop_app" } },
        pools: { "api-pool": { database: "shp", user: "app", size: 5 } },
      },
      [
        "pools.api-pool.database: must be one of databases; there is shop",
        "pools.api-pool.user: must be one of users or an owner; there is shop_app",
      ],
    ],
    [
      "a pool where there is nothing",
      { pools: { "api-pool": { database: "shop", user: "app", size: 5 } } },
      [
        "pools.api-pool.database: must be one of databases; none is set",
        "pools.api-pool.user: must be one of users or an owner; none is set",
      ],
    ],
    [
      "pools that want more connections than there are",
      {
        databases: { shop: { owner: "shop_app" } },
        pools: {
          "api-pool": { database: "shop", user: "shop_app", size: 20 },
          "jobs-pool": { database: "shop", user: "shop_app", size: 3 },
        },
      },
      ["pools: must hold at most 22 connections together, which is all that db-s-1vcpu-1gb has; got 23"],
    ],
    [
      "a maintenance window that is no full hour",
      { maintenance: { day: "sundae", hour: "3:30" } },
      [
        'maintenance.day: must be one of monday, tuesday, wednesday, thursday, friday, saturday, sunday; got "sundae", did you mean sunday?',
        'maintenance.hour: must be a full hour of the day in quotes, such as "03:00"; got "3:30"',
      ],
    ],
    [
      "a public connection without a reason",
      { connection: { kind: "public", reason: "because", addresses: ["10.0.0.0/8"] } },
      [
        "connection.reason: must say why the private network does not do, in a sentence",
        "connection.addresses[0]: must be an IPv4 address such as 203.0.113.7",
      ],
    ],
    [
      "a public connection from addresses that nobody has",
      {
        connection: {
          kind: "public",
          reason: "the reports tool runs elsewhere",
          addresses: [
            "0.0.0.0",
            "10.1.2.3",
            "127.0.0.1",
            "169.254.169.254",
            "172.31.0.1",
            "192.168.1.1",
            "100.127.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "172.32.0.1",
            "100.128.0.1",
            "11.0.0.1",
          ],
        },
      },
      [
        "0.0.0.0",
        "10.1.2.3",
        "127.0.0.1",
        "169.254.169.254",
        "172.31.0.1",
        "192.168.1.1",
        "100.127.0.1",
        "224.0.0.1",
        "255.255.255.255",
      ].map(
        (address, index) =>
          `connection.addresses[${index}]: must be an address that somebody has on the internet, such as 203.0.113.7; got "${address}"`,
      ),
    ],
    [
      "a public connection from nowhere",
      { connection: { kind: "public", reason: "the reports tool runs elsewhere", addresses: [] } },
      ["connection.addresses: must list the addresses to connect from: the firewall admits no others"],
    ],
    [
      "odd names",
      {
        databases: { "my-db": { owner: "App" } },
        replicas: { R: {} },
        pools: { p: { database: "a", user: "b", mode: "sesion", size: 0 } },
      },
      [
        'replicas.R: must have a name that is 3 to 40 lower-case letters, digits and single hyphens, with a letter first, such as reports; got "R"',
        'databases.my-db: must have a name that is at most 63 lower-case letters, digits and underscores, not starting with a digit, such as tinkertools_app; got "my-db"',
        'databases.my-db.owner: must be at most 63 lower-case letters, digits and underscores, not starting with a digit, such as tinkertools_app; got "App"',
        'pools.p: must have a name that is 3 to 60 lower-case letters, digits, hyphens and underscores, with a letter first, such as api-pool; got "p"',
        'pools.p.mode: must be one of transaction, session, statement; got "sesion", did you mean session?',
        "pools.p.size: must be at least 1; got 0",
      ],
    ],
  ])("fails on %s", (_, input, expected) => {
    expect(faultLines(DatabaseSettings, input)).toEqual(expected);
  });

  test("parses what it has parsed to the same", () => {
    const settings = fc.record(
      {
        version: fc.constantFrom("15", "16", "17"),
        size: fc.constantFrom("db-s-1vcpu-2gb", "db-s-2vcpu-4gb"),
        standbyNodes: fc.integer({ min: 0, max: 2 }),
        databases: fc.dictionary(
          fc.stringMatching(/^[a-c][a-z0-9_]{3,8}$/),
          fc.constant({ owner: "app_user" }),
        ),
        users: fc.array(fc.stringMatching(/^u_[a-z]{1,5}$/)),
        postgres: fc.record(
          { trackIoTiming: fc.boolean(), workMemMiB: fc.integer({ min: 1, max: 1024 }) },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: ["size"] },
    );
    fc.assert(
      fc.property(settings, (input) => {
        const once = complete(DatabaseSettings, input);
        expect(complete(DatabaseSettings, once)).toEqual(once);
      }),
    );
  });
});

describe("appUsers", () => {
  test("has owners and listed users once, in order", () => {
    expect(
      appUsers({
        users: ["reports", "app"],
        databases: { a: { owner: "app", extensions: [] }, b: { owner: "billing", extensions: [] } },
      }),
    ).toEqual(["app", "billing", "reports"]);
  });
});
