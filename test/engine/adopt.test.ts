import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { S3 } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { defaultProduct } from "../../components/default-product.ts";
import { Slipway } from "../support/slipway.ts";

type Blocks = Record<string, Record<string, unknown>>;

interface UpDocument {
  changes: Record<string, number>;
  changed: { operation: string; type: string }[];
  outputs: Record<string, unknown>;
  requests: { writes: number };
}

const slipway = new Slipway();
const states = join(slipway.home, "state", ".pulumi", "stacks", "slipway");
const configFile = join(slipway.home, "Pulumi.dev.yaml");
let blocks: Blocks;

async function up(changed: Blocks): Promise<UpDocument> {
  const config = Object.fromEntries(Object.entries(changed).map(([key, value]) => [`slipway:${key}`, value]));
  writeFileSync(configFile, stringify({ config }));
  const document = await slipway.json(["local", "up", "--stack", "dev", "--stack-file", configFile]);
  return document as unknown as UpDocument;
}

/** Types of what an operation was done to. */
const typesOf = ({ changed }: UpDocument, operation: string) =>
  changed.filter((one) => one.operation === operation).map(({ type }) => type);

// An app, a cluster with what is in it, a network, a bucket and a zone, of which no state knows.
beforeAll(async () => {
  const { product, network, database, app, operations, release } = defaultProduct;
  await up({ product, network, database, app, operations, release });
  const state = JSON.parse(readFileSync(join(states, "dev.json"), "utf8"));
  const ids = new Map<string, string>(
    state.checkpoint.latest.resources.map(({ type, id }: { type: string; id: string }) => [type, id]),
  );
  for (const file of readdirSync(states)) rmSync(join(states, file), { recursive: true });

  const status = await slipway.json(["local", "status"]);
  const { aws, digitalocean } = (status as { cloud: { endpoints: Record<string, string> } }).cloud.endpoints;
  const credentials = { accessKeyId: "anyone", secretAccessKey: "anyone" };
  const s3 = new S3({ endpoint: aws ?? "", forcePathStyle: true, region: "us-east-1", credentials });
  await s3.createBucket({ Bucket: "old-backups" });
  s3.destroy();
  const made = await fetch(`${digitalocean}/v2/domains`, {
    method: "POST",
    headers: { authorization: "Bearer anyone", "content-type": "application/json" },
    body: JSON.stringify({ name: "old.example" }),
  });
  expect(made.status).toBe(201);

  const cluster = ids.get("digitalocean:index/databaseCluster:DatabaseCluster");
  blocks = {
    product,
    release,
    operations,
    network: { ...network, import: ids.get("digitalocean:index/vpc:Vpc") },
    database: {
      ...database,
      import: { id: cluster, databases: ["tinkertools"], users: ["tinkertools_app"] },
    },
    app: { ...app, import: ids.get("digitalocean:index/app:App") },
    backups: { ...defaultProduct.backups, bucket: "old-backups", import: true },
    dns: { zone: "old.example", import: true },
  };
});
afterAll(() => slipway.end());

test("what is there is taken over: nothing of it is made or replaced", async () => {
  const adopted = await up(blocks);
  expect(adopted.changes).toEqual({ create: 21, update: 3, replace: 0, delete: 0, same: 0 });
  expect(typesOf(adopted, "update").sort()).toEqual([
    "aws:s3/bucket:Bucket",
    "digitalocean:index/app:App",
    "digitalocean:index/databaseCluster:DatabaseCluster",
  ]);
  const there = ["App", "DatabaseCluster", "DatabaseDb", "DatabaseUser", "Vpc", "Domain", "Bucket"];
  const made = typesOf(adopted, "create").map((type) => type.split(":").at(-1) ?? "");
  expect(made.filter((type) => there.includes(type))).toEqual([]);
  expect(adopted.outputs).toMatchObject({
    appId: blocks["app"]?.["import"],
    backupBucket: "old-backups",
    zone: "old.example",
  });
});

test("the second run changes nothing and writes nothing", async () => {
  const second = await up(blocks);
  expect(second.changes).toEqual({ create: 0, update: 0, replace: 0, delete: 0, same: 28 });
  expect(second.requests.writes).toBe(0);
});

test("nothing is written after the ids are taken out of the file and the product was renamed", async () => {
  const without = Object.fromEntries(
    Object.entries(blocks).map(([key, { import: _, ...block }]) => [key, block]),
  );
  const product = { ...blocks["product"], name: "tinkerbox", formerName: "tinkertools" };
  const renamed = await up({ ...without, product });
  // A component is no more than its settings, of which the ids are gone.
  expect(renamed.changes).toEqual({ create: 0, update: 5, replace: 0, delete: 0, same: 23 });
  expect(typesOf(renamed, "update").filter((type) => !type.startsWith("slipway:"))).toEqual([]);
  expect(renamed.requests.writes).toBe(0);
});

test("files of users get their bucket, its copy in another region and what the API needs, once", async () => {
  const without = Object.fromEntries(
    Object.entries(blocks).map(([key, { import: _, ...block }]) => [key, block]),
  );
  const given = {
    ...without,
    product: { ...blocks["product"], name: "tinkerbox", formerName: "tinkertools" },
    files: {
      components: ["tinkertools-api"],
      origins: ["https://shop.example"],
      replica: { region: "eu-west-1" },
    },
  };
  const stored = await up(given);
  expect(stored.changes).toEqual({ create: 22, update: 2, replace: 0, delete: 0, same: 26 });
  expect(typesOf(stored, "update").sort()).toEqual(["digitalocean:index/app:App", "slipway:index:WebApp"]);
  expect(stored.outputs["filesBucket"]).toBe("tinkertools-files-dev");
  expect((await up(given)).requests.writes).toBe(0);
  const looked = await slipway.run(["drift", "--stack", "dev", "--local", "--json"]);
  expect([looked.exitCode, JSON.parse(looked.stdout).drifts]).toEqual([0, []]);
});
