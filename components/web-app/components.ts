import type { WebAppSettings } from "../web-app.settings.ts";
import type { Environment } from "./variables.settings.ts";

/** The four lists of an app's components, by their names in the stack file. */
const componentLists = ["staticSites", "services", "workers", "jobs"] as const;
export type ComponentList = (typeof componentLists)[number];

/** One component of an app, whatever its kind. */
export interface AnyComponent {
  list: ComponentList;
  name: string;
  settings: WebAppSettings[ComponentList][string];
}

/** Entries in the order of their names, whatever order the stack file or the engine had them in. */
export const sortedEntries = <T>(record: Readonly<Record<string, T>>): [string, T][] =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

/** Every component of an app, kind by kind and sorted by name. */
export function allComponents(app: WebAppSettings): AnyComponent[] {
  return componentLists.flatMap((list) =>
    sortedEntries<AnyComponent["settings"]>(app[list]).map(([name, settings]) => ({ list, name, settings })),
  );
}

/** Every block of variables, with its path in the stack file; the app's own has no component. */
export function allEnvironments(
  app: WebAppSettings,
): { component?: AnyComponent; path: string[]; environment: Environment }[] {
  return [
    { path: ["environment"], environment: app.environment },
    ...allComponents(app).map((component) => ({
      component,
      path: [component.list, component.name, "environment"],
      environment: component.settings.environment,
    })),
  ];
}

/** The databases whose URL some variable asks for, sorted. */
export function usedDatabases(app: WebAppSettings): string[] {
  const names = allEnvironments(app).flatMap(({ environment }) =>
    Object.values(environment).flatMap((variable) =>
      typeof variable === "object" && "database" in variable ? [variable.database] : [],
    ),
  );
  return [...new Set(names)].sort();
}
