import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { outputsTable } from "../../../cli/local/outputs-table.ts";
import { chosen } from "../../../cli/local/psql.ts";
import { LocalFault } from "../../../local/fault.ts";

test("the table has a row per output that the stack has, and no password", () => {
  const home = mkdtempSync(join(tmpdir(), "slipway-"));
  const plain = (value: unknown) => ({ value, secret: false });
  const table = outputsTable(
    {
      appUrl: plain("http://127.0.0.1:8080"),
      databaseUrls: {
        value: { shop: "postgresql://app:hunter2@127.0.0.1:5433/shop?sslmode=require" },
        secret: true,
      },
      zone: plain(undefined),
      release: plain({ images: { api: "sha256:abc" }, version: "1.2.0" }),
    },
    home,
  );
  expect(table).toBe(
    [
      "app       http://127.0.0.1:8080",
      `database  postgresql://app@127.0.0.1:5433/shop?sslmode=require&passfile=${encodeURIComponent(join(home, "pgpass"))}`,
      "release   version 1.2.0, images api sha256:abc",
    ].join("\n"),
  );
});

test("every database has a row with its name where there are several, and psql knows the password of each", () => {
  const home = mkdtempSync(join(tmpdir(), "slipway-"));
  const value = {
    archive: "postgresql://keeper:swordfish@127.0.0.1:5433/archive?sslmode=require",
    shop: "postgresql://app:hunter2@127.0.0.1:5433/shop?sslmode=require",
  };
  const passfile = `passfile=${encodeURIComponent(join(home, "pgpass"))}`;
  expect(outputsTable({ databaseUrls: { value, secret: true } }, home)).toBe(
    [
      `database archive  postgresql://keeper@127.0.0.1:5433/archive?sslmode=require&${passfile}`,
      `database shop     postgresql://app@127.0.0.1:5433/shop?sslmode=require&${passfile}`,
    ].join("\n"),
  );
  expect(readFileSync(join(home, "pgpass"), "utf8")).toBe(
    "127.0.0.1:5433:*:keeper:swordfish\n127.0.0.1:5433:*:app:hunter2\n",
  );
});

describe("psql opens", () => {
  const databaseUrls = {
    shop: "postgresql://app:a@127.0.0.1:5433/shop",
    archive: "postgresql://b:b@127.0.0.1:5433/archive",
  };
  const databaseAdminUrl = "postgresql://doadmin:d@127.0.0.1:5433/defaultdb?sslmode=require";
  const outputs = { databaseUrls, databaseAdminUrl };
  const fault = new LocalFault(
    "--database must be one of archive, shop; with --admin it may be any that is there",
  );

  test("the only database, or the one that was named", () => {
    expect(chosen({ databaseUrls: { shop: databaseUrls.shop } }, { stack: "dev" })).toBe(databaseUrls.shop);
    expect(chosen(outputs, { stack: "dev", database: "archive" })).toBe(databaseUrls.archive);
    expect(chosen(outputs, { stack: "dev", admin: true })).toBe(databaseAdminUrl);
    expect(chosen(outputs, { stack: "dev", admin: true, database: "shop" })).toBe(
      "postgresql://doadmin:d@127.0.0.1:5433/shop?sslmode=require",
    );
  });

  test("as doadmin any other, such as one that a person made", () => {
    expect(chosen(outputs, { stack: "dev", admin: true, database: "again" })).toBe(
      "postgresql://doadmin:d@127.0.0.1:5433/again?sslmode=require",
    );
  });

  test("none where several could be meant, or none is there", () => {
    expect(() => chosen(outputs, { stack: "dev" })).toThrow(fault);
    expect(() => chosen(outputs, { stack: "dev", database: "shops" })).toThrow(fault);
    expect(() => chosen({}, { stack: "dev" })).toThrow(new LocalFault("stack dev has no database"));
  });
});
