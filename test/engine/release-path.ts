import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parse, stringify } from "yaml";
import { findEngine } from "../../local/engine/index.ts";
import { cacheDirectory, cloneDirectory } from "../../local/home.ts";
import { digestOf, manifestOf, pushed } from "../local/apis/registry/server.ts";
import { Slipway } from "../support/slipway.ts";

export const repository = "octo-org/shop";
export const digest = (letter: string): string => digestOf(manifestOf(letter));
const image = "ghcr.io/octo-org/shop-api";

/** A product whose staging and production are on this machine, and the commands of its releases. */
export class ReleasePath {
  readonly slipway = new Slipway();
  readonly environment: Record<string, string> = {
    GITHUB_REPOSITORY: "",
    GITHUB_TOKEN: "t",
    DIGITALOCEAN_TOKEN: "t",
  };

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
    for (const letter of "ab")
      await pushed(this.environment["REGISTRY_URL"], image, `tag-${letter}`, manifestOf(letter));
    await this.commitFile("production", configOf("production", { images: { api: digest("2") } }));
  }

  async up(stack: string): Promise<{ changes: Record<string, number> }> {
    const args = ["local", "up", "--stack", stack, "--config-file", this.fileOf(stack)];
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
      "--config-file",
      file,
      "--engine-json",
      json,
    ]);
    return json;
  }

  async run(args: string[], exitCode = 0): Promise<{ stdout: string; stderr: string }> {
    const result = await this.slipway.run(args, { environment: this.environment });
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

  async gitHub(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.environment["GITHUB_API_URL"]}/repos/${repository}${path}`, {
      method,
      headers: { authorization: "Bearer t" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await response.json()) as Record<string, unknown>;
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

  /** Brings a release up in staging and verifies it there. */
  async staged(version: string, letter: string): Promise<void> {
    const { commit } = (await this.gitHub("GET", "/branches/main")) as { commit: { sha: string } };
    const images = { api: digest(letter) };
    await this.commitFile("staging", configOf("staging", { version, commit: commit.sha, images }));
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

  /**
   * Kills the engine, with its process group, and the command that brings production up. One that is done before the
   * kill comes is begun again.
   */
  async killedUp(): Promise<void> {
    const record = join(this.slipway.home, "runs", "production.json");
    const args = ["local", "up", "--stack", "production", "--config-file", this.fileOf("production")];
    for (;;) {
      const command = this.slipway.start(args);
      let engine: number | undefined;
      while (command.isRunning() && engine === undefined) {
        engine = existsSync(record) ? engineIn(record) : undefined;
        if (engine === undefined) await pause(5);
      }
      command.kill("SIGKILL");
      const { signal } = await command.ended;
      if (signal === "SIGKILL" && engine !== undefined && isKilled(engine)) return;
    }
  }

  /** Leaves a lock in the state, as a machine does that was switched off in the middle of a run. */
  leftLock(stack: string): void {
    const locks = join(this.slipway.home, "state", ".pulumi", "locks", "organization", "slipway", stack);
    mkdirSync(locks, { recursive: true });
    const lock = { pid: 4711, username: "runner", hostname: "a-runner", timestamp: "2026-11-21T10:00:00Z" };
    writeFileSync(join(locks, "0b9b1c4e-0000-4000-8000-000000000000.json"), JSON.stringify(lock));
  }

  /** `pulumi cancel` on the state of this machine, as a person runs it. */
  async cancelled(stack: string): Promise<string> {
    const engine = await findEngine(cacheDirectory());
    const { stderr, stdout, status } = spawnSync(
      engine?.command ?? "pulumi",
      ["cancel", "--yes", "--stack", `organization/slipway/${stack}`],
      {
        cwd: cloneDirectory,
        encoding: "utf8",
        env: {
          ...process.env,
          PULUMI_BACKEND_URL: `file://${encodeURI(join(this.slipway.home, "state"))}`,
          PULUMI_CONFIG_PASSPHRASE: "",
          PULUMI_SKIP_UPDATE_CHECK: "true",
        },
      },
    );
    if (status !== 0) throw new Error(`pulumi cancel ended with ${status}: ${stdout}${stderr}`);
    return `${stdout}${stderr}`;
  }
}

/** The engine's process in a record that may just be written. */
function engineIn(record: string): number | undefined {
  try {
    return JSON.parse(readFileSync(record, "utf8")).engine?.pid;
  } catch {
    return undefined;
  }
}

function isKilled(pid: number): boolean {
  try {
    return process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}

/** The settings of a stack, with a release in them. */
export function configOf(stack: string, release: object, verify: object = {}): string {
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
      ...verify,
    },
    ...(stack === "production" ? { "slipway:promotion": { soakMinutes: 0 } } : {}),
    "slipway:release": release,
  };
  return stringify({ config });
}
