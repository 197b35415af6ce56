import type { PlannedStack } from "./graph.ts";

const types: Readonly<Record<string, { block: string; must: boolean; what: string }>> = {
  "digitalocean:index/databaseCluster:DatabaseCluster": { block: "database", must: true, what: "cluster" },
  "digitalocean:index/vpc:Vpc": { block: "network", must: false, what: "network" },
};

/** What a stack takes over, and where its name would be another one than it has. */
export function adoptionLines({
  resources,
  settings,
}: Pick<PlannedStack, "resources" | "settings">): string[] {
  return resources.flatMap(({ type, name, inputs, options }): string[] => {
    if (options.import === undefined) return [];
    const taken = `${name} takes over ${options.import}`;
    const known = Object.hasOwn(types, type) ? types[type] : undefined;
    const block: unknown = known && Reflect.get(settings, known.block);
    if (known === undefined || (block as { name?: string } | undefined)?.name !== undefined) return [taken];
    const { must, what } = known;
    const asked = `${taken}; warning: ${known.block}.name is not set, so it must be called ${inputs["name"]}`;
    return [
      must
        ? `${asked}: a ${what} of another name would be replaced, and the engine refuses to take it over; set ${known.block}.name to the name that it has`
        : `${asked}, or it is renamed so; set ${known.block}.name to keep its own`,
    ];
  });
}
