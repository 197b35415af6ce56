import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { nameLimits, physicalName } from "../../../components/internal/names.ts";

describe("physicalName", () => {
  test.each<[string[], number, string]>([
    [["tinkertools", "dev"], nameLimits.app, "tinkertools-dev"],
    [["tinkertools-db", "production"], nameLimits.databaseCluster, "tinkertools-db-production"],
    [["tinkertools", "an-engineer-with-a-long-stack"], nameLimits.app, "tinkertools-an-engineer-#"],
    [["Tinker Tools", "dev"], 32, "tinker-tools-dev-#"],
    [["tinkertools", "dév"], 32, "tinkertools-d-v-#"],
    [["42", "dev"], 32, "dev-#"],
    [[""], 32, "x-#"],
  ])("of %j within %d characters is %s (# is a hash)", (parts, limit, expected) => {
    const name = physicalName(parts, limit);
    expect(name.replace(/-[0-9a-f]{8}$/, "-#")).toBe(expected);
    expect(physicalName(parts, limit)).toBe(name);
  });

  test("is what the platforms take, whatever it is made from", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "binary" })),
        fc.integer({ min: 12, max: 255 }),
        (parts, limit) => {
          const name = physicalName(parts, limit);
          expect(name).toMatch(/^[a-z](?:[a-z0-9-]*[a-z0-9])?$/);
          expect(name.length).toBeLessThanOrEqual(limit);
        },
      ),
    );
  });

  test("keeps two names apart that only differ where they are cut or rewritten", () => {
    const part = fc.stringMatching(/^[a-zA-Z0-9 ._-]{0,40}$/);
    fc.assert(
      fc.property(part, part, (one, other) => {
        fc.pre(one !== other);
        expect(physicalName(["tinkertools", one], 32)).not.toBe(physicalName(["tinkertools", other], 32));
      }),
    );
  });

  test("does not change a name that the platforms take already", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z](-?[a-z0-9]){0,14}$/), (name) => {
        expect(physicalName([name], 32)).toBe(name);
      }),
    );
  });
});
