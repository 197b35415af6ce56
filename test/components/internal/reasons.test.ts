import { expect, test } from "@jest/globals";
import { isReason } from "../../../components/internal/reasons.ts";

test.each([
  "two nodes do not fit into the budget",
  "um só nó cabe no orçamento",
  "бюджет не позволяет второй узел",
  "预算不够买第二个节点",
  "the trail logs it",
])("%s is a reason", (text) => {
  expect(isReason(text)).toBe(true);
});

test.each([
  "",
  "asdf",
  ". . . .",
  "- - - - -",
  "1 2 3 4 5 6",
  "no no no no no",
  "a b c d e",
  "asdf asdf asdf asdf",
  "asdf qwer zxcv uiop",
  "fdsa rewq vcxz poiu hjkl",
  "aaaa aaab aaba abaa",
  "no money now",
])("%s is none", (text) => {
  expect(isReason(text)).toBe(false);
});
