import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { parse, stringify } from "yaml";
import { digestOf, manifestOf, pushed } from "../local/apis/registry/server.ts";
import { Slipway } from "../support/slipway.ts";

const slipway = new Slipway();
afterAll(() => slipway.end());

const repository = "octo-org/shop";
const digest = (letter: string): string => digestOf(manifestOf(letter));
const image = "ghcr.io/octo-org/shop-api";
const fileOf = (stack: string): string => join(slipway.home, `Pulumi.${stack}.yaml`);
const environment: Record<string, string> = {
  GITHUB_REPOSITORY: "",
  GITHUB_TOKEN: "t",
  DIGITALOCEAN_TOKEN: "t",
};

function configOf(stack: string, release: object): string {
  const config = {
    "slipway:product": { name: "shop", repository, region: "nyc", contact: "ops@shop.example" },
    "slipway:app": {
      services: {
        api: {
          image: { registry: "ghcr", repository: "octo-org/shop-api" },
          port: 8080,
          size: "apps-s-1vcpu-0.5gb",
          health: { path: "/health" },
        },
      },
      ingress: [{ path: "/", component: "api" }],
    },
    "slipway:verify": {
      tries: 2,
      pauseSeconds: 0,
      smoke: { api: { path: "/items", contains: "placeholder" } },
      targets: { samples: 3, healthMs: 5000, apiMs: 5000 },
    },
    ...(stack === "production" ? { "slipway:promotion": { soakMinutes: 0 } } : {}),
    "slipway:release": release,
  };
  return stringify({ config });
}

const up = async (stack: string) =>
  (await slipway.json(["local", "up", "--stack", stack, "--config-file", fileOf(stack)])) as {
    changes: Record<string, number>;
  };

async function release(args: string[], exitCode = 0): Promise<Record<string, unknown>> {
  const result = await slipway.run(["release", ...args, "--json"], { environment });
  if (result.exitCode !== exitCode)
    throw new Error(`${args.join(" ")} ended with ${result.exitCode}:\n${result.stdout}${result.stderr}`);
  return JSON.parse(result.stdout);
}
const of = (stack: string): string[] => ["--stack", stack, "--stack-file", fileOf(stack)];

async function gitHub(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(`${environment["GITHUB_API_URL"]}/repos/${repository}${path}`, {
    method,
    headers: { authorization: "Bearer t" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as Record<string, unknown>;
}

/** Puts a stack file into the repository, and into the working copy. */
async function commitFile(stack: string, text: string): Promise<void> {
  const path = `/contents/Pulumi.${stack}.yaml`;
  const { sha } = await gitHub("GET", path);
  await gitHub("PUT", path, {
    message: stack,
    content: Buffer.from(text).toString("base64"),
    ...(sha === undefined ? {} : { sha }),
  });
  writeFileSync(fileOf(stack), text);
}

/** What `git pull` does to the stack file of production. */
async function pulled(): Promise<Record<string, unknown>> {
  const { content } = await gitHub("GET", "/contents/Pulumi.production.yaml");
  const text = Buffer.from(String(content), "base64").toString("utf8");
  writeFileSync(fileOf("production"), text);
  return parse(text).config["slipway:release"];
}

/** Brings a release up in staging and verifies it there. */
async function staged(version: string, letter: string): Promise<void> {
  const { commit } = (await gitHub("GET", "/branches/main")) as { commit: { sha: string } };
  await commitFile(
    "staging",
    configOf("staging", { version, commit: commit.sha, images: { api: digest(letter) } }),
  );
  await release(["begin", ...of("staging")]);
  await up("staging");
  expect(await release(["verify", ...of("staging")])).toMatchObject({ isVerified: true });
}

const promotion = [
  "promote",
  "--from",
  "staging",
  "--to",
  "production",
  "--from-file",
  fileOf("staging"),
  "--to-file",
  fileOf("production"),
];

/** Promotes by a pull request that is merged, and brings production up with it. */
async function released(): Promise<void> {
  const { pull } = (await release(promotion)) as { pull: { number: number } };
  await gitHub("PUT", `/pulls/${pull.number}/merge`);
  await pulled();
  await release(["begin", ...of("production"), "--from-file", fileOf("staging")]);
  await up("production");
  expect(await release(["verify", ...of("production")])).toMatchObject({ isVerified: true });
}

beforeAll(async () => {
  writeFileSync(fileOf("staging"), configOf("staging", { images: { api: digest("1") } }));
  await up("staging");
  const { cloud } = (await slipway.json(["local", "status"])) as {
    cloud: { endpoints: Record<string, string> };
  };
  environment["GITHUB_API_URL"] = cloud.endpoints["github"] ?? "";
  environment["DIGITALOCEAN_API_URL"] = cloud.endpoints["digitalocean"] ?? "";
  environment["REGISTRY_URL"] = cloud.endpoints["registry"] ?? "";
  for (const letter of "ab")
    await pushed(environment["REGISTRY_URL"], image, `tag-${letter}`, manifestOf(letter));
  await commitFile("production", configOf("production", { images: { api: digest("2") } }));
});

test("what was verified in staging goes to production by a merged pull request", async () => {
  await staged("1.0.0", "a");
  await released();
  expect(await release(["show", ...of("production")])).toMatchObject({
    meant: { version: "1.0.0" },
    differences: [],
  });
}, 300_000);

test("a bad release is taken back, stays back, and the next up agrees", async () => {
  await staged("2.0.0", "b");
  await released();
  const back = await release(["rollback", ...of("production"), "--reason", "bad"]);
  expect(back).toMatchObject({ way: "platform", configuration: "written", to: { version: "1.0.0" } });
  expect(await pulled()).toMatchObject({ version: "1.0.0", images: { api: digest("a") } });
  await release(["begin", ...of("production"), "--from-file", fileOf("staging")]);
  await up("production");
  expect(await release(["verify", ...of("production")])).toMatchObject({ isVerified: true });
  expect((await up("production")).changes).toMatchObject({ create: 0, update: 0, replace: 0, delete: 0 });
}, 300_000);

test("what is held is promoted nothing to, and what failed does not come back after it either", async () => {
  expect(await release(promotion, 3)).toMatchObject({
    refused: [{ rule: "hold" }, { rule: "failed-before" }],
  });
  await release(["resume", ...of("production")]);
  expect(await release(promotion, 3)).toMatchObject({ refused: [{ rule: "failed-before" }] });
  const { releases } = (await release(["history", ...of("production")])) as {
    releases: { release: { version: string }; way: string }[];
  };
  expect(releases.map((one) => [one.release.version, one.way])).toEqual([
    ["1.0.0", "rollback"],
    ["2.0.0", "up"],
    ["1.0.0", "up"],
  ]);
});
