import type { Fault } from "./settings.ts";

/** A secret that a stack's settings refer to by its key in the stack file. */
export interface NeededSecret {
  /** The key in the stack file, without its namespace: `slipway:<name>`. */
  name: string;
  /** Whether the product runs without it. */
  optional: boolean;
  /** Paths of the settings that refer to it. */
  usedBy: string[];
}

/** One entry per name, sorted; a secret is optional only where every use of it is. */
export function mergedSecrets(uses: readonly NeededSecret[]): NeededSecret[] {
  const byName = new Map<string, NeededSecret>();
  for (const { name, optional, usedBy } of uses) {
    const known = byName.get(name);
    byName.set(name, {
      name,
      optional: optional && (known?.optional ?? true),
      usedBy: [...new Set([...(known?.usedBy ?? []), ...usedBy])],
    });
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The secrets that are needed but were not handed to a component. */
export function missingSecrets(uses: readonly NeededSecret[], given: readonly string[]): Fault[] {
  return mergedSecrets(uses)
    .filter(({ name, optional }) => !optional && !given.includes(name))
    .map(({ name, usedBy }) => ({
      path: `secrets.${name}`,
      message: `must be set: ${usedBy.join(", ")} needs it`,
    }));
}
