import { connectionLimit, databaseSizes, takesStandby } from "../catalog/database-sizes.ts";
import type { DatabaseSettings } from "./database.settings.ts";
import type { Rule } from "./internal/rules.ts";

/** Every user of the cluster besides `doadmin`: the listed ones and the owners, each once, sorted. */
export const appUsers = ({ users, databases }: Pick<DatabaseSettings, "users" | "databases">): string[] =>
  [...new Set([...users, ...Object.values(databases).map(({ owner }) => owner)])].sort();

const listed = (names: readonly string[]) =>
  names.length === 0 ? "none is set" : `there is ${names.join(", ")}`;

/** Connections that the pools hold together. */
export const pooledConnections = ({ pools }: Pick<DatabaseSettings, "pools">) =>
  Object.values(pools).reduce((sum, { size }) => sum + size, 0);

/** What must hold between the settings of a database. */
export const databaseRules: readonly Rule<DatabaseSettings>[] = [
  {
    id: "standby-size",
    demands: "Standby nodes need a size of 2 GB of memory or more.",
    faults: ({ size, standbyNodes }) =>
      standbyNodes > 0 && !takesStandby(size)
        ? [
            {
              path: ["standbyNodes"],
              message: `must be 0 with size ${size}: standby nodes need 2 GB of memory or more, such as db-s-1vcpu-2gb`,
            },
          ]
        : [],
  },
  {
    id: "replica-size",
    demands: "A read replica is at least as large as its primary.",
    isPerEntry: true,
    faults: ({ size, replicas }) =>
      Object.entries(replicas)
        .filter(
          ([, replica]) =>
            replica.size !== undefined &&
            databaseSizes[replica.size].memoryGiB < databaseSizes[size].memoryGiB,
        )
        .map(([name]) => ({
          path: ["replicas", name, "size"],
          message: `must be at least the primary's size, ${size}`,
        })),
  },
  {
    id: "pool-database",
    demands: "A pool leads to a database of the stack.",
    isPerEntry: true,
    looksUpNames: true,
    faults({ pools, databases }) {
      const known = Object.keys(databases);
      return Object.entries(pools)
        .filter(([, { database }]) => !known.includes(database))
        .map(([name]) => ({
          path: ["pools", name, "database"],
          message: `must be one of databases; ${listed(known)}`,
        }));
    },
  },
  {
    id: "pool-user",
    demands: "A pool connects as a user of the stack.",
    faults(settings) {
      const known = appUsers(settings);
      return Object.entries(settings.pools)
        .filter(([, { user }]) => !known.includes(user))
        .map(([name]) => ({
          path: ["pools", name, "user"],
          message: `must be one of users or an owner; ${listed(known)}`,
        }));
    },
  },
  {
    id: "pool-connections",
    demands: "All pools together hold no more connections than the plan has.",
    faults(settings) {
      const connections = pooledConnections(settings);
      const most = connectionLimit(settings.size);
      return connections > most
        ? [
            {
              path: ["pools"],
              message: `must hold at most ${most} connections together, which is all that ${settings.size} has; got ${connections}`,
            },
          ]
        : [];
    },
  },
  {
    id: "imported-parts",
    demands: "What is taken over with a cluster is among its databases, users and pools.",
    faults(settings) {
      const { databases, pools, import: imported } = settings;
      if (imported === undefined) return [];
      const known = {
        databases: Object.keys(databases),
        users: appUsers(settings),
        pools: Object.keys(pools),
      };
      return (["databases", "users", "pools"] as const).flatMap((kind) =>
        imported[kind].flatMap((name, index) =>
          known[kind].includes(name)
            ? []
            : [{ path: ["import", kind, index], message: `must be one of ${kind}; ${listed(known[kind])}` }],
        ),
      );
    },
  },
];
