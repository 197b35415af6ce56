import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type LocalDigitalOcean, localDigitalOcean, onlineCluster } from "./server.ts";

let cloud: LocalDigitalOcean;

beforeEach(async () => {
  cloud = await localDigitalOcean();
});

afterEach(async () => {
  await cloud.close();
  expect(cloud.deviations).toEqual([]);
});

describe("the API", () => {
  test("fails without a token", async () => {
    const { status, body } = await cloud.ask("GET", "/v2/account", undefined, { authorization: "" });
    expect([status, body]).toEqual([
      401,
      { id: "unauthorized", message: "Unable to authenticate you.", request_id: expect.any(String) },
    ]);
  });

  test("fails for what it does not serve", async () => {
    const { status, body } = await cloud.ask("GET", "/v2/nothing");
    expect([status, body]).toEqual([
      404,
      {
        id: "not_found",
        message: "The resource you requested could not be found.",
        request_id: expect.any(String),
      },
    ]);
  });

  test("fails for a body that is not JSON", async () => {
    const response = await fetch(`${cloud.url}/v2/vpcs`, {
      method: "POST",
      headers: { authorization: "Bearer t", "content-type": "application/json" },
      body: "{",
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      id: "bad_request",
      message: expect.stringMatching(/^error parsing request body: /),
    });
  });

  test("says what broke when it is not the client's fault", async () => {
    const { id } = await onlineCluster(cloud);
    cloud.databases.createDatabase = () => Promise.reject(new Error("disk full"));
    const { status, body } = await cloud.ask("POST", `/v2/databases/${id}/dbs`, { name: "shop" });
    expect([status, body.id, body.message]).toEqual([
      500,
      "server_error",
      "Unexpected server-side error: disk full",
    ]);
  });

  test("takes null for what is not set", async () => {
    const { status } = await cloud.ask("POST", "/v2/vpcs", { name: "a", region: "nyc1", ip_range: null });
    expect(status).toBe(201);
  });

  test("lets a fault answer in its place and writes every request down", async () => {
    cloud.faults.push({
      api: "digitalocean",
      method: "POST",
      path: "^/v2/vpcs$",
      status: 429,
      body: { id: "too_many_requests", message: "API rate limit exceeded." },
      times: 1,
    });
    expect((await cloud.ask("POST", "/v2/vpcs", { name: "a", region: "nyc1" })).status).toBe(429);
    expect((await cloud.ask("POST", "/v2/vpcs", { name: "a", region: "nyc1" })).status).toBe(201);
    await cloud.ask("GET", "/v2/vpcs");
    expect(cloud.requests.map(({ method, path, effect, status }) => [method, path, effect, status])).toEqual([
      ["POST", "/v2/vpcs", "write", 429],
      ["POST", "/v2/vpcs", "write", 201],
      ["GET", "/v2/vpcs", "read", 200],
    ]);
  });

  test("knows who owns the account", async () => {
    const { account } = (await cloud.ask("GET", "/v2/account")).body;
    expect([account.email, account.status, account.email_verified]).toEqual([
      "owner@slipway.localhost",
      "active",
      true,
    ]);
    expect((await cloud.ask("GET", "/v2/account")).body.account).toEqual(account);
  });
});

describe("lists", () => {
  test("come in pages with links to the others", async () => {
    for (const name of ["a", "b", "c"]) await cloud.ask("POST", "/v2/vpcs", { name, region: "nyc1" });
    const { body } = await cloud.ask("GET", "/v2/vpcs?per_page=1&page=2");
    expect(body.vpcs.map((vpc: { name: string }) => vpc.name)).toEqual(["b"]);
    const link = (page: number): string => `${cloud.url}/v2/vpcs?per_page=1&page=${page}`;
    expect([body.links, body.meta]).toEqual([
      { pages: { first: link(1), prev: link(1), next: link(3), last: link(3) } },
      { total: 3 },
    ]);
    expect((await cloud.ask("GET", "/v2/vpcs")).body.links).toEqual({});
  });

  test("fail for a page that is none", async () => {
    const { status, body } = await cloud.ask("GET", "/v2/vpcs?page=0");
    expect([status, body.message]).toEqual([422, "page must be a positive integer"]);
  });
});

describe("tags", () => {
  test("are put on clusters and taken off", async () => {
    const { id } = await onlineCluster(cloud);
    const resources = [{ resource_id: id, resource_type: "database" }];
    expect((await cloud.ask("POST", "/v2/tags", { name: "shop" })).body.tag.resources.count).toBe(0);
    expect((await cloud.ask("POST", "/v2/tags/shop/resources", { resources })).status).toBe(204);
    expect((await cloud.ask("GET", "/v2/tags/shop")).body.tag.resources.databases.count).toBe(1);
    expect((await cloud.ask("GET", `/v2/databases/${id}`)).body.database.tags).toEqual(["shop"]);
    expect((await cloud.ask("DELETE", "/v2/tags/shop/resources", { resources })).status).toBe(204);
    expect((await cloud.ask("GET", `/v2/databases/${id}`)).body.database.tags).toEqual([]);
  });

  test("take themselves off when they are deleted", async () => {
    const { id } = await onlineCluster(cloud, { tags: ["shop"] });
    expect((await cloud.ask("DELETE", "/v2/tags/shop")).status).toBe(204);
    expect((await cloud.ask("GET", `/v2/databases/${id}`)).body.database.tags).toEqual([]);
    expect((await cloud.ask("GET", "/v2/tags")).body.tags).toEqual([]);
  });

  test("fail for what is not there and for wrong names", async () => {
    await cloud.ask("POST", "/v2/tags", { name: "shop" });
    const resources = [{ resource_id: "x", resource_type: "droplet" }];
    expect((await cloud.ask("POST", "/v2/tags/shop/resources", { resources })).body.message).toBe(
      'resources: droplet "x" does not exist',
    );
    expect((await cloud.ask("POST", "/v2/tags", { name: "a b" })).body.message).toBe(
      "name: must contain only letters, numbers, colons, dashes and underscores",
    );
  });
});

describe("projects", () => {
  const body = { name: "Shop", purpose: "Web Application", environment: "staging" };

  test("hold what is assigned to them", async () => {
    const { status, body: made } = await cloud.ask("POST", "/v2/projects", body);
    const { id } = made.project;
    expect([status, made.project.environment, made.project.is_default]).toEqual([201, "Staging", false]);
    await cloud.ask("POST", "/v2/domains", { name: "shop.example" });
    const resources = ["do:domain:shop.example"];
    const path = `/v2/projects/${id}/resources`;
    expect((await cloud.ask("POST", path, { resources })).body.resources).toEqual([
      {
        urn: "do:domain:shop.example",
        assigned_at: expect.any(String),
        links: { self: `${cloud.url}/v2/domains/shop.example` },
        status: "assigned",
      },
    ]);
    expect((await cloud.ask("POST", path, { resources })).body.resources[0].status).toBe("already_assigned");
    expect((await cloud.ask("GET", path)).body.resources.map((one: { urn: string }) => one.urn)).toEqual(
      resources,
    );
    const refused = await cloud.ask("DELETE", `/v2/projects/${id}`);
    expect([refused.status, refused.body.message]).toEqual([
      412,
      "cannot delete a project with resources. move or remove the resources first",
    ]);
    await cloud.ask("POST", "/v2/projects/default/resources", { resources });
    expect((await cloud.ask("DELETE", `/v2/projects/${id}`)).status).toBe(204);
    expect((await cloud.ask("GET", `/v2/projects/${id}`)).status).toBe(404);
  });

  test("take new clusters and apps that name them", async () => {
    const { id } = (await cloud.ask("POST", "/v2/projects", body)).body.project;
    expect((await onlineCluster(cloud, { project_id: id })).project_id).toBe(id);
  });

  test("pass the default on and never lose it", async () => {
    const before = (await cloud.ask("GET", "/v2/projects/default")).body.project;
    const { id } = (await cloud.ask("POST", "/v2/projects", body)).body.project;
    expect(
      (await cloud.ask("PATCH", `/v2/projects/${id}`, { is_default: true })).body.project.is_default,
    ).toBe(true);
    expect((await cloud.ask("GET", "/v2/projects/default")).body.project.id).toBe(id);
    expect((await cloud.ask("GET", `/v2/projects/${before.id}`)).body.project.is_default).toBe(false);
    expect((await cloud.ask("PATCH", `/v2/projects/${id}`, { is_default: false })).body.message).toBe(
      "is_default: another project must become the default one instead",
    );
    expect((await cloud.ask("DELETE", `/v2/projects/${id}`)).body.message).toBe(
      "cannot delete the default project",
    );
    expect((await cloud.ask("GET", "/v2/projects")).body.meta.total).toBe(2);
  });

  test("do not take what is not there", async () => {
    const { id } = (await cloud.ask("POST", "/v2/projects", body)).body.project;
    const resources = ["do:app:x"];
    const { body: answer } = await cloud.ask("POST", `/v2/projects/${id}/resources`, { resources });
    expect(answer.resources[0].status).toBe("not_found");
    expect((await cloud.ask("GET", `/v2/projects/${id}/resources`)).body.resources).toEqual([]);
  });

  test("fail for wrong words and taken names", async () => {
    await cloud.ask("POST", "/v2/projects", body);
    expect((await cloud.ask("POST", "/v2/projects", body)).body.message).toBe(
      'name: a project named "Shop" already exists',
    );
    expect(
      (await cloud.ask("POST", "/v2/projects", { ...body, name: "B", environment: "qa" })).body.message,
    ).toBe("environment must be one of Development, Staging, Production");
  });
});
