import { expect, test } from "@jest/globals";
import { mergedSecrets } from "../../../components/internal/secrets.ts";

test("merges the uses of a secret, which is optional only where every use is", () => {
  expect(
    mergedSecrets([
      { name: "webhook", optional: true, usedBy: ["monitoring.checks.health"] },
      { name: "key", optional: true, usedBy: ["app.a"] },
      { name: "webhook", optional: false, usedBy: ["monitoring.database", "monitoring.checks.health"] },
    ]),
  ).toEqual([
    { name: "key", optional: true, usedBy: ["app.a"] },
    { name: "webhook", optional: false, usedBy: ["monitoring.checks.health", "monitoring.database"] },
  ]);
});
