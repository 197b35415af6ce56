import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "@jest/globals";
import { cents, sumOf, times, usd } from "../../components/cost/money.ts";
import { SettingsError } from "../../components/internal/settings.ts";
import { currentPrices, pricesWith } from "../../components/prices.ts";

function overrides(text: string): URL {
  const path = join(mkdtempSync(join(tmpdir(), "slipway-")), "overrides.json");
  writeFileSync(path, text);
  return pathToFileURL(path);
}

const invoice = { source: "invoice of October", date: "2026-11-01" };

test("without overrides the prices are those of the catalog", () => {
  const prices = currentPrices(new URL("file:///nowhere/overrides.json"));
  expect(prices.appSize("apps-s-1vcpu-1gb")).toEqual({
    usd: 12,
    confidence: "confirmed",
    source: "DigitalOcean API description, GET /v2/apps/tiers/instance_sizes",
    date: "2026-08-07",
  });
  expect(prices.databaseSize("db-s-4vcpu-8gb")).toMatchObject({ usd: 120, confidence: "unconfirmed" });
});

test("an owner's price takes the place of the catalog's, with its own source and date", () => {
  const file = overrides(
    JSON.stringify({
      ...invoice,
      appSizes: { "apps-s-1vcpu-1gb": 13 },
      databaseSizes: { "gd-2vcpu-8gb": 99.5 },
      platform: { uptimeCheck: 2 },
      s3: {
        "af-south-1": {
          storageGiBMonth: 0.0274,
          putPer1000: 0.006,
          getPer1000: 0.0005,
          transferOutGiB: 0.154,
        },
      },
    }),
  );
  const prices = currentPrices(file);
  const own = { confidence: "overridden", ...invoice };
  expect(prices.appSize("apps-s-1vcpu-1gb")).toEqual({ usd: 13, ...own });
  expect(prices.databaseSize("gd-2vcpu-8gb")).toEqual({ usd: 99.5, ...own });
  expect(prices.platform("uptimeCheck")).toEqual({ usd: 2, ...own });
  expect(prices.s3("af-south-1")).toMatchObject({ region: "af-south-1", storageGiBMonth: 0.0274, ...own });
  expect(prices.appSize("apps-s-1vcpu-2gb").usd).toBe(25);
  expect(prices.platform("staticApp").usd).toBe(3);
});

test("fails on every fault of the file at once, with its path", () => {
  const file = overrides(
    JSON.stringify({
      source: "",
      date: "yesterday",
      appSizes: { "apps-s-1vcpu-1g": 10, "apps-s-1vcpu-2gb": -1 },
      platform: { uptimeCheck: "1" },
      s3: { "us-east-1": { storageGiBMonth: 0.02 }, moon: {} },
      spaces: 5,
    }),
  );
  const attempt = () => currentPrices(file);
  expect(attempt).toThrow(SettingsError);
  expect(attempt).toThrow(
    [
      "catalog/overrides.json has invalid settings:",
      "  source: must say where the prices come from, such as an invoice",
      '  date: must be a day such as 2026-11-21; got "yesterday"',
      "  appSizes.apps-s-1vcpu-2gb: must be at least 0; got -1",
      "  appSizes.apps-s-1vcpu-1g: must be a known setting; did you mean apps-s-1vcpu-1gb?",
      "  platform.uptimeCheck: must be a number: write 1 without quotes",
      "  s3.us-east-1.putPer1000: must be set, to a number",
      "  s3.us-east-1.getPer1000: must be set, to a number",
      "  s3.us-east-1.transferOutGiB: must be set, to a number",
      '  s3.moon: must have a name that is an AWS region such as us-east-1; got "moon"',
      "  s3.moon.storageGiBMonth: must be set, to a number",
      "  s3.moon.putPer1000: must be set, to a number",
      "  s3.moon.getPer1000: must be set, to a number",
      "  s3.moon.transferOutGiB: must be set, to a number",
      "  spaces: must be a known setting: one of source, date, appSizes, databaseSizes, platform, s3",
    ].join("\n"),
  );
});

test.each([
  ["2026-02-30", 'must be a day such as 2026-11-21; got "2026-02-30"'],
  ["2026-13-01", 'must be a day such as 2026-11-21; got "2026-13-01"'],
  ["2026-11-23", "must not be in the future: today is 2026-11-21; got 2026-11-23"],
  ["9999-12-31", "must not be in the future: today is 2026-11-21; got 9999-12-31"],
  ["", 'must be a day such as 2026-11-21; got ""'],
])("fails on the day %s", (date, message) => {
  const attempt = () => currentPrices(overrides(JSON.stringify({ source: "invoice", date })), "2026-11-21");
  expect(attempt).toThrow(`catalog/overrides.json has invalid settings:\n  date: ${message}`);
});

test("takes prices of today, and of tomorrow where it is tomorrow already", () => {
  for (const date of ["2026-11-21", "2026-11-22", "2024-02-29"])
    expect(() =>
      currentPrices(overrides(JSON.stringify({ source: "invoice", date })), "2026-11-21"),
    ).not.toThrow();
});

test("fails on a file that is no JSON", () => {
  expect(() => currentPrices(overrides("{"))).toThrow(
    /^catalog\/overrides\.json has invalid settings:\n {2}settings: must be JSON: /,
  );
});

test("a mark of the encoding at the start of the file is none of its content", () => {
  const prices = currentPrices(
    overrides(`\uFEFF${JSON.stringify({ ...invoice, platform: { uptimeCheck: 2 } })}`),
  );
  expect(prices.platform("uptimeCheck").usd).toBe(2);
});

test("fails on names that stand there twice together with every other fault", () => {
  const text = `\uFEFF{ "source": "a", "date": "2026-11-01", "source" : "b", "platform": { "uptimeChek": 1, "uptimeCheck": 2, "uptimeCheck": -1 },
    "appSizes": {}, "s3": [{}, { "a": [1, { "b": "x", "b": ":" }], "a": "{" }] }`;
  expect(() => currentPrices(overrides(text))).toThrow(
    new Error(
      [
        "catalog/overrides.json has invalid settings:",
        "  source: must be set once",
        "  platform.uptimeCheck: must be set once",
        "  s3[1].a[1].b: must be set once",
        "  s3[1].a: must be set once",
        "  platform.uptimeCheck: must be at least 0; got -1",
        "  platform.uptimeChek: must be left out: there is no such setting, and uptimeCheck is set beside it",
        "  s3: must be a block of settings, not a list",
      ].join("\n"),
    ),
  );
});

test("money has no dirt of binary fractions", () => {
  expect(usd(cents(times(3, 0.1)))).toBe(0.3);
  expect(usd(cents(times(1_000_000, 0.0000005)))).toBe(0.5);
  expect(usd(cents(times(1, 0.005)))).toBe(0.01);
  expect(usd(cents(times(1, 0.0049)))).toBe(0);
  expect(sumOf([0.1, 0.2, 30.45])).toBe(30.75);
  expect(pricesWith().databaseSize("gd-40vcpu-160gb").usd).toBe(2436);
});
