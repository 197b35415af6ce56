import type { S3Client } from "@aws-sdk/client-s3";
import { describe, expect, test } from "@jest/globals";
import { closeSlot, lastSlot, type Schedule, takeTicket, ticketKey } from "../../backup/slots.ts";
import { failing } from "../support/failing.ts";

const place = { prefix: "postgres/", cluster: "shop-db", database: "shop" };
const slot = new Date("2026-11-21T03:00:00Z");

/** A store in which some keys are there already. */
function store(there: readonly number[], broken?: Error) {
  const asked: unknown[] = [];
  const send = async ({
    input,
  }: {
    input: { Key: string; Body: string; IfNoneMatch: string; Bucket: string };
  }) => {
    asked.push([input.Bucket, input.Key, input.Body, input.IfNoneMatch]);
    if (broken !== undefined) throw broken;
    if (there.includes(asked.length)) throw Object.assign(new Error("no"), { name: "PreconditionFailed" });
    return {};
  };
  const stop = new AbortController();
  const schedule: Schedule = {
    client: { send } as unknown as S3Client,
    bucket: "b",
    place,
    signal: stop.signal,
  };
  return { schedule, asked, stop };
}

const ticket = (number: number) => [
  "b",
  `postgres/shop-db/shop/.runs/20261121T030000000Z.${number}.json`,
  "{}\n",
  "*",
];

describe("a ticket", () => {
  test("is named by the time that was due, and no id of a backup", () => {
    expect(ticketKey(place, slot, 2)).toBe("postgres/shop-db/shop/.runs/20261121T030000000Z.2.json");
  });

  test.each<[string, number[], boolean, number]>([
    ["the first, where there is none", [], true, 1],
    ["the second, where the first is taken", [1], true, 2],
    ["the last", [1, 2], true, 3],
    ["none, where all are taken", [1, 2, 3], false, 3],
  ])("is taken: %s", async (_what, there, isTaken, count) => {
    const { schedule, asked } = store(there);
    expect(await takeTicket(schedule, slot)).toBe(isTaken);
    expect(asked).toEqual([1, 2, 3].slice(0, count).map(ticket));
  });

  test.each([[[]], [[1, 3]]])(
    "is left for nobody where a backup was made, whatever is there",
    async (there) => {
      const { schedule, asked } = store(there);
      await closeSlot(schedule, slot);
      expect(asked).toEqual([1, 2, 3].map(ticket));
    },
  );

  test("fails to be taken where the store does not tell, with a signal's reason where one came", async () => {
    const { schedule, stop } = store([], Object.assign(new Error("busy"), { name: "SlowDown" }));
    await expect(takeTicket(schedule, slot)).rejects.toEqual(
      failing("storage", `cannot write ${ticketKey(place, slot, 1)}: SlowDown, busy`),
    );
    stop.abort(new Error("ended by SIGTERM"));
    await expect(closeSlot(schedule, slot)).rejects.toEqual(new Error("ended by SIGTERM"));
  });
});

describe("the slot that was due last", () => {
  test.each([
    ["2026-11-21T03:00:00.000Z", 26, "2026-11-21T03:00:00.000Z"],
    ["2026-11-21T02:59:59.999Z", 26, "2026-11-20T03:00:00.000Z"],
    ["2026-11-21T04:00:00.000Z", 1, "2026-11-21T03:00:00.000Z"],
    ["2026-11-21T04:00:00.001Z", 1, undefined],
  ])("is at %s, within %i hours, %s", (now, hours, expected) => {
    expect(lastSlot("0 3 * * *", "UTC", new Date(now), hours)?.toISOString()).toBe(expected);
  });

  test("is none where there never is one", () => {
    expect(lastSlot("0 3 30 2 *", "UTC", slot, 1e6)).toBeUndefined();
  });

  test("goes by the schedule's own time zone", () => {
    expect(lastSlot("0 3 * * *", "Africa/Luanda", slot, 26)).toEqual(new Date("2026-11-21T02:00:00Z"));
  });
});
