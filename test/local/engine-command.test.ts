import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { engineCommand } from "../../local/engine-command.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-engine-"));
const command = join(folder, "pulumi");
writeFileSync(command, '#!/bin/sh\necho "$@"\n');
chmodSync(command, 0o755);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = async (printsPreviews: boolean, ...args: string[]): Promise<string> => {
  const engine = engineCommand({ command, version: "3.253.0" } as Parameters<typeof engineCommand>[0], {
    onProcess: () => undefined,
    printsPreviews,
  });
  return (await engine.run(args, folder, {})).stdout.trim();
};

test("an engine that is to print its previews is asked for their JSON, and for nothing else's", async () => {
  expect(await run(true, "preview", "--diff")).toBe("preview --diff --json --non-interactive");
  expect(await run(true, "up")).toBe("up --non-interactive");
  expect(await run(false, "preview")).toBe("preview --non-interactive");
});
