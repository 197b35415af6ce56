import { describe, expect, test } from "@jest/globals";
import { appSizes, formerAppSizes } from "../../catalog/app-sizes.ts";
import {
  connectionLimit,
  type DatabaseSize,
  databaseSizes,
  includedDiskGiB,
  takesStandby,
} from "../../catalog/database-sizes.ts";
import { platformPrices } from "../../catalog/platform-prices.ts";
import {
  formerPostgresVersions,
  postgresLifetimes,
  postgresVersions,
  versionAdvice,
} from "../../catalog/postgres-versions.ts";
import { dataCentres } from "../../catalog/regions.ts";
import { s3Prices } from "../../catalog/s3-prices.ts";

describe("app sizes", () => {
  test.each(Object.entries(appSizes))("%s says its processors and memory in its name", (slug, facts) => {
    const match = /^apps-([sd])-(\d+)vcpu-([\d.]+)gb(?:-fixed)?$/.exec(slug);
    expect(match?.slice(1)).toEqual([
      facts.cpuKind === "shared" ? "s" : "d",
      `${facts.cpus}`,
      `${facts.memoryGiB}`,
    ]);
  });

  test("only the two cheapest run alone, and only dedicated ones scale by themselves", () => {
    const entries = Object.entries(appSizes);
    expect(entries.filter(([, { isCountable }]) => !isCountable).map(([slug]) => slug)).toEqual([
      "apps-s-1vcpu-0.5gb",
      "apps-s-1vcpu-1gb-fixed",
    ]);
    expect(entries.every(([, facts]) => facts.isAutoscalable === (facts.cpuKind === "dedicated"))).toBe(true);
  });

  test("cost and carry more the larger they are, within their kind", () => {
    for (const kind of ["shared", "dedicated"]) {
      const sizes = Object.values(appSizes).filter(({ cpuKind }) => cpuKind === kind);
      for (const measure of ["usdPerMonth", "transferGiB"] as const) {
        const amounts = sizes.map((size) => size[measure]);
        expect(amounts).toEqual([...amounts].sort((a, b) => a - b));
      }
    }
    expect([appSizes["apps-s-1vcpu-1gb"].usdPerMonth, appSizes["apps-s-1vcpu-1gb"].transferGiB]).toEqual([
      12, 150,
    ]);
  });

  test("a former size is not one that is sold", () => {
    expect(Object.keys(formerAppSizes).filter((slug) => Object.hasOwn(appSizes, slug))).toEqual([]);
  });
});

describe("database sizes", () => {
  test("have a price where a source tells one, and say how sure it is", () => {
    const priced = Object.entries(databaseSizes).flatMap(([size, facts]) =>
      "usdPerMonth" in facts ? [[size, facts.usdPerMonth, facts.confidence]] : [],
    );
    expect(priced).toEqual([
      ["db-s-1vcpu-1gb", 15.15, "reported"],
      ["db-s-1vcpu-2gb", 30.45, "reported"],
      ["db-s-2vcpu-4gb", 60.9, "reported"],
      ["db-s-4vcpu-8gb", 120, "unconfirmed"],
      ["db-s-6vcpu-16gb", 244, "unconfirmed"],
      ["db-intel-1vcpu-1gb", 16, "unconfirmed"],
      ["db-intel-1vcpu-2gb", 30, "unconfirmed"],
      ["db-intel-2vcpu-4gb", 64, "unconfirmed"],
      ["db-intel-2vcpu-8gb", 89, "unconfirmed"],
    ]);
  });

  test.each<[DatabaseSize, number]>([
    ["db-s-1vcpu-1gb", 10],
    ["db-s-1vcpu-2gb", 30],
    ["db-s-6vcpu-16gb", 290],
    ["gd-8vcpu-32gb", 640],
  ])("%s has a disk of %d GiB", (size, disk) => {
    expect(includedDiskGiB(size)).toBe(disk);
  });

  test.each(Object.entries(databaseSizes))("%s says its processors and memory in its name", (slug, facts) => {
    expect(slug.endsWith(`-${facts.cpus}vcpu-${facts.memoryGiB}gb`)).toBe(true);
  });

  test.each<[DatabaseSize, boolean, number]>([
    ["db-s-1vcpu-1gb", false, 22],
    ["db-intel-1vcpu-1gb", false, 22],
    ["db-s-1vcpu-2gb", true, 47],
    ["db-s-2vcpu-4gb", true, 97],
    ["db-s-4vcpu-8gb", true, 197],
    ["db-s-6vcpu-16gb", true, 397],
  ])("%s with a standby is %j and it takes %d connections", (size, standby, connections) => {
    expect(takesStandby(size)).toBe(standby);
    expect(connectionLimit(size)).toBe(connections);
  });
});

test("each version of Postgres is offered until half a year before its end, and a former one is not offered", () => {
  for (const { endOfAvailability, endOfLife } of Object.values(postgresVersions))
    expect(endOfAvailability < endOfLife).toBe(true);
  expect(
    Object.keys(formerPostgresVersions).filter((version) => Object.hasOwn(postgresVersions, version)),
  ).toEqual([]);
});

test("each region of apps has the data centre of the same place", () => {
  for (const [region, dataCentre] of Object.entries(dataCentres))
    expect(dataCentre).toMatch(new RegExp(`^${region}\\d$`));
});

test.each([
  ["13", "2026-11-21", "upgrade at once: the platform upgrades it by itself"],
  ["14", "2026-11-11", "upgrade before 2026-11-12; no new cluster"],
  ["14", "2026-11-12", "upgrade at once: the platform upgrades it by itself"],
  ["15", "2026-08-14", "fine"],
  ["15", "2026-08-15", "plan the upgrade before 2027-05-12"],
  ["15", "2027-05-12", "upgrade before 2027-11-11; no new cluster"],
  ["17", "2026-11-21", "fine"],
  ["18", "2026-11-21", "unknown: ask the platform"],
])("about Postgres %s on %s: %s", (version, today, advice) => {
  expect(versionAdvice(version, today)).toBe(advice);
});

test("every version that is or was offered has its dates, and the former ones are those that are not offered", () => {
  expect(Object.keys(postgresLifetimes)).toEqual(["13", "14", "15", "16", "17"]);
  expect(formerPostgresVersions).toEqual({ "13": "2025-05-13", "14": "2026-05-12" });
});

test("every price says what it is for, how sure it is, where it comes from and of which day", () => {
  for (const price of Object.values(platformPrices))
    expect(price).toEqual({
      title: expect.stringMatching(/./),
      usd: expect.any(Number),
      per: expect.stringMatching(/^(month|GiB|GiB and month)$/),
      confidence: expect.stringMatching(/^(confirmed|reported|unconfirmed)$/),
      source: expect.stringMatching(/^Digital|^digital/),
      date: expect.stringMatching(/^2026-\d\d-\d\d$/),
    });
  expect(
    Object.entries(s3Prices).flatMap(([name, { confidence }]) =>
      confidence === "unconfirmed" ? [] : [name],
    ),
  ).toEqual(["us-east-1"]);
});
