import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { exclusively } from "../../local/lock.ts";

const newLock = (): string => join(mkdtempSync(join(tmpdir(), "slipway-")), "lock.db");

test("two at once take turns, and the second is told that it waits", async () => {
  const lock = newLock();
  const events: string[] = [];
  let release = (): void => undefined;
  const first = exclusively(
    lock,
    () =>
      new Promise<void>((resolve) => {
        events.push("first works");
        release = () => {
          events.push("first ends");
          resolve();
        };
      }),
    () => events.push("first waits"),
  );
  const second = exclusively(
    lock,
    async () => {
      events.push("second works");
    },
    () => {
      events.push("second waits");
      release();
    },
  );
  await Promise.all([first, second]);
  expect(events).toEqual(["first works", "second waits", "first ends", "second works"]);
});

test("work that fails gives the lock back", async () => {
  const lock = newLock();
  const failing = exclusively(
    lock,
    () => Promise.reject(new Error("no")),
    () => undefined,
  );
  await expect(failing).rejects.toThrow("no");
  expect(
    await exclusively(
      lock,
      () => Promise.resolve(7),
      () => undefined,
    ),
  ).toBe(7);
});
