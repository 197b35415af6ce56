import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { headOf } from "../../../local/apis/github/branches.ts";
import { gitHubState } from "../../../local/apis/github/state.ts";
import type { ReleaseContext } from "../../../operations/release/context.ts";
import { recordPlace } from "../../../operations/release/deployments.ts";
import { settingsOfText } from "../../../operations/release/stack.ts";
import { FakeApps } from "../../local/apis/digitalocean/platform.ts";
import { ended, type LocalDigitalOcean, localDigitalOcean } from "../../local/apis/digitalocean/server.ts";
import { type LocalGitHub, localGitHub } from "../../local/apis/github/server.ts";
import { digestOf, type LocalRegistry, localRegistry, manifestOf } from "../../local/apis/registry/server.ts";

/** The digest of a release that a test calls by a letter; those of one small letter are in the registry. */
export const digest = (letter: string): string => digestOf(manifestOf(letter));

/** The repository of its images, as the local registry calls it. */
export const imageName = "ghcr.io/octo-org/shop-api";

/** The environment of the tests: nobody's own repository gets into them. */
export const environment = {};

class Apps extends FakeApps {
  readonly url: string;

  constructor(url: string) {
    super();
    this.url = url;
  }

  override async address(): Promise<string> {
    return this.url;
  }
}

/** What the product answers, by path; 200 and a page for the others. */
export type Answers = Record<string, { status?: number; text?: string }>;

/** Both platforms, a product that answers, and the stack files of staging and production in its repository. */
export interface Bench {
  gitHub: LocalGitHub;
  platform: LocalDigitalOcean;
  registry: LocalRegistry;
  answers: Answers;
  /** Milliseconds that were waited for. */
  waits: number[];
  /** Folder of the stack files. */
  folder: string;
  /** Minutes that the clock is ahead. */
  ahead: { minutes: number };
  /** A commit on a branch of the product, with the branches moved to it. */
  commit(...branches: string[]): Promise<string>;
  /** The text of a stack file on the main branch. */
  file(stack: string): Promise<string>;
  write(stack: string, text: string): Promise<void>;
  context(stack: string): Promise<ReleaseContext>;
  /** Brings a stack up as its file says, past the engine; answers with the id of the app. */
  up(stack: string): Promise<string>;
  close(): Promise<string[]>;
}

const repository = "octo-org/shop";
const root = `/repos/${repository}`;

/** The settings of a stack, with what a test wants in other words. */
export function stackText(stack: string, more: Record<string, unknown> = {}): string {
  const config = {
    "slipway:product": { name: "shop", repository, region: "nyc" },
    "slipway:app": {
      services: {
        api: {
          image: { registry: "ghcr", repository: "octo-org/shop-api" },
          port: 8080,
          size: "apps-s-1vcpu-0.5gb",
          health: { path: "/api/health" },
        },
      },
      staticSites: { site: { github: { branch: stack }, outputDirectory: "dist" } },
      ingress: [
        { path: "/api", component: "api" },
        { path: "/", component: "site" },
      ],
    },
    "slipway:delivery": { environment: stack },
    "slipway:verify": {
      tries: 2,
      pauseSeconds: 1,
      smoke: { home: { path: "/", contains: "welcome" } },
      targets: { samples: 3, healthMs: 5000, apiMs: 5000, pageMs: 5000 },
    },
    ...(stack === "production" ? { "slipway:promotion": { soakMinutes: 60 } } : {}),
    "slipway:release": { version: "0.0.1", images: { api: digest("0") } },
    ...more,
  };
  return `# The ${stack} of a shop.\n${stringify({ config })}`;
}

export async function bench(): Promise<Bench> {
  const answers: Answers = {};
  const product = await productServer(answers);
  const gitHub = await localGitHub();
  const apps = new Apps(`http://127.0.0.1:${(product.address() as AddressInfo).port}`);
  const platform = await localDigitalOcean({ apps, headOf: headOf(gitHubState(gitHub.store)) });
  const registry = await localRegistry();
  for (const letter of "abcdef") await registry.push(imageName, `tag-${letter}`, manifestOf(letter));
  const folder = mkdtempSync(join(tmpdir(), "slipway-release-"));
  const waits: number[] = [];
  const ahead = { minutes: 0 };
  const wait = async (milliseconds: number) => waits.push(milliseconds);

  const file: Bench["file"] = async (stack) => {
    const { body } = await gitHub.ask("GET", `${root}/contents/Pulumi.${stack}.yaml`);
    return Buffer.from((body as { content: string }).content, "base64").toString("utf8");
  };
  const put = async (path: string, text: string, branch = "main"): Promise<string> => {
    const present = await gitHub.ask("GET", `${root}/contents/${path}?ref=${branch}`);
    const { sha } = present.body as { sha?: string };
    const content = Buffer.from(text).toString("base64");
    const made = await gitHub.ask("PUT", `${root}/contents/${path}`, {
      message: path,
      content,
      branch,
      ...(present.status === 200 ? { sha } : {}),
    });
    return (made.body as { commit: { sha: string } }).commit.sha;
  };
  const write: Bench["write"] = async (stack, text) => {
    await put(`Pulumi.${stack}.yaml`, text);
  };
  for (const stack of ["staging", "production"]) {
    await write(stack, stackText(stack));
    await gitHub.ask("POST", `${root}/git/refs`, {
      ref: `refs/heads/${stack}`,
      sha: await head(gitHub, "main"),
    });
  }

  const context: Bench["context"] = async (stack) => {
    const settings = settingsOfText(stack, await file(stack));
    const access = { endpoint: gitHub.url, token: "t0ken", wait };
    return {
      settings,
      place: recordPlace(access, settings),
      platform: { endpoint: platform.url, token: "t0ken", wait },
      registry: { mirror: registry.url, credentialsOf: () => undefined, wait },
      by: "octocat",
      now: () => new Date(Date.now() + ahead.minutes * 60_000),
      tell: () => undefined,
    };
  };

  return {
    gitHub,
    platform,
    registry,
    answers,
    waits,
    folder,
    ahead,
    file,
    write,
    context,
    commit: async (...branches) => {
      const sha = await put("app.txt", `${Math.random()}`, "main");
      for (const branch of branches)
        await gitHub.ask("PATCH", `${root}/git/refs/heads/${branch}`, { sha, force: true });
      return sha;
    },
    up: async (stack) => {
      const text = await file(stack);
      writeFileSync(join(folder, `Pulumi.${stack}.yaml`), text);
      return await brought(platform, stack, settingsOfText(stack, text).release.images["api"] ?? "");
    },
    close: async () => {
      await Promise.all([platform.close(), registry.close()]);
      product.closeAllConnections();
      await new Promise((resolve) => product.close(resolve));
      rmSync(folder, { recursive: true });
      return [...(await gitHub.close()), ...platform.deviations];
    },
  };
}

async function head(gitHub: LocalGitHub, branch: string): Promise<string> {
  const { body } = await gitHub.ask("GET", `${root}/branches/${branch}`);
  return (body as { commit: { sha: string } }).commit.sha;
}

async function brought(platform: LocalDigitalOcean, stack: string, image: string): Promise<string> {
  const spec = {
    name: `shop-${stack}`,
    region: "nyc",
    services: [
      {
        name: "api",
        image: { registry_type: "GHCR", registry: "octo-org", repository: "shop-api", digest: image },
        http_port: 8080,
        instance_size_slug: "apps-s-1vcpu-0.5gb",
        instance_count: 1,
      },
    ],
    static_sites: [{ name: "site", github: { repo: repository, branch: stack } }],
    ingress: {
      rules: [
        { match: { path: { prefix: "/api" } }, component: { name: "api" } },
        { match: { path: { prefix: "/" } }, component: { name: "site" } },
      ],
    },
  };
  const { apps = [] } = (await platform.ask("GET", "/v2/apps")).body;
  const present = apps.find((one: { spec: { name: string } }) => one.spec.name === spec.name);
  const { status, body } =
    present === undefined
      ? await platform.ask("POST", "/v2/apps", { spec })
      : await platform.ask("PUT", `/v2/apps/${present.id}`, { spec });
  if (status !== 200) throw new Error(`the app was refused: ${body.message}`);
  await ended(platform, body.app.id, body.app.pending_deployment.id);
  return body.app.id;
}

async function productServer(answers: Answers): Promise<Server> {
  const server = createServer((request, response) => {
    const { status = 200, text = "welcome" } = answers[request.url ?? ""] ?? {};
    response.writeHead(status).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}
