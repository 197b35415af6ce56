/** Rules that are on or off: the provider's name → the API's. */
export const switches = {
  creation: "creation",
  deletion: "deletion",
  requiredLinearHistory: "required_linear_history",
  requiredSignatures: "required_signatures",
  nonFastForward: "non_fast_forward",
} as const;

/** How one parameter is called by the provider and by the API, and what it is when nobody says. */
export interface Parameter {
  readonly here: string;
  readonly api: string;
  readonly otherwise?: unknown;
  /** For a list of objects: the parameters of each. */
  readonly items?: readonly Parameter[];
  /** For one object. */
  readonly member?: readonly Parameter[];
  /** Whether the API does not want it when it is 0 or an empty list. */
  readonly leftOutWhenEmpty?: boolean;
}

/** A parameter whose API name is the same in snake case. */
export const parameter = (here: string, otherwise?: unknown, more: Partial<Parameter> = {}): Parameter => ({
  here,
  api: here.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  ...(otherwise === undefined ? {} : { otherwise }),
  ...more,
});

const pattern = [
  parameter("name", ""),
  parameter("negate", false),
  parameter("operator"),
  parameter("pattern"),
];

/** Rules with parameters: the provider's name → the API's, and the parameters. */
export const rulesWithParameters: Readonly<
  Record<string, { readonly type: string; readonly parameters: readonly Parameter[] }>
> = {
  requiredDeployments: {
    type: "required_deployments",
    parameters: [parameter("requiredDeploymentEnvironments")],
  },
  pullRequest: {
    type: "pull_request",
    parameters: [
      parameter("allowedMergeMethods", undefined, { leftOutWhenEmpty: true }),
      parameter("dismissStaleReviewsOnPush", false),
      parameter("requireCodeOwnerReview", false),
      parameter("requireLastPushApproval", false),
      parameter("requiredApprovingReviewCount", 0),
      parameter("requiredReviewThreadResolution", false),
      parameter("requiredReviewers", undefined, {
        leftOutWhenEmpty: true,
        items: [
          parameter("filePatterns", []),
          parameter("minimumApprovals", 0),
          parameter("reviewer", undefined, { member: [parameter("id"), parameter("type")] }),
        ],
      }),
    ],
  },
  requiredStatusChecks: {
    type: "required_status_checks",
    parameters: [
      parameter("requiredChecks", [], {
        api: "required_status_checks",
        items: [parameter("context"), parameter("integrationId", 0, { leftOutWhenEmpty: true })],
      }),
      parameter("strictRequiredStatusChecksPolicy", false),
      parameter("doNotEnforceOnCreate", false),
    ],
  },
  mergeQueue: {
    type: "merge_queue",
    parameters: [
      parameter("checkResponseTimeoutMinutes", 60),
      parameter("groupingStrategy", "ALLGREEN"),
      parameter("maxEntriesToBuild", 5),
      parameter("maxEntriesToMerge", 5),
      parameter("mergeMethod", "MERGE"),
      parameter("minEntriesToMerge", 1),
      parameter("minEntriesToMergeWaitMinutes", 5),
    ],
  },
  commitMessagePattern: { type: "commit_message_pattern", parameters: pattern },
  commitAuthorEmailPattern: { type: "commit_author_email_pattern", parameters: pattern },
  committerEmailPattern: { type: "committer_email_pattern", parameters: pattern },
  branchNamePattern: { type: "branch_name_pattern", parameters: pattern },
  tagNamePattern: { type: "tag_name_pattern", parameters: pattern },
  requiredCodeScanning: {
    type: "code_scanning",
    parameters: [
      parameter("requiredCodeScanningTools", [], {
        api: "code_scanning_tools",
        items: [parameter("alertsThreshold"), parameter("securityAlertsThreshold"), parameter("tool")],
      }),
    ],
  },
  filePathRestriction: { type: "file_path_restriction", parameters: [parameter("restrictedFilePaths")] },
  maxFileSize: { type: "max_file_size", parameters: [parameter("maxFileSize")] },
  maxFilePathLength: { type: "max_file_path_length", parameters: [parameter("maxFilePathLength")] },
  fileExtensionRestriction: {
    type: "file_extension_restriction",
    parameters: [parameter("restrictedFileExtensions")],
  },
  copilotCodeReview: {
    type: "copilot_code_review",
    parameters: [parameter("reviewOnPush", false), parameter("reviewDraftPullRequests", false)],
  },
};
