import { describe, expect, test } from "@jest/globals";
import { appSizes, formerAppSizes } from "../../catalog/app-sizes.ts";
import {
  connectionLimit,
  type DatabaseSize,
  databaseSizes,
  takesStandby,
} from "../../catalog/database-sizes.ts";
import { formerPostgresVersions, postgresVersions } from "../../catalog/postgres-versions.ts";
import { dataCentres } from "../../catalog/regions.ts";

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

  test("a former size is not one that is sold", () => {
    expect(Object.keys(formerAppSizes).filter((slug) => Object.hasOwn(appSizes, slug))).toEqual([]);
  });
});

describe("database sizes", () => {
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
