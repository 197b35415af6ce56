import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Connected, connected } from "./provider.ts";

describe("look-ups", () => {
  let provider: Connected;
  beforeAll(async () => {
    provider = await connected();
  });
  afterAll(async () => {
    expect(await provider.close()).toEqual([]);
  });
  const time = expect.stringMatching(/ \+0000 UTC$/);

  test("getUser tells what the published provider tells", async () => {
    expect(await provider.call("getUser", { username: "octocat" })).toEqual({
      id: "112730653",
      username: "octocat",
      login: "octocat",
      avatarUrl: `${provider.api.url}/api/v3/avatars/112730653`,
      gravatarId: "",
      siteAdmin: false,
      name: "",
      company: "",
      blog: "",
      location: "",
      email: "",
      bio: "",
      gpgKeys: [],
      sshKeys: [],
      publicRepos: 0,
      publicGists: 0,
      followers: 0,
      following: 0,
      createdAt: time,
      updatedAt: time,
      suspendedAt: "0001-01-01 00:00:00 +0000 UTC",
      nodeId: "MDA0OlVzZXIxMTI3MzA2NTM=",
    });
    expect(await provider.call("getUser", { username: "" })).toMatchObject({ login: "local-developer" });
  });

  test("getTeam tells what the published provider tells", async () => {
    const team = {
      id: "114371810",
      slug: "ops",
      name: "ops",
      description: "",
      privacy: "closed",
      notificationSetting: "notifications_enabled",
      permission: "pull",
      nodeId: "MDA0OlRlYW0xMTQzNzE4MTA=",
      membershipType: "all",
      summaryOnly: false,
      resultsPerPage: 100,
      members: [],
      repositories: [],
      repositoriesDetaileds: [],
    };
    expect(await provider.call("getTeam", { slug: "ops" })).toEqual(team);
    expect(
      await provider.call("getTeam", { slug: "ops", summaryOnly: true, membershipType: "immediate" }),
    ).toEqual({ ...team, summaryOnly: true, membershipType: "immediate" });
  });

  test("getTeam fails for members that only GraphQL tells, and for others that nobody tells", async () => {
    await expect(provider.call("getTeam", { slug: "ops", membershipType: "immediate" })).rejects.toThrow(
      "getTeam must have membershipType all or summaryOnly: immediate members are only told by GraphQL, which the published plugin speaks (--plugins)",
    );
    await expect(provider.call("getTeam", { slug: "ops", membershipType: "some" })).rejects.toThrow(
      "membershipType must be all or immediate, got some",
    );
  });

  test.each([
    ["getUser", {}, "username must be given, it is required"],
    ["getUser", { username: ["octocat"] }, "username must be a text"],
    ["getTeam", { slug: "ops", resultsPerPage: "many" }, "resultsPerPage must be a whole number"],
    ["getTeam", { slug: "ops", summaryOnly: "yes" }, "summaryOnly must be true or false"],
    ["getTeam", { slug: "ops", team: 1 }, "team must be left out: there is no such input"],
  ])("%s fails with %j", async (name, args, reason) => {
    await expect(provider.call(name, args)).rejects.toThrow(reason);
  });

  test("fail in GitHub's words when there is no such user", async () => {
    await expect(provider.call("getUser", { username: "@me" })).rejects.toThrow(
      `GET ${provider.api.url}/api/v3/users/%40me: 404 Not Found []`,
    );
  });
});
