import { dataCentres } from "../catalog/regions.ts";
import type { BlockSettings } from "./config.ts";

/** What is deployed of a stack, as far as it limits what can be asked for next; the stack's output `deployed`. */
export interface DeployedState {
  /** The product's name by which the platforms call its parts; outputs of older runs do not tell. */
  product?: string;
  /** Where network and database are; outputs of older runs do not tell. */
  dataCentre?: string;
  /** The range of the network, where the settings chose it. */
  ipRange?: string;
  database?: {
    version: string;
    size: string;
    /** Size of each replica by name. */
    replicas: Record<string, string>;
  };
}

/** What a stack's output says about itself once these settings are deployed. */
export function deployedState({ product, network, database }: BlockSettings): DeployedState {
  const place = {
    ...(product?.name === undefined ? {} : { product: product.formerName ?? product.name }),
    ...(product === undefined || network === undefined ? {} : { dataCentre: dataCentres[product.region] }),
    ...(network?.ipRange === undefined ? {} : { ipRange: network.ipRange }),
  };
  if (database === undefined) return place;
  const { version, size } = database;
  const replicas = Object.entries(database.replicas).map(([name, own]) => [name, own.size ?? size]);
  return { ...place, database: { version, size, replicas: Object.fromEntries(replicas) } };
}

/** A deployed resource as state and preview tell it. */
export interface DeployedResource {
  type: string;
  name: string;
  outputs: Readonly<Record<string, unknown>>;
}

/** The same, read from the resources of a state; `name` is what the database component is called. */
export function deployedIn(resources: readonly DeployedResource[]): DeployedState {
  const network = resources.find(({ type }) => type === "digitalocean:index/vpc:Vpc")?.outputs;
  const place = {
    ...(typeof network?.["region"] === "string" ? { dataCentre: network["region"] } : {}),
    ...(typeof network?.["ipRange"] === "string" ? { ipRange: network["ipRange"] } : {}),
  };
  const cluster = resources.find(({ type }) => type === "digitalocean:index/databaseCluster:DatabaseCluster");
  if (cluster === undefined) return place;
  const start = `${cluster.name}-replica-`;
  const replicas = resources
    .filter(
      ({ type, name }) =>
        type === "digitalocean:index/databaseReplica:DatabaseReplica" && name.startsWith(start),
    )
    .map(({ name, outputs }) => [name.slice(start.length), String(outputs["size"])]);
  const { version, size } = cluster.outputs;
  return {
    ...place,
    database: { version: String(version), size: String(size), replicas: Object.fromEntries(replicas) },
  };
}

/** Whether a stack's output is what `deployedState` tells. */
export function isDeployedState(value: unknown): value is DeployedState {
  if (typeof value !== "object" || value === null) return false;
  if (!("database" in value)) return true;
  const { database } = value;
  return (
    typeof database === "object" &&
    database !== null &&
    "version" in database &&
    "size" in database &&
    "replicas" in database &&
    typeof database.replicas === "object" &&
    database.replicas !== null
  );
}
