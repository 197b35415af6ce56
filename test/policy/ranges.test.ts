import { expect, test } from "@jest/globals";
import { overlap, privateRange, rangeOf } from "../../policy/rules/ranges.ts";

test.each([
  ["0.0.0.0", { first: 0, last: 0 }],
  ["0.0.1.2", { first: 258, last: 258 }],
  ["1.2.3.4", { first: 16_909_060, last: 16_909_060 }],
  ["0.0.0.7/30", { first: 4, last: 7 }],
  ["0.0.0.0/0", { first: 0, last: 4_294_967_295 }],
  ["255.255.255.255/32", { first: 4_294_967_295, last: 4_294_967_295 }],
  ["256.0.0.0", undefined],
  ["0.256.0.0", undefined],
  ["0.0.256.0", undefined],
  ["0.0.0.256", undefined],
  ["0.0.0.0/33", undefined],
  ["x0.0.0.0", undefined],
  ["0.0.0.0/8x", undefined],
])("%s is %j", (text, range) => {
  expect(rangeOf(text)).toEqual(range);
});

test("ranges overlap from the first address to the last", () => {
  const middle = { first: 4, last: 7 };
  const with4 = (first: number, last: number) => [
    overlap(middle, { first, last }),
    overlap({ first, last }, middle),
  ];
  expect([with4(0, 3), with4(0, 4), with4(7, 9), with4(8, 9)]).toEqual([
    [false, false],
    [true, true],
    [true, true],
    [false, false],
  ]);
});

test("a private network ends where the next begins", () => {
  const isPrivate = (text: string) => privateRange(rangeOf(text) ?? { first: 0, last: 0 });
  expect(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(isPrivate)).toEqual([true, true, true]);
  expect(["9.255.255.255", "11.0.0.0", "172.32.0.0", "192.169.0.0"].map(isPrivate)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});
