import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type LocalGitHub, localGitHub } from "./server.ts";

const root = "/repos/octo-org/shop";
const as = (login: string) => ({ authorization: `Bearer as-${login}` });
let github: LocalGitHub;
beforeAll(async () => {
  github = await localGitHub();
  const main = (await github.ask("GET", `${root}/branches/main`)).body as { commit: { sha: string } };
  await github.ask("POST", `${root}/git/refs`, { ref: "refs/heads/change", sha: main.commit.sha });
});
afterAll(async () => expect(await github.close()).toEqual([]));

describe("pull requests of the local GitHub", () => {
  test("a pull request is made from a branch, labelled and reviewed", async () => {
    const made = await github.ask("POST", `${root}/pulls`, { title: "change", head: "change", base: "main" });
    expect([made.status, made.body]).toMatchObject([
      201,
      {
        number: 1,
        user: { login: "local-developer" },
        labels: [],
        head: { ref: "change" },
        base: { ref: "main" },
      },
    ]);
    const { head } = made.body as { head: { sha: string } };
    const labelled = await github.ask("POST", `${root}/issues/1/labels`, { labels: ["a", "b", "a"] });
    expect(labelled.body).toMatchObject([{ name: "a" }, { name: "b" }]);
    expect((await github.ask("GET", `${root}/issues/1/labels`)).body).toEqual(labelled.body);
    const review = await github.ask("POST", `${root}/pulls/1/reviews`, { event: "APPROVE" }, as("octocat"));
    expect([review.status, review.body]).toMatchObject([
      200,
      {
        state: "APPROVED",
        user: { login: "octocat" },
        commit_id: head.sha,
        author_association: "COLLABORATOR",
      },
    ]);
    expect((await github.ask("GET", `${root}/pulls/1/reviews`)).body).toEqual([review.body]);
    expect((await github.ask("GET", `${root}/pulls/1`)).body).toMatchObject({ labels: labelled.body });
  });

  test("fails with 422 for a branch that is not there, and for who approves their own", async () => {
    const wrong = await github.ask("POST", `${root}/pulls`, { title: "x", head: "none", base: "main" });
    expect([wrong.status, wrong.body]).toMatchObject([
      422,
      { errors: [{ resource: "PullRequest", code: "custom", field: "head", message: "invalid" }] },
    ]);
    const own = await github.ask("POST", `${root}/pulls/1/reviews`, { event: "APPROVE" });
    expect([own.status, own.body]).toMatchObject([
      422,
      { errors: ["Can not approve your own pull request"] },
    ]);
  });

  test("fails with 404 for one that is not there", async () => {
    for (const path of ["/pulls/7", "/pulls/7/reviews", "/issues/7/labels", "/pulls/x"])
      expect((await github.ask("GET", `${root}${path}`)).status).toBe(404);
  });

  test("a comment belongs to whose token it was, and can be deleted", async () => {
    const made = await github.ask("POST", `${root}/issues/1/comments`, { body: "x" }, as("octocat"));
    expect(made.body).toMatchObject({ user: { login: "octocat" } });
    const { id } = made.body as { id: number };
    expect((await github.ask("DELETE", `${root}/issues/comments/${id}`)).status).toBe(204);
    expect((await github.ask("DELETE", `${root}/issues/comments/${id}`)).status).toBe(404);
    expect((await github.ask("GET", `${root}/issues/1/comments`)).body).toEqual([]);
  });
});

describe("branches and commits of the local GitHub", () => {
  test("are listed and read by name", async () => {
    const { body: main } = await github.ask("GET", `${root}/branches/main`);
    const { sha } = (main as { commit: { sha: string } }).commit;
    const list = await github.ask("GET", `${root}/branches`);
    expect((list.body as { name: string }[]).map(({ name }) => name)).toEqual(
      expect.arrayContaining(["change", "main"]),
    );
    expect(list.body).toEqual(expect.arrayContaining([main]));
    expect((await github.ask("GET", `${root}/git/ref/heads/main`)).body).toMatchObject({
      ref: "refs/heads/main",
      object: { type: "commit", sha },
    });
    for (const ref of ["main", sha])
      expect((await github.ask("GET", `${root}/commits/${ref}`)).body).toMatchObject({ sha });
  });

  test("that are not there are answered as GitHub does", async () => {
    expect((await github.ask("GET", `${root}/git/ref/heads/none`)).status).toBe(404);
    const { status, body } = await github.ask("GET", `${root}/commits/none`);
    expect([status, body]).toMatchObject([422, { message: "No commit found for SHA: none" }]);
  });
});
