import type { BlockSettings } from "../config.ts";
import type { WebAppSettings } from "../web-app.settings.ts";
import { type BackedUp, withBackupWorkers } from "./backup-workers.ts";
import { withDatabasePreparation } from "./database-preparation.ts";
import { withFiles } from "./files.ts";

/**
 * The app with what slipway adds: components of its own image, who prepare the databases and back them up, and for the
 * product's own where the files of its users are.
 */
export const withOperations = (
  app: WebAppSettings,
  settings: BackedUp & Pick<BlockSettings, "files">,
): WebAppSettings =>
  withBackupWorkers(
    withDatabasePreparation(
      withFiles(app, settings.files),
      settings.operations,
      settings.database?.databases ?? {},
    ),
    settings,
  );
