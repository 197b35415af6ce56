import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type Answer, type LocalDigitalOcean, localDigitalOcean, onlineCluster } from "./server.ts";

let cloud: LocalDigitalOcean;
let id: string;

beforeEach(async () => {
  cloud = await localDigitalOcean();
  id = (await onlineCluster(cloud)).id;
});

afterEach(async () => {
  await cloud.close();
  expect(cloud.deviations).toEqual([]);
});

const ask = (method: string, path: string, body?: unknown): Promise<Answer> =>
  cloud.ask(method, `/v2/databases/${id}/${path}`, body);

describe("users", () => {
  test("get a password of their own and the role normal", async () => {
    const { status, body } = await ask("POST", "users", { name: "shop_app" });
    expect(status).toBe(201);
    expect(body.user).toEqual({
      name: "shop_app",
      role: "normal",
      password: expect.stringMatching(/^AVNS_\w{24}$/),
    });
    expect((await ask("GET", "users/shop_app")).body.user).toEqual(body.user);
    expect(cloud.databases.calls.at(-1)).toEqual(["createUser", "shop_app", body.user.password]);
    expect((await ask("GET", "users")).body.users.map((user: { name: string }) => user.name)).toEqual([
      "doadmin",
      "shop_app",
    ]);
  });

  test("get another password on request", async () => {
    const before = (await ask("POST", "users", { name: "shop_app" })).body.user.password;
    const after = (await ask("POST", "users/shop_app/reset_auth", {})).body.user.password;
    expect(after).not.toBe(before);
    expect(cloud.databases.calls.at(-1)).toEqual(["createUser", "shop_app", after]);
  });

  test("keep their settings", async () => {
    await ask("POST", "users", { name: "shop_app" });
    const settings = { pg_allow_replication: true };
    const { status, body } = await ask("PUT", "users/shop_app", { settings });
    expect([status, body.user.settings]).toEqual([201, settings]);
  });

  test("are gone after their deletion, doadmin never is", async () => {
    await ask("POST", "users", { name: "shop_app" });
    expect((await ask("DELETE", "users/shop_app")).status).toBe(204);
    expect((await ask("GET", "users/shop_app")).status).toBe(404);
    expect(cloud.databases.calls.at(-1)).toEqual(["dropUser", "shop_app"]);
    expect((await ask("DELETE", "users/doadmin")).body.message).toBe("doadmin cannot be deleted");
  });

  test("are made one after the other, so two of one name cannot be", async () => {
    const answers = await Promise.all([1, 2].map(() => ask("POST", "users", { name: "shop_app" })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
    expect(answers.find(({ status }) => status === 422)?.body.message).toBe(
      'name: a user named "shop_app" already exists',
    );
  });

  test("fail with a name that PostgreSQL would cut", async () => {
    expect((await ask("POST", "users", { name: "a".repeat(64) })).body.message).toBe(
      "name: must have 1 to 63 letters, numbers, underscores, dashes or periods and start with a letter or an underscore",
    );
  });
});

describe("databases", () => {
  test("are made and dropped for real", async () => {
    expect((await ask("POST", "dbs", { name: "shop" })).body).toEqual({ db: { name: "shop" } });
    expect((await ask("GET", "dbs/shop")).body).toEqual({ db: { name: "shop" } });
    expect((await ask("GET", "dbs")).body).toEqual({ dbs: [{ name: "defaultdb" }, { name: "shop" }] });
    expect((await ask("DELETE", "dbs/shop")).status).toBe(204);
    expect((await ask("GET", "dbs/shop")).status).toBe(404);
    expect(cloud.databases.calls.slice(-2)).toEqual([
      ["createDatabase", "shop"],
      ["dropDatabase", "shop"],
    ]);
  });

  test("fail for a name that is taken, and for the first one's deletion", async () => {
    expect((await ask("POST", "dbs", { name: "defaultdb" })).body.message).toBe(
      'name: a database named "defaultdb" already exists',
    );
    expect((await ask("DELETE", "dbs/defaultdb")).body.message).toBe("defaultdb cannot be deleted");
  });

  test("fail before the cluster is online", async () => {
    cloud.databases.gate = new Promise(() => {});
    const { database } = (
      await cloud.ask("POST", "/v2/databases", {
        name: "slow-db",
        engine: "pg",
        size: "db-s-1vcpu-1gb",
        region: "nyc1",
        num_nodes: 1,
      })
    ).body;
    const { status, body } = await cloud.ask("POST", `/v2/databases/${database.id}/pools`, {
      name: "pool",
      mode: "session",
      size: 1,
      db: "defaultdb",
    });
    expect([status, body.id, body.message]).toEqual([
      412,
      "precondition_failed",
      'cluster "slow-db" is not online yet',
    ]);
  });
});

describe("pools", () => {
  const pool = { name: "shop-pool", mode: "transaction", size: 10, db: "defaultdb", user: "shop_app" };

  beforeEach(async () => {
    await ask("POST", "users", { name: "shop_app" });
  });

  test("lead straight to the database, and say so", async () => {
    const { status, body } = await ask("POST", "pools", pool);
    const { password } = (await ask("GET", "users/shop_app")).body.user;
    expect(status).toBe(201);
    expect(body.pool.connection.uri).toBe(
      `postgresql://shop_app:${password}@127.0.0.1:40001/defaultdb?sslmode=require`,
    );
    expect((await ask("GET", "pools/shop-pool")).body).toEqual(body);
    expect((await ask("GET", "pools")).body).toEqual({ pools: [body.pool] });
    expect(cloud.api.differences()).toContainEqual({
      resource: "database cluster shop-db, pool shop-pool",
      asked: "a transaction pool",
      real: "straight to the database",
    });
  });

  test("have no login in their address without a user", async () => {
    const { body } = await ask("POST", "pools", { ...pool, user: "" });
    expect([body.pool.user, body.pool.connection.uri]).toEqual([
      "",
      "postgresql://127.0.0.1:40001/defaultdb?sslmode=require",
    ]);
  });

  test("are changed and deleted", async () => {
    await ask("POST", "pools", pool);
    expect((await ask("PUT", "pools/shop-pool", { mode: "session", size: 22, db: "defaultdb" })).status).toBe(
      204,
    );
    expect((await ask("GET", "pools/shop-pool")).body.pool).toMatchObject({
      mode: "session",
      size: 22,
      user: "",
    });
    expect((await ask("DELETE", "pools/shop-pool")).status).toBe(204);
    expect((await ask("GET", "pools/shop-pool")).status).toBe(404);
  });

  test.each([
    [{ size: 23 }, "size: must be 22 at most, the connections that are left"],
    [{ db: "none" }, 'db: database "none" does not exist'],
    [{ user: "none" }, 'user: user "none" does not exist'],
    [{ mode: "fast" }, "mode must be one of session, transaction, statement"],
    [{ name: "ab" }, "name: must have 3 to 60 characters"],
  ])("fail for %j", async (wrong, message) => {
    expect((await ask("POST", "pools", { ...pool, ...wrong })).body.message).toBe(message);
  });

  test("fail for a name that is taken", async () => {
    await ask("POST", "pools", pool);
    expect((await ask("POST", "pools", pool)).body.message).toBe(
      'name: a pool named "shop-pool" already exists',
    );
  });
});

describe("settings", () => {
  test("reach PostgreSQL in its own names and units, and are kept", async () => {
    const config = {
      track_io_timing: "on",
      work_mem: 4,
      jit: false,
      max_stack_depth: 2_097_152,
      bgwriter_flush_after: 512,
      "pg_stat_statements.track": "all",
      backup_hour: 3,
      pgbouncer: { server_lifetime: 3600 },
    };
    expect((await ask("PATCH", "config", { config })).status).toBe(200);
    expect(cloud.databases.calls.at(-1)).toEqual([
      "configure",
      {
        track_io_timing: "on",
        work_mem: "4MB",
        jit: "off",
        max_stack_depth: "2048kB",
        bgwriter_flush_after: "512kB",
        "pg_stat_statements.track": "all",
      },
    ]);
    await ask("PATCH", "config", { config: { work_mem: 8 } });
    expect((await ask("GET", "config")).body).toEqual({ config: { ...config, work_mem: 8 } });
  });

  test("of the platform alone leave PostgreSQL as it is", async () => {
    await ask("PATCH", "config", { config: { backup_hour: 4 } });
    expect(cloud.databases.calls.at(-1)?.[0]).not.toBe("configure");
    expect((await ask("GET", "backups")).body.scheduled_backup_time).toEqual({
      backup_hour: 4,
      backup_minute: 0,
      backup_interval_hours: 24,
    });
  });

  test.each([
    [{ work_mem: 5000 }, "config.work_mem: must be between 1 and 1024"],
    [{ track_io_timing: "yes" }, "config.track_io_timing must be one of off, on"],
    [{ trackIoTiming: "on" }, 'json: unknown field "trackIoTiming"'],
  ])("fail for %j", async (config, message) => {
    const { status, body } = await ask("PATCH", "config", { config });
    expect([status, body.message]).toEqual([422, message]);
  });
});

describe("replicas", () => {
  test("are creating once, online then, and at the primary's address", async () => {
    const { status, body } = await ask("POST", "replicas", { name: "reader", size: "db-s-1vcpu-1gb" });
    expect([status, body.replica.status]).toEqual([201, "creating"]);
    const first = (await ask("GET", "replicas/reader")).body.replica;
    const second = (await ask("GET", "replicas/reader")).body.replica;
    expect([first.status, second.status, second.connection.port]).toEqual(["creating", "online", 40_001]);
    expect((await ask("GET", "replicas")).body.replicas).toEqual([second]);
    expect(cloud.api.differences()).toContainEqual({
      resource: "database cluster shop-db, replica reader",
      asked: "a read-only server",
      real: "the address of the primary",
    });
  });

  test("grow by their own id and never shrink", async () => {
    const { replica } = (await ask("POST", "replicas", { name: "reader", size: "db-s-1vcpu-2gb" })).body;
    const resize = (size: string, nodes = 1): Promise<Answer> =>
      cloud.ask("PUT", `/v2/databases/${replica.id}/resize`, { size, num_nodes: nodes });
    expect((await resize("db-s-2vcpu-4gb")).status).toBe(202);
    expect((await ask("GET", "replicas/reader")).body.replica).toMatchObject({
      status: "resizing",
      size: "db-s-2vcpu-4gb",
      storage_size_mib: 61_440,
    });
    expect((await resize("db-s-1vcpu-2gb")).body.message).toBe(
      'size: must not shrink from "db-s-2vcpu-4gb" to "db-s-1vcpu-2gb"',
    );
    expect((await resize("db-s-2vcpu-4gb", 2)).body.message).toBe("num_nodes: a replica has 1 node");
  });

  test.each([
    [{ name: "ab", size: "db-s-1vcpu-1gb" }, "name: must have 3 to 63 characters"],
    [{ name: "reader", size: "db-s-x" }, 'size: "db-s-x" is not available'],
    [{ name: "reader", size: "db-s-1vcpu-1gb", region: "moon1" }, 'region: "moon1" is not available'],
  ])("fail for %j", async (wrong, message) => {
    expect((await ask("POST", "replicas", wrong)).body.message).toBe(message);
  });

  test("fail smaller than the primary, and twice", async () => {
    await cloud.ask("PUT", `/v2/databases/${id}/resize`, { size: "db-s-1vcpu-2gb", num_nodes: 1 });
    expect((await ask("POST", "replicas", { name: "reader", size: "db-s-1vcpu-1gb" })).body.message).toBe(
      `size: must be at least the primary's "db-s-1vcpu-2gb"`,
    );
    await ask("POST", "replicas", { name: "reader", size: "db-s-1vcpu-2gb", region: "fra1" });
    expect((await ask("POST", "replicas", { name: "reader", size: "db-s-1vcpu-2gb" })).body.message).toBe(
      'name: a replica named "reader" already exists',
    );
    expect((await ask("DELETE", "replicas/reader")).status).toBe(204);
    expect((await ask("GET", "replicas/reader")).status).toBe(404);
  });
});
