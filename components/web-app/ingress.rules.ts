import { isWithin } from "../dns.rules.ts";
import type { Rule } from "../internal/rules.ts";
import type { WebAppSettings } from "../web-app.settings.ts";
import { sortedEntries } from "./components.ts";
import { unreachableRules } from "./ingress.settings.ts";

/** What must hold between the rules for requests, the domains and the components. */
export const ingressRules: readonly Rule<WebAppSettings>[] = [
  {
    id: "ingress-component",
    demands: "A request goes to a service or static site of the app.",
    isPerEntry: true,
    faults(app) {
      const targets = [...Object.keys(app.services), ...Object.keys(app.staticSites)].sort();
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
    faults: ({ ingress }) =>
      unreachableRules(ingress).map(({ index, by }) => ({
        path: ["ingress", index, "path"],
        message: `must come before ingress[${by}], which takes every request for ${ingress[index]?.path}`,
      })),
  },
  {
    id: "static-site-seen",
    demands: "Every static site has a rule that leads to it.",
    faults: ({ ingress, staticSites }) =>
      sortedEntries(staticSites)
        .filter(([name]) => !ingress.some(({ component }) => component === name))
        .map(([name]) => ({
          path: ["ingress"],
          message: `must have a rule for the static site ${name}, or nobody sees it`,
        })),
  },
];
