import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { issueText, keepIssue } from "../../../operations/drift/issue.ts";
import type { DriftReport } from "../../../operations/drift.ts";
import type { GitHubAccess } from "../../../operations/github.ts";
import { type LocalGitHub, localGitHub } from "../../local/apis/github/server.ts";

const repository = "octo-org/shop";
const drift = {
  kind: "firewall",
  resource: "firewall of db",
  message: "has no rule",
  fix: "run it",
} as const;
const report = (...drifts: DriftReport["drifts"]): DriftReport => ({
  version: 1,
  stack: "production",
  resources: 3,
  drifts,
  unchecked: [],
});

let github: LocalGitHub;
let access: GitHubAccess;
beforeEach(async () => {
  github = await localGitHub();
  access = { endpoint: github.url, token: "t0ken", wait: async () => undefined };
});
afterEach(async () => expect(await github.close()).toEqual([]));

interface Shown {
  number: number;
  title: string;
  body: string;
  state: string;
}
const issues = async (state: string): Promise<Shown[]> =>
  (await github.ask("GET", `/repos/${repository}/issues?state=${state}`)).body as Shown[];
const writes = (): string[] =>
  github.requests.filter(({ effect }) => effect === "write").map(({ method }) => method);

describe("the issue of a stack that drifts", () => {
  test("is opened once, edited where the differences change, left alone where not, and closed after", async () => {
    expect(await keepIssue(access, repository, report())).toBeUndefined();
    expect(await keepIssue(access, repository, report(drift))).toMatchObject({ done: "opened" });
    expect(await keepIssue(access, repository, report(drift))).toMatchObject({ done: "edited" });
    expect(writes()).toEqual(["POST"]);
    const other = { ...drift, message: "lets in 0.0.0.0/0" };
    expect(await keepIssue(access, repository, report(other))).toMatchObject({ done: "edited" });
    expect(await issues("all")).toMatchObject([
      { title: "production drifts from its program", state: "open", body: issueText(report(other)) },
    ]);
    expect(await keepIssue(access, repository, report())).toMatchObject({ done: "closed" });
    expect(await issues("open")).toEqual([]);
    expect(writes()).toEqual(["POST", "PATCH", "PATCH"]);
  });

  test("stays open while something could not be looked at", async () => {
    await keepIssue(access, repository, report(drift));
    const unsure = { ...report(), unchecked: [{ resource: "secrets", reason: "no right" }] };
    expect(await keepIssue(access, repository, unsure)).toBeUndefined();
    expect(await issues("open")).toHaveLength(1);
  });

  test("is another one for another stack, and one that somebody else wrote is left alone", async () => {
    await github.ask("POST", `/repos/${repository}/issues`, { title: "production drifts", body: "I say so" });
    await keepIssue(access, repository, report(drift));
    await keepIssue(access, repository, { ...report(drift), stack: "staging" });
    expect((await issues("open")).map(({ title }) => title).sort()).toEqual([
      "production drifts",
      "production drifts from its program",
      "staging drifts from its program",
    ]);
    await keepIssue(access, repository, report());
    expect((await issues("open")).map(({ title }) => title).sort()).toEqual([
      "production drifts",
      "staging drifts from its program",
    ]);
  });

  test("is found behind a hundred others", async () => {
    await keepIssue(access, repository, report(drift));
    for (let index = 0; index < 100; index += 1)
      await github.ask("POST", `/repos/${repository}/issues`, { title: `issue ${index}`, body: null });
    expect(await keepIssue(access, repository, report(drift))).toMatchObject({ done: "edited" });
  });

  test.each([429, 500])("is one also where GitHub answers %d first", async (status) => {
    github.faults.push({
      api: "github",
      method: "POST",
      path: "/issues$",
      status,
      body: { message: "on purpose" },
      headers: { "retry-after": "1" },
      times: 1,
    });
    expect(await keepIssue(access, repository, report(drift))).toMatchObject({ done: "opened" });
    expect(await issues("all")).toHaveLength(1);
  });
});

test("no name or value in it is markup, mentions somebody or is longer than GitHub takes", () => {
  const hostile = { ...drift, resource: "`x` @octocat <script>", message: "[a](b) **c** #1" };
  const text = issueText(report(hostile));
  expect(text).toContain("- **\\`x\\` @\u200boctocat &lt;script&gt;** \\[a\\](b) \\*\\*c\\*\\* \\#1");
  const many = Array.from({ length: 1000 }, () => ({ ...drift, message: "x".repeat(80) }));
  expect(issueText(report(...many)).length).toBeLessThan(65_536);
  expect(issueText(report(...many))).toContain("- and 800 more");
});
