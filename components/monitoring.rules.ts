import { type Fault, shown } from "./internal/faults.ts";
import type { StackRule } from "./internal/rules.ts";
import { databaseAlerts } from "./monitoring.alerts.ts";
import type { Stack } from "./stack-rule.ts";
import { sortedEntries } from "./web-app/components.ts";
import { covers } from "./web-app/ingress.settings.ts";

/** What must hold between what is watched and what there is. */
export const watchRules: readonly StackRule<Stack>[] = [
  { id: "watched-parts", demands: "Only what is there is watched.", faults: unwatchable },
  {
    id: "check-path",
    demands: "The path of a check is one that the app answers.",
    faults: ({ monitoring, app }) =>
      app === undefined
        ? []
        : sortedEntries(monitoring?.checks ?? {})
            .filter(([, { path }]) => !app.ingress.some((rule) => covers(rule.path, path)))
            .map(([name, { path }]) => ({
              path: `monitoring.checks.${name}.path`,
              message: `must be a path that app.ingress leads to a component; ${app.ingress.length === 0 ? "there is no rule" : `there is ${app.ingress.map((rule) => rule.path).join(", ")}`}, got ${shown(path)}`,
            })),
  },
];

function unwatchable({ monitoring, app, database }: Stack): Fault[] {
  if (monitoring === undefined) return [];
  const faults: Fault[] = [];
  if (app === undefined && Object.keys(monitoring.checks).length > 0)
    faults.push({ path: "monitoring.checks", message: "must be left out: there is no app to check" });
  if (database === undefined && databaseAlerts(monitoring).length > 0)
    faults.push({ path: "monitoring.database", message: "must be left out: there is no database to watch" });
  return faults;
}
