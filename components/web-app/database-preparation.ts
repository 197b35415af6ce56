import type { z } from "zod";
import type { WebAppSettings } from "../web-app.settings.ts";
import type { ImageSource } from "./source.settings.ts";

/** The name of the job that prepares the databases. */
const preparationJob = "prepare-database";

/** The key under which the app's secrets hold the administrator's URL for that job. */
export const preparationSecret = "databaseAdminUrl";

/** A database to prepare: who owns it and which extensions it gets. */
export interface PreparedDatabase {
  owner: string;
  extensions: readonly string[];
}

/** The image with slipway's own program for the database. */
export type OperationsImage = Pick<
  z.output<typeof ImageSource>,
  "registry" | "repository" | "credentials"
> & {
  digest: string;
};

/**
 * The app with the job that gives each database its extensions, grants and owner before every deployment; the app as
 * it is where there is nothing to prepare.
 */
export function withDatabasePreparation(
  app: WebAppSettings,
  image: OperationsImage | undefined,
  databases: Readonly<Record<string, PreparedDatabase>>,
): WebAppSettings {
  const prepared = Object.entries(databases)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { owner, extensions }]) => ({ name, owner, extensions }));
  if (image === undefined || prepared.length === 0) return app;
  return {
    ...app,
    jobs: {
      ...app.jobs,
      [preparationJob]: {
        kind: "preDeploy",
        image: { ...image, deployOnPush: false },
        runCommand: "node backup/main.ts prepare",
        size: "apps-s-1vcpu-0.5gb",
        alerts: [],
        environment: {
          DATABASE_ADMIN_URL: { secret: preparationSecret },
          DATABASE_PREPARATION: JSON.stringify({ databases: prepared }),
        },
      },
    },
  };
}
