import type { Account } from "./account.ts";
import { imageName } from "./apps/runnable.ts";
import { componentsOf } from "./apps/spec.ts";

/** Something that this machine has in place of what the platform would have. */
export interface Difference {
  /** What it is about, such as `database cluster tinkertools-db-dev`. */
  readonly resource: string;
  readonly asked: string;
  readonly real: string;
}

function databaseDifferences(account: Account): Difference[] {
  return account.clusters.list().flatMap((cluster): Difference[] => {
    const resource = `database cluster ${cluster.name}`;
    const { server } = cluster;
    return [
      ...(server === undefined || server.version === cluster.version
        ? []
        : [{ resource, asked: `PostgreSQL ${cluster.version}`, real: `PostgreSQL ${server.version}` }]),
      ...(cluster.nodes === 1
        ? []
        : [{ resource, asked: `${cluster.nodes} nodes`, real: "1 server without a standby" }]),
      ...cluster.replicas.map(({ name }) => ({
        resource: `${resource}, replica ${name}`,
        asked: "a read-only server",
        real: "the address of the primary",
      })),
      ...cluster.pools.map(({ name, mode }) => ({
        resource: `${resource}, pool ${name}`,
        asked: `a ${mode} pool`,
        real: "straight to the database",
      })),
    ];
  });
}

function appDifferences(account: Account): Difference[] {
  return account.apps.list().flatMap((app) => {
    const placeholders = app.running.filter(({ runsAs }) => runsAs === "placeholder").map(({ name }) => name);
    return componentsOf(app.spec)
      .filter(({ spec }) => placeholders.includes(spec.name))
      .map((component) => ({
        resource: `app ${app.spec.name}, ${component.kind.replace("_", " ")} ${component.spec.name}`,
        asked: component.spec.image === undefined ? "a build from source" : `image ${imageName(component)}`,
        real: "a placeholder",
      }));
  });
}

/** Everything that is different on this machine from what was asked for. */
export const differences = (account: Account): Difference[] => [
  ...databaseDifferences(account),
  ...appDifferences(account),
];
