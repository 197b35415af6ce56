import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { GitHubClient } from "../../../../local/providers/github/client.ts";
import { readProviderSettings } from "../../../../local/providers/github/settings.ts";
import { type Connected, connected } from "./provider.ts";

describe("the client", () => {
  let provider: Connected;
  beforeAll(async () => {
    provider = await connected();
  });
  afterAll(async () => {
    // Its faults answer with what no description has.
    await provider.close();
  });
  const client = (more: Record<string, unknown> = {}): GitHubClient =>
    new GitHubClient(
      readProviderSettings(
        { token: "t", baseUrl: provider.api.url, writeDelayMs: 0, retryDelayMs: 0, ...more },
        {},
      ),
    );
  const fault = (status: number, times: number, headers: Record<string, string> = {}): void => {
    for (let count = 0; count < times; count += 1) {
      provider.api.faults.push({
        api: "github",
        method: "GET",
        path: "/user$",
        status,
        body: { message: "busy" },
        headers,
        times: 1,
      });
    }
  };

  test("asks again after a server error, as often as it may", async () => {
    fault(503, 2);
    expect((await client({ maxRetries: 2 }).get("user")).body.login).toBe("local-developer");
    fault(503, 2);
    await expect(client({ maxRetries: 1 }).get("user")).rejects.toThrow(
      `GET ${provider.api.url}/api/v3/user: 503 busy []`,
    );
  });

  test("waits where GitHub asks for it, without counting", async () => {
    fault(429, 1, { "retry-after": "0" });
    fault(403, 1, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1" });
    expect((await client({ maxRetries: 0 }).get("user")).status).toBe(200);
  });

  test("fails where no answer comes in time: nobody knows whether it was done", async () => {
    const { faults, url } = provider.api;
    faults.push({ api: "github", method: "GET", path: "/user$", times: 1, status: "timeout" });
    const settings = readProviderSettings({ token: "t", baseUrl: url }, {});
    await expect(new GitHubClient(settings, { answerLimit: 100 }).get("user")).rejects.toThrow(
      `GET ${url}/api/v3/user: no answer within 0.1 s: whether it was done is not known, run it again to look`,
    );
  });

  test("fails for 202, which means not yet", async () => {
    fault(202, 1);
    await expect(client().get("user")).rejects.toThrow(`GET ${provider.api.url}/api/v3/user: 202 busy []`);
  });

  test("asks one after another, unless told otherwise", async () => {
    const order: string[] = [];
    const one = client();
    await Promise.all(
      ["users/a", "user", "users/b"].map(async (path) => {
        await one.get(path);
        order.push(path);
      }),
    );
    expect(order).toEqual(["users/a", "user", "users/b"]);
    const parallel = client({ parallelRequests: true });
    const replies = await Promise.all(["user", "user"].map((path) => parallel.get(path)));
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
  });

  test("a failed request does not stop the next", async () => {
    const one = client();
    const [first, second] = await Promise.allSettled([one.get("nothing"), one.get("user")]);
    expect([first?.status, second?.status]).toEqual(["rejected", "fulfilled"]);
  });

  test("fetches every page of a list", async () => {
    await Promise.all(
      Array.from({ length: 101 }, (_, index) =>
        provider.api.ask("POST", "/repos/octo-org/shop/actions/variables", { name: `V${index}`, value: "x" }),
      ),
    );
    expect(await client().list("repos/octo-org/shop/actions/variables", "variables")).toHaveLength(101);
  });

  test("fails with the reason when nobody answers", async () => {
    const nobody = client({ baseUrl: "http://127.0.0.1:1" });
    await expect(nobody.get("user")).rejects.toThrow("GET http://127.0.0.1:1/api/v3/user: no answer: ");
  });
});
