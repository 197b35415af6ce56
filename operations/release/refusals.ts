import { faultRefusal, writesCommit } from "./fault-refusal.ts";
import type { Hold } from "./holds.ts";
import type { ReleaseRecord } from "./records.ts";
import { verifiedSince } from "./records.ts";
import { artifactsOf, type Release } from "./release.ts";
import type { Comparison } from "./repository.ts";
import { holdText, moment } from "./words.ts";

/** Why a release does not go to the next stack. */
export interface Refused {
  rule: string;
  message: string;
  /** What to do about it. */
  fix: string;
}

/** Everything that is known when a release asks to be promoted. */
export interface Candidate {
  from: string;
  to: string;
  now: Date;
  /** What the stack that it comes from means to run, and why that can be none. */
  meant: Release;
  faults: readonly string[];
  /** Why its images can run nowhere. */
  images: readonly Refused[];
  /** What the stack that it goes to would mean to run. */
  next: Release;
  /** What is recorded for it there. */
  record: ReleaseRecord | undefined;
  /** What is live there, component by component; differences in words. */
  fromDiffers: readonly string[];
  soakMinutes: number;
  branch: string;
  /** How the branch stands to the release's commit. */
  commitOnBranch: Comparison | undefined;
  /** Components that only one of the stacks has. */
  missing: readonly string[];
  holds: { from: Hold | undefined; to: Hold | undefined };
  /** Deployments that hold or occupy the app that it goes to. */
  pinned: string | undefined;
  underWay: string | undefined;
  /** Records of the stack that it goes to, the newest first. */
  toRecords: readonly ReleaseRecord[];
  /** Branches that the platform builds of there and that are elsewhere. */
  branches: readonly BranchState[];
  preview: PreviewState | undefined;
  previewHours: number;
}

/** A branch that a component of the next stack is built from. */
export interface BranchState {
  component: string;
  branch: string;
  head: string | undefined;
  /** How the commit stands to the branch. */
  comparison: Comparison;
}

/** A preview of the promotion. */
export interface PreviewState {
  madeAt: string;
  /** Digests that it deploys, by component. */
  digests: Readonly<Record<string, string>>;
}

type Rule = (candidate: Candidate) => Refused[];
const one = (isRefused: boolean, rule: string, message: string, fix: string): Refused[] =>
  isRefused ? [{ rule, message, fix }] : [];

const hold =
  (side: "from" | "to"): Rule =>
  (candidate) => {
    const found = candidate.holds[side];
    return found === undefined
      ? []
      : one(
          true,
          "hold",
          `${candidate[side]} is ${holdText(found)}`,
          `slipway release resume --stack ${candidate[side]}`,
        );
  };

/** Why promotion is refused, each reason by itself, in the order in which a person looks at them. */
const rules: readonly Rule[] = [
  ({ from, faults }) =>
    faults.map((fault) => {
      const { message, ...rest } = faultRefusal(from, fault);
      return { ...rest, message: `${from}: ${message}` };
    }),
  ({ images }) => [...images],
  hold("from"),
  hold("to"),
  ({ from, record }) =>
    one(
      record === undefined || verifiedSince(record) === undefined,
      "verified",
      record === undefined
        ? `what ${from} means to run is not recorded: it was never verified with its settings of now`
        : `${from} is not verified: ${record.statuses.findLast(({ state }) => state !== "inactive")?.description || "nothing was said about it"}`,
      `bring ${from} up, then: slipway release verify --stack ${from}`,
    ),
  // Of what was never verified nothing is told beside that.
  ({ from, record, fromDiffers }) =>
    (record !== undefined && verifiedSince(record) !== undefined ? fromDiffers : []).flatMap((text) =>
      one(
        true,
        "same-digests",
        `${from} does not run what was verified: ${text}`,
        `bring ${from} up and verify it again`,
      ),
    ),
  ({ from, record, now, soakMinutes }) => {
    const since = record && verifiedSince(record);
    if (since === undefined) return [];
    const minutes = Math.floor((now.getTime() - Date.parse(since)) / 60_000);
    return one(
      minutes < soakMinutes,
      "soak",
      `it has run verified in ${from} for ${minutes} of ${soakMinutes} minutes, since ${moment(since)}`,
      `wait until ${moment(new Date(Date.parse(since) + soakMinutes * 60_000).toISOString())}`,
    );
  },
  ({ from, faults, meant, branch, commitOnBranch }) =>
    meant.commit === undefined
      ? one(
          !faults.some((fault) => fault.startsWith("release.commit:")),
          "commit",
          "release.commit must be set: nobody could tell what it was made of",
          writesCommit(from),
        )
      : one(
          commitOnBranch !== "identical" && commitOnBranch !== "ahead",
          "commit-on-branch",
          `the commit ${meant.commit.slice(0, 12)} is not on ${branch}`,
          `merge it into ${branch}, or release a commit that is there`,
        ),
  ({ missing }) =>
    missing.flatMap((text) =>
      one(
        true,
        "same-components",
        text,
        "give both stacks the same components, or release them with a digest of their own",
      ),
    ),
  ({ to, pinned, underWay }) => [
    ...one(
      pinned !== undefined,
      "pinned-app",
      `the app of ${to} is pinned to deployment ${pinned} by a rollback: the platform refuses every deployment`,
      `finish it: slipway release rollback --stack ${to}`,
    ),
    ...one(
      underWay !== undefined,
      "under-way",
      `a deployment of ${to} is under way: ${underWay}`,
      "wait for its end",
    ),
  ],
  ({ to, next, toRecords }) => {
    const last = toRecords.find(({ release }) => artifactsOf(release) === artifactsOf(next));
    const word = last?.statuses.findLast(({ state }) => state !== "inactive");
    return one(
      word?.state === "failure" || word?.state === "error",
      "failed-before",
      `it has failed in ${to} already, ${moment(word?.at ?? "")}: ${word?.description}`,
      `release something else; what failed there by itself is verified again with: slipway release verify --stack ${to}`,
    );
  },
  ({ meant, branches }) =>
    branches.flatMap(({ component, branch, head, comparison }) =>
      one(
        head !== meant.commit && comparison !== "ahead",
        "branch",
        `${component} is built from ${branch}, which is not at the commit of the release and cannot be moved forward to it`,
        `release the newest commit of ${branch}, or give the stack a branch of its own that only releases move`,
      ),
    ),
  ({ next, to, preview, now, previewHours, toRecords }) => {
    if (preview === undefined) return [];
    const age = (now.getTime() - Date.parse(preview.madeAt)) / 3_600_000;
    const newer = toRecords[0];
    const other = Object.entries(next.components).find(
      ([name, part]) => "digest" in part && preview.digests[name] !== part.digest,
    );
    const fix = "make the preview again with this release, and give that one";
    return [
      ...one(
        age > previewHours,
        "stale-preview",
        `the preview is ${Math.floor(age)} hours old, at most ${previewHours} count`,
        fix,
      ),
      ...one(
        // GitHub tells whole seconds: what was recorded in the second of the preview may have come after it.
        newer !== undefined && Date.parse(newer.at) + 1000 > Date.parse(preview.madeAt),
        "stale-preview",
        `${to} was deployed after the preview was made, ${moment(newer?.at ?? "")}`,
        fix,
      ),
      ...one(
        other !== undefined,
        "stale-preview",
        `the preview deploys another ${other?.[0]} than this release`,
        fix,
      ),
    ];
  },
];

/** Every reason why a release is not promoted; none where it may be. */
export const refusals = (candidate: Candidate): Refused[] => rules.flatMap((rule) => rule(candidate));

/** Reasons for a terminal or a log. */
export const refusalText = (found: readonly Refused[]): string =>
  found.map(({ message, fix }) => `  ${message}\n    instead: ${fix}\n`).join("");
