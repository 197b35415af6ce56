import { describe, expect, test } from "@jest/globals";
import { DatabaseSettings } from "../../components/database.settings.ts";
import { assertDeployable, deployedFaults } from "../../components/deployed.rules.ts";
import { type DeployedState, deployedIn, deployedState } from "../../components/deployed-state.ts";
import { complete } from "../support/settings.ts";

const today = "2026-11-21";
const database = (more: object = {}) => ({ database: complete(DatabaseSettings, more) });
const deployed: DeployedState = {
  database: { version: "16", size: "db-s-2vcpu-4gb", replicas: { reports: "db-s-2vcpu-4gb" } },
};

test.each<[string, string, object, DeployedState, string]>([
  [
    "a smaller cluster",
    "database-shrinks",
    { size: "db-s-1vcpu-2gb" },
    { database: { version: "16", size: "db-s-2vcpu-4gb", replicas: {} } },
    "database.size: must be at least db-s-2vcpu-4gb, which is deployed: the platform never makes a cluster smaller, restore a backup into a new one instead; got db-s-1vcpu-2gb",
  ],
  [
    "an older version",
    "database-downgrade",
    { version: "15", size: "db-s-2vcpu-4gb" },
    deployed,
    'database.version: must be at least "16", which is deployed: an upgrade cannot be undone; got "15"',
  ],
  [
    "a smaller replica",
    "replica-shrinks",
    { size: "db-s-1vcpu-2gb", replicas: { reports: {} } },
    { database: { version: "16", size: "db-s-1vcpu-2gb", replicas: { reports: "db-s-2vcpu-4gb" } } },
    "database.replicas.reports.size: must be at least db-s-2vcpu-4gb, which is deployed: the platform never makes a replica smaller, add one by another name instead; got db-s-1vcpu-2gb",
  ],
])("fails on %s", (_, rule, settings, before, line) => {
  const found = deployedFaults(before, database(settings), today);
  expect(found.map((fault) => [fault.rule, `${fault.path}: ${fault.message}`])).toEqual([[rule, line]]);
});

const moved = (product: object, network: object | undefined, before: DeployedState) =>
  deployedFaults(before, { product, network } as never, today).map(
    ({ path, message, rule }) => `${rule} ${path}: ${message}`,
  );

test("fails on another region, with what to do instead", () => {
  expect(moved({ region: "ams" }, {}, { dataCentre: "nyc1" })).toEqual([
    "network-moves product.region: must be nyc, where the stack is deployed (nyc1): neither a network nor the cluster in it can move, and the run would hang; make another stack in ams, restore a backup into it and move the domain; got ams",
  ]);
  expect(moved({ region: "ams" }, {}, { dataCentre: "xyz9" })).toEqual([
    "network-moves product.region: must be xyz9, where the stack is deployed (xyz9): neither a network nor the cluster in it can move, and the run would hang; make another stack in ams, restore a backup into it and move the domain; got ams",
  ]);
  expect(moved({ region: "ams" }, {}, { dataCentre: "ams3" })).toEqual([]);
  expect(moved({ region: "ams" }, {}, {})).toEqual([]);
  // Without a network nothing is bound to a place.
  expect(moved({ region: "ams" }, undefined, { dataCentre: "nyc1" })).toEqual([]);
  expect(deployedFaults({ dataCentre: "nyc1" }, { network: {} }, today)).toEqual([]);
});

test.each<[object, string | undefined, string[]]>([
  [
    { name: "store" },
    "shop",
    [
      "product-renamed product.formerName: must be shop, by which the stack was made: without it a product called store gets every part anew while the old ones cannot go, and the run would stop half-way; it is not set",
    ],
  ],
  [
    { name: "store", formerName: "shpo" },
    "shop",
    [
      "product-renamed product.formerName: must be shop, by which the stack was made: without it a product called store gets every part anew while the old ones cannot go, and the run would stop half-way; got shpo",
    ],
  ],
  [
    { name: "shop", formerName: "store" },
    "shop",
    [
      "product-renamed product.formerName: must be left out: the stack was made as shop, which it is called again; got store",
    ],
  ],
  [{ name: "store", formerName: "shop" }, "shop", []],
  [{ name: "shop" }, "shop", []],
  [{ name: "store" }, undefined, []],
])("a product is renamed with the name that it had: %j after %s", (product, before, lines) => {
  expect(moved(product, undefined, before === undefined ? {} : { product: before })).toEqual(lines);
});

test("the name by which a stack was made stays", () => {
  expect(deployedState({ product: { name: "store", formerName: "shop" } as never })).toEqual({
    product: "shop",
  });
  expect(deployedState({ product: { name: "shop" } as never })).toEqual({ product: "shop" });
});

test("fails on another range of the network, with what to do instead", () => {
  const before = { ipRange: "10.30.0.0/20" };
  expect(moved({ region: "nyc" }, { ipRange: "10.40.0.0/20" }, before)).toEqual([
    "network-range network.ipRange: must be 10.30.0.0/20, which is deployed: another range is another network, into which no cluster can move; make another stack and restore a backup into it; got 10.40.0.0/20",
  ]);
  expect(moved({ region: "nyc" }, { ipRange: "10.30.0.0/20" }, before)).toEqual([]);
  expect(moved({ region: "nyc" }, {}, before)).toEqual([]);
  expect(moved({ region: "nyc" }, { ipRange: "10.40.0.0/20" }, {})).toEqual([]);
  expect(moved({ region: "nyc" }, undefined, before)).toEqual([]);
});

test("tells where the stack is, as far as its settings or its state know", () => {
  const product = { region: "ams" } as never;
  expect(deployedState({ product, network: { ipRange: "10.30.0.0/20" } })).toEqual({
    dataCentre: "ams3",
    ipRange: "10.30.0.0/20",
  });
  expect(deployedState({ product, network: {} })).toEqual({ dataCentre: "ams3" });
  expect(deployedState({ product })).toEqual({});
  expect(deployedState({ product, network: {}, ...database() })).toEqual({
    dataCentre: "ams3",
    database: { version: "16", size: "db-s-1vcpu-1gb", replicas: {} },
  });
  const vpc = { type: "digitalocean:index/vpc:Vpc", name: "net" };
  const outputs = { region: "ams3", ipRange: "10.30.0.0/20" };
  const place = { dataCentre: "ams3", ipRange: "10.30.0.0/20" };
  expect(deployedIn([{ ...vpc, outputs }])).toEqual(place);
  expect(deployedIn([{ ...vpc, outputs: {} }])).toEqual({});
  const cluster = {
    type: "digitalocean:index/databaseCluster:DatabaseCluster",
    name: "db",
    outputs: { version: "16", size: "s" },
  };
  expect(deployedIn([{ ...vpc, outputs }, cluster])).toEqual({
    ...place,
    database: { version: "16", size: "s", replicas: {} },
  });
});

test("fails on a new cluster of a version that is no longer created, and not on an old one", () => {
  const end = "2027-05-12";
  const wanted = database({ version: "15" });
  const before = { database: { version: "15", size: "db-s-1vcpu-1gb", replicas: {} } };
  expect(deployedFaults({}, wanted, end)).toEqual([
    {
      path: "database.version",
      message: `must be newer: the platform has created no "15" since ${end}`,
      rule: "new-cluster-version",
    },
  ]);
  expect(deployedFaults({}, wanted, "2027-05-11")).toEqual([]);
  expect(deployedFaults(before, wanted, end)).toEqual([]);
});

test.each<[string, object]>([
  ["the same", { size: "db-s-2vcpu-4gb", replicas: { reports: {} } }],
  ["more", { version: "17", size: "db-s-4vcpu-8gb", replicas: { reports: {}, other: {} } }],
  ["fewer replicas", { size: "db-s-2vcpu-4gb" }],
])("lets %s through", (_, settings) => {
  expect(deployedFaults(deployed, database(settings), today)).toEqual([]);
});

test("lets a stack without a database through, and sizes that the catalog does not know", () => {
  expect(deployedFaults(deployed, {}, today)).toEqual([]);
  const former = { database: { version: "16", size: "db-old-8gb", replicas: {} } };
  expect(deployedFaults(former, database(), today)).toEqual([]);
});

describe("the state that is deployed", () => {
  test("is what the settings say once they are deployed", () => {
    const settings = database({
      size: "db-s-1vcpu-2gb",
      replicas: { reports: {}, big: { size: "db-s-2vcpu-4gb" } },
    });
    expect(deployedState(settings)).toEqual({
      database: {
        version: "16",
        size: "db-s-1vcpu-2gb",
        replicas: { reports: "db-s-1vcpu-2gb", big: "db-s-2vcpu-4gb" },
      },
    });
    expect(deployedState({})).toEqual({});
  });

  test("can be read from the resources of a state", () => {
    const cluster = "digitalocean:index/databaseCluster:DatabaseCluster";
    const replica = "digitalocean:index/databaseReplica:DatabaseReplica";
    expect(
      deployedIn([
        { type: cluster, name: "shop-db", outputs: { version: "16", size: "db-s-1vcpu-2gb" } },
        { type: replica, name: "shop-db-replica-reports", outputs: { size: "db-s-2vcpu-4gb" } },
      ]),
    ).toEqual({
      database: { version: "16", size: "db-s-1vcpu-2gb", replicas: { reports: "db-s-2vcpu-4gb" } },
    });
    expect(deployedIn([])).toEqual({});
  });

  test("stops a run that the platform would refuse", () => {
    expect(() => assertDeployable("dev", deployed, database({ size: "db-s-1vcpu-2gb" }), today)).toThrow(
      "stack dev has invalid settings:\n  database.size: must be at least db-s-2vcpu-4gb, which is deployed:",
    );
  });

  test.each([undefined, null, "x", { database: 5 }, { database: { version: "16" } }])(
    "stops nothing where the last run told %j",
    (output) => {
      expect(() => assertDeployable("dev", output, database(), today)).not.toThrow();
    },
  );
});
