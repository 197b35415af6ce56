import { isWithin } from "../dns.rules.ts";
import type { Rule } from "../internal/rules.ts";
import { nearest } from "../internal/suggest.ts";
import type { WebAppSettings } from "../web-app.settings.ts";
import { sortedEntries } from "./components.ts";
import { type IngressRule, unreachableRules } from "./ingress.settings.ts";

/** What a request can be led to, sorted. */
const targetsOf = (app: WebAppSettings): string[] =>
  [...Object.keys(app.services), ...Object.keys(app.staticSites)].sort();

/** Whether a rule is wrong itself, so that nobody knows what it would do: what follows from it is no news. */
const isBroken = ({ component, redirect }: IngressRule, app: WebAppSettings): boolean =>
  (component === undefined) === (redirect === undefined) ||
  (component !== undefined && !targetsOf(app).includes(component));

/** The static sites that nothing leads to, unless a broken rule may have been meant for them. */
function unseenSites(app: WebAppSettings): string[] {
  const seen = app.ingress.map(({ component }) => component);
  const unseen = sortedEntries(app.staticSites).flatMap(([name]) => (seen.includes(name) ? [] : [name]));
  const broken = app.ingress.filter((rule) => isBroken(rule, app));
  const meant = broken.map(({ component = "" }) => nearest(component, targetsOf(app)));
  return meant.includes(undefined) ? [] : unseen.filter((name) => !meant.includes(name));
}

/** What must hold between the rules for requests, the domains and the components. */
export const ingressRules: readonly Rule<WebAppSettings>[] = [
  {
    id: "ingress-component",
    demands: "A request goes to a service or static site of the app.",
    isPerEntry: true,
    looksUpNames: true,
    faults(app) {
      const targets = targetsOf(app);
      return app.ingress.flatMap(({ component }, index) =>
        component === undefined || targets.includes(component)
          ? []
          : [
              {
                path: ["ingress", index, "component"],
                message: `must be a service or static site of the app: ${targets.join(", ") || "there is none"}; got ${component}`,
              },
            ],
      );
    },
  },
  {
    id: "ingress-authority",
    demands: "A rule for one host is for a domain of the app.",
    isPerEntry: true,
    faults: ({ ingress, domains }) =>
      ingress.flatMap(({ authority }, index) =>
        authority === undefined ||
        domains.some(({ name, wildcard }) => name === authority || (wildcard && isWithin(authority, name)))
          ? []
          : [
              {
                path: ["ingress", index, "authority"],
                message: `must be one of the app's domains; got ${authority}`,
              },
            ],
      ),
  },
  {
    id: "ingress-order",
    demands: "No rule stands behind one that takes all its requests.",
    isPerEntry: true,
    faults: (app) =>
      unreachableRules(app.ingress, (rule) => isBroken(rule, app)).map(({ index, by }) => ({
        path: ["ingress", index, "path"],
        message: `must come before ingress[${by}], which takes every request for ${app.ingress[index]?.path}`,
      })),
  },
  {
    id: "static-site-seen",
    demands: "Every static site has a rule that leads to it.",
    faults: (app) =>
      unseenSites(app).map((name) => ({
        path: ["ingress"],
        message: `must have a rule for the static site ${name}, or nobody sees it`,
      })),
  },
];
