import { connectionLimit } from "../catalog/database-sizes.ts";
import type { BlockSettings } from "./config.ts";
import { pooledConnections } from "./database.rules.ts";
import type { StackRule } from "./internal/rules.ts";
import { attachmentNames } from "./web-app/attachments.ts";
import { references } from "./web-app/bindables.ts";
import { allComponents, allEnvironments, sortedEntries, usedDatabases } from "./web-app/components.ts";
import type { Environment } from "./web-app/variables.settings.ts";

type App = NonNullable<BlockSettings["app"]>;

/** The variable by which most frameworks are told how many connections to keep. */
const poolVariable = "DATABASE_POOL_SIZE";

/** Connections of its own that one instance opens, pools of the database aside. */
function ofInstance(environment: Environment): { each: number; databases: number } {
  const direct = Object.values(environment).flatMap((variable) =>
    typeof variable === "object" && "database" in variable ? [variable] : [],
  );
  const size = Number(plainValue(environment[poolVariable]));
  const usual = Number.isInteger(size) && size > 0 ? size : 1;
  return {
    each: direct.reduce((sum, { connections }) => sum + (connections ?? usual), 0),
    databases: direct.length,
  };
}

const plainValue = (variable: Environment[string] | undefined) =>
  typeof variable === "object" ? ("value" in variable ? variable.value : undefined) : variable;

/** Connections that each component opens directly at its largest. */
export function directConnections(
  app: App,
): { name: string; instances: number; each: number; databases: number }[] {
  return allComponents(app).flatMap(({ list, name, settings }) => {
    const { each, databases } = ofInstance({ ...app.environment, ...settings.environment });
    if (list === "staticSites" || each === 0) return [];
    const scale = "instances" in settings || "autoscaling" in settings ? settings : undefined;
    return [{ name, instances: scale?.autoscaling?.max ?? scale?.instances ?? 1, each, databases }];
  });
}

/** What must hold between the app and the connections of its database. */
export const connectionRules: readonly StackRule<BlockSettings>[] = [
  {
    id: "database-connections",
    demands: "Pools and all instances together open no more connections than the plan has.",
    faults({ app, database }) {
      if (app === undefined || database === undefined) return [];
      const direct = directConnections(app);
      const pooled = pooledConnections(database);
      const sum = direct.reduce((total, { instances, each }) => total + instances * each, pooled);
      const most = connectionLimit(database.size);
      // Pools that are too large by themselves are told of by their own rule.
      if (sum <= most || pooled > most) return [];
      const parts = [
        ...direct.map(
          ({ name, instances, each, databases }) =>
            `${name} ${instances} × ${each}${databases > 1 ? ` to ${databases} databases` : ""}`,
        ),
        ...(pooled === 0 ? [] : [`pools ${pooled}`]),
      ];
      return [
        {
          path: "database.size",
          message: `must have room for ${sum} connections (${parts.join(", ")}), and ${database.size} has ${most}: take a larger size, fewer instances, a smaller ${poolVariable} or a pool`,
        },
      ];
    },
  },
  {
    id: "pool-reference",
    demands: "A reference to a pool names a pool of the database.",
    isPerEntry: true,
    looksUpNames: true,
    faults({ app, database }) {
      if (app === undefined) return [];
      const attached = Object.values(attachmentNames(usedDatabases(app)));
      const pools = Object.keys(database?.pools ?? {});
      return allEnvironments(app).flatMap(({ path, environment }) =>
        sortedEntries(environment).flatMap(([name, variable]) => {
          if (typeof variable !== "object" || !("bind" in variable)) return [];
          const unknown = references(variable.bind).flatMap((reference) => {
            const [owner = "", pool = "", fact] = reference.split(".");
            return fact !== undefined && attached.includes(owner) && !pools.includes(pool) ? [pool] : [];
          });
          return unknown.map((pool) => ({
            path: ["app", ...path, name, "bind"].join("."),
            message: `must name a pool of database.pools; ${pools.length === 0 ? "there is none" : `there is ${pools.join(", ")}`}, got ${pool}`,
          }));
        }),
      );
    },
  },
];
