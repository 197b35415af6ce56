import { Role } from "@pulumi/aws/iam/role.js";
import { ActionsEnvironmentVariable } from "@pulumi/github/actionsEnvironmentVariable.js";
import { RepositoryEnvironment } from "@pulumi/github/repositoryEnvironment.js";
import { RepositoryEnvironmentDeploymentPolicy } from "@pulumi/github/repositoryEnvironmentDeploymentPolicy.js";
import * as pulumi from "@pulumi/pulumi";
import { type Operation, operationEnvironment, trustPolicy } from "./deploy-environment.policies.ts";
import type { Oidc } from "./deploy-environment.settings.ts";
import { nameLimits, physicalName } from "./internal/names.ts";

/** What the environments of operations are made of. */
export interface OperationArgs {
  /** `owner/repository` at GitHub. */
  repository: string;
  /** The environment of deployments, from which the others have their names. */
  environment: string;
  /** What the roles' names at AWS start with. */
  namedAs: string;
  oidc: Oidc;
  adminsMayBypass: boolean;
  /** The branches and tags that deploy, by a key. */
  patterns: readonly { key: string; pattern: { branchPattern: string } | { tagPattern: string } }[];
  /** Variables of each environment; one without a value is left out. */
  variables: Readonly<Record<string, pulumi.Input<string> | undefined>>;
}

/**
 * An environment and a role for previews, and one for drills where the branches are known that deploy: a drill reads
 * backups, a preview runs on any branch. Their rights are given by the caller.
 */
export function operationRoles(
  parent: pulumi.Resource,
  name: string,
  args: OperationArgs,
): { operation: Operation; role: Role }[] {
  const operations: Operation[] = args.patterns.length > 0 ? ["preview", "drill"] : ["preview"];
  return operations.map((operation) => operationRole(parent, `${name}-${operation}`, operation, args));
}

function operationRole(
  parent: pulumi.Resource,
  name: string,
  operation: Operation,
  { repository, environment: deployed, namedAs, oidc, adminsMayBypass, patterns, variables }: OperationArgs,
): { operation: Operation; role: Role } {
  const [, repositoryName = repository] = repository.split("/");
  const environment = operationEnvironment(deployed, operation);
  const isRestricted = operation === "drill";
  const gate = new RepositoryEnvironment(
    name,
    {
      repository: repositoryName,
      environment,
      canAdminsBypass: adminsMayBypass,
      ...(isRestricted
        ? { deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true } }
        : {}),
    },
    { parent },
  );
  const place = { repository: repositoryName, environment: gate.environment };
  if (isRestricted)
    for (const { key, pattern } of patterns)
      new RepositoryEnvironmentDeploymentPolicy(`${name}-${key}`, { ...place, ...pattern }, { parent });
  const role = new Role(
    `${name}-role`,
    {
      name: physicalName([namedAs, operation, pulumi.getStack()], nameLimits.iamRole),
      description: `The ${operation} of ${repository} in ${environment}`,
      assumeRolePolicy: trustPolicy(repository, environment, oidc),
    },
    { parent },
  );
  for (const [variableName, value] of Object.entries({ ...variables, AWS_ROLE_ARN: role.arn }))
    if (value !== undefined)
      new ActionsEnvironmentVariable(
        `${name}-variable-${variableName}`,
        { ...place, variableName, value },
        { parent },
      );
  return { operation, role };
}
