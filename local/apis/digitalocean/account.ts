import { randomBytes, randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { Collection, Store } from "../../cloud/store.ts";
import type { AppRecord, DeploymentRecord, LogRecord } from "./apps/model.ts";
import type { Cluster, ClusterEvent, DevDatabase } from "./databases/model.ts";
import type { Domain } from "./domains.ts";
import type { AlertPolicy } from "./monitoring.ts";
import type { AppRuntime, DatabaseServers } from "./platform.ts";
import type { Assignment, Project } from "./projects.ts";
import type { DnsRecord } from "./records.ts";
import type { UptimeAlert, UptimeCheck } from "./uptime.ts";
import type { Vpc } from "./vpcs.ts";
import { Work } from "./work.ts";

/** Who owns everything, and the secret with which App Platform seals values. */
export interface Identity {
  readonly uuid: string;
  readonly teamUuid: string;
  readonly createdAt: string;
  /** 32 bytes, base64. */
  readonly sealingKey: string;
  /** Highest id that a DNS record ever had. */
  readonly lastRecordId: number;
}

/** Address to which alerts go that name no other. */
export const accountEmail = "owner@slipway.localhost";

/** Everything that one DigitalOcean account holds, and the machine's means to make it real. */
export class Account {
  readonly databaseServers: DatabaseServers;
  readonly runtime: AppRuntime;
  readonly work = new Work();
  readonly vpcs: Collection<Vpc>;
  readonly clusters: Collection<Cluster>;
  readonly clusterEvents: Collection<ClusterEvent>;
  readonly devDatabases: Collection<DevDatabase>;
  readonly domains: Collection<Domain>;
  readonly records: Collection<DnsRecord>;
  readonly projects: Collection<Project>;
  readonly assignments: Collection<Assignment>;
  readonly checks: Collection<UptimeCheck>;
  readonly uptimeAlerts: Collection<UptimeAlert>;
  readonly policies: Collection<AlertPolicy>;
  readonly tags: Collection<{ name: string }>;
  readonly apps: Collection<AppRecord>;
  readonly deployments: Collection<DeploymentRecord>;
  readonly logs: Collection<LogRecord>;
  private readonly identities: Collection<Identity>;

  constructor(store: Store, databaseServers: DatabaseServers, runtime: AppRuntime) {
    this.databaseServers = databaseServers;
    this.runtime = runtime;
    const collection = <T>(kind: string): Collection<T> => store.collection<T>(`digitalocean/${kind}`);
    this.vpcs = collection("vpc");
    this.clusters = collection("database");
    this.clusterEvents = collection("database-event");
    this.devDatabases = collection("dev-database");
    this.domains = collection("domain");
    this.records = collection("domain-record");
    this.projects = collection("project");
    this.assignments = collection("project-resource");
    this.checks = collection("uptime-check");
    this.uptimeAlerts = collection("uptime-alert");
    this.policies = collection("alert-policy");
    this.tags = collection("tag");
    this.apps = collection("app");
    this.deployments = collection("deployment");
    this.logs = collection("deployment-log");
    this.identities = collection("account");
  }

  /** Made at random on first use and kept. */
  get identity(): Identity {
    const kept = this.identities.get("account");
    if (kept !== undefined) return kept;
    const made: Identity = {
      uuid: randomUUID(),
      teamUuid: randomUUID(),
      createdAt: now(),
      sealingKey: randomBytes(32).toString("base64"),
      lastRecordId: 0,
    };
    this.identities.put("account", made);
    return made;
  }

  /** A DNS record id that no record had before, not even a deleted one. */
  nextRecordId(): number {
    const identity = this.identity;
    const lastRecordId = identity.lastRecordId + 1;
    this.identities.put("account", { ...identity, lastRecordId });
    return lastRecordId;
  }
}

/** This moment, RFC 3339 in UTC. */
export const now = (): string => new Date().toISOString();

/** Serves who owns the account. */
export function accountRoutes(server: FastifyInstance, account: Account): void {
  // Its registry of images, which the local registry stands for.
  server.get("/v2/registry", async () => ({
    registry: {
      name: "slipway",
      created_at: account.identity.createdAt,
      region: "nyc3",
      storage_usage_bytes: 0,
      storage_usage_bytes_updated_at: account.identity.createdAt,
      subscription: { tier: { name: "Starter", slug: "starter" } },
    },
  }));
  server.get("/v2/account", async () => {
    const { uuid, teamUuid } = account.identity;
    return {
      account: {
        droplet_limit: 25,
        floating_ip_limit: 5,
        email: accountEmail,
        name: "Owner",
        uuid,
        email_verified: true,
        status: "active",
        status_message: "",
        team: { uuid: teamUuid, name: "My Team" },
      },
    };
  });
}
