import {
  type AccountRule,
  accountRule,
  ofType,
  type PolicyResource,
  type PolicyStack,
  type Violation,
} from "../rule.ts";
import { at, isUnknown, list, textsInside } from "../values.ts";

const kinds = [
  ["app", "digitalocean:index/app:App", "spec.name"],
  ["database cluster", "digitalocean:index/databaseCluster:DatabaseCluster", "name"],
  ["network", "digitalocean:index/vpc:Vpc", "name"],
  ["zone", "digitalocean:index/domain:Domain", "name"],
  ["bucket", "aws:s3/bucket:Bucket", "bucket"],
  ["identity", "aws:iam/user:User", "name"],
  ["role", "aws:iam/role:Role", "name"],
  ["environment", "github:index/repositoryEnvironment:RepositoryEnvironment", "environment"],
  ["rules of", "github:index/repositoryRuleset:RepositoryRuleset", "conditions.refName.includes"],
  ["domain", "digitalocean:index/app:App", "spec.domainNames"],
] as const;

/** What several stacks may well name alike, so that it is no trace of production in another one. */
const shared = ["rules of", "domain"];

interface Named {
  stack: string;
  kind: string;
  name: string;
  resource: PolicyResource;
}

/** What a stack calls its own, as the platforms know it. */
const names = (stack: PolicyStack): Named[] =>
  kinds.flatMap(([kind, type, path]) =>
    ofType(stack, type).flatMap((resource) => {
      const found = list(at(resource.props, path)).map((one) => (kind === "domain" ? at(one, "name") : one));
      return found.flatMap((name) =>
        typeof name === "string" && !isUnknown(name) ? [{ stack: stack.stack, kind, name, resource }] : [],
      );
    }),
  );

/** GitHub and DNS do not tell capitals from small letters. */
const isSameName = (one: Named, other: Named): boolean =>
  one.kind === other.kind &&
  (["environment", "domain", "zone"].includes(one.kind)
    ? one.name.toLowerCase() === other.name.toLowerCase()
    : one.name === other.name);

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Texts in which a name that everybody may use stands for no access: mail addresses. */
const withoutMail = (text: string): string => text.replace(/[\w.+-]+@[\w.-]+/g, "");

/** How a name of a protected stack shows in what another stack is made of. */
function traceOf({ kind, name }: Named): RegExp {
  if (kind === "zone") return new RegExp(`(?<![\\w-])${escaped(name)}(?![\\w-])`, "i");
  return new RegExp(
    `(?<![\\w.-])${escaped(kind === "environment" ? `environment:${name}` : name)}(?![\\w-])`,
  );
}

/** Rules about what several stacks name, and about names of production in other stacks. */
export const accountNameRules: readonly AccountRule[] = [
  accountRule(
    {
      id: "account-unique-names",
      title: "No two stacks want the same name",
      severity: "error",
      reason: "the second stack is refused, or takes over what is the first one's",
      source:
        "reliability case I8; DigitalOcean API description of 2026-08-07; AWS, bucket naming rules, 2026-11-21",
    },
    (stacks) => {
      const all = stacks.flatMap(names);
      return all.flatMap((one) => {
        const other = all.find((another) => another.stack !== one.stack && isSameName(one, another));
        return other === undefined
          ? []
          : [
              {
                stack: one.stack,
                resource: one.resource.name,
                message: `must have a name of its own: stack ${other.stack} has the ${one.kind} ${one.name} too`,
                fix: "name the stack in it",
              },
            ];
      });
    },
  ),
  accountRule(
    {
      id: "account-imports-apart",
      title: "No two stacks take over the same thing",
      severity: "error",
      reason: "both own it: each run of one undoes the other, and destroying one destroys both",
      source: "Pulumi, resource option import, 2026-11-21",
    },
    (stacks) => {
      const all = stacks.flatMap((stack) =>
        stack.resources.flatMap((resource) => {
          const id = resource.options.import;
          return id === undefined ? [] : [{ stack: stack.stack, resource, id }];
        }),
      );
      return all.flatMap((one) => {
        const other = all.find(
          ({ stack, resource, id }) =>
            stack !== one.stack && resource.type === one.resource.type && id === one.id,
        );
        return other === undefined
          ? []
          : [
              {
                stack: one.stack,
                resource: one.resource.name,
                message: `must not take over ${one.id}: stack ${other.stack} takes it over too`,
                fix: "leave import to the stack that it belongs to",
              },
            ];
      });
    },
  ),
  accountRule(
    {
      id: "account-production-name",
      title: "Nothing of production is reached from another stack",
      severity: "error",
      reason: "a mistake, or a stolen token, in development would reach production",
      source: "reliability case I8",
    },
    (stacks) => {
      const production = stacks
        .filter(({ isProtected }) => isProtected)
        .flatMap(names)
        .filter(({ kind }) => !shared.includes(kind));
      return stacks
        .filter(({ isProtected }) => !isProtected)
        .flatMap((stack) =>
          stack.resources.flatMap((resource) =>
            production.flatMap((one): (Violation & { stack: string })[] => {
              const trace = traceOf(one);
              const found = textsInside(resource.props).find(({ text }) => trace.test(withoutMail(text)));
              return found === undefined
                ? []
                : [
                    {
                      stack: stack.stack,
                      resource: resource.name,
                      message: `must not name the ${one.kind} ${one.name} of stack ${one.stack}, as ${found.path.join(".")} does`,
                      fix: `use what belongs to ${stack.stack}`,
                    },
                  ];
            }),
          ),
        );
    },
  ),
];
