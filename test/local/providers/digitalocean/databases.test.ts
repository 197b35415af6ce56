import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { errorText, initFailure } from "../engine.ts";
import { Bench, type Made, onWire, revealed } from "./bench.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await Bench.start();
});
afterEach(async () => {
  await bench.close();
  expect(bench.cloud.deviations).toEqual([]);
});

const clusterInputs = {
  name: "db-dev",
  engine: "pg",
  version: "16",
  size: "db-s-1vcpu-1gb",
  region: "NYC3",
  nodeCount: 1,
  maintenanceWindows: [{ day: "sunday", hour: "03:00" }],
  tags: ["b", "a"],
};

const cluster = (more = {}): Promise<Made> => bench.make("databaseCluster", { ...clusterInputs, ...more });

describe("a database cluster", () => {
  test("is made, waited for and described in full", async () => {
    const made = await cluster();
    const { host, port, password, uri, privateUri, ...rest } = made.state;
    expect(rest).toEqual({
      name: "db-dev",
      engine: "pg",
      version: "16",
      size: "db-s-1vcpu-1gb",
      region: "nyc3",
      nodeCount: 1,
      maintenanceWindows: [{ day: "sunday", hour: expect.stringMatching(/^03:00/) }],
      tags: expect.arrayContaining(["a", "b"]),
      storageSizeMib: "10240",
      clusterUrn: `do:dbaas:${made.id}`,
      database: "defaultdb",
      user: "doadmin",
      privateHost: expect.any(String),
      privateNetworkUuid: expect.any(String),
      projectId: expect.any(String),
      metricsEndpoints: expect.any(Array),
    });
    const secret = String(revealed(password));
    expect(String(revealed(uri))).toBe(
      `postgresql://doadmin:${encodeURIComponent(secret)}@${host}:${port}/defaultdb?sslmode=require`,
    );
    expect(privateUri).toEqual({ secret: expect.stringContaining(secret) });
    expect(bench.writes()).toEqual(["POST /v2/databases", "PUT /v2/databases/*/maintenance"]);
    expect(await bench.unrest(made)).toEqual({});
  });

  test("fails with the reason when its server does not start, keeps its id, and is waited for by the next update", async () => {
    bench.cloud.databases.failure = "no PostgreSQL was found";
    const error = await cluster().catch((reason: unknown) => reason);
    expect(await errorText(Promise.reject(error))).toMatch(
      /database cluster db-dev does not start: no PostgreSQL was found/,
    );
    const { id, properties: state } = initFailure(error);
    bench.cloud.databases.failure = undefined;
    const later = Date.now() + 3_000;
    const clock = jest.spyOn(Date, "now").mockImplementation(() => later);
    const target = { type: "digitalocean:index/databaseCluster:DatabaseCluster", name: "it" };
    const mended = await bench.engine.update(target, { id, state: onWire(state) }, onWire(clusterInputs));
    clock.mockRestore();
    expect(mended["host"]).toBe("127.0.0.1");
  });

  test.each([
    [{ size: "db-s-1vcpu-2gb" }, "size", ["PUT /v2/databases/*/resize"]],
    [{ region: "ams3" }, "region", ["PUT /v2/databases/*/migrate"]],
    [{ version: "17" }, "version", ["PUT /v2/databases/*/upgrade"]],
    [
      { maintenanceWindows: [{ day: "monday", hour: "04:00" }] },
      "maintenanceWindows[0].day",
      ["PUT /v2/databases/*/maintenance"],
    ],
    [
      { storageAutoscale: { enabled: true, thresholdPercent: 80 } },
      "storageAutoscale",
      ["PUT /v2/databases/*/autoscale"],
    ],
    [
      { tags: ["a", "c"] },
      "tags[1]",
      ["DELETE /v2/tags/b/resources", "POST /v2/tags", "POST /v2/tags/c/resources"],
    ],
  ])("changes in place: %j", async (more, path, writes) => {
    const made = await cluster();
    bench.writes();
    const { detail, made: changed } = await bench.change(made, { ...clusterInputs, ...more });
    expect(Object.keys(detail)).toContain(path);
    expect(bench.writes()).toEqual(writes);
    expect(await bench.unrest(changed)).toEqual({});
  });

  test("is read for a refresh and for an import, and is gone after it was deleted", async () => {
    const made = await cluster();
    expect((await bench.read(made)).state).toEqual(made.state);
    const imported = await bench.engine.read(made.target, made.id);
    expect(imported.inputs).toMatchObject({ name: "db-dev", engine: "pg", region: "nyc3", nodeCount: 1 });
    await bench.remove(made);
    expect((await bench.read(made)).id).toBe("");
    expect(await errorText(bench.remove(made))).toMatch(/^cannot delete .* it: DELETE .*: 404 /);
  });

  test("fails at Check for what PostgreSQL clusters do not have", async () => {
    const { version: _, ...inputs } = clusterInputs;
    const wrong = bench.make("databaseCluster", { ...inputs, sqlMode: "ANSI", evictionPolicy: "noeviction" });
    await expect(wrong).rejects.toThrow(
      "version: must be given, it is required; sqlMode: must be left out, only MySQL clusters have it; evictionPolicy: must be left out, only Redis and Valkey clusters have it",
    );
  });

  test("fails with the API's own words for a size that there is not", async () => {
    expect(await errorText(cluster({ size: "db-huge" }))).toMatch(
      /^cannot create digitalocean:index\/databaseCluster:DatabaseCluster it: POST \/v2\/databases: 422 .*db-huge/,
    );
  });
});

describe("what a cluster holds", () => {
  test("has the ids and outputs of the published provider", async () => {
    const { id: clusterId } = await cluster();
    const db = await bench.make("databaseDb", { clusterId, name: "app" });
    expect([db.id, db.state]).toEqual([`${clusterId}/database/app`, { clusterId, name: "app" }]);
    const user = await bench.make("databaseUser", { clusterId, name: "app_user" });
    expect([user.id, user.state]).toEqual([
      `${clusterId}/user/app_user`,
      { clusterId, name: "app_user", role: "normal", password: { secret: expect.any(String) } },
    ]);
    const poolInputs = {
      clusterId,
      name: "app-pool",
      mode: "transaction",
      size: 5,
      dbName: "app",
      user: "app_user",
    };
    const pool = await bench.make("databaseConnectionPool", poolInputs);
    expect(pool.id).toBe(`${clusterId}/app-pool`);
    expect(pool.state).toMatchObject({ ...poolInputs, password: user.state.password });
    expect(revealed(pool.state.uri)).toMatch(/^postgresql:\/\/app_user:.*\/app(-pool)?\?sslmode=require$/);
    const replica = await bench.make("databaseReplica", {
      clusterId,
      name: "copy",
      size: "db-s-1vcpu-1gb",
      region: "nyc3",
    });
    expect(replica.id).toBe(`${clusterId}/replicas/copy`);

    for (const made of [replica, pool, user, db]) {
      expect(await bench.unrest(made)).toEqual({});
      expect((await bench.read(made)).state).toEqual(made.state);
      const imported = await bench.engine.read(made.target, `${clusterId},${made.inputs.name}`);
      expect([imported.id, imported.state]).toEqual([made.id, made.state]);
      await bench.remove(made);
      expect((await bench.read(made)).id).toBe("");
      expect((await bench.engine.read(made.target, made.id)).id).toBe("");
    }
  });

  test("replaces with every input of a pool", async () => {
    const { id: clusterId } = await cluster();
    await bench.make("databaseUser", { clusterId, name: "u" });
    const inputs = { clusterId, name: "pool", mode: "session", size: 5, dbName: "defaultdb", user: "u" };
    const pool = await bench.make("databaseConnectionPool", inputs);
    const diff = await bench.engine.diff(pool.target, { ...inputs }, { ...inputs, size: 6, __defaults: [] });
    expect(diff).toEqual({
      changes: true,
      replaces: ["size"],
      deleteFirst: true,
      detail: { size: "UPDATE_REPLACE" },
    });
  });

  test("keeps the id of a replica and of a cluster whose start nobody waited for", async () => {
    const { id: clusterId } = await cluster();
    await bench.engine.cancel();
    const second = cluster({ name: "db-staging" }).catch((cause: unknown) => cause);
    expect(initFailure(await second)).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      reasons: ["stopped waiting for database cluster db-staging to be online: the update was cancelled"],
    });
    const inputs = { clusterId, name: "copy", size: "db-s-1vcpu-1gb", region: "nyc3" };
    const replica = bench.make("databaseReplica", inputs).catch((cause: unknown) => cause);
    expect(initFailure(await replica)).toMatchObject({
      id: `${clusterId}/replicas/copy`,
      reasons: ["stopped waiting for replica copy to be online: the update was cancelled"],
    });
  });

  test("resizes a replica by its own id", async () => {
    const { id: clusterId } = await cluster();
    const inputs = { clusterId, name: "copy", size: "db-s-1vcpu-1gb", region: "nyc3" };
    const replica = await bench.make("databaseReplica", inputs);
    bench.writes();
    await bench.change(replica, { ...inputs, size: "db-s-1vcpu-2gb" });
    expect(bench.writes()).toEqual(["PUT /v2/databases/*/resize"]);
  });

  test("fails for an id that an import cannot use", async () => {
    const db = { type: "digitalocean:index/databaseDb:DatabaseDb", name: "it" };
    expect(await errorText(bench.engine.read(db, "app"))).toBe(
      `cannot read ${db.type} it: the id must be the cluster's id and the name joined with a comma, got app`,
    );
  });
});

describe("the firewall of a cluster", () => {
  test("is one list, which is empty after the resource is gone", async () => {
    const { id: clusterId } = await cluster();
    bench.writes();
    const inputs = { clusterId, rules: [{ type: "ip_addr", value: "10.30.0.0/20" }] };
    const made = await bench.make("databaseFirewall", inputs);
    expect(made.id).toMatch(new RegExp(`^${clusterId}-[0-9a-f]{32}$`));
    expect(made.state).toEqual({
      clusterId,
      rules: [
        {
          type: "ip_addr",
          value: "10.30.0.0/20",
          uuid: expect.any(String),
          createdAt: expect.any(String),
        },
      ],
    });
    const more = { clusterId, rules: [{ type: "ip_addr", value: "1.2.3.4" }, ...inputs.rules] };
    const { detail, made: changed } = await bench.change(made, more);
    expect(detail).toEqual({ "rules[0]": "ADD" });
    expect(await bench.unrest(changed)).toEqual({});
    const imported = await bench.engine.read(made.target, clusterId);
    expect([imported.id.startsWith(`${clusterId}-`), imported.state]).toEqual([true, changed.state]);
    await bench.remove(changed);
    expect(bench.writes()).toEqual([
      "PUT /v2/databases/*/firewall",
      "PUT /v2/databases/*/firewall",
      "PUT /v2/databases/*/firewall",
    ]);
    const { body } = await bench.cloud.ask("GET", `/v2/databases/${clusterId}/firewall`);
    expect(body.rules).toEqual([]);
  });
});

describe("the PostgreSQL settings of a cluster", () => {
  test("are sent without zeros, read back whole, and stay when the resource goes", async () => {
    const { id: clusterId } = await cluster();
    bench.cloud.requests.splice(0);
    const inputs = { clusterId, trackIoTiming: "on", workMem: 8, backupHour: 0, jit: false };
    const made = await bench.make("databasePostgresqlConfig", inputs);
    expect(made.id).toBe(`${clusterId}/postgresql-config`);
    expect(made.state).toMatchObject({ clusterId, trackIoTiming: "on", workMem: 8, jit: false });
    const sent = bench.cloud.requests.find(({ method }) => method === "PATCH");
    expect(sent?.body).toEqual({ config: { track_io_timing: "on", work_mem: 8, jit: false } });
    expect(await bench.unrest(made)).toEqual({});
    const { made: changed } = await bench.change(made, { clusterId, trackIoTiming: "off" });
    expect(changed.state).toMatchObject({ trackIoTiming: "off", workMem: 8 });
    bench.writes();
    await bench.remove(changed);
    expect(bench.writes()).toEqual([]);
  });
});
