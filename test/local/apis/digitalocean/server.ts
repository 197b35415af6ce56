import { readFileSync } from "node:fs";
import { type DigitalOceanApi, digitalOceanApi } from "../../../../local/apis/digitalocean/index.ts";
import type { Fault, RequestRecord } from "../../../../local/apis/request-log.ts";
import { Store } from "../../../../local/cloud/store.ts";
import { apiDescription, watchTraffic } from "../../../support/openapi.ts";
import { FakeApps, FakeDatabases } from "./platform.ts";

/** Where the API is known to differ from its description: how the published Go client sends or reads it. */
const corrections = [
  ['"preserve_path_prefix":{"type":"string"}', '"preserve_path_prefix":{"type":"boolean"}'],
  ["^do:(dbaas|", "^do:(app|dbaas|"],
  ['["name","method","target","regions","type","enabled"]', '["name","target","type"]'],
  [
    '"required":["type"],"properties":{"id":{"type":"integer","readOnly":true},"type"',
    '"properties":{"id":{"type":"integer","readOnly":true},"type"',
  ],
  [
    '"enum":["Development","Staging","Production"]',
    '"enum":["Development","Staging","Production","staging"]',
  ],
  ['["droplet","image","volume","volume_snapshot"]', '["droplet","database"]'],
  // A needless escape that the validator's regular expressions refuse.
  ["_\\\\-\\\\:]+$", "_:-]+$"],
  ['"POST_DEPLOY","FAILED_DEPLOY"]', '"POST_DEPLOY","FAILED_DEPLOY","SCHEDULED"]'],
] as const;

function corrected(text: string): unknown {
  const compact = JSON.stringify(JSON.parse(text));
  return JSON.parse(
    corrections.reduce((sum, [wrong, right]) => {
      if (!sum.includes(wrong)) throw new Error(`the description does not hold ${wrong} any more`);
      return sum.replaceAll(wrong, right);
    }, compact),
  );
}

const description = apiDescription(
  corrected(readFileSync(new URL("../../../specs/digitalocean.openapi.json", import.meta.url), "utf8")),
);

/** A parsed answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Bodies are compared as a whole or read at a known path: their types would only be repeated.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly body: any;
}

/** The API on a free port with a machine behind it that only remembers. */
export interface LocalDigitalOcean {
  readonly api: DigitalOceanApi;
  readonly url: string;
  readonly store: Store;
  readonly databases: FakeDatabases;
  readonly apps: FakeApps;
  readonly requests: RequestRecord[];
  readonly faults: Fault[];
  /** Where requests and replies differ from the published description. */
  readonly deviations: string[];
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Asks until the answer is as wanted. */
  until(path: string, isWanted: (body: Answer["body"]) => boolean): Promise<Answer["body"]>;
  close(): Promise<void>;
}

/** Starts the API and compares its traffic with the description. */
export async function localDigitalOcean(
  kept: {
    store?: Store;
    databases?: FakeDatabases;
    apps?: FakeApps;
    headOf?: (repository: string, branch: string) => string | undefined;
  } = {},
): Promise<LocalDigitalOcean> {
  const { store = new Store(":memory:"), databases = new FakeDatabases(), apps = new FakeApps() } = kept;
  const requests: RequestRecord[] = [];
  const faults: Fault[] = [];
  const api = digitalOceanApi({
    store,
    databases,
    apps,
    ...(kept.headOf === undefined ? {} : { headOf: kept.headOf }),
    journal: {
      record: (record) => requests.push(record),
      takeFault: (name, method, path) => {
        const index = faults.findIndex(
          (fault) => fault.api === name && fault.method === method && new RegExp(fault.path).test(path),
        );
        return index < 0 ? undefined : faults.splice(index, 1)[0];
      },
    },
  });
  const deviations = watchTraffic(api.server, description, {
    ignore: (_method, path) =>
      path.startsWith("/app-logs/") || path.startsWith("/v2/nothing") || path === "/v2/registry",
  });
  const url = await api.server.listen({ host: "127.0.0.1", port: 0 });
  const ask: LocalDigitalOcean["ask"] = async (method, path, body, headers) => {
    const response = await fetch(path.startsWith("http") ? path : `${url}${path}`, {
      method,
      headers: { authorization: "Bearer t0ken", "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? undefined : isJson ? JSON.parse(text) : text,
    };
  };
  return {
    api,
    url,
    store,
    databases,
    apps,
    requests,
    faults,
    deviations,
    ask,
    async until(path, isWanted) {
      for (let attempt = 0; attempt < 200; attempt++) {
        const { body } = await ask("GET", path);
        if (isWanted(body)) return body;
      }
      throw new Error(`${path} never answered as wanted`);
    },
    close: () => api.close(),
  };
}

/** A cluster that is asked for. */
export const clusterBody = {
  name: "shop-db",
  engine: "pg",
  version: "16",
  size: "db-s-1vcpu-1gb",
  region: "nyc1",
  num_nodes: 1,
};

/** Makes a cluster and waits until it is online; answers with it. */
export async function onlineCluster(
  cloud: LocalDigitalOcean,
  body: Record<string, unknown> = {},
): Promise<Answer["body"]> {
  const { body: made } = await cloud.ask("POST", "/v2/databases", { ...clusterBody, ...body });
  const answer = await cloud.until(
    `/v2/databases/${made.database.id}`,
    (one) => one.database.status === "online",
  );
  return answer.database;
}

/** A service that is asked for. */
export const serviceSpec = {
  name: "api",
  image: { registry_type: "GHCR", registry: "octo", repository: "shop-api", tag: "1.0" },
  http_port: 8080,
  instance_size_slug: "apps-s-1vcpu-0.5gb",
  instance_count: 1,
};

/** An app that is asked for. */
export const appSpec = {
  name: "shop-dev",
  region: "nyc",
  services: [serviceSpec],
  ingress: { rules: [{ match: { path: { prefix: "/" } }, component: { name: "api" } }] },
};

/** Waits until a deployment has ended; answers with it. */
export async function ended(
  cloud: LocalDigitalOcean,
  appId: string,
  deploymentId: string,
): Promise<Answer["body"]> {
  const answer = await cloud.until(`/v2/apps/${appId}/deployments/${deploymentId}`, ({ deployment }) =>
    ["ACTIVE", "ERROR", "CANCELED", "SUPERSEDED"].includes(deployment.phase),
  );
  return answer.deployment;
}

/** Makes an app and waits until its first deployment has ended; answers with the app. */
export async function deployedApp(
  cloud: LocalDigitalOcean,
  spec: Record<string, unknown> = appSpec,
): Promise<Answer["body"]> {
  const { status, body } = await cloud.ask("POST", "/v2/apps", { spec });
  if (status !== 200) throw new Error(`app was refused: ${body.message}`);
  await ended(cloud, body.app.id, body.app.pending_deployment.id);
  return (await cloud.ask("GET", `/v2/apps/${body.app.id}`)).body.app;
}
