import { saysProduction } from "../../components/internal/protection.ts";
import { each, eachProtected, inProtected, ofType, type Rule, rule } from "../rule.ts";
import { at, list, texts } from "../values.ts";
import { components } from "./app-spec.ts";

const environment = "github:index/repositoryEnvironment:RepositoryEnvironment";
const policy = "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy";
const ruleset = "github:index/repositoryRuleset:RepositoryRuleset";
const app = "digitalocean:index/app:App";

/** Variables by which a program is told where it runs; NODE_ENV and its like only say how it is built. */
const whereVariables = ["ENVIRONMENT", "DEPLOY_ENV", "DEPLOYMENT_ENVIRONMENT"];

const unprotected = (what: string, name: unknown) => ({
  message: `must be of a protected stack: ${what} is ${String(name)}`,
  fix: "set product.isProtected to true, or call it something else",
});

/** Rules about how production is reached, and about stacks that are production without saying so. */
export const deliveryRules: readonly Rule[] = [
  rule(
    {
      id: "prod-delivery",
      title: "Production is deployed through a GitHub environment",
      severity: "error",
      reason: "without one no reviewer, no branch and no wait stands before a deployment",
      source: "reliability case I3; GitHub, managing environments for deployment, 2026-11-21",
    },
    inProtected((stack) =>
      ofType(stack, environment).length > 0
        ? []
        : [
            {
              resource: "stack",
              message: "must be deployed through a GitHub environment",
              fix: "set slipway:delivery",
            },
          ],
    ),
  ),
  rule(
    {
      id: "prod-branch-rules",
      title: "The branch that deploys to production has rules",
      severity: "error",
      reason: "who may push to it without a review deploys without a review",
      source: "CKV_GIT_5; GIT-0004; GitHub, available rules for rulesets, 2026-11-21",
    },
    eachProtected(policy, ({ props }, stack) => {
      const branch = props["branchPattern"];
      if (typeof branch !== "string") return undefined;
      const ruled = ofType(stack, ruleset).flatMap((one) =>
        texts(at(one.props, "conditions.refName.includes")),
      );
      return ruled.includes(`refs/heads/${branch}`) || ruled.includes("~ALL")
        ? undefined
        : {
            message: `must have rules for the branch ${branch}, from which it is deployed`,
            fix: `set repository.branches.${branch}`,
          };
    }),
  ),
  rule(
    {
      id: "prod-gate",
      title: "Somebody is named who may accept a loss",
      severity: "info",
      reason: "without it nothing lets a change through that deletes data, be it meant",
      source: "slipway:gate of the stack file",
    },
    inProtected(({ facts }) =>
      facts.hasGate === false
        ? [
            {
              resource: "stack",
              message: "lets no change through that loses data, goes over the budget or breaks a rule",
              fix: "set slipway:gate, with a label and who approves, where that may happen on somebody's word",
            },
          ]
        : [],
    ),
  ),
  rule(
    {
      id: "prod-unprotected",
      title: "What calls itself production is protected",
      severity: "error",
      reason: "no rule of production looks at it, and nothing keeps its data when the stack goes",
      source: "reliability case I3",
    },
    (stack) =>
      stack.isProtected
        ? []
        : [
            ...each(environment, ({ props }) =>
              saysProduction(String(props["environment"]))
                ? unprotected("its GitHub environment", props["environment"])
                : undefined,
            )(stack),
            ...each(app, ({ props }) =>
              [{ name: "the app", spec: props["spec"] }, ...components(props)].flatMap(({ name, spec }) =>
                list(at(spec, "envs"))
                  .filter(
                    (env) =>
                      whereVariables.includes(String(at(env, "key"))) &&
                      saysProduction(String(at(env, "value"))),
                  )
                  .map((env) => unprotected(`${String(at(env, "key"))} of ${name}`, at(env, "value"))),
              ),
            )(stack),
          ],
  ),
];
