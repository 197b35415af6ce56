import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { stackRequest } from "../../../cli/local/request.ts";
import type { LocalSecrets } from "../../../local/stack/secrets.ts";
import { roomyFolder } from "../../support/folder.ts";
import { recipients } from "../../support/settings.ts";

test("fails with what is wrong with the file and with its settings in one message, as a plan does", () => {
  const stackFile = join(roomyFolder("slipway-request-"), "Pulumi.dev.yaml");
  writeFileSync(
    stackFile,
    "foo: 1\nconfig:\n  slipwya:network: { ipRange: 10.0.0.0/20 }\n  slipway:budget: { total: 1_000, totl: 1 }\n",
  );
  const secrets: Pick<LocalSecrets, "provide"> = {
    provide: (_, names) => Object.fromEntries(names.map((name) => [name, recipients])),
  };
  const request = () => stackRequest("preview", { stack: "dev", stackFile }, secrets as LocalSecrets);
  expect(request).toThrow(
    new Error(
      [
        "stack dev has invalid settings:",
        "  budget.total: must be a plain number, or a text in quotes: 1_000 is read as 1000 (line 4)",
        "  foo: must be left out, or indented below config, where all settings are: the engine takes no notice of it here",
        "  slipwya:network: must start with one of slipway, aws, digitalocean, github, pulumi; did you mean slipway:network?",
        "  budget.totl: must be left out: there is no such setting, and total is set beside it",
      ].join("\n"),
    ),
  );
});
