import type { DatabaseServer } from "../platform.ts";

/** A source that may connect to a cluster. Field names are the API's. */
export interface FirewallRule {
  readonly uuid: string;
  readonly cluster_uuid: string;
  readonly type: string;
  readonly value: string;
  readonly description?: string;
  readonly created_at: string;
}

export interface DatabaseUser {
  readonly name: string;
  readonly role: "primary" | "normal";
  readonly password: string;
  readonly settings?: Readonly<Record<string, unknown>>;
}

export interface Pool {
  readonly name: string;
  readonly mode: string;
  readonly size: number;
  readonly db: string;
  /** None: connections keep the user that they came with. */
  readonly user?: string;
}

export type ClusterStatus = "creating" | "online" | "resizing" | "migrating";

/** A status that somebody has to see once before it ends, as on the platform, where each takes minutes. */
export interface Observed {
  readonly status: ClusterStatus;
  readonly wasSeen: boolean;
}

export interface Replica extends Observed {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly size: string;
  readonly vpcId: string;
  readonly tags: readonly string[];
  readonly storageMib: number;
  readonly createdAt: string;
}

export interface StorageAutoscale {
  readonly enabled: boolean;
  readonly threshold_percent?: number | undefined;
  readonly increment_gib?: number | undefined;
}

/** A managed PostgreSQL cluster and everything inside it. */
export interface Cluster extends Observed {
  readonly id: string;
  readonly name: string;
  /** Major version that was asked for. What really runs is `server.version`. */
  readonly version: string;
  readonly size: string;
  readonly nodes: number;
  readonly region: string;
  readonly vpcId: string;
  readonly tags: readonly string[];
  readonly storageMib: number;
  readonly createdAt: string;
  readonly maintenance: { readonly day: string; readonly hour: string };
  readonly autoscale: StorageAutoscale;
  /** None: every address may try to log in. */
  readonly rules: readonly FirewallRule[];
  /** The first is `doadmin`. */
  readonly users: readonly DatabaseUser[];
  readonly databases: readonly string[];
  readonly pools: readonly Pool[];
  readonly replicas: readonly Replica[];
  /** PostgreSQL settings that were asked for, by the API's names. */
  readonly config: Readonly<Record<string, unknown>>;
  /** None until the server listens. */
  readonly server?: DatabaseServer;
  /** Why the server does not start. */
  readonly failure?: string;
}

/** Something that happened to a cluster. */
export interface ClusterEvent {
  readonly id: string;
  readonly clusterId: string;
  readonly cluster_name: string;
  readonly event_type: "cluster_create" | "cluster_update" | "cluster_delete" | "cluster_poweron";
  readonly create_time: string;
  /** What the platform's own events do not tell: why a start failed, that no trusted source is left. */
  readonly message?: string;
}

/** A small database that App Platform made for one app, because its spec named none of the account's clusters. */
export interface DevDatabase {
  readonly id: string;
  readonly appId: string;
  readonly component: string;
  readonly version: string;
  readonly password: string;
  readonly server?: DatabaseServer;
}

/** The administrator that every cluster has. */
export const administrator = "doadmin";

/** The database that every cluster has. */
export const firstDatabase = "defaultdb";
