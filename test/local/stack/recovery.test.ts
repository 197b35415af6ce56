import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { silence } from "../../../local/progress.ts";
import { plainEnvironment, startProcess } from "../../../local/services/processes.ts";
import { isRunning } from "../../../local/services/processes-identity.ts";
import {
  endLeftEngine,
  removeFragments,
  removeStaleLocks,
  restoreCheckpoint,
  undoPendingCreates,
} from "../../../local/stack/recovery.ts";
import { localGitHub } from "../apis/github/server.ts";

const newHome = (): string => mkdtempSync(join(tmpdir(), "slipway-"));

/** A number that no process can have on Linux or macOS. */
const noProcess = 2 ** 22 + 7;

describe("locks of the engine", () => {
  const locksOf = (home: string): string =>
    join(home, "state", ".pulumi", "locks", "organization", "slipway", "dev");

  test("are removed where their owner was a process of this machine that is gone, and stay otherwise", async () => {
    const home = newHome();
    mkdirSync(locksOf(home), { recursive: true });
    const lock = (name: string, content: unknown): void =>
      writeFileSync(join(locksOf(home), `${name}.json`), JSON.stringify(content));
    lock("gone", { pid: noProcess, username: "a", hostname: hostname() });
    lock("alive", { pid: process.pid, username: "a", hostname: hostname() });
    lock("elsewhere", { pid: noProcess, username: "a", hostname: "another-machine" });
    lock("unknown", { owner: "somebody" });

    await removeStaleLocks(home, "dev");
    expect(readdirSync(locksOf(home)).sort()).toEqual(["alive.json", "elsewhere.json", "unknown.json"]);
  });

  test("of a stack that never ran are none", async () => {
    await expect(removeStaleLocks(newHome(), "dev")).resolves.toBeUndefined();
  });
});

describe("a state that was being written when the engine was killed", () => {
  const stateIn = (text: string, copy?: string): { file: string; told: string[]; restore: () => void } => {
    const file = join(newHome(), "dev.json");
    writeFileSync(file, text);
    if (copy !== undefined) writeFileSync(`${file}.bak`, copy);
    const told: string[] = [];
    return {
      file,
      told,
      restore: () => restoreCheckpoint(file, { ...silence, say: (line) => told.push(line) }),
    };
  };

  test("comes back from the copy before", () => {
    const { file, told, restore } = stateIn('{"version": 3, "checkp', '{"version": 3}');
    restore();
    expect(readFileSync(file, "utf8")).toBe('{"version": 3}');
    expect(told).toEqual([
      "an earlier command was killed while it wrote the state: going on from the copy before",
    ]);
  });

  test("is begun anew where there is no whole copy", () => {
    const { file, restore } = stateIn("", "{");
    restore();
    expect(existsSync(file)).toBe(false);
  });

  test("loses the fragments beside it, which keep the engine from reading it", () => {
    const home = newHome();
    const folder = join(home, "state", ".pulumi", "stacks", "slipway");
    mkdirSync(folder, { recursive: true });
    const file = (name: string, text: string): void => writeFileSync(join(folder, name), text);
    file("dev.json", "{}");
    file("dev.json.attrs", "");
    file("dev.json.bak", "{}");
    file("dev.json.bak.attrs", '{"user.cache_control":""}');
    file("dev.json.18ea07ec7e509624.tmp", '{"versio');
    removeFragments(home);
    expect(readdirSync(folder).sort()).toEqual(["dev.json", "dev.json.bak", "dev.json.bak.attrs"]);
  });

  test("is left alone where it is whole", () => {
    const { file, told, restore } = stateIn('{"version": 3}', '{"version": 2}');
    restore();
    expect(readFileSync(file, "utf8")).toBe('{"version": 3}');
    expect(told).toEqual([]);
  });
});

describe("an engine that a killed command left behind", () => {
  const start = async (script: string) => {
    const { identity } = await startProcess({
      command: process.execPath,
      args: ["-e", script],
      directory: newHome(),
      environment: plainEnvironment(),
      logFile: join(newHome(), "engine.log"),
    });
    return identity;
  };

  test("is waited for until it has ended", async () => {
    const engine = await start("process.stdin.on('end', () => {}).resume()");
    const told: string[] = [];
    await endLeftEngine({ engine }, { ...silence, say: (line) => told.push(line) });
    expect(await isRunning(engine)).toBe(false);
  });

  test("is not taken for another process that now has its number", async () => {
    const told: string[] = [];
    const record = { engine: { pid: process.pid, started: "long ago" } };
    await endLeftEngine(record, { ...silence, say: (line) => told.push(line) });
    expect(told).toEqual([]);
  });

  test("is left alone when its number without a start time belongs to something else", async () => {
    const told: string[] = [];
    await endLeftEngine({ engine: { pid: process.pid } }, { ...silence, say: (line) => told.push(line) });
    expect(told).toEqual([]);
  });
});

describe("a create that was under way when the engine was killed", () => {
  const urn =
    "urn:pulumi:dev::slipway::github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable::shop-REGION";
  const inputs = { repository: "shop", environment: "dev", variableName: "REGION", value: "eu" };
  const pending = {
    type: "creating",
    resource: {
      type: "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable",
      urn,
      inputs,
    },
  };

  test.each([
    [
      "is undone where the cloud got that far",
      [],
      [],
      [
        "undoing an interrupted create: github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable shop-REGION",
      ],
    ],
    [
      "stays where the state knows it already",
      [{ type: pending.resource.type, id: "shop:dev:REGION" }],
      ["REGION"],
      [],
    ],
  ])("%s", async (_title, resources, left, said) => {
    const api = await localGitHub();
    await api.ask("PUT", "/repos/octo-org/shop/environments/dev");
    await api.ask("POST", "/repos/octo-org/shop/environments/dev/variables", { name: "REGION", value: "eu" });
    const lines: string[] = [];
    let imported: unknown;
    const stack = {
      exportStack: async () => ({ version: 3, deployment: { resources, pending_operations: [pending] } }),
      importStack: async (deployment: unknown) => {
        imported = deployment;
      },
    };
    const github = { token: "t", baseUrl: `${api.url}/`, owner: "octo-org", writeDelayMs: 0, maxRetries: 0 };
    await undoPendingCreates(stack, { github }, { ...silence, say: (line) => lines.push(line) });

    const { body } = await api.ask("GET", "/repos/octo-org/shop/environments/dev/variables");
    expect(body).toMatchObject({ variables: left.map((name) => ({ name })) });
    expect(lines).toEqual(said);
    expect(imported).toEqual({ version: 3, deployment: { resources, pending_operations: [] } });
    expect(await api.close()).toEqual([]);
  });
});
