/** Words of a stack's name that say that people depend on it. */
const liveWords = ["production", "prod", "prd", "live"];

/** Words that turn the next one into its opposite: `pre-production`, `non-prod`. */
const oppositeWords = ["pre", "non", "not"];

/** Whether a name says that it is of production: `production`, `prod`, `live`, `production-eu`, `euProd2`. */
export function saysProduction(name: string): boolean {
  const words = name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean);
  return words.some(
    (word, index) => liveWords.includes(word) && !oppositeWords.includes(words[index - 1] ?? ""),
  );
}

/** Whether what holds data in a stack is protected: its name says so, or its product block does. */
export const isProtectedStack = (stack: string, product: unknown): boolean =>
  saysProduction(stack) ||
  (typeof product === "object" &&
    product !== null &&
    "isProtected" in product &&
    product.isProtected === true);
