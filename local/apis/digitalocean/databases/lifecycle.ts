import { randomUUID } from "node:crypto";
import { type Account, now } from "../account.ts";
import { found, preconditionFailed } from "../errors.ts";
import type { DatabaseServer } from "../platform.ts";
import type { Cluster, ClusterEvent, Observed } from "./model.ts";

/** Milliseconds before a server that did not start is tried again by somebody who looks. */
const retryAfter = 3_000;

const eventsKept = 100;

/** Changes a cluster; nothing happens to one that is gone. */
export function changeCluster(account: Account, id: string, change: (cluster: Cluster) => Cluster): void {
  const cluster = account.clusters.get(id);
  if (cluster !== undefined) account.clusters.put(id, change(cluster));
}

/** Notes what happened to a cluster. The oldest notes of an account make room for new ones. */
export function noteEvent(
  account: Account,
  cluster: Cluster,
  type: ClusterEvent["event_type"],
  message?: string,
): void {
  const id = randomUUID();
  account.clusterEvents.put(id, {
    id,
    clusterId: cluster.id,
    cluster_name: cluster.name,
    event_type: type,
    create_time: now(),
    ...(message === undefined ? {} : { message }),
  });
  const events = account.clusterEvents.list();
  for (const event of events.slice(0, Math.max(0, events.length - eventsKept))) {
    account.clusterEvents.delete(event.id);
  }
}

/** Lets the server of a cluster do one thing after the other. */
export const inTurn = <T>(account: Account, id: string, task: () => Promise<T>): Promise<T> =>
  account.work.inTurn(`database/${id}`, task);

/** Starts servers of clusters and remembers which attempts run and which failed lately. */
export class ClusterStarter {
  private readonly account: Account;
  private readonly starting = new Set<string>();
  private readonly failedAt = new Map<string, number>();

  constructor(account: Account) {
    this.account = account;
  }

  /** Starts a cluster's server in the background; a failure is kept with the cluster. */
  begin(id: string): void {
    this.account.work.start(() => this.run(id));
  }

  /** Starts it and answers when it listens or failed. */
  async run(id: string): Promise<void> {
    const { account } = this;
    const cluster = account.clusters.get(id);
    const password = cluster?.users[0]?.password;
    if (cluster === undefined || password === undefined || this.starting.has(id)) return;
    this.starting.add(id);
    changeCluster(account, id, ({ failure: _, ...rest }) => rest);
    const { name, version } = cluster;
    const attempt = inTurn(account, id, () =>
      account.databaseServers.start({ id, name, version, doadminPassword: password }),
    );
    const outcome = await account.work
      .wait(
        attempt.then(
          (server) => ({ server }),
          (error: unknown) => ({ failure: error instanceof Error ? error.message : String(error) }),
        ),
      )
      .finally(() => this.starting.delete(id));
    if ("server" in outcome) this.succeeded(id, outcome.server);
    else this.failed(id, outcome.failure);
  }

  /** Tries again where the last attempt failed a while ago: the person may have mended the machine since. */
  retry(cluster: Cluster): void {
    const failedAt = this.failedAt.get(cluster.id);
    if (failedAt !== undefined && Date.now() - failedAt >= retryAfter) this.begin(cluster.id);
  }

  private succeeded(id: string, server: DatabaseServer): void {
    this.failedAt.delete(id);
    changeCluster(this.account, id, ({ failure: _, ...cluster }) => ({ ...cluster, server }));
    const cluster = this.account.clusters.get(id);
    if (cluster !== undefined) noteEvent(this.account, cluster, "cluster_poweron");
  }

  private failed(id: string, failure: string): void {
    this.failedAt.set(id, Date.now());
    changeCluster(this.account, id, (cluster) => ({ ...cluster, failure }));
    const cluster = this.account.clusters.get(id);
    if (cluster !== undefined) noteEvent(this.account, cluster, "cluster_update", `start failed: ${failure}`);
  }
}

/** What a look at a passing status makes of it: the first look sees it, a later one finds it ended. */
export function looked<T extends Observed>(thing: T, isDone: boolean): T {
  if (thing.status === "online") return thing;
  if (!thing.wasSeen) return { ...thing, wasSeen: true };
  return isDone ? { ...thing, status: "online" } : thing;
}

/** A cluster after somebody looked at it. */
export function lookAt(account: Account, starter: ClusterStarter, id: string): Cluster {
  starter.retry(found(account.clusters.get(id)));
  const before = found(account.clusters.get(id));
  const after = looked(before, before.server !== undefined);
  if (after !== before) account.clusters.put(id, after);
  return after;
}

/** A cluster whose server listens; the API refuses work on any other. */
export function readyCluster(account: Account, id: string): Cluster {
  const cluster = found(account.clusters.get(id));
  if (cluster.server === undefined) throw preconditionFailed(`cluster "${cluster.name}" is not online yet`);
  return cluster;
}
