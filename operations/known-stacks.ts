/** The stacks that the program knows. */
export const knownStacks = ["dev", "staging", "production"] as const;
