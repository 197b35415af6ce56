import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "@jest/globals";
import { LocalFault } from "../../../local/fault.ts";
import { type Contents, rehearse, type Surroundings } from "../../../local/rehearse/index.ts";
import type { Loss } from "../../../local/rehearse/losses.ts";
import { stateFile } from "../../../local/stack/state-file.ts";

const rows = { "public.plants": { rows: 3, checksum: "77" } };

/** A stack whose commands take two seconds and do what they say; each test makes something of it go wrong. */
class Pretended implements Surroundings {
  readonly home = mkdtempSync(join(tmpdir(), "slipway-"));
  readonly stack = "dev";
  isProtected = false;
  objectives: Record<Loss, number> = { database: 15, app: 5, everything: 30 };
  readonly done: string[] = [];
  readonly said: string[] = [];
  held: Contents = { shop: { ...rows }, wiki: { ...rows } };
  backedUp: Contents = {};
  private clock = 0;
  /** Called instead of a command, before it is done. */
  onCommand: (line: string) => void = () => undefined;

  constructor() {
    this.write();
    mkdirSync(join(this.home, "runs"));
  }

  readonly progress = { say: (text: string) => void this.said.push(text), show: () => undefined };
  readonly seconds = () => this.clock;
  readonly refuseUnlessOurs = async () => undefined;
  refuseUnlessAccepted = async () => void this.done.push("the settings are tried");
  readonly contents = async () => structuredClone(this.held);
  readonly addresses = async () => ({ shop: "127.0.0.1/shop", wiki: "127.0.0.1/wiki" });
  readonly askApp = async () => void this.done.push("the app is asked");
  readonly writeRows = async () => void this.done.push("rows are written");
  readonly removeRows = async () => void this.done.push("rows are removed");

  readonly lose = async (loss: Loss) => {
    this.done.push(`lost: ${loss}`);
    if (loss !== "app") this.held = { shop: {}, wiki: {} };
    if (loss === "everything") rmSync(stateFile(this.home, this.stack));
  };

  readonly command = async (args: readonly string[]) => {
    const line = args.join(" ").replace(this.home, "HOME");
    this.done.push(line);
    this.onCommand(line);
    this.clock += 2;
    if (line.startsWith("backup run")) this.backedUp = structuredClone(this.held);
    const database = /--database (\w+)/.exec(line)?.[1];
    if (database !== undefined) this.held[database] = structuredClone(this.backedUp[database] ?? {});
    if (line.startsWith("restore-config")) writeFileSync(args.at(-1) ?? "", "state");
    if (line.startsWith("local up")) this.write();
  };

  private write(): void {
    const file = stateFile(this.home, this.stack);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "{}");
  }
}

const restores = [
  "backup restore --stack dev --local --database shop --in-place",
  "backup restore --stack dev --local --database wiki --in-place",
];

test("each loss is followed by the commands that bring back what is gone, and is measured", async () => {
  const stack = new Pretended();
  const report = await rehearse(stack);
  expect(stack.done).toEqual([
    "the settings are tried",
    "rows are written",
    "backup run --stack dev --local",
    "backup save-config --stack dev --local",
    "lost: database",
    "local up --stack dev --refresh",
    ...restores,
    "the app is asked",
    "lost: app",
    "local up --stack dev --refresh",
    "the app is asked",
    "lost: everything",
    "restore-config --stack dev --local --without-state --new-account --output HOME/runs/state-dev.json",
    "local up --stack dev --state HOME/runs/state-dev.json",
    ...restores,
    "the app is asked",
    "rows are removed",
    "backup run --stack dev --local",
    "backup verify --stack dev --local",
  ]);
  const isInTime = true;
  expect(report).toEqual({
    stack: "dev",
    result: "passed",
    databases: 2,
    tables: 2,
    rows: 6,
    recoveries: [
      { loss: "database", seconds: 6, objectiveMinutes: 15, isInTime, steps: expect.any(Array) },
      { loss: "app", seconds: 2, objectiveMinutes: 5, isInTime, steps: expect.any(Array) },
      { loss: "everything", seconds: 8, objectiveMinutes: 30, isInTime, steps: expect.any(Array) },
    ],
  });
  expect(report.recoveries[1]?.steps).toEqual([
    { command: "slipway local up --stack dev --refresh", seconds: 2 },
  ]);
  expect(readdirSync(join(stack.home, "runs"))).toEqual([]);
});

test("nothing is written, deleted or brought back where the settings are refused", async () => {
  const stack = new Pretended();
  const fault = new LocalFault("product.formerName: must be tinkertools");
  stack.refuseUnlessAccepted = async () => {
    throw fault;
  };
  await expect(rehearse(stack)).rejects.toBe(fault);
  writeFileSync(join(stack.home, "runs", "rehearsal-dev.json"), JSON.stringify({ contents: stack.held }));
  await expect(rehearse(stack)).rejects.toBe(fault);
  expect(stack.done).toEqual([]);
});

test("without another table the newest backup is left to hold the rows, and that is said", async () => {
  const stack = new Pretended();
  stack.held = { shop: {}, wiki: { ...rows } };
  await rehearse(stack);
  expect(stack.done.filter((line) => line.startsWith("backup run"))).toHaveLength(1);
  expect(stack.done.at(-1)).toBe("backup verify --stack dev --local");
  expect(stack.said.at(-1)).toBe(
    "the newest backup holds the rehearsal's table too: a database has no other, and without one there is nothing to back up",
  );
});

test("a recovery that takes longer than its objective is told", async () => {
  const stack = new Pretended();
  stack.objectives = { database: 0.1, app: 0.1, everything: 0.1 };
  stack.onCommand = () => undefined;
  const { result, recoveries } = await rehearse(stack);
  expect(result).toBe("too slow");
  expect(recoveries.map(({ isInTime }) => isInTime)).toEqual([true, true, false]);
});

test("on a protected stack the restore is confirmed as a person would have to", async () => {
  const stack = new Pretended();
  stack.isProtected = true;
  await rehearse(stack);
  expect(stack.done).toContain(`${restores[0]} --confirm 127.0.0.1/shop`);
});

test("fails where a row did not come back as it was", async () => {
  const stack = new Pretended();
  stack.onCommand = (line) => {
    if (line === restores[0]) stack.backedUp = { shop: { "public.plants": { rows: 2, checksum: "5" } } };
  };
  await expect(rehearse(stack)).rejects.toThrow(
    new LocalFault(
      "shop public.plants did not come back as it was: 2 rows, checksum 5 in place of 3 rows, checksum 77; the backup has it still: `slipway backup list --stack dev`",
    ),
  );
});

test("fails where a table appeared that was not there", async () => {
  const stack = new Pretended();
  stack.onCommand = (line) => {
    if (line === restores[1]) stack.held["shop"] = { ...rows, "public.other": { rows: 1, checksum: "1" } };
  };
  await expect(rehearse(stack)).rejects.toThrow(
    "shop public.other did not come back as it was: 1 rows, checksum 1 in place of nothing;",
  );
});

test.each([
  ["local up --stack dev --refresh", ["local up --stack dev --refresh", ...restores]],
  [
    "local up --stack dev --state HOME/runs/state-dev.json",
    [
      "restore-config --stack dev --local --without-state --new-account --output HOME/runs/state-dev.json",
      "local up --stack dev --state HOME/runs/state-dev.json",
      ...restores,
    ],
  ],
])("after an interruption in `%s` the next rehearsal brings back first what is gone", async (line, first) => {
  const stack = new Pretended();
  stack.onCommand = (one) => {
    if (one === line) throw new LocalFault("interrupted");
  };
  await expect(rehearse(stack)).rejects.toThrow("interrupted");
  expect(existsSync(join(stack.home, "runs", "rehearsal-dev.json"))).toBe(true);
  stack.onCommand = () => undefined;
  stack.done.length = 0;
  expect(await rehearse(stack)).toMatchObject({ result: "passed", rows: 6 });
  const done = stack.done.filter((one) => one !== "the settings are tried");
  expect(done.slice(0, first.length + 4)).toEqual([
    ...first,
    "rows are removed",
    "backup run --stack dev --local",
    "backup verify --stack dev --local",
    "rows are written",
  ]);
  expect(stack.said).toContain("an earlier rehearsal was interrupted: bringing back first what it took");
});
