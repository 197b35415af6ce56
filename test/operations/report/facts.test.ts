import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { settingsFacts, settingsOf } from "../../../operations/report/facts.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-facts-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a stack file of any name is read as that of the stack that it is given for", () => {
  const file = join(folder, "prod.yaml");
  copyFileSync(new URL("../../../Pulumi.production.yaml", import.meta.url), file);
  expect(settingsOf("production", [{ stack: "production", file }])).toEqual(settingsOf("production", []));
});

test("a base's stack file that cannot be read is told of", () => {
  const file = join(folder, "broken.yaml");
  writeFileSync(file, "config:\n  slipway:budget:\n    total: many\n");
  const files = { previews: [], plans: [], stackFiles: [{ stack: "dev", file }] };
  const { ruleChanges } = settingsFacts("dev", undefined, files, "2026-11-22");
  expect(ruleChanges).toEqual([
    {
      weight: "warn",
      reason: expect.stringMatching(
        /^is judged by no stack file, since that of --stack-file cannot be read: .*budget\.total: must /,
      ),
      remedy: "mend the base's stack file",
    },
  ]);
});
