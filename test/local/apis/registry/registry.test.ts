import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { digestOf, type LocalRegistry, localRegistry, manifestOf } from "./server.ts";

let registry: LocalRegistry;
beforeAll(async () => {
  registry = await localRegistry();
});
afterAll(() => registry.close());

const name = "ghcr.io/octo-org/shop-api";
const path = `/v2/${name}/manifests/1.0`;
const bearer = async (scope: string, login?: string): Promise<Record<string, string>> => {
  const headers: Record<string, string> =
    login === undefined ? {} : { authorization: `Basic ${Buffer.from(login).toString("base64")}` };
  const answer = await registry.ask("GET", `/token?service=s&scope=${scope}`, undefined, headers);
  return { authorization: `Bearer ${((await answer.json()) as { token: string }).token}` };
};

test("who has no token is sent for one", async () => {
  const answer = await registry.ask("GET", path);
  expect(answer.status).toBe(401);
  expect(answer.headers.get("www-authenticate")).toBe(
    `Bearer realm="${registry.url}/token",service="local-registry",scope="repository:${name}:pull"`,
  );
  expect(await answer.json()).toEqual({
    errors: [{ code: "UNAUTHORIZED", message: "authentication required" }],
  });
});

test("what was pushed is had by tag and digest, byte by byte", async () => {
  const manifest = manifestOf("one");
  const digest = await registry.push(name, "1.0", manifest);
  expect(digest).toBe(digestOf(manifest));
  const headers = await bearer(`repository:${name}:pull`);
  for (const reference of ["1.0", digest]) {
    const answer = await registry.ask("GET", `/v2/${name}/manifests/${reference}`, undefined, headers);
    expect(await answer.text()).toBe(manifest);
    expect(answer.headers.get("docker-content-digest")).toBe(digest);
    expect(answer.headers.get("content-type")).toBe("application/vnd.oci.image.manifest.v1+json");
  }
  const head = await registry.ask("HEAD", path, undefined, headers);
  expect([head.status, head.headers.get("docker-content-digest")]).toEqual([200, digest]);
});

test("a tag moves, and what it led to stays", async () => {
  const first = await registry.push(name, "moving", manifestOf("first"));
  const second = await registry.push(name, "moving", manifestOf("second"));
  const headers = await bearer(`repository:${name}:pull`);
  const digestAt = async (reference: string) =>
    (await registry.ask("HEAD", `/v2/${name}/manifests/${reference}`, undefined, headers)).headers.get(
      "docker-content-digest",
    );
  expect([await digestAt("moving"), await digestAt(first)]).toEqual([second, first]);
});

test.each<[string, () => Promise<Response>, number, string]>([
  [
    "what is not there",
    async () =>
      registry.ask("GET", `/v2/${name}/manifests/9`, undefined, await bearer(`repository:${name}:pull`)),
    404,
    "MANIFEST_UNKNOWN",
  ],
  [
    "a token of another repository",
    async () => registry.ask("GET", path, undefined, await bearer("repository:ghcr.io/x/y:pull")),
    401,
    "DENIED",
  ],
  [
    "a push by nobody",
    async () => registry.ask("PUT", path, manifestOf("x"), await bearer(`repository:${name}:pull,push`)),
    401,
    "DENIED",
  ],
  [
    "a push of other bytes than the digest says",
    async () =>
      registry.ask(
        "PUT",
        `/v2/${name}/manifests/${digestOf("other")}`,
        manifestOf("x"),
        await bearer(`repository:${name}:pull,push`, "octocat:t"),
      ),
    400,
    "DIGEST_INVALID",
  ],
  [
    "a push of no JSON",
    async () => registry.ask("PUT", path, "{", await bearer(`repository:${name}:pull,push`, "octocat:t")),
    400,
    "MANIFEST_INVALID",
  ],
  ["what it does not do", async () => registry.ask("GET", `/v2/${name}/blobs/x`), 404, "UNSUPPORTED"],
  [
    "a forged token",
    async () => registry.ask("GET", path, undefined, { authorization: "Bearer e30.x" }),
    401,
    "UNAUTHORIZED",
  ],
])("%s is refused", async (_, ask, status, code) => {
  const answer = await ask();
  const { errors } = (await answer.json()) as { errors: { code: string }[] };
  expect([answer.status, errors[0]?.code]).toEqual([status, code]);
});

test("what is removed is gone", async () => {
  const digest = await registry.push(name, "gone", manifestOf("gone"));
  await registry.remove(name, digest);
  const answer = await registry.ask(
    "GET",
    `/v2/${name}/manifests/gone`,
    undefined,
    await bearer(`repository:${name}:pull`),
  );
  expect(answer.status).toBe(404);
});
