import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from "@jest/globals";
import { runCli } from "../../cli/program.ts";
import { engineVersion } from "../../local/engine/version.ts";
import { cloneDirectory } from "../../local/home.ts";
import { RecordedClouds, stateText } from "../operations/drift/recorded.ts";

const recorded = new RecordedClouds();
const folder = mkdtempSync(join(tmpdir(), "slipway-drift-"));
const stateFile = join(folder, "state.json");
const environment = { ...process.env };
let printed: Record<"stdout" | "stderr", string>;

beforeAll(async () => {
  await recorded.start();
  const { digitalocean, github } = recorded.clouds();
  Object.assign(process.env, {
    DIGITALOCEAN_API_URL: digitalocean().endpoint,
    DIGITALOCEAN_TOKEN: "t0ken",
    GITHUB_API_URL: github().endpoint,
    GITHUB_TOKEN: "t0ken",
  });
  // Without what only AWS and name servers could tell.
  const { deployment } = JSON.parse(stateText) as { deployment: { resources: { type: string }[] } };
  const resources = deployment.resources.filter(({ type }) => !/^aws:|\/domain:Domain$/.test(type));
  writeFileSync(stateFile, JSON.stringify({ deployment: { resources } }));
});
afterAll(async () => {
  await recorded.stop();
  rmSync(folder, { recursive: true });
  process.env = environment;
});
beforeEach(() => {
  recorded.reset();
  printed = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    jest.spyOn(process[stream], "write").mockImplementation((text) => {
      printed[stream] += String(text);
      return true;
    });
});
afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = 0;
});

const drift = (...args: string[]): Promise<number> =>
  runCli(["drift", "--stack", "production", "--state", stateFile, ...args]);

test("slipway drift ends with 0 where nothing drifts", async () => {
  expect(await drift()).toBe(0);
  expect(printed).toEqual({ stdout: "production: no drift among 30 resources\n", stderr: "" });
});

test("slipway drift ends with 2 where something does, and prints one document with --json", async () => {
  recorded.body("/oidc/customization/sub").use_immutable_subject = true;
  expect(await drift("--json")).toBe(2);
  expect(JSON.parse(printed.stdout)).toEqual({
    version: 1,
    stack: "production",
    resources: 30,
    drifts: [
      {
        kind: "oidc",
        resource: "OIDC subject of tinkertools/tinkertools",
        message: "holds ids; delivery.oidc.subjectFormat says names",
        fix: "AWS refuses the workflows until delivery.oidc.subjectFormat and the repository agree",
      },
    ],
    unchecked: [],
  });
});

test("slipway drift ends with 1 where the token may not see something, or where a platform fails", async () => {
  recorded.answers[recorded.route("/environments/production/secrets")] = 403;
  expect(await drift()).toBe(1);
  expect(printed.stdout).toMatch(/^production: no drift among 30 resources\n {2}not looked at: secrets of /);
  recorded.reset();
  recorded.answers[recorded.route("/v2/apps/6180745c-aa61-48bb-b9c9-423076448b65")] = 401;
  expect(await drift()).toBe(1);
  expect(printed.stderr).toBe(
    "GET /v2/apps/6180745c-aa61-48bb-b9c9-423076448b65 answered 401: the token is wrong or has expired\n",
  );
});

test("slipway drift wants a repository for its issue", async () => {
  expect(await drift("--issue", "shop")).toBe(1);
  expect(printed.stderr).toBe("--issue must be <owner>/<repo>, such as acme/shop\n");
});

/** A `pulumi` in a folder, which tells its version and does what the script says. */
function putEngine(place: string, script: string): void {
  mkdirSync(place, { recursive: true });
  const text = `#!/bin/sh\n[ "$1" = version ] && { echo v${engineVersion}; exit; }\n${script}\n`;
  writeFileSync(join(place, "pulumi"), text, { mode: 0o755 });
}
const kept = join(folder, "cache", "engine", engineVersion, "bin");
const onPath = join(folder, "bin");
const withEngines = async (work: () => Promise<void>): Promise<void> => {
  process.env["PATH"] = `${onPath}:/bin:/usr/bin`;
  process.env["SLIPWAY_CACHE"] = join(folder, "cache");
  await work();
  process.env["PATH"] = environment["PATH"];
  delete process.env["SLIPWAY_CACHE"];
};

test("slipway drift asks the engine that slipway keeps, and before it the one on PATH", async () => {
  putEngine(kept, `echo "$PWD $@" > "${folder}/asked"; cat "${stateFile}"`);
  await withEngines(async () => {
    expect(await runCli(["drift", "--stack", "production"])).toBe(0);
    expect(readFileSync(join(folder, "asked"), "utf8")).toBe(
      `${cloneDirectory} stack export --stack production --non-interactive\n`,
    );
    putEngine(onPath, "echo 'warning: old' >&2; echo 'error: no stack named production' >&2; exit 255");
    expect(await runCli(["drift", "--stack", "production"])).toBe(1);
  });
  expect(printed).toEqual({
    stdout: "production: no drift among 30 resources\n",
    stderr: "the state of production could not be exported: no stack named production\n",
  });
});

test("slipway status shows what is known and says why of the rest", async () => {
  rmSync(join(folder, "cache"), { recursive: true });
  rmSync(onPath, { recursive: true });
  await withEngines(async () => {
    expect(await runCli(["status", "--stack", "production", "--json"])).toBe(0);
  });
  const { version, stacks } = JSON.parse(printed.stdout);
  expect(version).toBe(1);
  const unknown = `a stack of the accounts needs the \`pulumi\` command, ${engineVersion} or a later one of its line, and there is none on PATH and none that slipway keeps: install Pulumi (https://www.pulumi.com/docs/install/), or have \`npm start\` get one; the local cloud's stacks are looked at with --local`;
  expect(stacks).toMatchObject([
    {
      stack: "production",
      health: { unknown },
      drill: { unknown },
      cost: { value: { minimum: expect.any(Number), maximum: expect.any(Number) } },
    },
  ]);
});
