import { existsSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { pricesWith } from "../../components/prices.ts";
import { catalogTables } from "../../operations/catalog-tables.ts";

const tables = catalogTables("2026-11-21", pricesWith());
const table = (title: string) => tables.find((one) => one.title === title);

test("every table names its file, its source and its date, and has rows of the same columns", () => {
  expect(tables.map(({ title, date, rows }) => [title, date, rows.length])).toEqual([
    ["app sizes", "2026-08-07", 14],
    ["former app sizes", "2026-08-07", 10],
    ["database sizes, a node", "2026-09-30", 33],
    ["Postgres versions", "2026-08-07", 5],
    ["regions", "2026-08-02", 10],
    ["platform prices", "2026-03-27", 13],
    ["S3 Standard", "2026-11-21", 11],
  ]);
  for (const { file, source, rows } of tables) {
    expect(existsSync(new URL(`../../${file}`, import.meta.url))).toBe(true);
    expect(source.length).toBeGreaterThan(10);
    expect(new Set(rows.map((row) => Object.keys(row).join())).size).toBe(1);
  }
});

test("rows hold what people look up", () => {
  expect(table("app sizes")?.rows[2]).toEqual({
    size: "apps-s-1vcpu-1gb",
    usd: 12,
    confidence: "confirmed",
    cpus: 1,
    cpuKind: "shared",
    memoryGiB: 1,
    transferGiB: 150,
    instances: "several",
  });
  expect(table("database sizes, a node")?.rows[1]).toEqual({
    size: "db-s-1vcpu-2gb",
    usd: 30.45,
    confidence: "reported",
    cpus: 1,
    memoryGiB: 2,
    diskGiB: 30,
    connections: 47,
    standby: "yes",
  });
  expect(table("Postgres versions")?.rows[2]).toEqual({
    version: "15",
    endOfAvailability: "2027-05-12",
    endOfLife: "2027-11-11",
    whatToDo: "plan the upgrade before 2027-05-12",
  });
  expect(table("S3 Standard")?.rows[0]).toEqual({
    region: "us-east-1",
    storageGiBMonth: 0.023,
    putPer1000: 0.005,
    getPer1000: 0.0004,
    transferOutGiB: 0.09,
    confidence: "reported",
  });
});

test("an owner's price is shown in its place", () => {
  const own = { source: "invoice", date: "2026-11-01" };
  const prices = pricesWith({
    ...own,
    appSizes: {},
    databaseSizes: {},
    platform: { uptimeCheck: 2 },
    s3: {},
  });
  const rows = catalogTables("2026-11-21", prices).find(({ title }) => title === "platform prices")?.rows;
  expect(rows?.find(({ name }) => name === "uptimeCheck")).toEqual({
    name: "uptimeCheck",
    usd: 2,
    per: "month",
    for: "uptime check, its alerts included",
    confidence: "overridden",
    ...own,
  });
});
