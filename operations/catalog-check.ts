import { z } from "zod";
import { appSizes, formerAppSizes } from "../catalog/app-sizes.ts";
import { databaseSizes, takesStandby } from "../catalog/database-sizes.ts";
import { postgresLifetimes, postgresVersions } from "../catalog/postgres-versions.ts";
import { dataCentres } from "../catalog/regions.ts";
import type { AppSize } from "../components/internal/values.ts";
import { currentPrices, type Prices } from "../components/prices.ts";
import { type DigitalOceanAccess, readPages } from "./digitalocean.ts";

/** A fact that the platform tells otherwise than the catalog. */
export interface CatalogDifference {
  what: string;
  ours: string;
  theirs: string;
  /** The file to mend. */
  file: string;
}

/** What came of comparing the catalog with the platform. */
export interface CatalogCheck {
  endpoint: string;
  /** Facts that were compared. */
  compared: number;
  differences: CatalogDifference[];
}

const Sizes = z.object({
  instance_sizes: z.array(
    z.object({
      slug: z.string(),
      cpu_type: z.string(),
      cpus: z.string(),
      memory_bytes: z.string(),
      usd_per_month: z.string(),
      bandwidth_allowance_gib: z.string().optional(),
      single_instance_only: z.boolean().default(false),
      scalable: z.boolean().default(false),
      deprecation_intent: z.boolean().default(false),
    }),
  ),
});

const Regions = z.object({
  regions: z.array(
    z.object({
      slug: z.string(),
      data_centers: z.array(z.string()).default([]),
      disabled: z.boolean().default(false),
    }),
  ),
});

const Life = z.object({
  version: z.string(),
  end_of_life: z.string().nullish(),
  end_of_availability: z.string().nullish(),
});
const Options = z.object({
  options: z.object({
    pg: z.object({
      regions: z.array(z.string()),
      versions: z.array(z.string()),
      layouts: z.array(z.object({ num_nodes: z.int(), sizes: z.array(z.string()) })),
    }),
  }),
  version_availability: z.object({ pg: z.array(Life) }),
});

const files = {
  appSizes: "catalog/app-sizes.ts",
  overrides: "catalog/overrides.json",
  regions: "catalog/regions.ts",
  databaseSizes: "catalog/database-sizes.ts",
  versions: "catalog/postgres-versions.ts",
} as const;

/** Facts side by side; keeps those that differ. */
class Comparison {
  compared = 0;
  readonly differences: CatalogDifference[] = [];

  fact(what: string, ours: string, theirs: string, file: string): void {
    this.compared += 1;
    if (ours !== theirs) this.differences.push({ what, ours, theirs, file });
  }
}

/**
 * Compares the catalog with what the platform tells about sizes, prices, regions and versions. Prices of databases are
 * not among it: the API tells none.
 *
 * @throws OperationFault when the platform does not answer
 */
export async function checkCatalog(
  access: DigitalOceanAccess,
  prices: Prices = currentPrices(),
): Promise<CatalogCheck> {
  const sizes = await readPages(access, "/v2/apps/tiers/instance_sizes", Sizes);
  const regions = await readPages(access, "/v2/apps/regions", Regions);
  const databases = await readPages(access, "/v2/databases/options", Options);
  const comparison = new Comparison();
  compareSizes(
    comparison,
    sizes.flatMap((page) => page.instance_sizes),
    prices,
  );
  compareRegions(
    comparison,
    regions.flatMap((page) => page.regions),
  );
  for (const page of databases) compareDatabases(comparison, page);
  const { compared, differences } = comparison;
  return { endpoint: access.endpoint, compared, differences };
}

type LiveSize = z.output<typeof Sizes>["instance_sizes"][number];

function compareSizes(comparison: Comparison, live: readonly LiveSize[], prices: Prices): void {
  const sold = live.filter((size) => !size.deprecation_intent);
  comparePresence(
    comparison,
    "app size",
    Object.keys(appSizes),
    sold.map(({ slug }) => slug),
    files.appSizes,
  );
  for (const size of sold) {
    if (!Object.hasOwn(appSizes, size.slug)) continue;
    const slug = size.slug as AppSize;
    const facts = appSizes[slug];
    const price = prices.appSize(slug);
    const fact = (name: string, ours: unknown, theirs: unknown, file: string = files.appSizes) =>
      comparison.fact(`app size ${slug}, ${name}`, String(ours), String(theirs), file);
    const isOverridden = price.confidence === "overridden";
    fact(
      "USD a month",
      price.usd,
      Number(size.usd_per_month),
      isOverridden ? files.overrides : files.appSizes,
    );
    fact("kind of processor", facts.cpuKind, size.cpu_type.toLowerCase());
    fact("processors", facts.cpus, Number(size.cpus));
    fact("memory in GiB", facts.memoryGiB, Number(size.memory_bytes) / 2 ** 30);
    if (size.bandwidth_allowance_gib !== undefined)
      fact("transfer in GiB", facts.transferGiB, Number(size.bandwidth_allowance_gib));
    fact("more than one instance", facts.isCountable, !size.single_instance_only);
    fact("autoscaling", facts.isAutoscalable, size.scalable);
  }
  const slugs = sold.map(({ slug }) => slug);
  for (const former of Object.keys(formerAppSizes))
    comparison.fact(
      `former app size ${former}`,
      "no longer sold",
      slugs.includes(former) ? "sold" : "no longer sold",
      files.appSizes,
    );
}

function comparePresence(
  comparison: Comparison,
  kind: string,
  ours: readonly string[],
  theirs: readonly string[],
  file: string,
): void {
  for (const name of new Set([...ours, ...theirs])) {
    const word = (list: readonly string[]) => (list.includes(name) ? "there" : "not there");
    comparison.fact(`${kind} ${name}`, word(ours), word(theirs), file);
  }
}

function compareRegions(comparison: Comparison, live: z.output<typeof Regions>["regions"]): void {
  const open = live.filter(({ disabled }) => !disabled);
  comparePresence(
    comparison,
    "region",
    Object.keys(dataCentres),
    open.map(({ slug }) => slug),
    files.regions,
  );
  for (const { slug, data_centers: centres } of open) {
    const ours = Object.hasOwn(dataCentres, slug) ? dataCentres[slug as keyof typeof dataCentres] : undefined;
    if (ours !== undefined)
      comparison.fact(
        `region ${slug}, data centre`,
        ours,
        centres.includes(ours) ? ours : centres.join(", "),
        files.regions,
      );
  }
}

function compareDatabases(comparison: Comparison, live: z.output<typeof Options>): void {
  const { pg } = live.options;
  const sizesOf = (nodes: number) =>
    pg.layouts.filter(({ num_nodes }) => num_nodes === nodes).flatMap(({ sizes }) => sizes);
  const ours = Object.keys(databaseSizes) as (keyof typeof databaseSizes)[];
  comparePresence(comparison, "database size", ours, sizesOf(1), files.databaseSizes);
  comparePresence(
    comparison,
    "database size with a standby",
    ours.filter(takesStandby),
    sizesOf(2),
    files.databaseSizes,
  );
  comparePresence(comparison, "Postgres version", Object.keys(postgresVersions), pg.versions, files.versions);
  for (const centre of Object.values(dataCentres))
    comparison.fact(
      `data centre ${centre} for databases`,
      "there",
      pg.regions.includes(centre) ? "there" : "not there",
      files.regions,
    );
  for (const life of live.version_availability.pg) {
    const known = postgresLifetimes[life.version];
    if (known === undefined) continue;
    const day = (moment: string | null | undefined) => moment?.slice(0, 10) ?? "none";
    const what = `Postgres version ${life.version}, end of`;
    comparison.fact(
      `${what} availability`,
      known.endOfAvailability,
      day(life.end_of_availability),
      files.versions,
    );
    comparison.fact(`${what} life`, known.endOfLife, day(life.end_of_life), files.versions);
  }
}
