import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, stringify } from "yaml";
import { CloudClient } from "../../local/cloud/client.ts";
import { digestOf, manifestOf, pushed } from "../local/apis/registry/server.ts";
import { Slipway } from "../support/slipway.ts";

export const repository = "octo-org/shop";
export const digest = (letter: string): string => digestOf(manifestOf(letter));
const image = "ghcr.io/octo-org/shop-api";

/** A product whose staging and production are on this machine, and the commands of its releases. */
export class ReleasePath {
  readonly slipway: Slipway;
  readonly environment: Record<string, string> = {
    GITHUB_REPOSITORY: "",
    GITHUB_TOKEN: "t",
    DIGITALOCEAN_TOKEN: "t",
  };

  constructor(options?: ConstructorParameters<typeof Slipway>[0]) {
    this.slipway = new Slipway(options);
  }

  /** How many requests changed something at the platforms, in this run of the engine and after it. */
  async writes(): Promise<number> {
    const program = fileURLToPath(new URL("../../cli/cloud.ts", import.meta.url));
    const { requests } = await new CloudClient({ home: this.slipway.home, program }).requests();
    return requests.filter(({ effect, by }) => effect === "write" && by === undefined).length;
  }

  /** Has the next requests to a cloud fail. */
  async fault(...fault: string[]): Promise<void> {
    await this.slipway.json(["local", "fault", ...fault]);
  }

  /**
   * Has a cloud fail in every way that it is asked again after: without an answer, with 429 and Retry-After, with 500.
   * From now on an answer may take a second.
   */
  async fails(...requests: string[]): Promise<void> {
    this.environment["SLIPWAY_API_TIMEOUT"] = "1";
    const [api = "", ...where] = requests;
    await this.fault(api, "timeout", ...where);
    for (const status of ["429", "500"]) await this.fault(api, status, ...where, "--retry-after", "1");
  }

  /** What a command says that ends with a fault, with the clouds by their names; every fault that was set was met. */
  async told(args: string[], environment: Record<string, string> = {}): Promise<string[]> {
    Object.assign(this.environment, environment);
    const { stderr } = await this.run(args, 1);
    for (const name of Object.keys(environment)) delete this.environment[name];
    const { faults } = await this.slipway.json(["local", "fault"]);
    if ((faults as unknown[]).length > 0) throw new Error(`not met: ${JSON.stringify(faults)}\n${stderr}`);
    return stderr
      .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, "CLOUD")
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "ID")
      .replace(/^[\s\S]*(?=bringing up \w+ failed:)/, "")
      .trimEnd()
      .split("\n");
  }

  /** What a refused command says, after which nothing was written. */
  async refused(args: string[]): Promise<unknown> {
    const before = await this.writes();
    const { refused } = await this.release(args, 3);
    if ((await this.writes()) !== before) throw new Error(`${args.join(" ")} was refused and wrote`);
    return refused;
  }

  fileOf = (name: string): string => join(this.slipway.home, `Pulumi.${name}.yaml`);

  /** Brings staging up, and with it the clouds that the commands ask. */
  async begin(): Promise<void> {
    writeFileSync(this.fileOf("staging"), configOf("staging", { images: { api: digest("1") } }));
    await this.up("staging");
    const { cloud } = (await this.slipway.json(["local", "status"])) as {
      cloud: { endpoints: Record<string, string> };
    };
    this.environment["GITHUB_API_URL"] = cloud.endpoints["github"] ?? "";
    this.environment["DIGITALOCEAN_API_URL"] = cloud.endpoints["digitalocean"] ?? "";
    this.environment["REGISTRY_URL"] = cloud.endpoints["registry"] ?? "";
    for (const letter of "ab") await this.push(letter);
    await this.commitFile("production", configOf("production", { images: { api: digest("2") } }));
  }

  async push(letter: string): Promise<void> {
    await pushed(this.environment["REGISTRY_URL"] ?? "", image, `tag-${letter}`, manifestOf(letter));
  }

  async up(stack: string): Promise<{ changes: Record<string, number> }> {
    const args = ["local", "up", "--stack", stack, "--stack-file", this.fileOf(stack)];
    return (await this.slipway.json(args)) as { changes: Record<string, number> };
  }

  /** What `pulumi preview --json` prints for a stack with the settings of a file. */
  async preview(stack: string, file: string): Promise<string> {
    const json = join(this.slipway.home, "preview.json");
    await this.slipway.json([
      "local",
      "preview",
      "--stack",
      stack,
      "--stack-file",
      file,
      "--engine-json",
      json,
    ]);
    return json;
  }

  async run(args: string[], exitCode = 0): Promise<{ stdout: string; stderr: string }> {
    const told = await this.slipway.run(args, { environment: this.environment });
    // What a command names next has the files that it was given itself, which are elsewhere in every run.
    const plain = (text: string) => text.replaceAll(/ --(stack|from|to)-file '(?:[^']|'\\+'')*'/g, "");
    const result = { ...told, stdout: plain(told.stdout), stderr: plain(told.stderr) };
    if (result.exitCode === exitCode) return result;
    throw new Error(`${args.join(" ")} ended with ${result.exitCode}:\n${result.stdout}${result.stderr}`);
  }

  async release(args: string[], exitCode = 0): Promise<Record<string, unknown>> {
    return JSON.parse((await this.run(["release", ...args, "--json"], exitCode)).stdout);
  }

  of = (stack: string, file = stack): string[] => ["--stack", stack, "--stack-file", this.fileOf(file)];

  get promotion(): string[] {
    const files = ["--from-file", this.fileOf("staging"), "--to-file", this.fileOf("production")];
    return ["promote", "--from", "staging", "--to", "production", ...files];
  }

  gitHub(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    return asked(`${this.environment["GITHUB_API_URL"]}/repos/${repository}${path}`, method, body);
  }

  // biome-ignore lint/suspicious/noExplicitAny: what the platform answers is looked at by the tests
  platform(method: string, path: string, body?: unknown): Promise<any> {
    return asked(`${this.environment["DIGITALOCEAN_API_URL"]}${path}`, method, body);
  }

  /** The app of a stack as the platform has it. */
  async app(stack: string): Promise<{ id: string; active_deployment?: { id: string } }> {
    const { apps } = await this.platform("GET", "/v2/apps");
    return apps.find(({ spec }: { spec: { name: string } }) => spec.name === `shop-${stack}`);
  }

  /** Asks until a deployment is live. */
  async live(stack: string, deployment: string): Promise<void> {
    while ((await this.app(stack)).active_deployment?.id !== deployment);
  }

  /** Puts a stack file into the repository, and into the working copy. */
  async commitFile(stack: string, text: string): Promise<void> {
    const path = `/contents/Pulumi.${stack}.yaml`;
    const { sha } = await this.gitHub("GET", path);
    await this.gitHub("PUT", path, {
      message: stack,
      content: Buffer.from(text).toString("base64"),
      ...(sha === undefined ? {} : { sha }),
    });
    writeFileSync(this.fileOf(stack), text);
  }

  /** What `git pull` does to the stack file of production; of another branch it is kept under that name. */
  async pulled(branch = "main", name = "production"): Promise<Record<string, unknown>> {
    const { content } = await this.gitHub("GET", `/contents/Pulumi.production.yaml?ref=${branch}`);
    const text = Buffer.from(String(content), "base64").toString("utf8");
    writeFileSync(this.fileOf(name), text);
    return parse(text).config["slipway:release"];
  }

  /** Puts a release into the stack file of staging. */
  async committed(version: string, letter: string): Promise<void> {
    const { commit } = (await this.gitHub("GET", "/branches/main")) as { commit: { sha: string } };
    const images = { api: digest(letter) };
    await this.commitFile("staging", configOf("staging", { version, commit: commit.sha, images }));
  }

  /** Brings a release up in staging and verifies it there. */
  async staged(version: string, letter: string): Promise<void> {
    await this.committed(version, letter);
    await this.release(["begin", ...this.of("staging")]);
    await this.up("staging");
    await this.release(["verify", ...this.of("staging")]);
  }

  /** Merges a promotion and begins it in production. */
  async merged(number: number): Promise<void> {
    await this.gitHub("PUT", `/pulls/${number}/merge`);
    await this.pulled();
    await this.begun();
  }

  begun = (): Promise<Record<string, unknown>> =>
    this.release(["begin", ...this.of("production"), "--from-file", this.fileOf("staging")]);
}

async function asked(url: string, method: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method,
    headers: { authorization: "Bearer t", ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await response.json()) as Record<string, unknown>;
}

interface More {
  /** Of the API, beside its repository. */
  image?: object;
  soakMinutes?: number;
  /** Blocks by their keys. */
  blocks?: Record<string, unknown>;
}

/** The settings of a stack, with a release in them. */
export function configOf(stack: string, release: object, verify: object = {}, more: More = {}): string {
  const config = {
    "slipway:product": { name: "shop", repository, region: "nyc", contact: "ops@shop.example" },
    "slipway:app": {
      services: {
        api: {
          image: { registry: "ghcr", repository: "octo-org/shop-api", ...more.image },
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
      ...verify,
    },
    ...(stack === "production" ? { "slipway:promotion": { soakMinutes: more.soakMinutes ?? 0 } } : {}),
    ...more.blocks,
    "slipway:release": release,
  };
  return stringify({ config });
}
