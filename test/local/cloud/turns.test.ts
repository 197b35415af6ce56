import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Turns } from "../../../local/cloud/turns.ts";

describe("turns", () => {
  test("keep their order for each key and never overlap, whichever fail", async () => {
    const job = fc.record({ key: fc.constantFrom("a", "b", "c"), fails: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(job, { maxLength: 12 }), async (scheduler, jobs) => {
        const turns = new Turns();
        const running = new Set<string>();
        const order: Record<string, number[]> = { a: [], b: [], c: [] };
        const taken = jobs.map(({ key, fails }, index) =>
          turns.take(key, async () => {
            expect(running.has(key)).toBe(false);
            running.add(key);
            order[key]?.push(index);
            await scheduler.schedule(Promise.resolve());
            running.delete(key);
            if (fails) throw new Error(`${index}`);
            return index;
          }),
        );
        const settled = Promise.allSettled(taken);
        await scheduler.waitFor(settled);
        expect((await settled).map(({ status }) => status)).toEqual(
          jobs.map(({ fails }) => (fails ? "rejected" : "fulfilled")),
        );
        for (const key of ["a", "b", "c"]) {
          expect(order[key]).toEqual([...jobs.keys()].filter((index) => jobs[index]?.key === key));
        }
      }),
      { numRuns: 100 },
    );
  });
});
