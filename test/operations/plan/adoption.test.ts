import { expect, test } from "@jest/globals";
import { adoptionLines } from "../../../operations/plan/adoption.ts";
import type { PlannedResource, PlannedStack } from "../../../operations/plan/graph.ts";

const id = "4f6c71e2-1e90-4762-9fee-6cc4a0a9f2cf";
const resource = (type: string, adopts: string | undefined): PlannedResource => ({
  urn: "u",
  type,
  name: "shop",
  component: "shop",
  inputs: { name: "shop-dev" },
  options: {
    protect: false,
    retainOnDelete: false,
    ignoreChanges: [],
    dependsOn: [],
    aliases: [],
    ...(adopts === undefined ? {} : { import: adopts }),
  },
});
const lines = (type: string, settings: object = {}, adopts: string | undefined = id) =>
  adoptionLines({ resources: [resource(type, adopts)], settings: settings as PlannedStack["settings"] });
const cluster = "digitalocean:index/databaseCluster:DatabaseCluster";
const network = "digitalocean:index/vpc:Vpc";

test("a cluster or network that is taken over without its name is warned of", () => {
  expect(lines(cluster, { database: {} })).toEqual([
    `shop takes over ${id}; warning: database.name is not set, so it must be called shop-dev: a cluster of another name would be replaced, and the engine refuses to take it over; set database.name to the name that it has`,
  ]);
  expect(lines(network, { network: {} })).toEqual([
    `shop takes over ${id}; warning: network.name is not set, so it must be called shop-dev, or it is renamed so; set network.name to keep its own`,
  ]);
});

test("what is named, or has no name of its own, is told without a warning", () => {
  const plain = [`shop takes over ${id}`];
  expect(lines(cluster, { database: { name: "old" } })).toEqual(plain);
  expect(lines(network, { network: { name: "old" } })).toEqual(plain);
  expect(lines("digitalocean:index/app:App")).toEqual(plain);
  expect(
    adoptionLines({ resources: [resource(cluster, undefined)], settings: {} as PlannedStack["settings"] }),
  ).toEqual([]);
});
