import { pathText } from "../internal/faults.ts";
import type { Fault } from "../internal/settings.ts";
import { nearest } from "../internal/suggest.ts";
import type { ReleaseSettings } from "../release.settings.ts";
import type { WebAppSettings } from "../web-app.settings.ts";
import { allComponents, allEnvironments, sortedEntries } from "./components.ts";
import { imageVersion } from "./image-spec.ts";

/** Components whose image has no version, neither released nor in the settings; paths start at the app's block. */
export function versionFaults(app: WebAppSettings, release: ReleaseSettings): Fault[] {
  return allComponents(app).flatMap(({ list, name, settings }) => {
    const image = "image" in settings ? settings.image : undefined;
    const isReleased = name in release.images;
    if (image === undefined || isReleased || imageVersion(name, image, release) !== undefined) return [];
    const message = `must have a version: set release.images.${name} to a digest, or tag or digest here`;
    return [{ path: pathText([list, name, "image"]), message }];
  });
}

/** Variables that ask for a database that is not there; paths start at the app's block. */
export function databaseUseFaults(app: WebAppSettings, databases: readonly string[]): Fault[] {
  const fault = (name: string) => {
    if (databases.length === 0) return `must be a database of the stack; there is none, got ${name}`;
    const near = nearest(name, databases);
    const hint = near === undefined ? "" : `, did you mean ${near}?`;
    return `must be one of database.databases: ${databases.join(", ")}; got ${name}${hint}`;
  };
  return allEnvironments(app).flatMap(({ path, environment }) =>
    sortedEntries(environment).flatMap(([name, variable]) =>
      typeof variable === "object" && "database" in variable && !databases.includes(variable.database)
        ? [
            {
              path: pathText([...path, name, "database"]),
              message: fault(variable.database),
            },
          ]
        : [],
    ),
  );
}
