import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parse } from "yaml";
import { figuresOf } from "../../../operations/release/figures.ts";
import { percentile } from "../../../operations/release/probe.ts";
import type { ReleaseRecord } from "../../../operations/release/records.ts";
import { verifiedSince } from "../../../operations/release/records.ts";
import { type Candidate, refusals } from "../../../operations/release/refusals.ts";
import { meantRelease, type Release, releaseId } from "../../../operations/release/release.ts";
import { withReleaseBlock } from "../../../operations/release/release-block.ts";
import { settingsOfText } from "../../../operations/release/stack.ts";
import { statusText } from "../../../operations/release/verify.ts";
import { digest, stackText } from "./bench.ts";

const now = new Date("2026-11-21T12:00:00Z");
const commit = "c".repeat(40);
const components: Release["components"] = {
  api: { image: "ghcr.io/octo-org/shop-api", digest: digest("a") },
  site: { repository: "octo-org/shop", branch: "staging", commit },
};
const meant: Release = { version: "1.0.0", commit, components, settings: "sha256:1" };
const said = (state: string, at: string, description = state) => ({ state, at, description });
const recorded = (...statuses: ReleaseRecord["statuses"]): ReleaseRecord => ({
  deployment: 1,
  id: releaseId(meant),
  release: meant,
  way: "up",
  at: "2026-11-21T09:00:00Z",
  statuses,
});
const verified = recorded(said("success", "2026-11-21T10:00:00Z", "9 checks passed"));
const candidate: Candidate = {
  from: "staging",
  to: "production",
  now,
  meant,
  faults: [],
  images: [],
  next: meant,
  record: verified,
  fromDiffers: [],
  soakMinutes: 60,
  branch: "main",
  commitOnBranch: "ahead",
  missing: [],
  holds: { from: undefined, to: undefined },
  pinned: undefined,
  underWay: undefined,
  toRecords: [],
  branches: [{ component: "site", branch: "production", head: "d".repeat(40), comparison: "ahead" }],
  preview: undefined,
  previewHours: 24,
};
const hold = { deployment: 2, reason: "freeze", by: "octocat", since: "2026-11-21T11:00:00Z" };
const preview = { madeAt: "2026-11-21T11:00:00Z", digests: { api: digest("a") } };

describe("a promotion", () => {
  test("is not refused where everything is as it must be, with a preview or without", () => {
    expect(refusals(candidate)).toEqual([]);
    expect(refusals({ ...candidate, preview })).toEqual([]);
  });

  test.each<[string, Partial<Candidate>, string]>([
    [
      "pinned-by-digest",
      { faults: ["app.services.api.image.tag: must be left out"] },
      "staging: app.services.api.image.tag: must be left out",
    ],
    [
      "pushed",
      { images: [{ rule: "pushed", message: "api must be an image that was pushed", fix: "push it" }] },
      "api must be an image that was pushed",
    ],
    [
      "hold",
      { holds: { from: undefined, to: hold } },
      "production is held since 2026-11-21 11:00 UTC by octocat: freeze",
    ],
    [
      "verified",
      { record: undefined },
      "what staging means to run is not recorded: it was never verified with its settings of now",
    ],
    [
      "verified",
      { record: recorded(said("failure", "2026-11-21T10:00:00Z", "failed: smoke home")) },
      "staging is not verified: failed: smoke home",
    ],
    [
      "verified",
      {
        record: recorded(said("in_progress", "2026-11-21T10:00:00Z", "deploying")),
        fromDiffers: ["api is sha256:b, verified was sha256:a"],
      },
      "staging is not verified: deploying",
    ],
    [
      "same-digests",
      { fromDiffers: ["api is sha256:b, verified was sha256:a"] },
      "staging does not run what was verified: api is sha256:b, verified was sha256:a",
    ],
    [
      "soak",
      { soakMinutes: 121 },
      "it has run verified in staging for 120 of 121 minutes, since 2026-11-21 10:00 UTC",
    ],
    [
      "commit",
      { meant: { ...meant, commit: undefined } },
      "release.commit must be set: nobody could tell what it was made of",
    ],
    ["commit-on-branch", { commitOnBranch: "diverged" }, "the commit cccccccccccc is not on main"],
    ["commit-on-branch", { commitOnBranch: "behind" }, "the commit cccccccccccc is not on main"],
    ["commit-on-branch", { commitOnBranch: "unknown" }, "the commit cccccccccccc is not on main"],
    [
      "same-components",
      { missing: ["production has the component mailer, which staging does not have"] },
      "production has the component mailer, which staging does not have",
    ],
    [
      "pinned-app",
      { pinned: "d-1" },
      "the app of production is pinned to deployment d-1 by a rollback: the platform refuses every deployment",
    ],
    ["under-way", { underWay: "d-2" }, "a deployment of production is under way: d-2"],
    [
      "failed-before",
      { toRecords: [recorded(said("failure", "2026-11-20T10:00:00Z", "rolled back to 0.9.0: slow"))] },
      "it has failed in production already, 2026-11-20 10:00 UTC: rolled back to 0.9.0: slow",
    ],
    [
      "branch",
      { branches: [{ component: "site", branch: "main", head: "d".repeat(40), comparison: "behind" }] },
      "site is built from main, which is not at the commit of the release and cannot be moved forward to it",
    ],
    [
      "stale-preview",
      { preview: { ...preview, madeAt: "2026-11-20T11:00:00Z" } },
      "the preview is 25 hours old, at most 24 count",
    ],
    [
      "stale-preview",
      { preview: { ...preview, madeAt: "2026-11-21T08:00:00Z" }, toRecords: [verified] },
      "production was deployed after the preview was made, 2026-11-21 09:00 UTC",
    ],
    [
      "stale-preview",
      { preview: { ...preview, digests: { api: digest("b") } } },
      "the preview deploys another api than this release",
    ],
  ])("is refused by %s %#", (rule, change, message) => {
    expect(refusals({ ...candidate, ...change })).toEqual([
      { rule, message, fix: expect.stringMatching(/\w/) },
    ]);
  });

  test("is told every reason at once", () => {
    const all = refusals({ ...candidate, soakMinutes: 999, pinned: "d-1", holds: { from: hold, to: hold } });
    expect(all.map(({ rule }) => rule)).toEqual(["hold", "hold", "soak", "pinned-app"]);
  });
});

test.each<[string, string[], string | undefined]>([
  ["nothing was said", [], undefined],
  ["it is under way", ["in_progress"], undefined],
  ["it passed", ["in_progress", "success"], "1"],
  ["it passed twice", ["success", "in_progress", "success"], "0"],
  ["another came after it", ["success", "inactive"], "0"],
  ["it failed later", ["success", "failure"], undefined],
  ["it passed again after that", ["success", "failure", "success"], "2"],
  ["its verification was interrupted", ["success", "error"], undefined],
])("a release counts as verified by the first success after the last failure: %s", (_, states, since) => {
  const statuses = states.map((state, index) => said(state, String(index)));
  expect(verifiedSince({ statuses })).toBe(since);
});

describe("the release that a stack file means", () => {
  const faultsOf = (more: Record<string, unknown>): string[] =>
    meantRelease(settingsOfText("staging", stackText("staging", more))).faults;
  const app = (image: object) => ({
    "slipway:app": {
      services: { api: { image: { registry: "ghcr", ...image }, port: 80, size: "apps-s-1vcpu-0.5gb" } },
    },
  });

  test.each<[string, Record<string, unknown>, string[]]>([
    [
      "has a tag",
      { ...app({ repository: "octo-org/api", tag: "1.2" }), "slipway:release": {} },
      [
        "app.services.api.image.tag: must be left out for a digest in release.images: a tag can be moved; got 1.2",
      ],
    ],
    [
      "has no digest",
      { ...app({ repository: "octo-org/api", digest: `sha256:${"0".repeat(64)}` }), "slipway:release": {} },
      ["release.images.api: must be a digest that was pushed; the digest of zeros is none"],
    ],
    [
      "has a digest of its own",
      { ...app({ repository: "octo-org/api", digest: digest("a") }), "slipway:release": {} },
      [],
    ],
    [
      "builds from no commit",
      { "slipway:release": { images: { api: digest("a") } } },
      ["release.commit: must be set, because site is built from git"],
    ],
  ])("is refused where it %s", (_, more, faults) => {
    expect(faultsOf(more)).toEqual(faults);
  });

  test("is the same whatever the order in the file, and another one with another setting", () => {
    const idOf = (text: string) => releaseId(meantRelease(settingsOfText("staging", text)).release);
    const text = stackText("staging");
    const turned = stackText("staging", { "slipway:delivery": undefined, "slipway:budget": undefined });
    expect(idOf(text)).toBe(idOf(`# other words\n${text}`));
    expect(idOf(text)).not.toBe(idOf(turned));
    expect(idOf(text)).not.toBe(idOf(stackText("staging", { "slipway:budget": { total: 9 } })));
  });
});

describe("the release block of a stack file", () => {
  const block = {
    version: "1.2.3",
    commit: "1".repeat(40),
    builtAt: "2026-11-21T10:00:00Z",
    images: { api: digest("b") },
  };

  test("is written in quotes, and every other byte stays", () => {
    const before =
      "# top\nconfig:\n  # above\n  slipway:release: { version: 0.0.0, images: {} } # beside\n  # below\n  aws:region: us-east-1\n";
    expect(withReleaseBlock(before, "f", block)).toBe(
      `# top\nconfig:\n  # above\n  slipway:release:\n    version: "1.2.3"\n    commit: "${"1".repeat(40)}"\n    builtAt: "2026-11-21T10:00:00Z"\n    images:\n      api: ${digest("b")} # beside\n  # below\n  aws:region: us-east-1\n`,
    );
  });

  test("keeps its comments and its quotes where only values change or come", () => {
    const written = (version: string, commit: string, letter: string) =>
      `config:\n  slipway:release:\n    # of people\n    version: ${version} # beside\n${commit}    images:\n      # of the build\n      api: ${digest(letter)}\n`;
    const values = { version: "1.2.3", commit: "1".repeat(40), images: { api: digest("b") } };
    const commit = `    commit: "${"1".repeat(40)}"\n`;
    expect(withReleaseBlock(written("0.0.0", "", "a"), "f", values)).toBe(written("1.2.3", commit, "b"));
    expect(withReleaseBlock(written("'0.0.0'", commit, "a"), "f", values)).toBe(
      written("'1.2.3'", commit, "b"),
    );
    expect(withReleaseBlock(written("'1.2.3'", commit, "b"), "f", values)).toBe(
      written("'1.2.3'", commit, "b"),
    );
  });

  test("is added where there is none", () => {
    expect(
      withReleaseBlock("config:\n  aws:region: us-east-1\nencryptionsalt: v1\n", "f", { images: {} }),
    ).toBe("config:\n  aws:region: us-east-1\n  slipway:release:\n    images: {}\nencryptionsalt: v1\n");
  });

  test("is put into any file, whatever stands around it", () => {
    const key = fc.stringMatching(/^[a-z]{1,8}$/).map((name) => `slipway:${name}`);
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.string()),
    );
    const others = fc.dictionary(key, value, { minKeys: 1 });
    fc.assert(
      fc.property(others, fc.nat(), fc.boolean(), (config, at, isThere) => {
        const entries: [string, unknown][] = Object.entries(config).filter(
          ([name]) => name !== "slipway:release",
        );
        fc.pre(entries.length > 0);
        if (isThere) entries.splice(at % entries.length, 0, ["slipway:release", { images: {} }]);
        const lines = entries.map(([name, one]) => `  # ${name}\n  ${name}: ${JSON.stringify(one)}\n`);
        const after = withReleaseBlock(`config:\n${lines.join("")}`, "f", block);
        const { "slipway:release": release, ...rest } = parse(after).config;
        const { "slipway:release": _, ...before } = Object.fromEntries(entries);
        expect(rest).toEqual(before);
        expect(release).toEqual(block);
      }),
    );
  });

  test.each([
    ["config: {}\n", "f must be a mapping with the key `config`, below which there are settings"],
    ["config: { a:b: 1 }\n", "f must have one setting a line under `config`"],
    ["other: 1\n", "f must be a mapping with the key `config`, below which there are settings"],
  ])("is refused in %j", (text, message) => {
    expect(() => withReleaseBlock(text, "f", block)).toThrow(message);
  });
});

test("a percentile is one of the values, and not below so many of a hundred", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1 }), fc.integer({ min: 1, max: 100 }), (values, percent) => {
      const found = percentile(values, percent);
      expect(values).toContain(found);
      const notAbove = values.filter((value) => value <= found).length;
      expect(notAbove * 100).toBeGreaterThanOrEqual(percent * values.length);
    }),
  );
  expect([percentile([], 95), percentile([1, 2, 3, 4], 50), percentile([5], 95)]).toEqual([0, 2, 5]);
});

test("a status fits into 140 characters by saying what failed first", () => {
  const fine = { name: "time api", isOk: true, detail: "p95 120 ms of at most 500 ms, 20 answers" };
  expect(statusText([fine])).toBe("1 checks passed, api p95 120 ms");
  expect(statusText([fine, { name: "logs", isOk: false, detail: "11 lines" }])).toBe(
    "failed: logs (11 lines)",
  );
});

describe("delivery figures", () => {
  const at = (hour: number) => new Date(Date.UTC(2026, 10, 20, hour)).toISOString();
  const record = (hour: number, ...words: [string, number][]): ReleaseRecord => ({
    ...recorded(...words.map(([state, when]) => said(state, at(when)))),
    release: { ...meant, builtAt: at(hour - 2) },
    at: at(hour),
  });

  test.each<[string, ReleaseRecord[], object]>([
    ["nothing was released", [], { deployments: 0, perWeek: 0 }],
    [
      "one passed",
      [record(4, ["success", 5])],
      { deployments: 1, perWeek: 0.2, leadTimeHours: 3, changeFailurePercent: 0 },
    ],
    [
      "one failed and the next one mended it",
      [record(6, ["success", 7]), record(4, ["failure", 5])],
      { deployments: 2, perWeek: 0.5, leadTimeHours: 3, changeFailurePercent: 50, restoreMinutes: 120 },
    ],
    [
      "one was rolled back to another, which is no deployment of its own",
      [{ ...record(6, ["success", 7]), way: "rollback" }, record(4, ["success", 5], ["failure", 6])],
      { deployments: 1, perWeek: 0.2, leadTimeHours: 3, changeFailurePercent: 100, restoreMinutes: 60 },
    ],
    [
      "a verification broke off and was done again, which is no failure of the change",
      [record(4, ["error", 5], ["success", 6])],
      { deployments: 1, perWeek: 0.2, leadTimeHours: 4, changeFailurePercent: 0 },
    ],
    [
      "a verification broke off and nobody did it again",
      [record(4, ["error", 5])],
      { deployments: 1, perWeek: 0.2, changeFailurePercent: 100 },
    ],
    [
      "there were rollbacks only",
      [{ ...record(4, ["success", 5]), way: "rollback" }],
      { deployments: 0, perWeek: 0 },
    ],
    [
      "the engine did not get as far as a verification",
      [record(4, ["in_progress", 5])],
      { deployments: 0, perWeek: 0 },
    ],
    [
      "all is long ago",
      [{ ...record(4, ["success", 5]), at: "2026-01-01T00:00:00Z" }],
      { deployments: 0, perWeek: 0 },
    ],
  ])("tell where %s", (_, records, figures) => {
    const found = figuresOf(records, now, 30);
    expect(JSON.parse(JSON.stringify(found))).toEqual({ days: 30, ...figures });
  });

  test("count the lead time from the commit where its time is known", () => {
    const commit = "c".repeat(40);
    const one = record(4, ["success", 5]);
    const records = [{ ...one, release: { ...one.release, commit } }];
    expect(figuresOf(records, now, 30, new Map([[commit, at(1)]])).leadTimeHours).toBe(4);
    expect(figuresOf(records, now, 30, new Map([["d".repeat(40), at(1)]])).leadTimeHours).toBe(3);
  });
});
