import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { runCli } from "../../../cli/program.ts";
import { LocalFault } from "../../../local/fault.ts";
import { tryHold } from "../../../local/lock.ts";
import { rehearsingAlone } from "../../../local/rehearse/alone.ts";

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "slipway "));
});
afterEach(() => rmSync(home, { recursive: true }));

const advice =
  "and each would lose what the other brings back: nothing was done; wait until it has ended, or end it by Ctrl-C where it runs, then run this again";
const ofDev = `process ${process.pid} rehearses stack dev, ${advice}`;

test("a second one is told who does the first, and the first goes on", async () => {
  const done: string[] = [];
  const rehearsal = (stack: string, work: () => Promise<void>) =>
    rehearsingAlone({ home, stack }, async () => {
      done.push(`${stack} begins`);
      await work();
      done.push(`${stack} ends`);
    });
  await rehearsal("dev", async () => {
    const second = rehearsal("staging", () => Promise.resolve());
    await expect(second).rejects.toThrow(new LocalFault(ofDev));
    const held = JSON.parse(readFileSync(join(home, "rehearsal-process.json"), "utf8"));
    expect(held).toEqual({ pid: process.pid, stack: "dev" });
  });
  await rehearsal("staging", () => Promise.resolve());
  expect(done).toEqual(["dev begins", "dev ends", "staging begins", "staging ends"]);
  expect(readdirSync(home)).toEqual(["rehearsal-lock.db"]);
});

test("the command ends with 1 and the words, before it asks anything of the local clouds", async () => {
  const before = process.env["SLIPWAY_HOME"];
  process.env["SLIPWAY_HOME"] = home;
  const said = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    await rehearsingAlone({ home, stack: "dev" }, async () => {
      expect(await runCli(["local", "rehearse", "--stack", "staging"])).toBe(1);
    });
    expect(said.mock.calls).toEqual([[`${ofDev}\n`]]);
  } finally {
    said.mockRestore();
    if (before === undefined) delete process.env["SLIPWAY_HOME"];
    else process.env["SLIPWAY_HOME"] = before;
  }
});

test("one that failed or was killed keeps nobody from the next", async () => {
  const failing = rehearsingAlone({ home, stack: "dev" }, () => Promise.reject(new LocalFault("no")));
  await expect(failing).rejects.toThrow(new LocalFault("no"));
  // What a killed process leaves: the file, and no lock.
  writeFileSync(join(home, "rehearsal-process.json"), JSON.stringify({ pid: 1, stack: "dev" }));
  expect(await rehearsingAlone({ home, stack: "dev" }, () => Promise.resolve(7))).toBe(7);
  expect(existsSync(join(home, "rehearsal-process.json"))).toBe(false);
});

test("where the name of the first is lost, another process is told", async () => {
  const release = tryHold(join(home, "rehearsal-lock.db"));
  const second = rehearsingAlone({ home, stack: "dev" }, () => Promise.resolve());
  await expect(second).rejects.toThrow(
    new LocalFault(`another process rehearses on this machine, ${advice}`),
  );
  release?.();
});
