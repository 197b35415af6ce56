import { createHash } from "node:crypto";
import { registryApi } from "../../../../local/apis/registry/index.ts";
import type { Fault, RequestRecord } from "../../../../local/apis/request-log.ts";
import { Store } from "../../../../local/cloud/store.ts";

/** The local registry on a free port. */
export interface LocalRegistry {
  url: string;
  requests: RequestRecord[];
  faults: Fault[];
  ask(method: string, path: string, body?: string, headers?: Record<string, string>): Promise<Response>;
  /** Pushes a manifest, and answers with its digest. */
  push(name: string, reference: string, manifest: string): Promise<string>;
  /** Removes a manifest. */
  remove(name: string, digest: string): Promise<void>;
  close(): Promise<void>;
}

/** A manifest that is told from others by a word. */
export const manifestOf = (word: string): string =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    annotations: { word },
  });

/** An index for systems such as `linux/arm64`, with what signs it beside. */
export const indexOf = (...platforms: string[]): string =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: [...platforms, "unknown/unknown"].map((platform) => {
      const [os, architecture] = platform.split("/");
      return { digest: digestOf(manifestOf(platform)), platform: { os, architecture } };
    }),
  });

export const digestOf = (manifest: string): string =>
  `sha256:${createHash("sha256").update(manifest).digest("hex")}`;

async function pusher(url: string, name: string): Promise<Record<string, string>> {
  const answer = await fetch(`${url}/token?service=local-registry&scope=repository:${name}:pull,push`, {
    headers: { authorization: `Basic ${Buffer.from("octocat:t0ken").toString("base64")}` },
  });
  return { authorization: `Bearer ${((await answer.json()) as { token: string }).token}` };
}

/** Pushes a manifest to a registry, and answers with its digest. */
export async function pushed(
  url: string,
  name: string,
  reference: string,
  manifest: string,
): Promise<string> {
  const answer = await fetch(`${url}/v2/${name}/manifests/${reference}`, {
    method: "PUT",
    headers: await pusher(url, name),
    body: manifest,
  });
  if (answer.status !== 201) throw new Error(`${name}:${reference} was refused: ${await answer.text()}`);
  return answer.headers.get("docker-content-digest") ?? "";
}

export async function localRegistry(store: Store = new Store(":memory:")): Promise<LocalRegistry> {
  const requests: RequestRecord[] = [];
  const faults: Fault[] = [];
  const server = registryApi({
    store,
    journal: {
      record: (record) => requests.push(record),
      takeFault: (_api, method, path) => {
        const index = faults.findIndex(
          (fault) => fault.method === method && new RegExp(fault.path).test(path),
        );
        return index < 0 ? undefined : faults.splice(index, 1)[0];
      },
    },
  });
  const url = await server.listen({ host: "127.0.0.1", port: 0 });
  const ask: LocalRegistry["ask"] = (method, path, body, headers = {}) =>
    fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
  return {
    url,
    requests,
    faults,
    ask,
    push: (name, reference, manifest) => pushed(url, name, reference, manifest),
    remove: async (name, digest) => {
      await ask("DELETE", `/v2/${name}/manifests/${digest}`, undefined, await pusher(url, name));
    },
    close: async () => {
      await server.close();
      store.close();
    },
  };
}
