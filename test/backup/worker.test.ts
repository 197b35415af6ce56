import { describe, expect, test } from "@jest/globals";
import { Failure } from "../../backup/failure.ts";
import { healthOf, serveHealth } from "../../backup/health.ts";
import { Log } from "../../backup/log.ts";
import { type Task, type TaskState, Worker } from "../../backup/worker.ts";

function workerWith({ random = 0.5, jitterSeconds = 0 } = {}) {
  const lines: string[] = [];
  const pauses: number[] = [];
  const stop = new AbortController();
  const worker = new Worker({
    log: new Log({ write: (line) => lines.push(line), format: "text" }),
    now: () => new Date("2026-11-21T03:00:00Z"),
    signal: stop.signal,
    random: () => random,
    pause: async (seconds) => void pauses.push(seconds),
    jitterSeconds,
  });
  return { worker, lines, pauses, stop };
}

const task = (name: string, work: () => Promise<void>, retryAfter: number[] = []): Task => ({
  name,
  work,
  retryAfter,
});

describe("the worker", () => {
  test("starts a task late by a share of the jitter", async () => {
    const { worker, pauses } = workerWith({ random: 0.25, jitterSeconds: 120 });
    await worker.trigger(task("backup", async () => undefined));
    expect(pauses).toEqual([30]);
    expect(worker.states.get("backup")).toEqual({
      isRunning: false,
      lastSuccess: "2026-11-21T03:00:00.000Z",
    });
  });

  test("B16 does one thing at a time, and what waits already once", async () => {
    const { worker, lines } = workerWith();
    const order: string[] = [];
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const backup = task("backup", async () => {
      order.push("backup begins");
      await held;
      order.push("backup ends");
    });
    const maintenance = task("maintenance", async () => void order.push("maintenance"));
    const all = [backup, maintenance, backup, maintenance].map((one) => worker.trigger(one));
    release();
    await Promise.all(all);
    await worker.idle();
    expect(order).toEqual(["backup begins", "backup ends", "maintenance"]);
    expect(lines).toEqual([
      "warn: skipped, it is waiting or running already (task backup)",
      "warn: skipped, it is waiting or running already (task maintenance)",
    ]);
  });

  test("tries what failed again, and gives up in the end", async () => {
    const { worker, pauses, lines } = workerWith();
    let tries = 0;
    const failing = task("backup", async () => {
      tries += 1;
      throw tries < 3 ? new Failure("locked", "another run") : new Error("broken");
    }, [60, 600]);
    await worker.trigger(failing);
    expect([tries, pauses]).toEqual([3, [0, 60, 600]]);
    expect(lines.filter((line) => line.startsWith("error"))).toEqual([
      "error: another run (task backup, exit code 75)",
      "error: another run (task backup, exit code 75)",
      "error: broken (task backup, exit code 70)",
    ]);
    expect(worker.states.get("backup")).toMatchObject({ lastFailure: { outcome: "unexpected" } });
  });

  test("begins nothing after a signal, and takes what a signal ended for no failure of the task", async () => {
    const { worker, stop, lines } = workerWith();
    await worker.trigger(
      task("backup", async () => {
        stop.abort();
        throw new Error("ended by SIGTERM");
      }, [1]),
    );
    await worker.trigger(task("maintenance", async () => Promise.reject(new Error("never"))));
    expect([lines, worker.states.get("backup")]).toEqual([
      [],
      { isRunning: false, lastFailure: { at: "2026-11-21T03:00:00.000Z", outcome: "interrupted" } },
    ]);
  });
});

describe("R15 the worker's health", () => {
  const start = new Date("2026-11-20T00:00:00Z");
  const at = (time: string, state?: TaskState) =>
    healthOf(new Map(state === undefined ? [] : [["backup", state]]), start, new Date(time), 26);
  const failure = { at: "2026-11-20T04:00:00.000Z", outcome: "dump" };

  test.each<[string, string, TaskState | undefined, string | undefined]>([
    ["is good before its first backup is due", "2026-11-21T01:00:00Z", undefined, undefined],
    [
      "is bad when its first backup does not come",
      "2026-11-21T03:00:00Z",
      undefined,
      "no backup for 27.0 hours",
    ],
    [
      "is good after a backup",
      "2026-11-22T04:00:00Z",
      { isRunning: false, lastSuccess: "2026-11-21T03:00:00.000Z" },
      undefined,
    ],
    [
      "is bad 26 hours after the last backup",
      "2026-11-22T05:30:00Z",
      { isRunning: false, lastSuccess: "2026-11-21T03:00:00.000Z" },
      "no backup for 26.5 hours",
    ],
    [
      "is good at the end of the 26th hour",
      "2026-11-22T05:00:00Z",
      { isRunning: false, lastSuccess: "2026-11-21T03:00:00.000Z" },
      undefined,
    ],
    [
      "is bad when the last try failed",
      "2026-11-20T05:00:00Z",
      { isRunning: false, lastFailure: failure, lastSuccess: "2026-11-20T03:50:00.000Z" },
      "the last backup failed: dump",
    ],
    [
      "is bad after a failure",
      "2026-11-20T05:00:00Z",
      { isRunning: false, lastFailure: failure },
      "the last backup failed: dump",
    ],
    [
      "is good when a later try worked",
      "2026-11-20T05:00:00Z",
      { isRunning: false, lastFailure: failure, lastSuccess: "2026-11-20T04:10:00.000Z" },
      undefined,
    ],
  ])("%s", (_what, time, state, reason) => {
    const health = at(time, state);
    expect([health.isHealthy, health.reason]).toEqual([reason === undefined, reason]);
  });

  test("is told over HTTP", async () => {
    let health = at("2026-11-21T01:00:00Z");
    const server = await serveHealth(0, () => health);
    const ask = async (path: string, method = "GET") => {
      const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
      return [answer.status, await answer.text()];
    };
    expect(await ask("/health")).toEqual([200, '{"status":"ok","tasks":{}}']);
    health = at("2026-11-21T03:00:00Z");
    expect(await ask("/health")).toEqual([
      503,
      '{"status":"failing","reason":"no backup for 27.0 hours","tasks":{}}',
    ]);
    const { headers } = await fetch(`http://127.0.0.1:${server.port}/health`);
    expect([headers.get("content-type"), headers.get("cache-control")]).toEqual([
      "application/json",
      "no-store",
    ]);
    expect(await ask("/other")).toEqual([404, ""]);
    expect(await ask("/health", "POST")).toEqual([404, ""]);
    await expect(serveHealth(server.port, () => health)).rejects.toThrow("EADDRINUSE");
    server.close();
  });
});
