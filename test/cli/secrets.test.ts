import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { LocalSecrets } from "../../local/stack/secrets.ts";
import type { PlanDocument } from "../../operations/plan/document.ts";
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
    "--stack-file",
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
  [["--stack-file", "x.yaml"], "--stack-file must go with --stack and the name of one stack\n"],
  [["--stack", "dev", "--stack-file", "x.yaml"], "--stack-file x.yaml must name a file that is there\n"],
])("slipway secrets check %j fails", async (args, stderr) => {
  expect(await slipway.run(["secrets", "check", ...args])).toMatchObject({ exitCode: 1, stdout: "", stderr });
});

describe("secrets that this machine made up", () => {
  const needed = {
    dev: ["digitaloceanAccessToken", "secretKey"],
    staging: ["backupRecipients", "digitaloceanAccessToken", "secretKey"],
    production: ["backupRecipients", "digitaloceanAccessToken", "secretKey", "slackAlerts", "slackCritical"],
  };
  beforeAll(() => {
    const secrets = new LocalSecrets(slipway.home);
    for (const [stack, names] of Object.entries(needed)) secrets.provide(stack, names);
  });
  const check = (stack: string, ...options: string[]) =>
    slipway.run(["secrets", "check", "--stack", stack, ...options]);

  test.each(Object.entries(needed))(
    "are missing on the platforms of %s, as its plan says",
    async (stack, names) => {
      const { exitCode, stdout } = await check(stack, "--json");
      expect(exitCode).toBe(1);
      const [{ secrets }] = JSON.parse(stdout) as [
        { secrets: { name: string; state: string; setIn: null }[] },
      ];
      const missing = secrets.filter(({ state }) => state === "missing");
      expect(missing.map(({ name, setIn }) => [name, setIn])).toEqual(names.map((name) => [name, null]));
      const planned = await slipway.run(["plan", "--stack", stack, "--format", "json"]);
      const [plan] = (JSON.parse(planned.stdout) as PlanDocument).stacks;
      const toSet = plan?.secrets.filter(({ isSet, isOptional }) => !isSet && !isOptional) ?? [];
      expect(toSet.map(({ name }) => name).sort()).toEqual(names);
    },
  );

  test("are told as missing, and with --local as those of this machine", async () => {
    const lines = (...rest: string[]) => rest.map((line) => `${line}\n`).join("");
    expect(await check("dev")).toMatchObject({
      exitCode: 1,
      stderr: "",
      stdout: lines(
        "stack  secret                   state     set  ends up in",
        "dev    backupRecipients         optional  -    keys of the backups, in the settings of backup-worker",
        "dev    digitaloceanAccessToken  missing   -    secret DIGITALOCEAN_ACCESS_TOKEN of the GitHub environment dev",
        "dev    newRelicLicenseKey       optional  -    variable NEW_RELIC_LICENSE_KEY of tinkertools-api",
        "dev    secretKey                missing   -    variable SECRET_KEY of tinkertools-api",
        "dev    sentryDsn                optional  -    variable SENTRY_DSN of tinkertools-api",
        "`pulumi config set --secret slipway:NAME --stack STACK` sets one",
      ),
    });
    const here = "on this machine, day unknown";
    expect(await check("dev", "--local")).toMatchObject({
      exitCode: 0,
      stderr: "",
      stdout: lines(
        "stack  secret                   state     set                           ends up in",
        "dev    backupRecipients         optional  -                             keys of the backups, in the settings of backup-worker",
        `dev    digitaloceanAccessToken  local     ${here}  secret DIGITALOCEAN_ACCESS_TOKEN of the GitHub environment dev`,
        "dev    newRelicLicenseKey       optional  -                             variable NEW_RELIC_LICENSE_KEY of tinkertools-api",
        `dev    secretKey                local     ${here}  variable SECRET_KEY of tinkertools-api`,
        "dev    sentryDsn                optional  -                             variable SENTRY_DSN of tinkertools-api",
      ),
    });
    expect(await check("production", "--local")).toMatchObject({ exitCode: 0, stderr: "" });
  });
});
