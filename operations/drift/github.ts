import { z } from "zod";
import type { Clouds } from "./clouds.ts";
import { type Notes, told } from "./finding.ts";
import { rulesetDrift } from "./github-rules.ts";
import { valueDrift } from "./github-values.ts";
import { lookAtGitHub, looking } from "./look.ts";
import { oidcDrift } from "./oidc.ts";
import { ofType, type StackState, type StateResource, textOf } from "./state.ts";

const Environment = z.looseObject({
  can_admins_bypass: z.boolean().optional(),
  deployment_branch_policy: z
    .looseObject({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() })
    .nullish(),
  protection_rules: z
    .array(
      z.looseObject({
        type: z.string(),
        wait_timer: z.number().optional(),
        prevent_self_review: z.boolean().optional(),
        reviewers: z
          .array(z.looseObject({ type: z.string(), reviewer: z.looseObject({ id: z.int() }) }))
          .nullish(),
      }),
    )
    .nullish(),
});
type Environment = z.output<typeof Environment>;
const Policies = z.looseObject({
  branch_policies: z.array(z.looseObject({ name: z.string(), type: z.string().default("branch") })),
});
const Repository = z.looseObject({ private: z.boolean().default(false) });

/** The gate at GitHub: reviewers and self-review, branches, variables and secrets, branch rules, the OIDC subject. */
export async function gitHubDrift(notes: Notes, state: StackState, clouds: Clouds): Promise<void> {
  for (const full of repositoriesOf(state)) {
    const [owner = "", repo = ""] = full.split("/");
    const here = (type: string) =>
      ofType(state, `github:index/${type}`).filter(({ inputs }) => inputs["repository"] === repo);
    const place = { owner, repo };
    const access = clouds.github();
    for (const one of here("repositoryEnvironment:RepositoryEnvironment")) {
      const environment = textOf(one.inputs["environment"]);
      const name = `GitHub environment ${environment} of ${full}`;
      const inIt = (type: string) => here(type).filter(({ inputs }) => inputs["environment"] === environment);
      await looking(notes, name, async () => {
        const path = "/repos/{owner}/{repo}/environments/{environment}";
        const live = await lookAtGitHub(access, path, { ...place, environment }, Environment);
        if (live === undefined) return notes.gone(name);
        const isPrivate =
          (await lookAtGitHub(access, "/repos/{owner}/{repo}", place, Repository))?.private ?? false;
        environmentDrift(notes, name, one, live, isPrivate);
        const policies = inIt("repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy");
        if (policies.length > 0)
          policyDrift(
            notes,
            name,
            policies,
            (
              await lookAtGitHub(
                access,
                `${path}/deployment-branch-policies`,
                { ...place, environment, per_page: 100 },
                Policies,
              )
            )?.branch_policies ?? [],
          );
      });
      await valueDrift(notes, access, name, {
        place: { ...place, environment },
        variables: inIt("actionsEnvironmentVariable:ActionsEnvironmentVariable"),
        secrets: inIt("actionsEnvironmentSecret:ActionsEnvironmentSecret"),
      });
    }
    await valueDrift(notes, access, `repository ${full}`, {
      place,
      variables: here("actionsVariable:ActionsVariable"),
      secrets: here("actionsSecret:ActionsSecret"),
    });
    for (const one of here("repositoryRuleset:RepositoryRuleset"))
      await rulesetDrift(notes, access, full, one);
    await oidcDrift(notes, state, access, full);
  }
}

/** The repositories that the stack looks after, by its components. */
export function repositoriesOf(state: StackState): string[] {
  const components = ["DeployEnvironment", "Repository"].flatMap((one) =>
    ofType(state, `slipway:index:${one}`),
  );
  return [...new Set(components.map(({ inputs }) => textOf(inputs["repository"])))].filter(
    (one) => one !== "",
  );
}

function environmentDrift(
  notes: Notes,
  name: string,
  { inputs }: StateResource,
  live: Environment,
  isPrivate: boolean,
): void {
  const rules = live.protection_rules ?? [];
  const rule = (type: string) => rules.find((one) => one.type === type);
  const reviewers = rule("required_reviewers");
  const wanted = reviewerIds(inputs["reviewers"]);
  const found = (reviewers?.reviewers ?? []).map(
    ({ type, reviewer }) => `${type.toLowerCase()} ${reviewer.id}`,
  );
  if (wanted.length > 0 && found.length === 0)
    notes.drift(
      "environment",
      name,
      "nobody has to approve a deployment any more",
      isPrivate
        ? "run `pulumi up --refresh`; where GitHub refuses, its plan has no reviewers on private repositories: set slipway:gate, which deployments check on every plan"
        : "set the reviewers again, or run `pulumi up --target` on the environment: a refresh does not notice this",
    );
  else {
    for (const one of wanted.filter((reviewer) => !found.includes(reviewer)))
      notes.drift("environment", name, `${one} is no reviewer any more`);
    for (const one of found.filter((reviewer) => !wanted.includes(reviewer)))
      notes.drift("environment", name, `${one} is a reviewer, which the program does not say`);
    if (inputs["preventSelfReview"] === true && reviewers?.prevent_self_review === false)
      notes.drift(
        "environment",
        name,
        "whoever started a deployment may approve it",
        "prevent self-review again in the environment's settings: a refresh does not notice this",
      );
  }
  const timer = rule("wait_timer")?.wait_timer ?? 0;
  if (timer !== Number(inputs["waitTimer"] ?? 0))
    notes.drift(
      "environment",
      name,
      `waits ${timer} minutes; the program says ${Number(inputs["waitTimer"] ?? 0)}`,
    );
  if (live.can_admins_bypass === true && inputs["canAdminsBypass"] === false)
    notes.drift("environment", name, "administrators may deploy past reviewers and timer");
  const branches = inputs["deploymentBranchPolicy"] as Record<string, unknown> | undefined;
  if (branches !== undefined && live.deployment_branch_policy == null)
    notes.drift("environment", name, "every branch may deploy");
  else if (branches === undefined && live.deployment_branch_policy != null)
    notes.drift("environment", name, "only some branches may use it; the program says any");
  else if (
    branches?.["customBranchPolicies"] === true &&
    live.deployment_branch_policy?.custom_branch_policies === false
  )
    notes.drift("environment", name, "every protected branch may deploy, not only those of the program");
}

function reviewerIds(inputs: unknown): string[] {
  if (!Array.isArray(inputs)) return [];
  const ids = (list: unknown, type: string) => (Array.isArray(list) ? list.map((id) => `${type} ${id}`) : []);
  return inputs.flatMap(({ users, teams }: Record<string, unknown>) => [
    ...ids(users, "user"),
    ...ids(teams, "team"),
  ]);
}

function policyDrift(
  notes: Notes,
  name: string,
  made: readonly StateResource[],
  live: readonly { name: string; type: string }[],
): void {
  const wanted = made.map(({ inputs }) =>
    inputs["tagPattern"] === undefined
      ? `branch ${textOf(inputs["branchPattern"])}`
      : `tag ${textOf(inputs["tagPattern"])}`,
  );
  const found = live.map((policy) => `${policy.type} ${policy.name}`);
  for (const one of found.filter((policy) => !wanted.includes(policy)))
    notes.drift("environment", name, `${told(one)} may deploy, which the program does not say`);
  for (const one of wanted.filter((policy) => !found.includes(policy)))
    notes.drift("environment", name, `${told(one)} may not deploy any more`);
}
