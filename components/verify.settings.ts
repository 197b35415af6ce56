import { z } from "zod";
import { Branch, Login, RepositoryName } from "./internal/git-values.ts";
import { type Rule, ruled } from "./internal/rules.ts";
import { FreeText, text, UrlPath } from "./internal/values.ts";

const SmokeName = text(
  /^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,31}$/,
  "must be at most 32 lower-case letters, digits and single hyphens, with a letter first, such as login",
).meta({ examples: ["login"] });

const SmokeTest = z
  .strictObject({
    path: text(/^\/[^\s#]*$/, "must be a path that starts with a slash, such as /api/items?limit=1")
      .describe("Path that is asked, with what follows a `?`.")
      .meta({ examples: ["/api/items?limit=1"] }),
    status: z.int().min(100).max(599).default(200).describe("HTTP status that the answer must have."),
    contains: FreeText.optional()
      .describe("Text that the answer must hold. Default: any answer will do.")
      .meta({ examples: ["items"] }),
    withinMs: z.int().min(1).max(60_000).default(3000).describe("Milliseconds that the answer may take."),
  })
  .describe("A request whose answer shows that the product works.")
  .meta({ examples: [{ path: "/api/items?limit=1", contains: "items", withinMs: 900 }] });
export type SmokeTest = z.output<typeof SmokeTest>;

interface Patience {
  tries: number;
  pauseSeconds: number;
  deadlineSeconds: number;
}

/** What must hold between the settings of the verification. */
export const verifyRules: readonly Rule<Patience>[] = [
  {
    id: "verify-deadline",
    demands: "All tries of a check fit into the deadline of a verification.",
    faults: ({ tries, pauseSeconds, deadlineSeconds }) =>
      (tries - 1) * pauseSeconds < deadlineSeconds
        ? []
        : [
            {
              path: ["deadlineSeconds"],
              message: `must be more than the pauses between ${tries} tries, ${(tries - 1) * pauseSeconds}; got ${deadlineSeconds}`,
            },
          ],
  },
];

/** What has to be true of a deployment before it counts as verified (`slipway:verify`). */
export const VerifySettings = ruled(
  z.strictObject({
    tries: z.int().min(1).max(20).default(5).describe("How often a check that fails is tried in all."),
    pauseSeconds: z.int().min(0).max(120).default(6).describe("Seconds between two tries."),
    timeoutSeconds: z.int().min(1).max(60).default(5).describe("Seconds that one answer may take."),
    deadlineSeconds: z.int().min(10).max(3600).default(600).describe("Seconds for the whole verification."),
    health: z
      .array(UrlPath)
      .max(20)
      .optional()
      .describe("Paths that must answer 200. Default: the health path of each service."),
    smoke: z.record(SmokeName, SmokeTest).default({}).describe("Smoke tests by name."),
    targets: z
      .strictObject({
        samples: z.int().min(1).max(200).default(20).describe("Requests that a percentile is taken of."),
        healthMs: z
          .int()
          .min(1)
          .max(60_000)
          .default(500)
          .describe("Milliseconds that 95 of 100 answers of health paths may take."),
        apiMs: z
          .int()
          .min(1)
          .max(60_000)
          .default(1000)
          .describe("Milliseconds that 95 of 100 answers of services may take."),
        pageMs: z
          .int()
          .min(1)
          .max(60_000)
          .default(3000)
          .describe("Milliseconds that 95 of 100 answers of static sites may take."),
        availabilityPercent: z
          .number()
          .min(50)
          .max(100)
          .default(99.5)
          .describe(
            "Share of the time, in percent, that a check from outside should find the product up; figures of releases are held against it.",
          ),
      })
      .prefault({})
      .describe("Milliseconds that 95 of 100 answers may take, by what answers; and what is up when."),
    memoryPercent: z
      .int()
      .min(1)
      .max(100)
      .default(85)
      .describe("Memory that a component may use, in percent of its size."),
    logs: z
      .strictObject({
        words: z
          .array(FreeText)
          .min(1)
          .max(20)
          .default(["ERROR", "FATAL", "CRITICAL", "panic:", "Traceback"])
          .describe("Words that make a line of a log one of an error."),
        most: z.int().min(0).max(10_000).default(10).describe("Lines of errors that are borne."),
        mayBeMissing: z
          .boolean()
          .default(false)
          .describe("Whether a release counts as verified whose log cannot be read."),
      })
      .prefault({})
      .describe("Words that make a line of a log one of an error, and how many such lines are borne."),
    rollbackOnFailure: z
      .boolean()
      .default(false)
      .describe("Whether a deployment that fails its verification is rolled back without being asked."),
    canary: z
      .literal(false, {
        error:
          "must be false: App Platform has no weights between two versions; a second service on a path of its own is the closest",
      })
      .default(false)
      .describe("Always false: App Platform has no weights between two versions."),
  }),
  verifyRules,
);
export type VerifySettings = z.output<typeof VerifySettings>;

/** Where a stack's releases come from, and what they must have behind them (`slipway:promotion`). */
export const PromotionSettings = z.strictObject({
  from: text(/^[a-z][a-z0-9-]{0,99}$/, "must be the name of a stack such as staging")
    .default("staging")
    .describe("Stack whose releases are promoted to this one.")
    .meta({ examples: ["staging"] }),
  soakMinutes: z
    .int()
    .min(0)
    .max(43_200)
    .default(60)
    .describe("Minutes that a release must have run verified before it is promoted."),
  approvers: z
    .array(Login)
    .max(50)
    .default([])
    .describe(
      "Who must have approved the pull request of a release, one of them; on every plan of GitHub. Default: nobody.",
    ),
  branch: Branch.default("main").describe("Branch of the product that the release's commit must be on."),
  previewHours: z
    .int()
    .min(1)
    .max(720)
    .default(24)
    .describe("Hours for which a preview of the promotion counts."),
  repository: RepositoryName.optional().describe(
    "Where the stack files are kept. Default: GITHUB_REPOSITORY, else the product's repository.",
  ),
  base: Branch.default("main").describe(
    "Branch of that repository that the stack files are read from and changed on.",
  ),
});
export type PromotionSettings = z.output<typeof PromotionSettings>;
