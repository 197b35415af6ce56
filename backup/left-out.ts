/** Entries of a dump that no restore puts back, and how they are named; some of them only go with others. */
const parts: readonly (readonly [RegExp, (name: string) => string[]])[] = [
  // It would take over what its original has at the publisher, or drop that with itself.
  [/^SUBSCRIPTION - (.+) \S+$/, (name) => [`subscription ${name}`]],
  [/^(?:SUBSCRIPTION TABLE - |(?:COMMENT|SECURITY LABEL) - SUBSCRIPTION )()/, () => []],
  [/^DATABASE - ()/, () => []],
  [/^DATABASE PROPERTIES - ()/, () => ["settings of the database"]],
  [/^ACL - DATABASE ()/, () => ["rights on the database"]],
  [/^COMMENT - DATABASE ()/, () => ["comment on the database"]],
  [/^SECURITY LABEL - DATABASE ()/, () => ["security label of the database"]],
];

/**
 * Parts the list of a dump into what a restore puts back and the names of what it leaves out: what would act on another
 * server, and what belongs to the database itself and not to what it holds.
 */
export function parted(list: readonly string[]): { restored: string[]; leftOut: string[] } {
  const restored: string[] = [];
  const leftOut = new Set<string>();
  for (const line of list) {
    const entry = line.replace(/^\d+; \d+ \d+ /, "");
    const part = parts.find(([pattern]) => pattern.test(entry));
    if (part === undefined) restored.push(line);
    else for (const name of part[1](entry.replace(part[0], "$1"))) leftOut.add(name);
  }
  return { restored, leftOut: [...leftOut].sort() };
}
