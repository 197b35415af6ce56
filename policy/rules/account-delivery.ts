import { type AccountRule, accountRule, ofType, type PolicyStack } from "../rule.ts";

/** The branches that a stack's environment lets deploy, by name. */
const branches = (stack: PolicyStack) =>
  ofType(
    stack,
    "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy",
  ).flatMap((resource) => {
    const branch = resource.props["branchPattern"];
    return typeof branch === "string" ? [{ stack, resource, branch }] : [];
  });

/** Rules that keep what is deployed to production apart from all else. */
export const accountDeliveryRules: readonly AccountRule[] = [
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
