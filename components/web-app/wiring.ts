import { pathText } from "../internal/faults.ts";
import type { Fault } from "../internal/settings.ts";
import type { ReleaseSettings } from "../release.settings.ts";
import type { WebAppSettings } from "../web-app.settings.ts";
import { imageVersion } from "./component-spec.ts";
import { allComponents, allEnvironments, sortedEntries } from "./components.ts";

/** What the rest of the stack offers to an app. */
export interface Surroundings {
  release: ReleaseSettings;
  /** Names of the stack's databases. */
  databases: readonly string[];
}

/** Where an app asks for something that the rest of the stack does not have; paths start at the app's block. */
export function surroundingFaults(app: WebAppSettings, { release, databases }: Surroundings): Fault[] {
  const images = allComponents(app).flatMap(({ list, name, settings }) => {
    const image = "image" in settings ? settings.image : undefined;
    if (image === undefined || imageVersion(name, image, release) !== undefined) return [];
    const message = `must have a version: set release.images.${name} to a digest, or tag or digest here`;
    return [{ path: pathText([list, name, "image"]), message }];
  });
  const urls = allEnvironments(app).flatMap(({ path, environment }) =>
    sortedEntries(environment).flatMap(([name, variable]) => {
      if (typeof variable !== "object" || !("database" in variable)) return [];
      if (databases.includes(variable.database)) return [];
      const known = databases.length === 0 ? "the stack has none" : `there is ${databases.join(", ")}`;
      const message = `must be one of the stack's databases; ${known}, got ${variable.database}`;
      return [{ path: pathText([...path, name, "database"]), message }];
    }),
  );
  return [...images, ...urls];
}
