import type { WebAppSettings } from "../web-app.settings.ts";
import { type BackedUp, withBackupWorkers } from "./backup-workers.ts";
import { withDatabasePreparation } from "./database-preparation.ts";

/** The app with every component that slipway adds of its own image: who prepares the databases, and who backs them up. */
export const withOperations = (app: WebAppSettings, settings: BackedUp): WebAppSettings =>
  withBackupWorkers(
    withDatabasePreparation(app, settings.operations, settings.database?.databases ?? {}),
    settings,
  );
