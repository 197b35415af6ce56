import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { OperationFault } from "../../../operations/fault.ts";
import { stackConfiguration } from "../../../operations/stack-settings.ts";
import { drillTime, healthOf, type StatusPlace, statusSources } from "../../../operations/status/sources.ts";
import { age, statusTable } from "../../../operations/status/text.ts";
import { type StatusSources, stackStatus } from "../../../operations/status.ts";

const now = new Date("2026-11-21T16:00:00Z");
const calm: StatusSources = {
  release: async () => ({ name: "1.4.2", since: "2026-11-19T15:00:00Z", isVerified: true }),
  health: async () => ({ isGood: true, paths: [{ path: "/api/health", answer: "200" }] }),
  promotion: async () => undefined,
  hold: async () => undefined,
  backup: async () => [
    {
      database: "shop",
      newest: "2026-11-21T03:10:00.000Z",
      verified: "2026-11-21T03:10:00.000Z",
      isSealed: false,
      damaged: null,
    },
  ],
  drill: async () => "2026-11-02",
  drift: async () => 0,
  cost: async () => ({ minimum: 57.54, maximum: 64.7 }),
  delivery: async () => ({
    version: 1,
    stack: "production",
    days: 30,
    deployments: 3,
    perWeek: 0.7,
    leadTimeHours: 5.2,
    changeFailurePercent: 0,
    availability: [
      { name: "home", percent: 99.9 },
      { name: "api", percent: 99.2 },
    ],
    unseen: [],
    restoreTargetMinutes: 30,
    targetPercent: 99.5,
  }),
};
const refusing = (message: string) => async () => {
  throw new OperationFault(message);
};

describe("the status of a stack", () => {
  test("is one row for each stack", async () => {
    const stormy: StatusSources = {
      ...calm,
      release: async () => ({ name: "1.5.0", since: "2026-11-21T15:59:30Z", isVerified: false }),
      health: async () => ({
        isGood: false,
        paths: [
          { path: "/api/health", answer: "200" },
          { path: "/api/health/db", answer: "503" },
        ],
      }),
      promotion: async () => ({
        title: "Promote 1.5.0 from staging to production",
        url: "https://example.org/1",
      }),
      hold: async () => ({ reason: "bad release", by: "octocat", since: "2026-11-21T15:00:00Z" }),
      backup: async () => [
        { database: "shop", newest: null, verified: null, isSealed: false, damaged: null },
      ],
      drill: async () => undefined,
      drift: async () => 1,
      cost: async () => ({ minimum: 30, maximum: 30 }),
      delivery: async () => undefined,
    };
    const stacks = [await stackStatus("production", calm), await stackStatus("staging", stormy)];
    expect(statusTable(stacks, now)).toEqual({
      head: [
        "stack",
        "release",
        "health",
        "pending promotion",
        "hold",
        "last backup",
        "last drill",
        "drift",
        "USD a month",
      ],
      rows: [
        [
          "production",
          "1.4.2, 2 days ago",
          "good",
          "none",
          "none",
          "12 hours ago, verified",
          "19 days ago",
          "none",
          "57.54 to 64.70",
        ],
        [
          "staging",
          "1.5.0, not verified, just now",
          "/api/health/db 503",
          "Promote 1.5.0 from staging to production",
          "held by octocat: bad release",
          "none",
          "none",
          "1 difference",
          "30.00",
        ],
      ],
      delivery: {
        head: [
          "the last 30 days",
          ...["deployments", "lead time", "change failure rate", "time to restore", "availability"],
        ],
        rows: [
          [
            "production",
            "3, 0.7 a week",
            "5.2 hours",
            "0 %",
            "not known, of at most 30 minutes",
            "99.2 % of 99.5 %, missed",
          ],
        ],
      },
      reasons: [],
    });
  });

  test("says of what is not known why, and hides nothing else", async () => {
    const status = await stackStatus("production", {
      ...calm,
      release: refusing("GITHUB_TOKEN must be set"),
      drift: refusing("pulumi must be on PATH"),
      delivery: refusing("GITHUB_TOKEN must be set"),
    });
    expect(status.release).toEqual({ unknown: "GITHUB_TOKEN must be set" });
    expect(status.cost).toEqual({ value: { minimum: 57.54, maximum: 64.7 } });
    const { rows, reasons } = statusTable([status], now);
    expect(rows[0]?.filter((cell) => cell === "not known").length).toBe(2);
    expect(reasons).toEqual([
      "production (release, delivery): GITHUB_TOKEN must be set",
      "production (drift): pulumi must be on PATH",
    ]);
  });

  test("says each reason once, for all stacks that lack the same", async () => {
    const noToken = refusing("GITHUB_TOKEN must be set");
    const blind = {
      ...calm,
      release: noToken,
      hold: noToken,
      drift: refusing("DIGITALOCEAN_TOKEN must be set"),
    };
    const stacks = await Promise.all([
      stackStatus("dev", blind),
      stackStatus("staging", blind),
      stackStatus("production", { ...blind, hold: calm.hold }),
    ]);
    expect(statusTable(stacks, now).reasons).toEqual([
      "dev, staging (release, hold): GITHUB_TOKEN must be set",
      "dev, staging, production (drift): DIGITALOCEAN_TOKEN must be set",
      "production (release): GITHUB_TOKEN must be set",
    ]);
  });

  test("is no answer where the program itself fails", async () => {
    const broken = {
      ...calm,
      hold: async () => {
        throw new TypeError("a defect");
      },
    };
    await expect(stackStatus("production", broken)).rejects.toThrow("a defect");
  });
});

test.each([
  ["2026-11-21T15:59:59Z", "just now"],
  ["2026-11-21T16:05:00Z", "just now"],
  ["2026-11-21T15:59:00Z", "1 minute ago"],
  ["2026-11-21T15:00:01Z", "59 minutes ago"],
  ["2026-11-21T15:00:00Z", "1 hour ago"],
  ["2026-11-19T16:00:01Z", "47 hours ago"],
  ["2026-11-19T16:00:00Z", "2 days ago"],
  ["once", "once"],
])("%s is %s", (time, text) => {
  expect(age(time, now)).toBe(text);
});

describe("health", () => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === "/broken") request.socket.destroy();
      else response.writeHead(request.url === "/db" ? 503 : 200).end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test("is what each path answers", async () => {
    expect(await healthOf(`${url}/`, ["/health", "/db", "/broken"])).toEqual({
      isGood: false,
      paths: [
        { path: "/health", answer: "200" },
        { path: "/db", answer: "503" },
        { path: "/broken", answer: "no answer" },
      ],
    });
    expect((await healthOf(url, ["/health"])).isGood).toBe(true);
  });

  test("of a stack without an address is not known", async () => {
    await expect(healthOf("", ["/health"])).rejects.toThrow("the stack has no address: bring it up first");
  });
});

test.each([
  ["2026-11-21T16:14:00Z", "just now"],
  ["2026-11-21T16:16:00Z", "from the future, 2026-11-21T16:16:00Z"],
])("a time that is still to come is a fault where no clock is so wrong: %s", (time, words) => {
  expect(age(time, now)).toBe(words);
});

test.each([
  ["records/postgres/db/shop/drills/20261121T030405678Z-0a1b2c3d.passed.json", "2026-11-21T03:04:05Z"],
  ["records/postgres/db/shop/drills/20261121T030405678Z-0a1b2c3d.failed.json", undefined],
  ["records/postgres/db/shop/verifications/20261121T030405678Z-0a1b2c3d.passed.json", undefined],
  ["records/postgres/db/shop/drills/yesterday.passed.json", undefined],
])("a drill that passed is told by its record's key: %s", (key, time) => {
  expect(drillTime(key)).toBe(time);
});

describe("the cost of a stack", () => {
  const costBy = (state: StatusPlace["state"]) =>
    statusSources({
      ...stackConfiguration("dev"),
      clouds: {} as StatusPlace["clouds"],
      findBackups: async () => [],
      home: "acme/shop",
      now: () => now,
      state,
    }).cost();
  const stateOf = (outputs: object) => ({
    stack: "dev",
    resources: [],
    pending: [],
    outputs: { ...outputs },
  });

  test("is that of what runs", async () => {
    const monthlyCost = { currency: "USD", minimum: 1.5, maximum: 2, lines: [] };
    expect(await costBy(async () => stateOf({ monthlyCost }))).toEqual({ minimum: 1.5, maximum: 2 });
  });

  test("is that of the stack file where nothing is known of what runs", async () => {
    const planned = { minimum: 20.15, maximum: 20.62 };
    expect(await costBy(async () => stateOf({}))).toEqual(planned);
    expect(await costBy(async () => stateOf({ monthlyCost: "20" }))).toEqual(planned);
    expect(await costBy(refusing("not up"))).toEqual(planned);
  });
});
