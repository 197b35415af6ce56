import type { NeededSecret } from "../internal/secrets.ts";
import type { WebAppSettings } from "../web-app.settings.ts";
import { allComponents, allEnvironments, sortedEntries } from "./components.ts";

const needed = (name: string, path: readonly string[], optional = false): NeededSecret => ({
  name,
  optional,
  usedBy: [["app", ...path].join(".")],
});

/** Every place of an app's settings that refers to a stack secret. */
export function secretUses(app: WebAppSettings): NeededSecret[] {
  const variables = allEnvironments(app).flatMap(({ path, environment }) =>
    sortedEntries(environment).flatMap(([name, variable]) =>
      typeof variable === "object" && "secret" in variable
        ? [needed(variable.secret, [...path, name], variable.optional ?? false)]
        : [],
    ),
  );
  const registries = allComponents(app).flatMap(({ list, name, settings }) => {
    const credentials = "image" in settings ? settings.image?.credentials : undefined;
    return credentials === undefined
      ? []
      : [needed(credentials.secret, [list, name, "image", "credentials"])];
  });
  const logs = sortedEntries(app.logs).flatMap(([name, destination]) => {
    if (destination.kind === "datadog") return [needed(destination.apiKey.secret, ["logs", name, "apiKey"])];
    if (destination.kind === "logtail") return [needed(destination.token.secret, ["logs", name, "token"])];
    if (destination.kind === "opensearch" && destination.password !== undefined)
      return [needed(destination.password.secret, ["logs", name, "password"])];
    return [];
  });
  return [...variables, ...registries, ...logs, ...alertUses(app)];
}

function alertUses(app: WebAppSettings): NeededSecret[] {
  const slack = (destinations: { slack: { secret: string }[] } | undefined, path: string[]) =>
    (destinations?.slack ?? []).map(({ secret }) => needed(secret, [...path, "destinations"]));
  const ofApp = app.alerts.flatMap((alert) =>
    typeof alert === "string" ? [] : slack(alert.destinations, ["alerts", alert.rule]),
  );
  const ofComponents = allComponents(app).flatMap(({ list, name, settings }) =>
    "alerts" in settings
      ? settings.alerts.flatMap((alert) => slack(alert.destinations, [list, name, "alerts", alert.measure]))
      : [],
  );
  return [...ofApp, ...ofComponents];
}
