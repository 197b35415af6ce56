import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { availableVersions } from "../../../../local/apis/digitalocean/databases/sizes.ts";
import {
  type Answer,
  clusterBody,
  type LocalDigitalOcean,
  localDigitalOcean,
  onlineCluster,
} from "./server.ts";

let cloud: LocalDigitalOcean;

const versions = availableVersions(new Date());

beforeEach(async () => {
  cloud = await localDigitalOcean();
});

afterEach(async () => {
  await cloud.close();
  expect(cloud.deviations).toEqual([]);
});

const create = (body: Record<string, unknown> = {}): Promise<Answer> =>
  cloud.ask("POST", "/v2/databases", { ...clusterBody, ...body });

describe("a cluster", () => {
  test("is creating at first, is seen so once, and is online when its server listens", async () => {
    const { status, body } = await create();
    expect([status, body.database.status]).toEqual([201, "creating"]);
    const statuses: string[] = [];
    await cloud.until(`/v2/databases/${body.database.id}`, ({ database }) => {
      statuses.push(database.status);
      return database.status === "online";
    });
    expect(new Set(statuses.slice(0, -1))).toEqual(new Set(["creating"]));
  });

  test("shows what was asked for and how to reach it", async () => {
    const vpc = (
      await cloud.ask("POST", "/v2/vpcs", { name: "shop", region: "nyc1", ip_range: "10.30.0.0/20" })
    ).body.vpc;
    const database = await onlineCluster(cloud, { private_network_uuid: vpc.id, tags: ["shop"] });
    const password = database.users[0].password;
    const address = {
      protocol: "postgresql",
      uri: `postgresql://doadmin:${password}@127.0.0.1:40001/defaultdb?sslmode=require`,
      database: "defaultdb",
      host: "127.0.0.1",
      port: 40_001,
      user: "doadmin",
      password,
      ssl: true,
    };
    expect(database).toEqual({
      id: expect.any(String),
      name: "shop-db",
      engine: "pg",
      version: "16",
      semantic_version: "15",
      num_nodes: 1,
      size: "db-s-1vcpu-1gb",
      region: "nyc1",
      status: "online",
      created_at: expect.any(String),
      private_network_uuid: vpc.id,
      tags: ["shop"],
      db_names: ["defaultdb"],
      users: [{ name: "doadmin", role: "primary", password }],
      connection: address,
      private_connection: address,
      maintenance_window: { day: "tuesday", hour: "04:00:00", pending: false },
      project_id: expect.any(String),
      rules: [],
      storage_size_mib: 10_240,
      autoscale: { storage: { enabled: false } },
      storage_autoscale: { enabled: false },
      version_end_of_life: "2028-11-09T00:00:00Z",
      version_end_of_availability: "2028-05-09T00:00:00Z",
    });
    expect(cloud.api.differences()).toEqual([
      { resource: "database cluster shop-db", asked: "PostgreSQL 16", real: "PostgreSQL 15" },
    ]);
  });

  test("stays creating and says why while its server does not start, and never answers 404", async () => {
    cloud.databases.failure = "no PostgreSQL was found";
    const { id } = (await create()).body.database;
    const { database } = await cloud.until(
      `/v2/databases/${id}`,
      (body) => body.database.status_reason !== undefined,
    );
    expect([database.status, database.status_reason]).toEqual(["creating", "no PostgreSQL was found"]);
    const { events } = (await cloud.ask("GET", `/v2/databases/${id}/events`)).body;
    expect(events.map((event: { message?: string }) => event.message)).toEqual([
      undefined,
      "start failed: no PostgreSQL was found",
    ]);
  });

  test("is tried again by whoever looks three seconds after its start failed", async () => {
    cloud.databases.failure = "no PostgreSQL was found";
    const { id } = (await create()).body.database;
    await cloud.until(`/v2/databases/${id}`, (body) => body.database.status_reason !== undefined);
    cloud.databases.failure = undefined;
    await cloud.ask("GET", `/v2/databases/${id}`);
    expect(cloud.databases.calls).toHaveLength(1);
    const later = Date.now() + 3_000;
    const clock = jest.spyOn(Date, "now").mockImplementation(() => later);
    const { database } = await cloud.until(
      `/v2/databases/${id}`,
      (body) => body.database.status === "online",
    );
    clock.mockRestore();
    expect([database.status_reason, cloud.databases.calls.length]).toEqual([undefined, 2]);
  });

  test("joins the default network of its region when it names none", async () => {
    const database = await onlineCluster(cloud);
    const { vpc } = (await cloud.ask("GET", `/v2/vpcs/${database.private_network_uuid}`)).body;
    expect([vpc.name, vpc.region, vpc.default]).toEqual(["default-nyc1", "nyc1", true]);
  });

  test("is gone after its deletion, with its server", async () => {
    const { id } = await onlineCluster(cloud);
    expect((await cloud.ask("DELETE", `/v2/databases/${id}`)).status).toBe(204);
    expect((await cloud.ask("GET", `/v2/databases/${id}`)).status).toBe(404);
    expect(cloud.databases.calls.at(-1)).toEqual(["remove"]);
  });

  test("is found in the list, by its tag too", async () => {
    await onlineCluster(cloud, { tags: ["a"] });
    await onlineCluster(cloud, { name: "other-db" });
    const names = async (query: string): Promise<string[]> =>
      (await cloud.ask("GET", `/v2/databases${query}`)).body.databases.map(
        (one: { name: string }) => one.name,
      );
    expect(await names("")).toEqual(["shop-db", "other-db"]);
    expect(await names("?tag_name=a")).toEqual(["shop-db"]);
  });

  test.each([
    [{ engine: "mysql" }, 'engine: "mysql" is not available, only pg is'],
    [{ version: "13" }, `version: "13" is not available, choose one of ${versions.join(", ")}`],
    [{ size: "db-s-9vcpu" }, 'size: "db-s-9vcpu" is not available'],
    [{ num_nodes: 2 }, 'num_nodes: size "db-s-1vcpu-1gb" allows 1 node only'],
    [{ num_nodes: 4 }, "num_nodes: must be between 1 and 3"],
    [{ region: "nyc" }, 'region: "nyc" is not available'],
    [
      { name: "Shop_DB" },
      "name: must have 3 to 63 lower-case letters, numbers or dashes and start with a letter",
    ],
    [{ private_network_uuid: "x" }, 'private_network_uuid: VPC "x" does not exist'],
    [{ storage_size_mib: 1024 }, 'storage_size_mib: must be at least 10240 for "db-s-1vcpu-1gb"'],
    [
      { backup_restore: { database_name: "old" } },
      "backup_restore: there are no platform backups on this machine",
    ],
  ])("fails for %j", async (wrong, message) => {
    const { status, body } = await create(wrong);
    expect(status).toBe(422);
    expect(body).toEqual({ id: "unprocessable_entity", message, request_id: expect.any(String) });
  });

  test("fails for a name that another cluster has", async () => {
    await create();
    expect((await create()).body.message).toBe('name: a cluster named "shop-db" already exists');
  });

  test("fails for a network in another region", async () => {
    const { vpc } = (await cloud.ask("POST", "/v2/vpcs", { name: "far", region: "ams3" })).body;
    expect((await create({ private_network_uuid: vpc.id })).body.message).toBe(
      'private_network_uuid: VPC "far" is in ams3, the cluster in nyc1',
    );
  });
});

describe("a running cluster", () => {
  let id: string;

  beforeEach(async () => {
    id = (await onlineCluster(cloud)).id;
  });

  const shown = async (): Promise<Answer["body"]> =>
    (await cloud.ask("GET", `/v2/databases/${id}`)).body.database;

  test("is resizing once and online afterwards, with the disk of its new plan", async () => {
    const answer = await cloud.ask("PUT", `/v2/databases/${id}/resize`, {
      size: "db-s-1vcpu-2gb",
      num_nodes: 2,
    });
    expect(answer.status).toBe(202);
    const [first, second] = [await shown(), await shown()];
    expect([first.status, second.status]).toEqual(["resizing", "online"]);
    expect([second.size, second.num_nodes, second.storage_size_mib]).toEqual(["db-s-1vcpu-2gb", 2, 30_720]);
    expect(second.standby_connection).toEqual(second.connection);
  });

  test.each([
    [{ size: "db-s-1vcpu-1gb", num_nodes: 1, storage_size_mib: 20_480 }, undefined],
    [{ size: "db-s-1vcpu-1gb", num_nodes: 3 }, 'num_nodes: size "db-s-1vcpu-1gb" allows 1 node only'],
    [
      { size: "db-s-2vcpu-4gb", num_nodes: 1, storage_size_mib: 30_720 },
      'storage_size_mib: must be at least 61440 for "db-s-2vcpu-4gb"',
    ],
  ])("takes or refuses the plan %j", async (plan, message) => {
    expect((await cloud.ask("PUT", `/v2/databases/${id}/resize`, plan)).body?.message).toBe(message);
  });

  test("fails to shrink", async () => {
    await cloud.ask("PUT", `/v2/databases/${id}/resize`, { size: "db-s-1vcpu-2gb", num_nodes: 1 });
    expect(
      (await cloud.ask("PUT", `/v2/databases/${id}/resize`, { size: "db-s-1vcpu-1gb", num_nodes: 1 })).body
        .message,
    ).toBe('size: must not shrink from "db-s-1vcpu-2gb" to "db-s-1vcpu-1gb"');
    const smaller = { size: "db-s-1vcpu-2gb", num_nodes: 1, storage_size_mib: 10_240 };
    expect((await cloud.ask("PUT", `/v2/databases/${id}/resize`, smaller)).body.message).toBe(
      "storage_size_mib: must not shrink from 30720 to 10240",
    );
  });

  test("moves to another region", async () => {
    expect((await cloud.ask("PUT", `/v2/databases/${id}/migrate`, { region: "FRA1" })).status).toBe(202);
    const [first, second] = [await shown(), await shown()];
    expect([first.status, second.status, second.region]).toEqual(["migrating", "online", "fra1"]);
    expect((await cloud.ask("PUT", `/v2/databases/${id}/migrate`, { region: "moon" })).body.message).toBe(
      'region: "moon" is not available',
    );
  });

  test("upgrades and never downgrades", async () => {
    expect((await cloud.ask("PUT", `/v2/databases/${id}/upgrade`, { version: "17" })).status).toBe(204);
    expect((await shown()).version).toBe("17");
    expect((await cloud.ask("PUT", `/v2/databases/${id}/upgrade`, { version: "16" })).body.message).toBe(
      "version: must be higher than 17, a downgrade is not possible",
    );
    expect((await cloud.ask("PUT", `/v2/databases/${id}/upgrade`, { version: "9" })).body.message).toBe(
      `version: "9" is not available, choose one of ${versions.join(", ")}`,
    );
  });

  test("keeps its maintenance window with seconds", async () => {
    const path = `/v2/databases/${id}/maintenance`;
    expect((await cloud.ask("PUT", path, { day: "sunday", hour: "03:00" })).status).toBe(204);
    expect((await shown()).maintenance_window).toEqual({ day: "sunday", hour: "03:00:00", pending: false });
    expect((await cloud.ask("PUT", path, { day: "someday", hour: "03:00" })).body.message).toBe(
      "day must be one of monday, tuesday, wednesday, thursday, friday, saturday, sunday",
    );
    expect((await cloud.ask("PUT", path, { day: "sunday", hour: "25:00" })).body.message).toBe(
      'hour: must be a time such as "04:00"',
    );
  });

  test("keeps how its disk grows", async () => {
    const storage = { enabled: true, threshold_percent: 80, increment_gib: 10 };
    expect((await cloud.ask("PUT", `/v2/databases/${id}/autoscale`, { storage })).status).toBe(204);
    expect((await cloud.ask("GET", `/v2/databases/${id}/autoscale`)).body).toEqual({
      autoscale: { storage },
      storage,
    });
    const wrong = { storage: { enabled: true, threshold_percent: 99 } };
    expect((await cloud.ask("PUT", `/v2/databases/${id}/autoscale`, wrong)).body.message).toBe(
      "storage.threshold_percent: must be between 15 and 95",
    );
  });

  test("hands out its certificate authority, its lack of backups and what can be had", async () => {
    expect((await cloud.ask("GET", `/v2/databases/${id}/ca`)).body).toEqual({
      ca: { certificate: Buffer.from("CA\n").toString("base64") },
    });
    expect((await cloud.ask("GET", `/v2/databases/${id}/backups`)).body.backups).toEqual([]);
    const { options } = (await cloud.ask("GET", "/v2/databases/options")).body;
    expect([options.pg.versions, options.pg.default_version]).toEqual([versions, "17"]);
    expect(options.pg.layouts[1].sizes).not.toContain("db-s-1vcpu-1gb");
  });
});

describe("trusted sources", () => {
  test("keep their ids, and none means open to everyone", async () => {
    const { id } = await onlineCluster(cloud);
    const path = `/v2/databases/${id}/firewall`;
    expect(cloud.api.openDatabases()).toEqual(["shop-db"]);
    const network = { type: "ip_addr", value: "10.30.0.0/20" };
    expect((await cloud.ask("PUT", path, { rules: [network] })).status).toBe(204);
    const [first] = (await cloud.ask("GET", path)).body.rules;
    expect(first).toEqual({
      ...network,
      uuid: expect.any(String),
      cluster_uuid: id,
      created_at: expect.any(String),
    });
    await cloud.ask("PUT", path, { rules: [{ type: "ip_addr", value: "192.0.2.1" }, network] });
    expect((await cloud.ask("GET", path)).body.rules[1]).toEqual(first);
    expect(cloud.api.openDatabases()).toEqual([]);
    await cloud.ask("PUT", path, { rules: [] });
    expect(cloud.api.openDatabases()).toEqual(["shop-db"]);
    const { events } = (await cloud.ask("GET", `/v2/databases/${id}/events`)).body;
    expect(events.at(-1).message).toBe("no trusted source is left: open to every address");
  });

  test.each([
    [
      { type: "ip_addr", value: "::1" },
      'rules.0.value: "::1" must be an IPv4 address or a range in CIDR notation',
    ],
    [{ type: "app", value: "x" }, 'rules.0.value: app "x" does not exist'],
    [{ type: "tag", value: "x" }, 'rules.0.value: tag "x" does not exist'],
    [{ type: "droplet", value: "1" }, 'rules.0.value: droplet "1" does not exist'],
    [{ type: "vpc", value: "1" }, "rules.0.type must be one of droplet, k8s, ip_addr, tag, app"],
  ])("fail for %j", async (rule, message) => {
    const { id } = await onlineCluster(cloud);
    const { status, body } = await cloud.ask("PUT", `/v2/databases/${id}/firewall`, { rules: [rule] });
    expect([status, body.message]).toEqual([422, message]);
  });

  test("fail for a source that is there twice", async () => {
    const { id } = await onlineCluster(cloud, { rules: [{ type: "ip_addr", value: "192.0.2.1" }] });
    const rule = { type: "ip_addr", value: "192.0.2.1" };
    expect(
      (await cloud.ask("PUT", `/v2/databases/${id}/firewall`, { rules: [rule, rule] })).body.message,
    ).toBe("rules.1: is there twice");
  });
});
