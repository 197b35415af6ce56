import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { Slipway } from "../support/slipway.ts";

const slipway = new Slipway();
const folder = mkdtempSync(join(tmpdir(), "slipway-secrets-"));
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await slipway.end();
});

test("slipway secrets check looks at a stack file from elsewhere", async () => {
  const file = join(folder, "mine.yaml");
  writeFileSync(file, 'config: { "slipway:secretKey": { secure: AAAA }, "slipway:old": { secure: AAAA } }\n');
  const { exitCode, stdout } = await slipway.run([
    "secrets",
    "check",
    "--json",
    "--stack",
    "dev",
    "--config-file",
    file,
  ]);
  expect(exitCode).toBe(1);
  const [{ secrets }] = JSON.parse(stdout);
  expect(secrets.map(({ name, state }: { name: string; state: string }) => `${name} ${state}`)).toEqual([
    "backupRecipients optional",
    "digitaloceanAccessToken missing",
    "newRelicLicenseKey optional",
    "old unused",
    "secretKey set",
    "sentryDsn optional",
  ]);
});

test.each<[string[], string]>([
  [["--config-file", "x.yaml"], "--config-file must go with --stack and the name of one stack\n"],
  [["--stack", "dev", "--config-file", "x.yaml"], "--config-file x.yaml must name a file that is there\n"],
])("slipway secrets check %j fails", async (args, stderr) => {
  expect(await slipway.run(["secrets", "check", ...args])).toMatchObject({ exitCode: 1, stdout: "", stderr });
});
