/** Someone who owns repositories or reviews deployments. */
export interface AccountRecord {
  readonly id: number;
  readonly login: string;
  readonly type: "User" | "Organization" | "Team";
  /** RFC 3339. */
  readonly createdAt: string;
}

export interface RepositoryRecord {
  readonly id: number;
  readonly owner: string;
  readonly ownerType: "User" | "Organization";
  readonly name: string;
  /** `owner/name` before a rename, lower case: GitHub answers these with a redirect. */
  readonly formerNames: readonly string[];
  readonly isPrivate: boolean;
  readonly isArchived: boolean;
  readonly description: string | null;
  readonly defaultBranch: string;
  /** Name of the branch → commit. */
  readonly branches: Readonly<Record<string, string>>;
  readonly oidc: OidcSubject;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** How the subject of the tokens that workflows get is made. */
export interface OidcSubject {
  readonly useDefault: boolean;
  readonly claimKeys: readonly string[];
  /** Whether the subject carries the ids of owner and repository, so that a rename changes nothing. */
  readonly isImmutable: boolean;
}

export interface Reviewer {
  readonly type: "User" | "Team";
  readonly id: number;
}

export interface EnvironmentRecord {
  readonly id: number;
  readonly repositoryId: number;
  readonly name: string;
  readonly waitMinutes: number;
  readonly preventSelfReview: boolean;
  readonly canAdminsBypass: boolean;
  readonly reviewers: readonly Reviewer[];
  readonly branchPolicy: "all" | "protected" | "custom";
  /** Ids of the protection rules, kept so that they stay the same over updates. */
  readonly ruleIds: { readonly waitTimer: number; readonly reviewers: number; readonly branchPolicy: number };
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface PolicyRecord {
  readonly id: number;
  readonly environmentId: number;
  readonly name: string;
  readonly type: "branch" | "tag";
}

/** The key pair that the secrets of one scope are sealed for, base64. */
export interface KeyRecord {
  readonly keyId: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

export interface SecretRecord {
  /** See `Scope.key`. */
  readonly scope: string;
  readonly name: string;
  /** What the sealed box held. It never leaves the server. */
  readonly value: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface VariableRecord {
  readonly scope: string;
  readonly name: string;
  readonly value: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface RulesetConditions {
  readonly ref_name?:
    | { readonly include: readonly string[]; readonly exclude: readonly string[] }
    | undefined;
}

export interface RulesetRecord {
  readonly id: number;
  readonly repositoryId: number;
  readonly name: string;
  readonly target: "branch" | "tag" | "push";
  readonly enforcement: "disabled" | "active" | "evaluate";
  readonly bypassActors: readonly Readonly<Record<string, unknown>>[];
  readonly conditions: RulesetConditions | null;
  readonly rules: readonly Readonly<Record<string, unknown>>[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface DeploymentStatusRecord {
  readonly id: number;
  readonly state: DeploymentState;
  readonly description: string;
  readonly environment: string;
  readonly environmentUrl: string;
  readonly logUrl: string;
  readonly createdAt: string;
}

export type DeploymentState =
  | "error"
  | "failure"
  | "inactive"
  | "in_progress"
  | "queued"
  | "pending"
  | "success";

export interface DeploymentRecord {
  readonly id: number;
  readonly repositoryId: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly payload: unknown;
  readonly originalEnvironment: string;
  readonly environment: string;
  readonly description: string | null;
  readonly isTransient: boolean;
  readonly isProduction: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Oldest first. */
  readonly statuses: readonly DeploymentStatusRecord[];
}

/** A commit that was made through the API. */
export interface CommitRecord {
  readonly sha: string;
  readonly parents: readonly string[];
  /** Files that it changed, by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly message: string;
}

export interface CheckRunRecord {
  readonly id: number;
  readonly repositoryId: number;
  readonly headSha: string;
  readonly name: string;
  readonly status: "queued" | "in_progress" | "completed";
  readonly conclusion: string | null;
  readonly detailsUrl: string | null;
  readonly externalId: string;
  readonly startedAt: string;
  readonly completedAt: string | null;
  readonly output?:
    | { readonly title: string; readonly summary: string; readonly text?: string | undefined }
    | undefined;
}

export interface CommentRecord {
  readonly id: number;
  readonly repositoryId: number;
  readonly issue: number;
  readonly author?: string;
  readonly body: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface ReviewRecord {
  readonly id: number;
  readonly author: string;
  readonly state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED";
  readonly body: string;
  readonly commit: string;
  readonly submittedAt: string;
}

export interface PullRecord {
  readonly id: number;
  readonly repositoryId: number;
  readonly number: number;
  readonly author: string;
  readonly title: string;
  readonly body: string | null;
  /** Branches; the commits are those that the branches are at. */
  readonly head: string;
  readonly base: string;
  readonly labels: readonly string[];
  /** Oldest first. */
  readonly reviews: readonly ReviewRecord[];
  readonly mergedAt?: string;
  readonly mergeCommit?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** An issue; pull requests have records of their own. */
export interface IssueRecord {
  readonly id: number;
  readonly repositoryId: number;
  readonly number: number;
  readonly author: string;
  readonly title: string;
  readonly body: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
}
