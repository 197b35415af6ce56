import { describe, expect, test } from "@jest/globals";
import { readSettings } from "../../components/config.ts";
import { defaultProduct } from "../../components/default-product.ts";
import { SettingsError } from "../../components/internal/settings.ts";
import { type PlannedStack, planStack } from "../../operations/plan/graph.ts";

type Blocks = Record<string, unknown>;

const config = (blocks: Blocks): Record<string, string> =>
  Object.fromEntries(Object.entries(blocks).map(([key, value]) => [`slipway:${key}`, JSON.stringify(value)]));

const [vpc, cluster, app] = [1, 2, 3].map((last) => `00000000-0000-4000-8000-00000000000${last}`);

function faultsOf(blocks: Blocks): string[] {
  try {
    readSettings("dev", config(blocks), { needsSecrets: false });
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.faults.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe("what is taken over", () => {
  const { product, network, database, backups, operations, release } = defaultProduct;
  const pools = { "api-pool": { database: "tinkertools", user: "tinkertools_app", size: 5 } };
  const blocks = {
    product,
    operations,
    release,
    network: { ...network, import: vpc, name: "old-network" },
    database: {
      ...database,
      users: ["reports"],
      pools,
      name: "old-db",
      import: { id: cluster, databases: ["tinkertools"], users: ["tinkertools_app"], pools: ["api-pool"] },
    },
    app: { ...defaultProduct.app, import: app, name: "old-app" },
    backups: { ...backups, import: true },
    dns: { zone: "old.example", import: true },
  };

  test("is named to the engine by the ids that the providers know, and keeps its names", async () => {
    const { resources }: PlannedStack = await planStack("dev", config(blocks));
    const imports = resources.flatMap(({ type, name, options }) =>
      options.import === undefined ? [] : [[`${type.split(":").at(-1)} ${name}`, options.import]],
    );
    expect(Object.fromEntries(imports)).toEqual({
      "App tinkertools": app,
      "Bucket tinkertools-backups": "tinkertools-backups-dev",
      "DatabaseCluster tinkertools-db": cluster,
      "DatabaseConnectionPool tinkertools-db-pool-api-pool": `${cluster},api-pool`,
      "DatabaseDb tinkertools-db-db-tinkertools": `${cluster},tinkertools`,
      "DatabaseUser tinkertools-db-user-tinkertools_app": `${cluster},tinkertools_app`,
      "Domain tinkertools-dns": "old.example",
      "Vpc tinkertools-network": vpc,
    });
    const inputs = (type: string) => resources.find((one) => one.type.endsWith(`:${type}`))?.inputs;
    expect(inputs("Vpc")?.["name"]).toBe("old-network");
    expect(inputs("DatabaseCluster")?.["name"]).toBe("old-db");
    expect(inputs("App")?.["spec"]).toMatchObject({ name: "old-app" });
  });

  test("is not replaced for having been made without an object lock", async () => {
    const { resources } = await planStack("dev", config(blocks));
    const bucket = resources.find(({ type }) => type === "aws:s3/bucket:Bucket");
    expect(bucket?.options.ignoreChanges).toEqual(["objectLockEnabled"]);
  });
});

describe("an id", () => {
  test("must have the form of the platform's ids", () => {
    const id = "4f6c71e2-1e90-4762-9fee-6cc4a0a9f2cf";
    expect(faultsOf({ network: { import: "my-network" } })).toEqual([
      `network.import: must be the id of the network, such as ${id}; got "my-network"`,
    ]);
    expect(faultsOf({ app: { ...defaultProduct.app, import: id.toUpperCase() } })).toEqual([
      `app.import: must be the id of the app, such as ${id}; got "${id.toUpperCase()}"`,
    ]);
    expect(faultsOf({ database: { ...defaultProduct.database, import: {} } })).toEqual([
      "database.import.id: must be set, to a text",
    ]);
    expect(faultsOf({ dns: { zone: "old.example", import: "old.example" } })).toEqual([
      "dns.import: must be true or false, not a text",
    ]);
  });

  test("of a cluster comes with parts that the settings have too", () => {
    const imported = { id: cluster, databases: ["shop"], users: ["nobody"], pools: ["api-pool"] };
    expect(faultsOf({ database: { ...defaultProduct.database, import: imported } })).toEqual([
      "database.import.databases[0]: must be one of databases; there is tinkertools",
      "database.import.users[0]: must be one of users; there is tinkertools_app",
      "database.import.pools[0]: must be one of pools; none is set",
    ]);
  });
});

test("names are refused that the platforms would not take", () => {
  expect(faultsOf({ network: { name: "old network" } })).toEqual([
    'network.name: must be 1 to 63 letters, digits, hyphens and full stops, such as tinkertools-network; got "old network"',
  ]);
  expect(faultsOf({ database: { ...defaultProduct.database, name: "Old" } })).toEqual([
    'database.name: must be 3 to 63 lower-case letters, digits and single hyphens, with a letter first, such as tinkertools-db; got "Old"',
  ]);
});
