import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { localClouds } from "../../../cli/clouds.ts";
import type { Clouds } from "../../../operations/drift/clouds.ts";
import { readState } from "../../../operations/drift/state.ts";
import { findDrift } from "../../../operations/drift.ts";
import { Slipway } from "../../support/slipway.ts";
import { everythingBlocks, everythingSecret } from "./everything.ts";

// Writes everything.state.json and everything.answers.json again, from one `up` on the local clouds:
//   node cli/with-packages.mjs test/operations/drift/record.ts

const stack = "staging";
const answers: { http: Record<string, unknown>; aws: Record<string, unknown> } = { http: {}, aws: {} };
const noted = ["activeDeploymentId", "name", "region", "remoteUpdatedAt"];
const clusterFields = ["nodeCount", "privateNetworkUuid", "size", "storageSizeMib", "version"];
const unused =
  /^(avatar_url|connection|default_ingress|etag|events_url|hash|html_url|metrics_endpoints|node_id|password|private_connection|ssl_cert|ui_connection|uri|url|_links|\$metadata|.*_url)$/;

/** Without ports, addresses and passwords, which differ from run to run. */
function scrubbed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(scrubbed);
  if (typeof value === "string") return value.replace(/http:\/\/127\.0\.0\.1:\d+/g, "https://app.example");
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (unused.test(key) ? [] : [[key, scrubbed(one)]])),
  );
}

function recording<T extends object>(service: string, client: T): T {
  return new Proxy(client, {
    get: (target, call) => {
      const method = Reflect.get(target, call) as unknown;
      if (typeof method !== "function") return method;
      return async (input: unknown) => {
        const route = `${service} ${String(call)} ${JSON.stringify(input)}`;
        try {
          const answer: unknown = await method.call(target, input);
          answers.aws[route] = scrubbed(answer);
          return answer;
        } catch (error) {
          answers.aws[route] = (error as { $metadata: { httpStatusCode: number } }).$metadata.httpStatusCode;
          throw error;
        }
      };
    },
  });
}

async function recordedClouds(): Promise<Clouds> {
  const clouds = await localClouds();
  const ask = globalThis.fetch;
  const gitHub = new URL(clouds.github().endpoint).port;
  globalThis.fetch = async (input, init) => {
    const response = await ask(input, init);
    const { port, pathname } = new URL(input instanceof Request ? input.url : input);
    if (response.ok)
      answers.http[`${port === gitHub ? "github" : "digitalocean"} ${pathname}`] = scrubbed(
        await response.clone().json(),
      );
    return response;
  };
  return {
    ...clouds,
    aws: async (region) => {
      const { s3, iam } = await clouds.aws(region);
      return { s3: recording("s3", s3), iam: recording("iam", iam) };
    },
  };
}

interface Resource {
  urn: string;
  type: string;
  id?: string;
  inputs?: object;
  outputs?: Record<string, unknown>;
}

/** What drift reads of a state. */
function trimmed(text: string): unknown {
  const { resources } = JSON.parse(text).checkpoint.latest as { resources: Resource[] };
  const kept = resources.filter(({ type }) => !/^pulumi:(providers|pulumi)/.test(type));
  return {
    deployment: {
      resources: kept.map(({ urn, type, id, inputs, outputs = {} }) => ({
        urn,
        type,
        ...(id === undefined ? {} : { id }),
        inputs,
        outputs: Object.fromEntries(
          Object.entries(outputs).filter(([key]) =>
            [...noted, ...(type.endsWith(":DatabaseCluster") ? clusterFields : [])].includes(key),
          ),
        ),
      })),
    },
  };
}

const slipway = new Slipway();
try {
  const file = join(slipway.home, `Pulumi.${stack}.yaml`);
  const text = stringify(
    { config: everythingBlocks },
    { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" },
  );
  writeFileSync(file, text);
  const own = ["--stack", stack, "--stack-file", file];
  for (const [name, input] of Object.entries(everythingSecret)) {
    const { exitCode, stderr } = await slipway.run(["local", "secret", name, ...own], { input });
    if (exitCode !== 0) throw new Error(stderr);
  }
  await slipway.json(["local", "up", ...own]);
  process.env["SLIPWAY_HOME"] = slipway.home;
  const state = readFileSync(join(slipway.home, "state/.pulumi/stacks/slipway", `${stack}.json`), "utf8");
  const { drifts, unchecked } = await findDrift(readState(stack, state), await recordedClouds());
  if (drifts.length + unchecked.length > 0)
    throw new Error(JSON.stringify([drifts, unchecked], undefined, 2));
  const write = (name: string, content: unknown) =>
    writeFileSync(new URL(name, import.meta.url), `${JSON.stringify(content, undefined, 2)}\n`);
  const sealedState = JSON.stringify(trimmed(state)).replace(
    /"ciphertext":"[^"]*"/g,
    '"ciphertext":"sealed"',
  );
  write("everything.state.json", scrubbed(JSON.parse(sealedState)));
  write("everything.answers.json", answers);
} finally {
  await slipway.end();
}
