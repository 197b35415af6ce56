import { expect, test } from "@jest/globals";
import { mergedSecrets, missingSecrets } from "../../../components/internal/secrets.ts";

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

test("names the secrets that nobody handed over, except optional ones", () => {
  expect(
    missingSecrets(
      [
        { name: "key", optional: false, usedBy: ["app.a", "app.b"] },
        { name: "dsn", optional: true, usedBy: ["app.a"] },
        { name: "given", optional: false, usedBy: ["app.a"] },
      ],
      ["given"],
    ),
  ).toEqual([{ path: "secrets.key", message: "must be set: app.a, app.b needs it" }]);
});
