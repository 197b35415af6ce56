import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { defaultProduct } from "../../components/default-product.ts";
import { Slipway } from "../support/slipway.ts";

const slipway = new Slipway();
afterEach(async () => {
  await slipway.json(["local", "down"]);
});
afterAll(() => slipway.end());

/** How many resources the state holds; 0 while there is none or it is being written. */
function resourcesInState(): number {
  const file = join(slipway.home, "state", ".pulumi", "stacks", "slipway", "dev.json");
  try {
    return JSON.parse(readFileSync(file, "utf8")).checkpoint.latest?.resources?.length ?? 0;
  } catch {
    return 0;
  }
}

/**
 * Kills the engine, with its whole process group, and the command, as soon as so many resources are in the state. On a
 * busy machine the command can be done before the kill comes: then it is tried again.
 */
async function killedUp(resources: number): Promise<void> {
  for (;;) {
    const command = slipway.start(["local", "up"]);
    while (resourcesInState() < resources && command.isRunning()) await pause(10);
    const engine = engineAtWork();
    command.kill("SIGKILL");
    if (engine !== undefined && killGroup(engine)) {
      expect(await command.ended).toMatchObject({ signal: "SIGKILL" });
      return;
    }
    const { exitCode, stderr } = await command.ended;
    if (exitCode !== 0) throw new Error(`up ended with ${exitCode} before it was killed:\n${stderr}`);
    await slipway.json(["local", "down"]);
  }
}

/** The engine's process while a run records one. */
function engineAtWork(): number | undefined {
  const record = join(slipway.home, "runs", "dev.json");
  return existsSync(record) ? JSON.parse(readFileSync(record, "utf8")).engine?.pid : undefined;
}

/** Whether there was a process group to kill. */
function killGroup(pid: number): boolean {
  try {
    return process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

/** Asks the local DigitalOcean. */
async function asks(method: string, path: string): Promise<Response> {
  const { cloud } = JSON.parse((await slipway.run(["local", "status", "--json"])).stdout);
  const headers = { authorization: "Bearer x" };
  return await fetch(`${cloud.endpoints.digitalocean}/v2/${path}`, { method, headers });
}

/** What the local DigitalOcean has of a kind. */
async function objectsOf(kind: string): Promise<readonly { readonly id: string }[]> {
  const reply = (await (await asks("GET", kind)).json()) as Record<string, { id: string }[]>;
  return reply[kind] ?? [];
}

test("two at once take turns, the second says that it waits, a policy stops the engine, and --refresh mends what is deleted then", async () => {
  const [first, second] = await Promise.all([
    slipway.start(["local", "up", "--json"]).ended,
    slipway.start(["local", "up", "--json"]).ended,
  ]);
  expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
  const created = [first, second].map(({ stdout }) => JSON.parse(stdout).changes.create).sort();
  expect(created).toEqual([0, 32]);
  expect(`${first.stderr}${second.stderr}`).toContain(
    "another command works on this clone: waiting for it to end\n",
  );

  const poor = join(slipway.home, "Pulumi.dev.yaml");
  writeFileSync(poor, stringify({ config: { "slipway:budget": { total: 1 } } }));
  expect(await slipway.run(["local", "preview", "--policy", "--stack-file", poor])).toMatchObject({
    exitCode: 1,
    stdout: "",
    stderr: expect.stringMatching(
      /previewing dev failed:\n {2}budget-over: stack: must cost at most 1\.00 USD a month \(budget\.total\); [^\n]+\n$/,
    ),
  });

  const [app] = await objectsOf("apps");
  expect((await asks("DELETE", `apps/${app?.id}`)).status).toBe(200);
  const nothing = { update: 0, replace: 0, delete: 0 };
  const preview = join(slipway.home, "preview.json");
  expect(await slipway.json(["local", "preview", "--engine-json", preview])).toMatchObject({
    changes: { ...nothing, create: 0, same: 32 },
  });
  expect(await slipway.run(["guard", "--preview", `dev=${preview}`])).toMatchObject({
    exitCode: 0,
    stdout: "dev: nothing stops this change\n",
  });
  for (const command of ["preview", "up"])
    expect(await slipway.json(["local", command, "--refresh"])).toMatchObject({
      changes: { ...nothing, create: 1, same: 31 },
      changed: [{ operation: "create", type: "digitalocean:index/app:App", name: "tinkertools" }],
    });
  expect(await objectsOf("apps")).toHaveLength(1);
});

test("an up whose engine and command were killed, early and then late, is continued by the next one; one after a failed deployment deploys again, and says why when it fails again", async () => {
  await killedUp(5);
  await killedUp(20);

  const database = structuredClone(defaultProduct.database) as unknown as {
    databases: { tinkertools: { extensions: string[] } };
  };
  database.databases.tinkertools.extensions.push("plcoffee");
  const configFile = join(slipway.home, "Pulumi.dev.yaml");
  writeFileSync(configFile, stringify({ config: { "slipway:database": database } }));
  const failing = ["local", "up", "--stack-file", configFile];
  for (const attempt of [await slipway.run(failing), await slipway.run(failing)]) {
    expect(attempt.exitCode).toBe(1);
    expect(attempt.stderr).toMatch(/^bringing up dev failed:$/m);
    expect(attempt.stderr).toMatch(
      /prepare-database prepare: PostgreSQL \d+.* has no extension plcoffee: install it on the server, or leave it out of the database's extensions$/m,
    );
    expect(attempt.stderr).not.toContain("    at ");
  }

  await slipway.json(["local", "up"]);
  expect(await slipway.json(["local", "up"])).toMatchObject({
    changes: { create: 0, update: 0, replace: 0, delete: 0, same: 32 },
    requests: { writes: 0 },
  });
  for (const kind of ["vpcs", "databases", "apps"]) expect(await objectsOf(kind)).toHaveLength(1);
  expect(existsSync(join(slipway.home, "runs", "dev.json"))).toBe(false);
});
