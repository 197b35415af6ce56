import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { outputsTable } from "../../../cli/local/outputs-table.ts";

test("the table has a row per output that the stack has, and no password", () => {
  const home = mkdtempSync(join(tmpdir(), "slipway-"));
  const plain = (value: unknown) => ({ value, secret: false });
  const table = outputsTable(
    {
      appUrl: plain("http://127.0.0.1:8080"),
      databaseUrl: { value: "postgresql://app:hunter2@127.0.0.1:5433/shop?sslmode=require", secret: true },
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
