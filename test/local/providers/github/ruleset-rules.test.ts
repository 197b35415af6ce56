import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { rulesFromApi, rulesToApi } from "../../../../local/providers/github/ruleset-rules.ts";

const off = {
  creation: false,
  deletion: false,
  requiredLinearHistory: false,
  requiredSignatures: false,
  nonFastForward: false,
  update: false,
  updateAllowsFetchAndMerge: false,
};

describe("rules on their way to the API and back", () => {
  const text = fc.string({ minLength: 1, maxLength: 8 });
  const flag = fc.boolean();
  const pattern = fc.record({ name: text, negate: flag, operator: fc.constant("regex"), pattern: text });
  const rules = fc.record(
    {
      creation: flag,
      deletion: flag,
      requiredLinearHistory: flag,
      requiredSignatures: flag,
      nonFastForward: flag,
      update: flag,
      requiredDeployments: fc.record({ requiredDeploymentEnvironments: fc.array(text) }),
      pullRequest: fc.record({
        allowedMergeMethods: fc.constant(["squash"]),
        dismissStaleReviewsOnPush: flag,
        requireCodeOwnerReview: flag,
        requireLastPushApproval: flag,
        requiredApprovingReviewCount: fc.nat(10),
        requiredReviewThreadResolution: flag,
        requiredReviewers: fc.array(
          fc.record({
            filePatterns: fc.array(text),
            minimumApprovals: fc.nat(3),
            reviewer: fc.record({ id: fc.nat(), type: fc.constant("Team") }),
          }),
          { minLength: 1, maxLength: 2 },
        ),
      }),
      requiredStatusChecks: fc.record({
        requiredChecks: fc.array(fc.record({ context: text, integrationId: fc.nat(9) })),
        strictRequiredStatusChecksPolicy: flag,
        doNotEnforceOnCreate: flag,
      }),
      mergeQueue: fc.record({
        checkResponseTimeoutMinutes: fc.nat(360),
        groupingStrategy: fc.constantFrom("ALLGREEN", "HEADGREEN"),
        maxEntriesToBuild: fc.nat(100),
        maxEntriesToMerge: fc.nat(100),
        mergeMethod: fc.constantFrom("MERGE", "SQUASH"),
        minEntriesToMerge: fc.nat(100),
        minEntriesToMergeWaitMinutes: fc.nat(360),
      }),
      commitMessagePattern: pattern,
      commitAuthorEmailPattern: pattern,
      committerEmailPattern: pattern,
      branchNamePattern: pattern,
      tagNamePattern: pattern,
      requiredCodeScanning: fc.record({
        requiredCodeScanningTools: fc.array(
          fc.record({
            alertsThreshold: fc.constant("all"),
            securityAlertsThreshold: fc.constant("none"),
            tool: text,
          }),
        ),
      }),
      filePathRestriction: fc.record({ restrictedFilePaths: fc.array(text) }),
      maxFileSize: fc.record({ maxFileSize: fc.nat(100) }),
      maxFilePathLength: fc.record({ maxFilePathLength: fc.nat(99) }),
      fileExtensionRestriction: fc.record({ restrictedFileExtensions: fc.array(text) }),
      copilotCodeReview: fc.record({ reviewOnPush: flag, reviewDraftPullRequests: flag }),
    },
    { requiredKeys: [] },
  );

  test("stay the same, and what is off reads as off", () => {
    fc.assert(
      fc.property(rules, (given) => {
        expect(rulesFromApi(rulesToApi(given))).toEqual({ ...off, ...given });
      }),
    );
  });

  test("an update rule carries its own setting", () => {
    const given = { update: true, updateAllowsFetchAndMerge: true };
    expect(rulesToApi(given)).toEqual([
      { type: "update", parameters: { update_allows_fetch_and_merge: true } },
    ]);
    expect(rulesFromApi(rulesToApi(given))).toEqual({ ...off, ...given });
  });
});
