import type { BlockSettings } from "./config.ts";
import { authorityFaults, fullName, isWithin, platformRecordFaults } from "./dns.rules.ts";
import type { StackRule } from "./internal/rules.ts";
import { inPath, type Stack } from "./stack-rule.ts";

/** What must hold between the zone and the names of the app. */
export const zoneRules: readonly StackRule<Stack>[] = [
  {
    id: "platform-records",
    demands: "The zone has no records of names whose records App Platform writes.",
    isPerEntry: true,
    faults: ({ dns, app }) =>
      dns === undefined ? [] : inPath("dns", platformRecordFaults(dns, platformNames(app))),
  },
  {
    id: "certificate-authorities",
    demands: "A zone that names certificate authorities names those of App Platform.",
    faults: ({ dns, app }) =>
      dns === undefined ? [] : inPath("dns", authorityFaults(dns, platformNames(app))),
  },
  {
    id: "domain-zone",
    demands: "The zone of a domain is the stack's own, where it has one.",
    isPerEntry: true,
    faults: ({ dns, app }) =>
      dns === undefined
        ? []
        : (app?.domains ?? []).flatMap(({ zone }, index) =>
            zone === undefined || zone === dns.zone
              ? []
              : [
                  {
                    path: `app.domains[${index}].zone`,
                    message: `must be ${dns.zone}, as in dns.zone: this stack keeps no other zone; got ${zone}`,
                  },
                ],
          ),
  },
  {
    id: "domain-record",
    demands: "Somebody writes the record of every domain in the stack's zone.",
    faults: ({ dns, app }) =>
      dns === undefined
        ? []
        : (app?.domains ?? []).flatMap(({ name, zone }, index) =>
            zone !== undefined ||
            !isWithin(name, dns.zone) ||
            dns.records.some((record) => fullName(dns.zone, record.name) === name)
              ? []
              : [
                  {
                    path: `app.domains[${index}].zone`,
                    message: `must be ${dns.zone}, or dns.records must have a record for ${name}: nobody writes one`,
                  },
                ],
          ),
  },
];

/** Host names whose DNS records App Platform writes itself. */
export const platformNames = (app: BlockSettings["app"]): string[] =>
  (app?.domains ?? []).flatMap(({ name, zone }) => (zone === undefined ? [] : [name]));
