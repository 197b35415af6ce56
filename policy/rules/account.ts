import {
  type AccountRule,
  accountRule,
  ofType,
  type PolicyResource,
  type PolicyStack,
  type Violation,
} from "../rule.ts";
import { at, isUnknown, list, textsInside } from "../values.ts";
import { overlap, rangeOf } from "./ranges.ts";

type Found = Violation & { stack: string };

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

/** The branches that a stack's environment lets deploy, by name. */
const branches = (stack: PolicyStack) =>
  ofType(
    stack,
    "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy",
  ).flatMap((resource) => {
    const branch = resource.props["branchPattern"];
    return typeof branch === "string" ? [{ stack, resource, branch }] : [];
  });

const network = "digitalocean:index/vpc:Vpc";

const networks = (stack: PolicyStack) =>
  ofType(stack, network).flatMap((resource) => {
    const text = String(resource.props["ipRange"]);
    const range = rangeOf(text);
    return range === undefined ? [] : [{ stack: stack.stack, resource, text, range }];
  });

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

/** Rules over all stacks of an account. */
export const accountRules: readonly AccountRule[] = [
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
      id: "account-branches-apart",
      title: "Production is deployed from a branch of its own",
      severity: "error",
      reason: "what is pushed to try it out would be ready for production at once",
      source: "reliability case I8; GitHub, managing environments for deployment, 2026-11-21",
    },
    (stacks) => {
      const all = stacks.flatMap(branches);
      return all.flatMap((one) => {
        const other = all.find(
          ({ stack, branch }) => stack.isProtected && !one.stack.isProtected && branch === one.branch,
        );
        return other === undefined
          ? []
          : [
              {
                stack: one.stack.stack,
                resource: one.resource.name,
                message: `must not be deployed from ${one.branch}, from which stack ${other.stack.stack} is`,
                fix: "set delivery.branch to another one",
              },
            ];
      });
    },
  ),
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
          list(resource.props["rules"]).flatMap((entry): Found[] => {
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
            production.flatMap((one): Found[] => {
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
  accountRule(
    {
      id: "account-environment-secrets",
      title: "A secret of production is not given to every workflow",
      severity: "error",
      reason:
        "a secret of the repository is read by workflows of every branch and environment, those of development too",
      source:
        "reliability case I8; zizmor secrets-outside-env; GitHub, using secrets in workflows, 2026-11-21",
    },
    (stacks) =>
      stacks
        .filter(({ isProtected }) => isProtected)
        .flatMap((stack) =>
          ofType(stack, "github:index/actionsSecret:ActionsSecret").map((resource) => ({
            stack: stack.stack,
            resource: resource.name,
            message: `must not be a secret of the whole repository: ${String(resource.props["secretName"])}`,
            fix: "move it from repository.secrets to delivery.secrets",
          })),
        ),
  ),
];
