import type { Rule } from "../internal/rules.ts";
import type { WebAppSettings } from "../web-app.settings.ts";
import type { AlertDestinations } from "./alerts.settings.ts";
import { allComponents } from "./components.ts";

/** Where one alert goes. */
export interface AlertRoute {
  /** Whose alert it is and about what, unique in the app. */
  alert: string;
  destinations: AlertDestinations;
}

/** Every alert of an app that has destinations of its own, in a stable order. */
export function alertRoutes(app: WebAppSettings): AlertRoute[] {
  const ofApp = app.alerts.flatMap((alert) =>
    typeof alert === "string" || alert.destinations === undefined
      ? []
      : [{ alert: alert.rule, destinations: alert.destinations }],
  );
  const ofComponents = allComponents(app).flatMap(({ name, settings }) =>
    "alerts" in settings
      ? settings.alerts.flatMap(({ measure, destinations }) =>
          destinations === undefined ? [] : [{ alert: `${name}.${measure}`, destinations }],
        )
      : [],
  );
  return [...ofApp, ...ofComponents].sort((a, b) => (a.alert < b.alert ? -1 : 1));
}

/** A text that changes whenever any destination does; `urls` holds the address behind each secret's name. */
export function routesText(routes: readonly AlertRoute[], urls: Readonly<Record<string, string>>): string {
  return JSON.stringify(
    routes.map(({ alert, destinations: { emails, slack } }) => [
      alert,
      emails,
      slack.map(({ channel, secret }) => [channel, urls[secret]]),
    ]),
  );
}

/** The keys of the stack secrets that hold the addresses of Slack's webhooks. */
export const slackSecrets = (routes: readonly AlertRoute[]): string[] => [
  ...new Set(routes.flatMap(({ destinations }) => destinations.slack.map(({ secret }) => secret))),
];

/** What must hold between the alerts of an app. */
export const destinationRules: readonly Rule<WebAppSettings>[] = [
  {
    id: "alert-once",
    demands: "No alert of the app is listed twice.",
    isPerEntry: true,
    faults(app) {
      const rules = app.alerts.map((alert) => (typeof alert === "string" ? alert : alert.rule));
      return rules.flatMap((rule, index) =>
        rules.indexOf(rule) < index
          ? [{ path: ["alerts", index], message: `must be listed once; got ${rule} twice` }]
          : [],
      );
    },
  },
  {
    // The provider tells alerts apart by what they are about only, not by component.
    id: "alert-destinations-alike",
    demands: "All alerts of one measure go to the same people.",
    faults(app) {
      const first = new Map<string, { name: string; text: string }>();
      return allComponents(app).flatMap(({ list, name, settings }) =>
        ("alerts" in settings ? settings.alerts : []).flatMap(({ measure, destinations }, index) => {
          const text = JSON.stringify(destinations ?? null);
          const known = first.get(measure);
          if (known === undefined) first.set(measure, { name, text });
          if (known === undefined || known.text === text) return [];
          const message = `must be as for the ${measure} alert of ${known.name}: the provider gives all alerts of a measure the same destinations`;
          return [{ path: [list, name, "alerts", index, "destinations"], message }];
        }),
      );
    },
  },
];
