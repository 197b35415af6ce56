import { isScheduled } from "./backup-bucket.settings.ts";
import type { BlockSettings } from "./config.ts";
import type { Fault } from "./internal/faults.ts";
import type { StackRule } from "./internal/rules.ts";
import { nearest } from "./internal/suggest.ts";
import { inBlock, type Stack } from "./stack-rule.ts";
import { backupNames } from "./web-app/backup-workers.ts";
import { allComponents, usedDatabases } from "./web-app/components.ts";
import { preparationSecret } from "./web-app/database-preparation.ts";
import { fileSecretKeys } from "./web-app/files.ts";
import { databaseUseFaults, versionFaults } from "./web-app/wiring.ts";
import { webAppSecrets } from "./web-app.settings.ts";

/** What must hold between the app and the other blocks. */
export const appStackRules: readonly StackRule<Stack>[] = [
  {
    id: "app-database",
    demands: "A database that the app asks for is one of the stack.",
    isPerEntry: true,
    looksUpNames: true,
    faults: unknownDatabases,
  },
  {
    id: "extensions-made",
    demands: "Extensions of a database are made by a job of the app, from the operations image.",
    faults: missingOperations,
  },
  {
    id: "released-component",
    demands: "A release is of components that run an image.",
    faults: unknownReleases,
  },
  {
    id: "image-version",
    demands: "Every image has a version, of the release or its own.",
    isPerEntry: true,
    faults: ({ app, release }) =>
      app === undefined ? [] : inBlock("app", versionFaults(app, release ?? { images: {} })),
  },
  {
    id: "own-secret",
    demands: "Nothing uses the secret that slipway sets itself.",
    isPerEntry: true,
    faults: takenSecrets,
  },
  {
    id: "own-component",
    demands: "No component has the name of one that slipway adds itself.",
    isPerEntry: true,
    faults: takenComponents,
  },
  {
    id: "backup-worker",
    demands: "Backups that are made by schedule are made by a worker of the app, from the operations image.",
    faults: missingWorker,
  },
];

function unknownDatabases({ app, database }: Stack): Fault[] {
  const used = app === undefined ? [] : usedDatabases(app);
  if (used.length > 0 && database === undefined)
    return [{ path: "database", message: `must be set: the app asks for the database ${used.join(", ")}` }];
  return app === undefined || used.length === 0
    ? []
    : inBlock("app", databaseUseFaults(app, Object.keys(database?.databases ?? {}).sort()));
}

function missingOperations({ app, database, operations }: Stack): Fault[] {
  const wishes = Object.entries(database?.databases ?? {}).filter(
    ([, { extensions }]) => extensions.length > 0,
  );
  const names = wishes.map(([name]) => name).join(", ");
  if (wishes.length === 0 || (operations !== undefined && app !== undefined)) return [];
  return operations === undefined
    ? [
        {
          path: "operations",
          message: `must be set: its image makes the extensions of the database ${names}`,
        },
      ]
    : [{ path: "app", message: `must be set: a job of it makes the extensions of the database ${names}` }];
}

function unknownReleases({ app, release }: Stack): Fault[] {
  const known = app === undefined ? [] : imageComponents(app);
  return Object.keys(release?.images ?? {})
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearest(
        name,
        known.filter((one) => !Object.hasOwn(release?.images ?? {}, one)),
      );
      const hint = near === undefined ? "" : `; did you mean ${near}?`;
      return {
        path: `release.images.${name}`,
        message: `must be a component of the app with an image${hint}`,
      };
    });
}

const imageComponents = (app: NonNullable<BlockSettings["app"]>) =>
  allComponents(app).flatMap(({ name, settings }) =>
    "image" in settings && settings.image !== undefined ? [name] : [],
  );

function takenSecrets({ app, database }: Stack): Fault[] {
  const own = [preparationSecret, ...backupNames({ database }).secrets, ...Object.values(fileSecretKeys)];
  const uses = app === undefined ? [] : webAppSecrets(app).filter(({ name }) => own.includes(name));
  return uses.flatMap(({ name, usedBy }) =>
    usedBy.map((path) => ({ path, message: `must not be ${name}, which slipway sets itself` })),
  );
}

function takenComponents({ app, database }: Stack): Fault[] {
  const own = backupNames({ database }).workers;
  const components = app === undefined ? [] : allComponents(app);
  return components
    .filter(({ name }) => own.includes(name))
    .map(({ list, name }) => ({
      path: `app.${list}.${name}`,
      message: "must have another name: the worker that slipway adds for backups is called so",
    }));
}

function missingWorker({ app, backups, database, operations }: Stack): Fault[] {
  const isWanted = isScheduled(backups) && Object.keys(database?.databases ?? {}).length > 0;
  if (!isWanted || (operations !== undefined && app !== undefined)) return [];
  return [
    {
      path: operations === undefined ? "operations" : "app",
      message: `must be set: backups.schedule is daily, and a worker of ${operations === undefined ? "its image" : "it"} makes them`,
    },
  ];
}
