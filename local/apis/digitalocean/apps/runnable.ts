import { randomUUID } from "node:crypto";
import type { Account } from "../account.ts";
import { connection } from "../databases/cluster-view.ts";
import { newPassword } from "../databases/clusters.ts";
import { administrator, type Cluster, type DatabaseUser, firstDatabase } from "../databases/model.ts";
import { defaultVersion } from "../databases/sizes.ts";
import type { DatabaseServer, RunnableComponent } from "../platform.ts";
import { type Bindings, type DatabaseBinding, defaultHttpPort, environmentOf } from "./bindables.ts";
import type { AppRecord } from "./model.ts";
import { openSpec } from "./secrets.ts";
import { type AppSpec, type Component, componentsOf, type DatabaseSpec } from "./spec.ts";

const registryHosts = {
  GHCR: "ghcr.io",
  DOCKER_HUB: "docker.io",
  DOCR: "registry.digitalocean.com",
} as const;

/** Repository of an image with its host, without tag and digest. */
export function imageName({ spec: { image } }: Component): string | undefined {
  if (image === undefined) return undefined;
  return [registryHosts[image.registry_type], image.registry, image.repository]
    .filter((part) => part !== undefined && part !== "")
    .join("/");
}

function binding(
  server: DatabaseServer,
  user: { readonly name: string; readonly password: string },
  database: string,
  pools: DatabaseBinding["pools"],
): DatabaseBinding {
  return {
    hostname: server.host,
    port: server.port,
    username: user.name,
    password: user.password,
    database,
    url: connection(server, user, database).uri,
    caCertificate: server.caCertificate,
    pools,
  };
}

function clusterBinding(cluster: Cluster, spec: DatabaseSpec): DatabaseBinding {
  const { server } = cluster;
  if (server === undefined) throw new Error(`database cluster "${cluster.name}" is not online`);
  const userOf = (name: string): DatabaseUser => {
    const user = cluster.users.find((candidate) => candidate.name === name);
    if (user === undefined) throw new Error(`database cluster "${cluster.name}" has no user "${name}"`);
    return user;
  };
  const user = userOf(spec.db_user ?? administrator);
  const pools = cluster.pools.map((pool) => {
    const owner = pool.user === undefined ? user : userOf(pool.user);
    const url = connection(server, owner, pool.db).uri;
    return [pool.name, { url, database: pool.db, username: owner.name, password: owner.password }] as const;
  });
  return binding(server, user, spec.db_name ?? firstDatabase, Object.fromEntries(pools));
}

/** A small database that App Platform makes for a spec that names no cluster, made on first use. */
async function devDatabase(account: Account, app: AppRecord, spec: DatabaseSpec): Promise<DatabaseBinding> {
  const kept = account.devDatabases
    .list()
    .find(({ appId, component }) => appId === app.id && component === spec.name);
  const database = kept ?? {
    id: randomUUID(),
    appId: app.id,
    component: spec.name,
    version: spec.version ?? defaultVersion,
    password: newPassword(),
  };
  account.devDatabases.put(database.id, database);
  const { id, version, password } = database;
  const name = `${app.spec.name}-${spec.name}`;
  const server = await account.work.wait(
    account.databaseServers.start({ id, name, version, doadminPassword: password }),
  );
  account.devDatabases.put(id, { ...database, server });
  return binding(server, { name: administrator, password }, firstDatabase, {});
}

async function bindingsOf(account: Account, app: AppRecord, spec: AppSpec): Promise<Bindings> {
  const databases: Record<string, DatabaseBinding> = {};
  for (const database of spec.databases ?? []) {
    const cluster = account.clusters.list().find(({ name }) => name === database.cluster_name);
    if (database.production === true && cluster === undefined) {
      throw new Error(`database cluster "${database.cluster_name ?? ""}" does not exist`);
    }
    databases[database.name] =
      database.production === true && cluster !== undefined
        ? clusterBinding(cluster, database)
        : await devDatabase(account, app, database);
  }
  return { appId: app.id, appUrl: app.url, databases };
}

function runnable(
  app: AppRecord,
  spec: AppSpec,
  bindings: Bindings,
  component: Component,
): RunnableComponent {
  const service = component.kind === "service" ? component.spec : undefined;
  const check = service?.health_check;
  const hasOtherPorts = service?.internal_ports !== undefined;
  return {
    appId: app.id,
    appName: spec.name,
    name: component.spec.name,
    kind: component.kind,
    image: imageName(component),
    runCommand: component.kind === "static_site" ? undefined : component.spec.run_command,
    environment: environmentOf(spec, bindings, component),
    httpPort:
      service === undefined
        ? undefined
        : (service.http_port ?? (hasOtherPorts ? undefined : defaultHttpPort)),
    healthPath: check?.http_path ?? check?.path,
  };
}

/** The components of a deployment as they run: secrets in clear, references resolved. Jobs are among them. */
export async function runnableComponents(
  account: Account,
  app: AppRecord,
  sealed: AppSpec,
): Promise<RunnableComponent[]> {
  const spec = openSpec(Buffer.from(account.identity.sealingKey, "base64"), sealed);
  const bindings = await bindingsOf(account, app, spec);
  return componentsOf(spec).map((component) => runnable(app, spec, bindings, component));
}

/** Removes the small databases that were made for an app. */
export async function removeDevDatabases(account: Account, appId: string): Promise<void> {
  for (const database of account.devDatabases.list()) {
    if (database.appId !== appId) continue;
    await account.databaseServers.remove(database.id);
    account.devDatabases.delete(database.id);
  }
}
