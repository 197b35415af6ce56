import { expect, test } from "@jest/globals";
import { attachmentNames } from "../../../components/web-app/attachments.ts";

test("one database is called db, several carry their own names", () => {
  expect(attachmentNames([])).toEqual({});
  expect(attachmentNames(["tinkertools"])).toEqual({ tinkertools: "db" });
  expect(attachmentNames(["main", "reports_v2"])).toEqual({ main: "db-main", reports_v2: "db-reports-v2" });
  const long = attachmentNames(["a".repeat(40), "b"]);
  expect(long["a".repeat(40)]).toMatch(/^db-a{20}-[0-9a-f]{8}$/);
});
