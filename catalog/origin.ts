/** Where a fact comes from and of when it is. */
export interface Origin {
  source: string;
  /** ISO date of the source. */
  date: string;
}

/**
 * How sure a price is: `confirmed` by its vendor's own documents, `reported` by others who agree with each other,
 * `unconfirmed` by anything first-hand, `estimated` from other prices, or `overridden` by the owner.
 */
export type Confidence = "confirmed" | "reported" | "unconfirmed" | "estimated" | "overridden";

/** A price in USD with its origin. */
export interface Price extends Origin {
  usd: number;
  confidence: Confidence;
}
