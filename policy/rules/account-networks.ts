import { type AccountRule, accountRule, ofType, type PolicyStack, type Violation } from "../rule.ts";
import { at, list } from "../values.ts";
import { overlap, rangeOf } from "./ranges.ts";

const network = "digitalocean:index/vpc:Vpc";

const networks = (stack: PolicyStack) =>
  ofType(stack, network).flatMap((resource) => {
    const text = String(resource.props["ipRange"]);
    const range = rangeOf(text);
    return range === undefined ? [] : [{ stack: stack.stack, resource, text, range }];
  });

/** Rules that keep the networks of stacks apart. */
export const accountNetworkRules: readonly AccountRule[] = [
  accountRule(
    {
      id: "account-networks-apart",
      title: "Private networks do not overlap",
      severity: "error",
      reason: "the platform refuses the second, and networks that overlap can never be joined",
      source: "DigitalOcean, create VPC networks, 2026-11-21",
    },
    (stacks) => {
      const all = stacks.flatMap(networks);
      return all.flatMap((one) => {
        const other = all.find(({ stack, range }) => stack !== one.stack && overlap(range, one.range));
        return other === undefined
          ? []
          : [
              {
                stack: one.stack,
                resource: one.resource.name,
                message: `must not overlap: ${one.text} and ${other.text} of stack ${other.stack}`,
                fix: "set network.ipRange to addresses that no other stack uses",
              },
            ];
      });
    },
  ),
  accountRule(
    {
      id: "account-firewalls-apart",
      title: "No database trusts the network of another stack",
      severity: "error",
      reason: "whoever is in development would be in production's database",
      source: "reliability case I8; DigitalOcean, secure PostgreSQL clusters, 2026-11-21",
    },
    (stacks) => {
      const all = stacks.flatMap(networks);
      return stacks.flatMap((stack) =>
        ofType(stack, "digitalocean:index/databaseFirewall:DatabaseFirewall").flatMap((resource) =>
          list(resource.props["rules"]).flatMap((entry): (Violation & { stack: string })[] => {
            const text = String(at(entry, "value"));
            const range = rangeOf(text);
            const other = all.find(
              (one) => one.stack !== stack.stack && range !== undefined && overlap(one.range, range),
            );
            return other === undefined
              ? []
              : [
                  {
                    stack: stack.stack,
                    resource: resource.name,
                    message: `must not trust ${text}: it is in the network of stack ${other.stack}`,
                    fix: "list the addresses of this stack only",
                  },
                ];
          }),
        ),
      );
    },
  ),
];
