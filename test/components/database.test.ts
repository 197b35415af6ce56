import { describe, expect, test } from "@jest/globals";
import { Database, type DatabaseArgs, databaseUrl, firewallRules } from "../../components/database.ts";
import {
  dependencies,
  isSecret,
  outputValue,
  register,
  resourceList,
  resourceNamed,
} from "../support/mocks.ts";

const type = (name: string) => `digitalocean:index/${name[0]?.toLowerCase()}${name.slice(1)}:${name}`;

const wiring = { region: "nyc", networkId: "vpc-1", networkRange: "10.30.0.0/20" } as const;
const everything: DatabaseArgs = {
  ...wiring,
  size: "db-s-1vcpu-2gb",
  standbyNodes: 1,
  replicas: { reports: {}, far: { size: "db-s-2vcpu-4gb", region: "ams" } },
  databases: { tinkertools: { owner: "tinkertools_app", extensions: ["pg_trgm"] } },
  users: ["reader"],
  pools: { "api-pool": { database: "tinkertools", user: "tinkertools_app", size: 10 } },
  postgres: { trackIoTiming: true },
};

const build = (args: DatabaseArgs, options: { protect?: boolean } = {}) =>
  register((recorded) => new Database("tinkertools-db", args, { ...recorded, ...options }), {
    stack: "staging",
  });

describe("Database", () => {
  test("is one node in the private network by default", async () => {
    const { resources } = await build(wiring);
    expect(resourceList(resources)).toEqual([
      `${type("DatabaseCluster")} tinkertools-db`,
      `${type("DatabaseFirewall")} tinkertools-db-firewall`,
      "slipway:index:Database tinkertools-db",
    ]);
    const cluster = resourceNamed(resources, "tinkertools-db", type("DatabaseCluster"));
    expect(cluster.inputs).toEqual({
      name: "tinkertools-db-staging",
      engine: "pg",
      version: "16",
      size: "db-s-1vcpu-1gb",
      region: "nyc1",
      nodeCount: 1,
      privateNetworkUuid: "vpc-1",
      maintenanceWindows: [{ day: "sunday", hour: "03:00" }],
    });
    expect(cluster.options.ignoreChanges).toEqual(["privateNetworkUuid", "projectId", "storageSizeMib"]);
    expect(cluster.options.retainOnDelete).toBe(false);
  });

  test("lets only the private network in, before anything else is made, and never lets go of that", async () => {
    const { resources } = await build(everything);
    const firewall = resourceNamed(resources, "tinkertools-db-firewall");
    expect(firewall.inputs).toEqual({
      clusterId: "tinkertools-db-id",
      rules: [{ type: "ip_addr", value: "10.30.0.0/20" }],
    });
    expect(firewall.options.retainOnDelete).toBe(true);
    const rest = resources.filter(
      ({ name }) => name !== "tinkertools-db" && name !== "tinkertools-db-firewall",
    );
    expect(rest.map((one) => [one.name, dependencies(one).includes("tinkertools-db-firewall")])).toEqual(
      rest.map(({ name }) => [name, true]),
    );
  });

  test("makes databases, users, pools, server settings and replicas", async () => {
    const { built, resources } = await build(everything);
    const inputs = (name: string) => resourceNamed(resources, `tinkertools-db-${name}`).inputs;
    const clusterId = "tinkertools-db-id";
    expect(resourceNamed(resources, "tinkertools-db", type("DatabaseCluster")).inputs.nodeCount).toBe(2);
    expect(inputs("db-tinkertools")).toEqual({ clusterId, name: "tinkertools" });
    expect(inputs("user-tinkertools_app")).toEqual({ clusterId, name: "tinkertools_app" });
    expect(inputs("user-reader")).toEqual({ clusterId, name: "reader" });
    expect(inputs("pool-api-pool")).toEqual({
      clusterId,
      name: "api-pool",
      dbName: "tinkertools",
      user: "tinkertools_app",
      mode: "transaction",
      size: 10,
    });
    expect(dependencies(resourceNamed(resources, "tinkertools-db-pool-api-pool"))).toEqual([
      "tinkertools-db-firewall",
      "tinkertools-db-user-reader",
      "tinkertools-db-user-tinkertools_app",
      "tinkertools-db-db-tinkertools",
    ]);
    expect(inputs("postgres")).toEqual({ clusterId, trackIoTiming: "on" });
    expect(inputs("replica-reports")).toEqual({
      clusterId,
      name: "tinkertools-db-reports-staging",
      size: "db-s-1vcpu-2gb",
      region: "nyc1",
      privateNetworkUuid: "vpc-1",
    });
    expect(inputs("replica-far")).toEqual({
      clusterId,
      name: "tinkertools-db-far-staging",
      size: "db-s-2vcpu-4gb",
      region: "ams3",
    });
    for (const child of resources)
      if (child.type !== "slipway:index:Database") expect(child.options.parent).toBe(built);
  });

  test("outlives a protected stack with its databases and users, and lets the rest change", async () => {
    const { resources } = await build(everything, { protect: true });
    const options = Object.fromEntries(
      resources
        .filter((one) => one.type !== "slipway:index:Database")
        .map(({ type: kind, name, options: { protect, retainOnDelete } }) => [
          kind.endsWith("Cluster") ? "cluster" : name.slice("tinkertools-db-".length),
          { protect, retainOnDelete },
        ]),
    );
    const kept = { protect: undefined, retainOnDelete: true };
    const changeable = { protect: false, retainOnDelete: undefined };
    expect(options).toEqual({
      cluster: kept,
      firewall: kept,
      "db-tinkertools": kept,
      "user-reader": kept,
      "user-tinkertools_app": kept,
      "pool-api-pool": changeable,
      postgres: changeable,
      "replica-reports": changeable,
      "replica-far": changeable,
    });
  });

  test("tells how it is reached, and keeps what holds a password secret", async () => {
    const { built } = await build(everything);
    const host = "tinkertools-db-staging.db.example";
    expect(await outputValue(built.clusterId)).toBe("tinkertools-db-id");
    expect(await outputValue(built.clusterName)).toBe("tinkertools-db-staging");
    expect(await outputValue(built.clusterUrn)).toBe("do:dbaas:tinkertools-db-staging");
    expect(await outputValue(built.host)).toBe(host);
    expect(await outputValue(built.privateHost)).toBe(`private-${host}`);
    expect(await outputValue(built.port)).toBe(25060);
    expect(await outputValue(built.uri)).toBe(
      `postgresql://doadmin:admin-password@${host}:25060/defaultdb?sslmode=require`,
    );
    const { owner, publicUrl, privateUrl } = built.databases.tinkertools ?? {};
    expect(owner).toBe("tinkertools_app");
    if (publicUrl === undefined || privateUrl === undefined) throw new Error("the database has no addresses");
    const login = "tinkertools_app:tinkertools_app-password";
    expect(await outputValue(publicUrl)).toBe(
      `postgresql://${login}@${host}:25060/tinkertools?sslmode=require`,
    );
    expect(await outputValue(privateUrl)).toBe(
      `postgresql://${login}@private-${host}:25060/tinkertools?sslmode=require`,
    );
    expect(built.appUsers).toEqual(["reader", "tinkertools_app"]);
    for (const secret of [built.uri, built.privateUri, built.adminUrl, publicUrl, privateUrl])
      expect(await isSecret(secret)).toBe(true);
  });

  test("gives the administrator's address by the way that was chosen", async () => {
    const inside = await build(wiring);
    expect(await outputValue(inside.built.adminUrl)).toContain("@private-tinkertools-db-staging.db.example:");
    const outside = await build({
      ...wiring,
      connection: { kind: "public", reason: "the reports tool runs elsewhere", addresses: ["203.0.113.7"] },
    });
    expect(await outputValue(outside.built.adminUrl)).toContain("@tinkertools-db-staging.db.example:");
    expect(resourceNamed(outside.resources, "tinkertools-db-firewall").inputs.rules).toEqual([
      { type: "ip_addr", value: "10.30.0.0/20" },
      { type: "ip_addr", value: "203.0.113.7" },
    ]);
  });

  test("fails before it registers anything", () => {
    expect(() => new Database("db", { ...wiring, standbyNodes: 1, users: ["doadmin"] })).toThrow(
      "db has invalid settings:\n  users[0]: must not be doadmin: every cluster has one already",
    );
  });

  test("wants the network that may reach it", () => {
    const attempt = () =>
      // @ts-expect-error without the network's range the firewall could not be made
      new Database("db", { region: "nyc", networkId: "vpc-1" });
    expect(attempt).toBeInstanceOf(Function);
  });
});

describe("firewallRules", () => {
  test("has the private network alone", () => {
    expect(firewallRules("10.0.0.0/20", { kind: "private" })).toEqual([
      { type: "ip_addr", value: "10.0.0.0/20" },
    ]);
  });
});

describe("databaseUrl", () => {
  test("escapes what URLs do not take", () => {
    expect(
      databaseUrl({
        owner: "app",
        password: "p@ss/w:rd?",
        host: "db.example",
        port: 25060,
        database: "shop",
      }),
    ).toBe("postgresql://app:p%40ss%2Fw%3Ard%3F@db.example:25060/shop?sslmode=require");
  });
});
