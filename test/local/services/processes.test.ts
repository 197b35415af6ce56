import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { plainEnvironment, startProcess, stopProcess } from "../../../local/services/processes.ts";
import {
  commandLine,
  identify,
  identifyChild,
  isRunning,
} from "../../../local/services/processes-identity.ts";
import { pruneLog } from "../../../local/services/processes-log.ts";

const directory = mkdtempSync(join(tmpdir(), "slipway processes "));
afterAll(() => rmSync(directory, { recursive: true }));

/** Runs a script of Node; it has said "ready" when this resolves. */
async function start(name: string, script: string) {
  const logFile = join(directory, "logs", `${name}.log`);
  const started = await startProcess({
    command: process.execPath,
    args: ["-e", `${script}; console.log("ready")`],
    directory,
    environment: { ONLY: "this" },
    logFile,
  });
  while (!readFileSync(logFile, "utf8").includes("ready") && (await isRunning(started.identity))) {
    await new Promise(setImmediate);
  }
  return { ...started, log: () => readFileSync(logFile, "utf8") };
}

const idle = "setInterval(() => undefined, 1000)";

describe("a started process", () => {
  test("gets the given environment and nothing else, and writes into its log", async () => {
    const { ended, log } = await start(
      "environment",
      "console.log(JSON.stringify(process.env)); console.error('oops')",
    );
    expect(await ended).toBe(0);
    expect(log()).toBe('{"ONLY":"this"}\noops\nready\n');
  });

  test("leads a session of its own, which the signals of a terminal do not reach", async () => {
    const { identity } = await start("session", idle);
    const { ended, log } = await start(
      "ps",
      `process.stdout.write(require("child_process").execFileSync("/bin/ps", ["-o", "pgid=", "-p", "${identity.pid}"]))`,
    );
    await ended;
    expect(Number(log().split("\n")[0])).toBe(identity.pid);
    await stopProcess(identity);
  });

  test("ends on the signal that it is stopped with", async () => {
    const { identity, ended } = await start("polite", `process.on("SIGINT", () => process.exit(7)); ${idle}`);
    await stopProcess(identity, { signal: "SIGINT" });
    expect(await ended).toBe(7);
    expect(await isRunning(identity)).toBe(false);
  });

  test("is killed, with what it started, when it does not end in time", async () => {
    const { identity, ended, log } = await start(
      "stubborn",
      `process.on("SIGTERM", () => undefined); ${idle};
       console.log(require("child_process").spawn(process.execPath, ["-e", ${JSON.stringify(idle)}]).pid)`,
    );
    const inner = await identify(Number(log().split("\n")[0]));
    await stopProcess(identity, { patience: 0 });
    expect(await ended).toBe(137);
    while (inner !== undefined && (await isRunning(inner))) await new Promise(setImmediate);
  });

  test("can be stopped twice", async () => {
    const { identity } = await start("twice", idle);
    await stopProcess(identity);
    await stopProcess(identity);
    expect(await isRunning(identity)).toBe(false);
  });

  test("fails for a program that is not there", async () => {
    const missing = { args: [], directory, environment: {}, logFile: join(directory, "missing.log") };
    await expect(startProcess({ ...missing, command: "/no/such/program" })).rejects.toThrow(
      "spawn /no/such/program ENOENT",
    );
  });
});

describe("an identity", () => {
  test("is the same as long as the process runs", async () => {
    const identity = await identify(process.pid);
    expect(identity?.pid).toBe(process.pid);
    expect(await identify(process.pid)).toEqual(identity);
  });

  test("tells a process from another one that has its number, which is then left alone", async () => {
    const { identity } = await start("innocent", idle);
    await stopProcess({ ...identity, started: "earlier" });
    expect(await isRunning(identity)).toBe(true);
    await stopProcess(identity);
  });

  test("is undefined for a number that no process has", async () => {
    expect(await identify(2 ** 22 + 1)).toBeUndefined();
    expect(await commandLine(2 ** 22 + 1)).toBe("");
  });

  // What macOS tells through `ps`, the `ps` of Linux tells as well.
  test("comes from ps where there is no /proc", async () => {
    const identity = await identify(process.pid, "darwin");
    expect(identity).toEqual(await identify(process.pid, "darwin"));
    expect(Date.parse(`${identity?.started} UTC`)).toBeLessThan(Date.now());
    expect(await commandLine(process.pid, "darwin")).toBe((await commandLine(process.pid)).trim());
    expect(identifyChild(process.pid, "darwin")).toEqual(identity);
    expect(await identify(2 ** 22 - 1, "darwin")).toBeUndefined();
  });
});

describe("a log file", () => {
  const path = join(directory, "long.log");

  test("is moved aside past its limit and goes on empty", () => {
    writeFileSync(path, "0123456789");
    pruneLog(path, 9);
    expect([readFileSync(path, "utf8"), readFileSync(`${path}.1`, "utf8")]).toEqual(["", "0123456789"]);
  });

  test("stays as it is up to its limit", () => {
    writeFileSync(path, "012345678");
    pruneLog(path, 9);
    expect(readFileSync(path, "utf8")).toBe("012345678");
  });

  test("need not be there", () => {
    pruneLog(join(directory, "none.log"));
    expect(existsSync(join(directory, "none.log"))).toBe(false);
  });
});

test("the plain environment holds no variable but those for finding programs and files", () => {
  const names = Object.keys(plainEnvironment());
  expect(names.filter((name) => !["PATH", "HOME", "TMPDIR"].includes(name))).toEqual([]);
});
