import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { ActionsEnvironmentSecret } from "@pulumi/github/actionsEnvironmentSecret.js";
import { ActionsEnvironmentVariable } from "@pulumi/github/actionsEnvironmentVariable.js";
import { getTeamOutput } from "@pulumi/github/getTeam.js";
import { getUserOutput } from "@pulumi/github/getUser.js";
import { RepositoryEnvironment } from "@pulumi/github/repositoryEnvironment.js";
import { RepositoryEnvironmentDeploymentPolicy } from "@pulumi/github/repositoryEnvironmentDeploymentPolicy.js";
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { operationRoles } from "./deploy-environment.operations.ts";
import { deployPolicy, drillPolicy, previewPolicy, trustPolicy } from "./deploy-environment.policies.ts";
import { DeployEnvironmentSettings, deliverySecrets, type Reviewer } from "./deploy-environment.settings.ts";
import { stateRights } from "./deploy-environment.state.ts";
import { nameLimits, physicalName } from "./internal/names.ts";
import { missingSecrets } from "./internal/secrets.ts";
import { parseSettings, SettingsError } from "./internal/settings.ts";

/** What the workflows look after at AWS. */
export interface DeployedBackups {
  bucketName: pulumi.Input<string>;
  bucketArn: pulumi.Input<string>;
  /** The identities that write and read backups. */
  userArns: pulumi.Input<pulumi.Input<string>[]>;
}

/** What of the files of users the workflows look after. */
export interface DeployedFiles {
  bucketArns: pulumi.Input<string[]>;
  userArn: pulumi.Input<string>;
  roleArns: pulumi.Input<string[]>;
}

export interface DeployEnvironmentArgs extends z.input<typeof DeployEnvironmentSettings> {
  /** `owner/repository` at GitHub. */
  repository: string;
  /** The stack secrets that the settings refer to, by key. @default - none */
  stackSecrets?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Region of the AWS account. @default - the workflows are told none */
  awsRegion?: pulumi.Input<string> | undefined;
  /** @default - the role may do nothing */
  backups?: DeployedBackups;
  /** @default - there are none to look after; without backups the role may do nothing either */
  files?: DeployedFiles;
  /** What the role's name at AWS starts with. @default - the component's name */
  namedAs?: string | undefined;
  /** Whether the role may not delete what it looks after. @default false */
  isProtected?: boolean;
}

/**
 * The gate in front of a stack: a GitHub environment with its reviewers and branches, the secrets and variables of its
 * workflows, and a role at AWS that only jobs of this environment can take. Previews and drills have an environment and a
 * role of their own beside it, which may read and change nothing.
 *
 * @example
 * new DeployEnvironment("tinkertools-delivery", {
 *   repository: "tinkertools/tinkertools", environment: "staging", branch: "develop",
 *   stackSecrets: { digitaloceanAccessToken: config.requireSecret("digitaloceanAccessToken") },
 * });
 */
export class DeployEnvironment extends pulumi.ComponentResource {
  /** Name of the environment at GitHub. */
  public readonly environment: pulumi.Output<string>;
  /** The role that the workflows take at AWS, where the settings name an account. */
  public readonly roleArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: DeployEnvironmentArgs, opts?: pulumi.ComponentResourceOptions) {
    const {
      repository,
      stackSecrets = {},
      awsRegion,
      backups,
      files,
      isProtected = false,
      namedAs = name,
      ...input
    } = args;
    const settings = parseSettings(DeployEnvironmentSettings, input, name);
    const missing = missingSecrets(deliverySecrets(settings), Object.keys(stackSecrets));
    if (missing.length > 0) throw new SettingsError(name, missing);
    super("slipway:index:DeployEnvironment", name, { repository, ...settings }, opts);

    const [, repositoryName = repository] = repository.split("/");
    const patterns = deployPatterns(settings);
    const hasReviewers = settings.reviewers.length > 0;
    const gate = new RepositoryEnvironment(
      name,
      {
        repository: repositoryName,
        environment: settings.environment,
        canAdminsBypass: settings.adminsMayBypass,
        ...(settings.waitMinutes > 0 ? { waitTimer: settings.waitMinutes } : {}),
        ...(hasReviewers
          ? {
              reviewers: [reviewerIds(settings.reviewers, this)],
              preventSelfReview: settings.preventSelfReview,
            }
          : {}),
        ...(patterns.length > 0
          ? { deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true } }
          : {}),
      },
      { parent: this },
    );
    const place = { repository: repositoryName, environment: gate.environment };
    for (const { key, pattern } of patterns)
      new RepositoryEnvironmentDeploymentPolicy(`${name}-${key}`, { ...place, ...pattern }, { parent: this });

    const { oidc } = settings;
    const operations =
      oidc && backups
        ? operationRoles(this, name, {
            repository,
            environment: settings.environment,
            namedAs,
            oidc,
            adminsMayBypass: settings.adminsMayBypass,
            patterns,
            variables: { AWS_REGION: awsRegion, BACKUP_BUCKET: backups.bucketName },
          })
        : [];
    const role =
      oidc &&
      new Role(
        `${name}-role`,
        {
          name: physicalName([namedAs, pulumi.getStack()], nameLimits.iamRole),
          description: `Deployments of ${repository} to ${settings.environment}`,
          assumeRolePolicy: trustPolicy(repository, settings.environment, oidc),
        },
        { parent: this },
      );
    if (role !== undefined && backups !== undefined) {
      const seen = pulumi.all([
        pulumi.all([role.arn, ...operations.map((one) => one.role.arn)]),
        backups.bucketArn,
        backups.userArns,
        pulumi.output(files),
      ]);
      new RolePolicy(
        `${name}-role-rights`,
        {
          role: role.name,
          policy: seen.apply(([roleArns, bucketArn, userArns, kept]) =>
            deployPolicy({ roleArns, bucketArn, userArns, isProtected, files: kept }),
          ),
        },
        { parent: this },
      );
      for (const { operation, role: operationRole } of operations)
        new RolePolicy(
          `${name}-${operation}-role-rights`,
          {
            role: operationRole.name,
            policy: seen.apply(([roleArns, bucketArn, userArns, kept]) =>
              operation === "drill"
                ? drillPolicy(bucketArn)
                : previewPolicy({ roleArns, bucketArn, userArns, files: kept }),
            ),
          },
          { parent: this },
        );
    }

    const { state } = settings;
    if (state !== undefined) {
      if (role !== undefined) stateRights(this, `${name}-role-state`, role, state, true);
      for (const { operation, role: operationRole } of operations)
        stateRights(this, `${name}-${operation}-role-state`, operationRole, state, false);
    }

    const variables: Record<string, pulumi.Input<string> | undefined> = {
      PULUMI_STACK: pulumi.getStack(),
      AWS_REGION: awsRegion,
      AWS_ROLE_ARN: role?.arn,
      BACKUP_BUCKET: backups?.bucketName,
      ...settings.variables,
    };
    for (const [variable, value] of Object.entries(variables))
      if (value !== undefined)
        new ActionsEnvironmentVariable(
          `${name}-variable-${variable}`,
          { ...place, variableName: variable, value },
          { parent: this },
        );

    const secrets = { DIGITALOCEAN_ACCESS_TOKEN: settings.token, ...settings.secrets };
    for (const [secretName, { secret }] of Object.entries(secrets)) {
      const value = stackSecrets[secret];
      if (value !== undefined)
        new ActionsEnvironmentSecret(
          `${name}-secret-${secretName}`,
          { ...place, secretName, value: pulumi.secret(value) },
          { parent: this },
        );
    }

    this.environment = gate.environment;
    this.roleArn = role?.arn;
    this.registerOutputs({ environment: this.environment, roleArn: this.roleArn });
  }
}

/** Which branches and tags may deploy, each with a key that stays when others come and go. */
function deployPatterns({ branch, tags }: Pick<DeployEnvironmentSettings, "branch" | "tags">) {
  return [
    ...(branch === undefined ? [] : [{ key: `branch-${branch}`, pattern: { branchPattern: branch } }]),
    ...tags.map((tag) => ({ key: `tag-${tag}`, pattern: { tagPattern: tag } })),
  ];
}

/** GitHub knows reviewers by number. */
function reviewerIds(reviewers: readonly Reviewer[], parent: pulumi.Resource) {
  const users = reviewers.flatMap((reviewer) => ("user" in reviewer ? [reviewer.user] : []));
  const teams = reviewers.flatMap((reviewer) => ("team" in reviewer ? [reviewer.team] : []));
  return {
    ...(users.length === 0
      ? {}
      : { users: users.map((username) => getUserOutput({ username }, { parent }).id.apply(Number)) }),
    ...(teams.length === 0
      ? {}
      : {
          teams: teams.map((slug) => getTeamOutput({ slug, summaryOnly: true }, { parent }).id.apply(Number)),
        }),
  };
}
