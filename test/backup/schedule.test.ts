import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Interrupted } from "../../backup/failure.ts";
import { readKey } from "../../backup/keys.ts";
import { closeSlot, lastSlot, takeTicket, ticketKey } from "../../backup/slots.ts";
import { BackupBench, bucket } from "../support/backups.ts";

const bench = new BackupBench();
let database: string;

beforeAll(() => bench.start(), 170_000);
afterAll(() => bench.stop());
beforeEach(async () => {
  bench.s3.mend();
  database = await bench.newDatabase("CREATE TABLE thing (id int)");
});

const prefixOf = (name: string) => `postgres/shop-db/${name.replaceAll(" ", ".20")}/`;

/** Keys of the database, without its prefix and what is random in them. */
async function kept(name = database): Promise<string[]> {
  const { keys } = await bench.s3.contents(bucket);
  return keys
    .filter((key) => key.startsWith(prefixOf(name)))
    .map((key) => key.slice(prefixOf(name).length).replace(/^\d{8}T\d{9}Z-[0-9a-f]{8}/, "<id>"));
}

/** So that all workers of this suite mean the same time, also where the hour ends meanwhile. */
const hour = (new Date().getUTCHours() + 23) % 24;
const due = "a backup was missed and is made up for";

/** The worker in this process, with a backup that was due within the last hours, until it logs a line or asks for something. */
async function work(until: RegExp, settings: Record<string, unknown> = {}) {
  const stop = new AbortController();
  const end = () => stop.abort(new Interrupted("SIGTERM"));
  bench.s3.onRequest = (line) => until.test(line) && end();
  const ran = await bench.run(["schedule"], {
    database,
    signal: stop.signal,
    // Nobody takes it, which is told when everything else is done.
    environment: { PORT: "0", BACKUP_HEARTBEAT_URL: "http://127.0.0.1:1/" },
    settings: { schedule: { backup: `0 ${hour} * * *`, jitterSeconds: 0, ...settings } },
    onLine: (line) => until.test(line) && setImmediate(end),
  });
  expect(ran.exitCode).toBe(143);
  const events = ran.logged.map(({ event }) => event);
  return { events: events.slice(events.indexOf("worker started") + 1), logged: ran.logged };
}

const made = [due, "backup begins", "backup done", "the heartbeat was not taken", "ended by SIGTERM"];
const untilMade = /heartbeat|no backup is made up for/;

describe("a worker that starts", () => {
  test("R15 makes up for a backup that was due and is missing, and the next one finds it made", async () => {
    expect((await work(untilMade)).events).toEqual(made);
    const backups = ["<id>.dump.zst.age", "<id>.json"];
    expect((await kept()).filter((key) => key.startsWith("<id>"))).toEqual(backups);
    expect((await work(untilMade)).events).toEqual(["no backup is made up for", "ended by SIGTERM"]);
    expect((await kept()).filter((key) => key.startsWith("<id>"))).toEqual(backups);
  });

  test("B17 makes up for one that a deployment ended in its midst", async () => {
    expect((await work(/partNumber/)).events).toEqual([due, "backup begins", "ended by SIGTERM"]);
    expect(await kept()).toEqual([expect.stringMatching(/^\.runs\/\d{8}T\d{9}Z\.1\.json$/)]);
    expect((await work(untilMade)).events).toEqual(made);
    expect((await bench.s3.contents(bucket)).uploads).toBe(0);
  });
});

describe("the last time of a schedule", () => {
  const at = (cron: string, now: string, zone = "UTC", hours = 26) =>
    lastSlot(cron, zone, new Date(now), hours)?.toISOString();

  test.each([
    ["0 3 * * *", "2026-11-21T03:00:00.000Z", "UTC", "2026-11-21T03:00:00.000Z"],
    ["0 3 * * *", "2026-11-21T02:59:59.999Z", "UTC", "2026-11-20T03:00:00.000Z"],
    ["30 2 * * *", "2026-11-21T12:00:00.000Z", "Africa/Luanda", "2026-11-21T01:30:00.000Z"],
    // The night in which the clocks of Europe go back.
    ["30 2 * * *", "2026-10-25T12:00:00.000Z", "Europe/Lisbon", "2026-10-25T02:30:00.000Z"],
    ["0 3 1 * *", "2026-11-02T04:00:00.000Z", "UTC", "2026-11-01T03:00:00.000Z"],
    ["0 3 1 * *", "2026-11-02T05:00:00.000Z", "UTC", "2026-11-01T03:00:00.000Z"],
    ["0 3 1 * *", "2026-11-02T05:00:00.001Z", "UTC", undefined],
    ["0 3 29 2 *", "2026-11-02T05:00:00.001Z", "UTC", undefined],
    ["0 3 29 2 *", "2028-03-01T04:00:00.000Z", "UTC", "2028-02-29T03:00:00.000Z"],
    ["59 23 * * *", "2026-12-31T23:59:59.999Z", "UTC", "2026-12-31T23:59:00.000Z"],
  ])("B20 of %s at %s in %s is %s", (cron, now, zone, slot) => {
    expect(at(cron, now, zone)).toBe(slot);
  });

  test("never lies ahead, nor further back than is asked for", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2e9 }), fc.nat(23), fc.nat(59), (second, hour, minute) => {
        const now = new Date(1.7e12 + second * 1000);
        const slot = lastSlot(`${minute} ${hour} * * *`, "UTC", now, 24);
        const age = now.getTime() - (slot?.getTime() ?? Number.NaN);
        expect(age >= 0 && age < 86_400_000).toBe(true);
        expect([slot?.getUTCHours(), slot?.getUTCMinutes()]).toEqual([hour, minute]);
      }),
      { numRuns: 200 },
    );
  });
});

describe("the tickets of a time", () => {
  const place = { prefix: "postgres/", cluster: "c", database: "odd name" };
  const slot = new Date("2026-11-21T03:00:00Z");

  test("are no backups", () => {
    const key = ticketKey(place, slot, 2);
    expect(key).toBe("postgres/c/odd.20name/.runs/20261121T030000000Z.2.json");
    expect(readKey(place, key)).toBeUndefined();
  });

  test("are few, and none is left once the backup is made", async () => {
    const client = bench.s3.client();
    const { signal } = new AbortController();
    const schedule = { client, bucket, place, signal };
    const taken = [];
    for (let attempt = 0; attempt < 5; attempt += 1) taken.push(await takeTicket(schedule, slot));
    expect(taken).toEqual([true, true, true, false, false]);
    const next = new Date("2026-11-22T03:00:00Z");
    expect(await takeTicket(schedule, next)).toBe(true);
    await closeSlot(schedule, next);
    expect(await takeTicket(schedule, next)).toBe(false);
    client.destroy();
  });
});
