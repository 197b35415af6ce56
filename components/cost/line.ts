import type { Origin, Price } from "../../catalog/origin.ts";
import { type Amount, cents, usd } from "./money.ts";

/** The groups of a budget; `other` is what only the total pays for. */
export const budgetGroups = ["database", "compute", "storage", "other"] as const;
export type BudgetGroup = (typeof budgetGroups)[number];

/** One thing that costs money, in whole cents of USD a month. */
export interface CostLine {
  component: BudgetGroup;
  /** What is paid for, in words: `tinkertools-api, 2 × apps-s-1vcpu-1gb`. */
  item: string;
  minimum: number;
  maximum: number;
  /** What the amounts take for granted. */
  assumption?: string;
  /** Where the price comes from, with its date. */
  source: string;
}

/** A line with the date of its price. */
export interface DatedLine {
  line: CostLine;
  date: string;
}

/** A line of exact amounts, rounded to cents here and nowhere else; the assumption says how sure an unsure price is. */
export function costLine(
  component: BudgetGroup,
  item: string,
  range: { minimum: Amount; maximum: Amount },
  price: Price | Origin,
  assumptions: readonly string[] = [],
): DatedLine {
  const doubt = "confidence" in price ? doubts[price.confidence] : undefined;
  const assumption = [...assumptions, ...(doubt === undefined ? [] : [doubt])].join("; ");
  return {
    line: {
      component,
      item,
      minimum: usd(cents(range.minimum)),
      maximum: usd(cents(range.maximum)),
      ...(assumption === "" ? {} : { assumption }),
      source: `${price.source}, ${price.date}`,
    },
    date: price.date,
  };
}

const doubts: Partial<Record<Price["confidence"], string>> = {
  reported: "the price is as third parties report it",
  unconfirmed: "the price is unconfirmed: an owner can correct it in catalog/overrides.json",
  estimated:
    "the price is not known and estimated from others: an owner can set it in catalog/overrides.json",
};

/** The same amount at least and at most. */
export const fixed = (amount: Amount) => ({ minimum: amount, maximum: amount });

/** Nothing, for what is free as long as its assumption holds. */
export const nothing = fixed(0n);
