import { postgresLifetimes } from "../catalog/postgres-versions.ts";
import { dataCentres } from "../catalog/regions.ts";
import { reservedRanges } from "../catalog/reserved-ranges.ts";
import { appStackRules } from "./app.rules.ts";
import type { BlockSettings } from "./config.ts";
import { connectionRules } from "./connections.rules.ts";
import { fileStoreRules } from "./file-store.rules.ts";
import { dayAfter } from "./internal/days.ts";
import type { Fault } from "./internal/faults.ts";
import type { PartialSettings } from "./internal/partial.ts";
import { saysProduction } from "./internal/protection.ts";
import { rangesOverlap } from "./internal/ranges.ts";
import type { StackRule } from "./internal/rules.ts";
import { foundBy } from "./internal/watched.ts";
import { watchRules } from "./monitoring.rules.ts";
import { promotionRules } from "./promotion.rules.ts";
import { protectionRules } from "./protection.rules.ts";
import { providerRules } from "./provider.rules.ts";
import { recoveryRules } from "./recovery.rules.ts";
import type { Stack, Surroundings } from "./stack-rule.ts";
import { zoneRules } from "./zone.rules.ts";

/** What must hold between the blocks of a stack. */
export const stackRules: readonly StackRule<Stack>[] = [
  {
    id: "protected-name",
    demands: "A stack whose name says that it is production is protected.",
    faults: ({ stack, product }) =>
      saysProduction(stack) && product?.isProtected === false
        ? [
            {
              path: "product.isProtected",
              message: `must be true or left out: the name of stack ${stack} says that it is production; a stack that may be deleted has another name`,
            },
          ]
        : [],
  },
  {
    id: "database-network",
    demands: "A database is in a private network.",
    faults: ({ network, database }) =>
      database !== undefined && network === undefined
        ? [{ path: "network", message: "must be set: only the private network may reach the database" }]
        : [],
  },
  {
    id: "reserved-range",
    demands: "The private network keeps clear of addresses that the platform uses itself.",
    faults: reservedAddresses,
  },
  ...appStackRules,
  {
    id: "postgres-end-of-life",
    demands: "The platform still runs the version of Postgres.",
    faults({ database, today }) {
      const end = database && postgresLifetimes[database.version]?.endOfLife;
      return end !== undefined && today >= end
        ? [
            {
              path: "database.version",
              message: `must be newer: the platform has run no "${database?.version}" since ${end}`,
            },
          ]
        : [];
    },
  },
  ...connectionRules,
  ...protectionRules,
  ...promotionRules,
  ...fileStoreRules,
  ...zoneRules,
  ...watchRules,
  ...recoveryRules,
  {
    id: "past-dates",
    demands: "What has happened did so on a day that has been.",
    faults: ({ recovery, release, today }) =>
      Object.entries({
        "recovery.drill.date": recovery?.drill?.date,
        "release.builtAt": release?.builtAt,
      }).flatMap(([path, date]) =>
        // Elsewhere it may be tomorrow already.
        date !== undefined && date.slice(0, 10) > dayAfter(today)
          ? [{ path, message: `must not be in the future: today is ${today}; got ${date}` }]
          : [],
      ),
  },
  ...providerRules,
];

/** What is wrong across the blocks of a stack, as far as what is right of them tells. */
export function stackFaults(
  blocks: PartialSettings,
  around: Surroundings & { isProtected: boolean },
): Fault[] {
  return foundBy<Stack, Fault>(stackRules, {
    value: { ...(blocks.value as BlockSettings), ...around },
    missing: blocks.missing,
    collections: blocks.collections,
    misnamed: blocks.misnamed,
  });
}

function reservedAddresses({ network, product }: Stack): Fault[] {
  const range = network?.ipRange;
  if (range === undefined) return [];
  const centre = product === undefined ? undefined : dataCentres[product.region];
  const taken = reservedRanges.find(
    (one) => (one.only === undefined || one.only === centre) && rangesOverlap(one.range, range),
  );
  if (taken === undefined) return [];
  const where = taken.only === undefined ? "" : ` in ${taken.only}`;
  return [
    {
      path: "network.ipRange",
      message: `must keep clear of ${taken.range}, which the platform uses itself${where}; take another range, such as 10.40.0.0/20; got ${range}`,
    },
  ];
}
