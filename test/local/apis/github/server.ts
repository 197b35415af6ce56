import { readFileSync } from "node:fs";
import { gitHubApi } from "../../../../local/apis/github/index.ts";
import type { Fault, RequestRecord } from "../../../../local/apis/request-log.ts";
import { Store } from "../../../../local/cloud/store.ts";
import { apiDescription, watchTraffic } from "../../../support/openapi.ts";

/** Routes that the published cut does not describe. */
const undescribed = [
  /^\/(meta|rate_limit|user\/repos)$/,
  /^\/orgs\/[^/]+\/(repos|teams\/.+)$/,
  /^\/users\/[^/]+\/\w+$/,
  /^\/repos\/[^/]+\/[^/]+\/(branches|git|compare|contents|commits)\/.+$/,
  /^\/repos\/[^/]+\/[^/]+\/branches$/,
  /^\/repos\/[^/]+\/[^/]+\/pulls(\/\d+\/merge)?$/,
  /^\/repos\/[^/]+\/[^/]+\/issues(\/\d+)?$/,
];

/** Where GitHub differs from its description: a field that it takes, empty links, and errors that are plain text. */
const knownDeviations = [
  /environments\/\{environment_name\} request: body must NOT have additional properties \(can_admins_bypass\)$/,
  /rulesets 422: \/errors\/0 must be object$/,
  /statuses(\/\{status_id\})? 20[01]: (\/\d+)?\/(target|environment|log)_url must match format "uri"$/,
];

const description = apiDescription(
  JSON.parse(readFileSync(new URL("../../../specs/github.openapi.json", import.meta.url), "utf8")),
);

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Bodies are compared as a whole, so their type would only be repeated.
  readonly body: unknown;
}

export interface LocalGitHub {
  readonly url: string;
  readonly store: Store;
  readonly requests: RequestRecord[];
  readonly faults: Fault[];
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Ends the server and leaves the store open. */
  stop(): Promise<void>;
  /** Ends server and store, and tells where requests and replies differed from the published description. */
  close(): Promise<string[]>;
}

/** Starts the local GitHub on a free port, with `octo-org/shop` in it, and compares its traffic with the description. */
export async function localGitHub(store: Store = new Store(":memory:")): Promise<LocalGitHub> {
  const requests: RequestRecord[] = [];
  const faults: Fault[] = [];
  const server = gitHubApi({
    store,
    journal: {
      record: (record) => requests.push(record),
      takeFault: (api, method, path) => {
        const index = faults.findIndex(
          (fault) => fault.api === api && fault.method === method && new RegExp(fault.path).test(path),
        );
        return index < 0 ? undefined : faults.splice(index, 1)[0];
      },
    },
  });
  const found = watchTraffic(server, description, {
    prefix: /^\/api\/v3/,
    ignore: (method, path, status) =>
      (method === "PATCH" && /^\/repos\/[^/]+\/[^/]+(\/pulls\/\d+)?$/.test(path)) ||
      path.startsWith("/repositories/") ||
      (status >= 300 && status < 400) ||
      undescribed.some((pattern) => pattern.test(path)),
  });
  const url = await server.listen({ host: "127.0.0.1", port: 0 });
  const ask: LocalGitHub["ask"] = async (method, path, body, headers) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: "Bearer t0ken", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? undefined : JSON.parse(text),
    };
  };
  await ask("POST", "/orgs/octo-org/repos", { name: "shop" });
  requests.length = 0;
  return {
    url,
    store,
    requests,
    faults,
    ask,
    stop: () => server.close(),
    close: async () => {
      await server.close();
      store.close();
      return found.filter((text) => !knownDeviations.some((known) => known.test(text)));
    },
  };
}
