import { expect, test } from "@jest/globals";
import { mostParts, partSizes } from "../../backup/parts.ts";

const mebibyte = 2 ** 20;

/** Bytes that all parts of an upload can hold together. */
function capacity(estimate: number): number {
  const size = partSizes(estimate);
  let sum = 0;
  for (let part = 1; part <= mostParts; part += 1) sum += size(part);
  return sum;
}

test("B12 a small database is sent in parts of 5 MiB", () => {
  expect([1, 2, 8000].map(partSizes(0))).toEqual([5, 5, 5].map((size) => size * mebibyte));
});

test("B12 a stream of 1 TiB that was expected fits, with room for twice as much", () => {
  expect(capacity(2 ** 40)).toBeGreaterThanOrEqual(2 ** 41);
});

test.each([1, 100, 1024, 4096])("B12 %i GiB fit into 8,000 equal parts", (gibibytes) => {
  const estimate = gibibytes * 2 ** 30;
  expect(partSizes(estimate)(8000) * 8000).toBeGreaterThanOrEqual(estimate);
  expect(partSizes(estimate)(1)).toBeLessThanOrEqual(Math.max(5 * mebibyte, estimate / 8000 + mebibyte));
});

test("B12 a database that turns out to be 50,000 times as large as it said still fits", () => {
  expect(capacity(10 * mebibyte)).toBeGreaterThanOrEqual(50_000 * 10 * mebibyte);
});

test("B12 no part is larger than S3 takes", () => {
  for (const estimate of [0, 2 ** 40, 2 ** 46]) {
    const size = partSizes(estimate);
    expect(Math.max(...[1, 8001, mostParts].map(size))).toBeLessThanOrEqual(5 * 2 ** 30);
  }
});

test.each([
  [0, [5, 5, 10, 10, 20, 1280]],
  [8000 * 5 * mebibyte, [5, 5, 10, 10, 20, 1280]],
  [8000 * 5 * mebibyte + 1, [6, 6, 12, 12, 24, 1536]],
  [2 ** 40, [132, 132, 264, 264, 528, 5120]],
  [2 ** 46, [5120, 5120, 5120, 5120, 5120, 5120]],
])("B12 with %i bytes expected, parts have these sizes in MiB: %j", (estimate, sizes) => {
  const size = partSizes(estimate);
  expect([1, 8000, 8001, 8250, 8251, 10_000].map((part) => size(part) / mebibyte)).toEqual(sizes);
  expect(mostParts).toBe(10_000);
});
