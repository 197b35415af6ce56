import { isWithin } from "../dns.rules.ts";
import type { Rule } from "../internal/rules.ts";
import type { WebAppSettings } from "../web-app.settings.ts";

/** What must hold between the domains of an app and what its edge does. */
export const domainRules: readonly Rule<WebAppSettings>[] = [
  {
    id: "one-primary-domain",
    demands: "An app with domains has exactly one primary domain.",
    faults({ domains }) {
      const primaries = domains.filter(({ type }) => type === "primary").length;
      return domains.length > 0 && primaries !== 1
        ? [{ path: ["domains"], message: `must have exactly one primary domain; got ${primaries}` }]
        : [];
    },
  },
  {
    id: "domain-once",
    demands: "No domain is listed twice.",
    isPerEntry: true,
    faults: ({ domains }) =>
      domains.flatMap(({ name }, index) =>
        domains.findIndex((other) => other.name === name) < index
          ? [{ path: ["domains", index, "name"], message: `must be listed once; got ${name} twice` }]
          : [],
      ),
  },
  {
    id: "domain-in-zone",
    demands: "A domain is inside the zone that keeps its records.",
    isPerEntry: true,
    faults: ({ domains }) =>
      domains.flatMap(({ name, zone }, index) =>
        zone === undefined || isWithin(name, zone)
          ? []
          : [{ path: ["domains", index, "zone"], message: `must be ${name} or a part of it; got ${zone}` }],
      ),
  },
  {
    id: "edge-needs-domain",
    demands: "What the edge does is chosen for an app with a domain of its own only.",
    faults({ domains, edge }) {
      const switches = [
        ["isCached", !edge.isCached],
        ["hidesEmails", !edge.hidesEmails],
        ["hasThreatControl", edge.hasThreatControl],
      ] as const;
      if (domains.length > 0) return [];
      return switches.flatMap(([name, isChanged]) =>
        isChanged
          ? [
              {
                path: ["edge", name],
                message: "must be left out while the app has no domain of its own",
              },
            ]
          : [],
      );
    },
  },
];
