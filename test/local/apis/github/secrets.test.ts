import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { sealedFor } from "./sealing.ts";
import { sentSecret } from "./sent-secrets.ts";
import { type LocalGitHub, localGitHub } from "./server.ts";

const root = "/api/v3/repos/octo-org/shop";
const scopes = [
  ["of a repository", `${root}/actions`],
  ["of an environment", `${root}/environments/pro%2Fd`],
  ["of an environment of a repository id", "/api/v3/repositories/1001/environments/pro%2Fd"],
] as const;

let github: LocalGitHub;
beforeAll(async () => {
  github = await localGitHub();
  await github.ask("PUT", `${root}/environments/pro%2Fd`);
});
afterAll(async () => {
  expect(await github.close()).toEqual([]);
});

const message = (body: unknown): unknown => (body as { message: unknown }).message;
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

describe.each(scopes)("secrets %s", (title, scope) => {
  const path = `${scope}/secrets`;
  const place = {
    owner: "octo-org",
    repository: "shop",
    ...(title === "of a repository" ? {} : { environment: "pro/d" }),
  };

  test("a sealed value is opened on arrival and never given out", async () => {
    const name = `token_${title.length}`;
    const made = await github.ask("PUT", `${path}/${name}`, await sealedFor(github, path, "päss\nword"));
    expect(made.status).toBe(201);
    expect(made.body).toEqual({});
    expect(sentSecret(github.store, { ...place, name })).toBe("päss\nword");
    const shown = await github.ask("GET", `${path}/${name}`);
    expect(shown.body).toEqual({ name: name.toUpperCase(), created_at: time, updated_at: time });
    const changed = await github.ask("PUT", `${path}/${name}`, await sealedFor(github, path, ""));
    expect(changed.status).toBe(204);
    expect(sentSecret(github.store, { ...place, name })).toBe("");
    expect((await github.ask("DELETE", `${path}/${name}`)).status).toBe(204);
    expect((await github.ask("DELETE", `${path}/${name}`)).status).toBe(404);
    expect(sentSecret(github.store, { ...place, name })).toBeUndefined();
  });

  test("secrets are listed by name", async () => {
    await github.ask("PUT", `${path}/LISTED`, await sealedFor(github, path, "x"));
    const { body } = await github.ask("GET", path);
    expect(body).toEqual({
      total_count: 1,
      secrets: [{ name: "LISTED", created_at: time, updated_at: time }],
    });
    await github.ask("DELETE", `${path}/LISTED`);
  });

  test("fails with 422 when the box was sealed for another key", async () => {
    const sealed = await sealedFor(github, path, "x");
    const other = await github.ask("PUT", `${path}/A`, { ...sealed, key_id: "1" });
    const broken = await github.ask("PUT", `${path}/A`, { ...sealed, encrypted_value: "aGVsbG8=" });
    const text = "Bad request - validation failed due to an improperly encrypted secret";
    expect([other.status, message(other.body)]).toEqual([422, text]);
    expect([broken.status, message(broken.body)]).toEqual([422, text]);
  });

  test("fails with 422 when no key is named", async () => {
    const { status, body } = await github.ask("PUT", `${path}/A`, { encrypted_value: "aGVsbG8=" });
    expect([status, message(body)]).toEqual([422, 'Invalid request.\n\n"key_id" wasn\'t supplied.']);
  });

  test("fails with 422 when the value is larger than 48 KB", async () => {
    const sealed = await sealedFor(github, path, "x".repeat(48 * 1024 + 1));
    const { status, body } = await github.ask("PUT", `${path}/A`, sealed);
    expect([status, message(body)]).toEqual([422, "Secret value is too large (maximum is 48 KB)"]);
  });

  test.each([
    [
      "1A",
      "Secret names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_). Spaces are not allowed. Must start with a letter ([a-z], [A-Z]) or underscores (_).",
    ],
    ["github_token", "Secret names must not start with GITHUB_."],
  ])("fails with 422 when its name is %s", async (name, text) => {
    const { status, body } = await github.ask("PUT", `${path}/${name}`, await sealedFor(github, path, "x"));
    expect([status, message(body)]).toEqual([422, text]);
  });
});

describe.each(scopes)("variables %s", (_title, scope) => {
  const path = `${scope}/variables`;

  test("a variable is made, changed, renamed and deleted", async () => {
    expect((await github.ask("POST", path, { name: "region", value: "nyc" })).status).toBe(201);
    expect((await github.ask("GET", `${path}/Region`)).body).toEqual({
      name: "REGION",
      value: "nyc",
      created_at: time,
      updated_at: time,
    });
    expect((await github.ask("PATCH", `${path}/REGION`, { value: "fra" })).status).toBe(204);
    expect((await github.ask("PATCH", `${path}/REGION`, { name: "place" })).status).toBe(204);
    const { body } = await github.ask("GET", path);
    expect(body).toMatchObject({ total_count: 1, variables: [{ name: "PLACE", value: "fra" }] });
    expect((await github.ask("GET", `${path}/REGION`)).status).toBe(404);
    expect((await github.ask("DELETE", `${path}/place`)).status).toBe(204);
    expect((await github.ask("GET", `${path}/PLACE`)).status).toBe(404);
  });

  test("fails with 409 when the name is taken", async () => {
    await github.ask("POST", path, { name: "A", value: "1" });
    await github.ask("POST", path, { name: "B", value: "1" });
    const again = await github.ask("POST", path, { name: "a", value: "2" });
    const renamed = await github.ask("PATCH", `${path}/B`, { name: "A" });
    const text = "Already exists - Variable already exists";
    expect([again.status, message(again.body)]).toEqual([409, text]);
    expect([renamed.status, message(renamed.body)]).toEqual([409, text]);
    await github.ask("DELETE", `${path}/A`);
    await github.ask("DELETE", `${path}/B`);
  });

  test("fails with 422 when name or value cannot be", async () => {
    const name = await github.ask("POST", path, { name: "GITHUB_A", value: "1" });
    const value = await github.ask("POST", path, { name: "A", value: "x".repeat(48 * 1024 + 1) });
    expect([name.status, message(name.body)]).toEqual([422, "Variable names must not start with GITHUB_."]);
    expect([value.status, message(value.body)]).toEqual([
      422,
      "Variable value is too large (maximum is 48 KB)",
    ]);
  });
});

describe("the proof of what was sent", () => {
  test("is undefined where there is no such place", () => {
    const place = { owner: "octo-org", repository: "shop", name: "A" };
    expect(sentSecret(github.store, place)).toBeUndefined();
    expect(sentSecret(github.store, { ...place, repository: "none" })).toBeUndefined();
    expect(sentSecret(github.store, { ...place, environment: "none" })).toBeUndefined();
  });
});
