import { databaseSizes, includedDiskGiB } from "../catalog/database-sizes.ts";
import { postgresLifetimes } from "../catalog/postgres-versions.ts";
import { dataCentres } from "../catalog/regions.ts";
import type { BlockSettings } from "./config.ts";
import { type DeployedState, isDeployedState } from "./deployed-state.ts";
import { todayDate } from "./internal/days.ts";
import type { StackRule } from "./internal/rules.ts";
import { type Fault, SettingsError } from "./internal/settings.ts";
import type { DatabaseSize } from "./internal/values.ts";

/** Whether a node of one size is smaller than one of another; unknown sizes are not compared. */
function isSmaller(wanted: DatabaseSize, deployed: string): boolean {
  if (!Object.hasOwn(databaseSizes, deployed)) return false;
  const size = deployed as DatabaseSize;
  return (
    databaseSizes[wanted].memoryGiB < databaseSizes[size].memoryGiB ||
    includedDiskGiB(wanted) < includedDiskGiB(size)
  );
}

type Change = BlockSettings & { deployed: DeployedState | undefined; today: string };

/** Changes that the platform refuses, or that would only be refused in the middle of a run. */
export const deployedRules: readonly StackRule<Change>[] = [
  {
    id: "product-renamed",
    demands: "A product that gets another name says which one it had.",
    faults({ product, deployed }) {
      const before = deployed?.product;
      if (product === undefined || before === undefined || (product.formerName ?? product.name) === before)
        return [];
      return [
        product.name === before
          ? {
              path: "product.formerName",
              message: `must be left out: the stack was made as ${before}, which it is called again; got ${product.formerName}`,
            }
          : {
              path: "product.formerName",
              message: `must be ${before}, by which the stack was made: without it a product called ${product.name} gets every part anew while the old ones cannot go, and the run would stop half-way; ${product.formerName === undefined ? "it is not set" : `got ${product.formerName}`}`,
            },
      ];
    },
  },
  {
    id: "network-moves",
    demands: "A stack stays in the data centre that its network was made in.",
    faults({ product, network, deployed }) {
      const before = deployed?.dataCentre;
      if (product === undefined || network === undefined || before === undefined) return [];
      const wanted = dataCentres[product.region];
      if (wanted === before) return [];
      const [region] = Object.entries(dataCentres).find(([, centre]) => centre === before) ?? [before];
      return [
        {
          path: "product.region",
          message: `must be ${region}, where the stack is deployed (${before}): neither a network nor the cluster in it can move, and the run would hang; make another stack in ${product.region}, restore a backup into it and move the domain; got ${product.region}`,
        },
      ];
    },
  },
  {
    id: "network-range",
    demands: "A network keeps the range that it was made with.",
    faults: ({ network, deployed }) =>
      network?.ipRange !== undefined &&
      deployed?.ipRange !== undefined &&
      network.ipRange !== deployed.ipRange
        ? [
            {
              path: "network.ipRange",
              message: `must be ${deployed.ipRange}, which is deployed: another range is another network, into which no cluster can move; make another stack and restore a backup into it; got ${network.ipRange}`,
            },
          ]
        : [],
  },
  {
    id: "database-shrinks",
    demands: "A database never gets a smaller size than it has.",
    faults: ({ database, deployed }) =>
      database !== undefined &&
      deployed?.database !== undefined &&
      isSmaller(database.size, deployed.database.size)
        ? [
            {
              path: "database.size",
              message: `must be at least ${deployed.database.size}, which is deployed: the platform never makes a cluster smaller, restore a backup into a new one instead; got ${database.size}`,
            },
          ]
        : [],
  },
  {
    id: "database-downgrade",
    demands: "Postgres never goes back to an older major version.",
    faults: ({ database, deployed }) =>
      database !== undefined &&
      deployed?.database !== undefined &&
      Number(database.version) < Number(deployed.database.version)
        ? [
            {
              path: "database.version",
              message: `must be at least "${deployed.database.version}", which is deployed: an upgrade cannot be undone; got "${database.version}"`,
            },
          ]
        : [],
  },
  {
    id: "replica-shrinks",
    demands: "A replica never gets a smaller size than it has.",
    faults: ({ database, deployed }) =>
      Object.entries(database?.replicas ?? {}).flatMap(([name, { size }]) => {
        const wanted = size ?? database?.size;
        const before = deployed?.database?.replicas[name];
        if (wanted === undefined || before === undefined || !isSmaller(wanted, before)) return [];
        return [
          {
            path: `database.replicas.${name}.size`,
            message: `must be at least ${before}, which is deployed: the platform never makes a replica smaller, add one by another name instead; got ${wanted}`,
          },
        ];
      }),
  },
  {
    id: "new-cluster-version",
    demands: "A new cluster has a version that the platform still creates.",
    faults({ database, deployed, today }) {
      const end = database && postgresLifetimes[database.version]?.endOfAvailability;
      return database !== undefined &&
        deployed !== undefined &&
        deployed.database === undefined &&
        end !== undefined &&
        today >= end
        ? [
            {
              path: "database.version",
              message: `must be newer: the platform has created no "${database.version}" since ${end}`,
            },
          ]
        : [];
    },
  },
];

/** Changes from what is deployed to what the settings want that the platform refuses. */
export function deployedFaults(deployed: DeployedState, settings: BlockSettings, today: string): Fault[] {
  return deployedRules.flatMap((rule) =>
    rule.faults({ ...settings, deployed, today }).map((fault) => ({ ...fault, rule: rule.id })),
  );
}

/**
 * Stops a run that the platform would refuse. `output` is the stack's own output `deployed` of its last run; a stack that
 * never ran, or that ran before there was such an output, has none and everything is let through.
 *
 * @throws SettingsError with every fault
 */
export function assertDeployable(
  stack: string,
  output: unknown,
  settings: BlockSettings,
  today = todayDate(),
): void {
  if (!isDeployedState(output)) return;
  const faults = deployedFaults(output, settings, today);
  if (faults.length > 0) throw new SettingsError(`stack ${stack}`, faults);
}
