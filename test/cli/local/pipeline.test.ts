import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { context } from "../../../cli/local/context.ts";
import { tellHeld } from "../../../cli/local/held.ts";
import { CloudClient } from "../../../local/cloud/client.ts";
import { ensureRepository } from "../../../local/stack/repository.ts";
import { rememberStackFile } from "../../../local/stack/stack-files.ts";
import { stateFile } from "../../../local/stack/state-file.ts";
import { Slipway } from "../../support/slipway.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const page = readFileSync(join(root, "docs", "releases.md"), "utf8");
const [, block = ""] = /\n## Try it on this machine\n[\s\S]*?```sh\n([\s\S]*?)```/.exec(page) ?? [];
const lines = block.split("\n").filter((line) => line !== "" && !line.startsWith("#"));

const slipway = new Slipway();
const folder = join(slipway.home, "lingobot");
const fileOf = (stack: string): string => join(folder, `Pulumi.${stack}.yaml`);
const cloud = new CloudClient({ home: slipway.home, program: join(root, "cli", "cloud.ts") });
let endpoints: Awaited<ReturnType<CloudClient["status"]>>["endpoints"];

beforeAll(async () => {
  ({ endpoints } = await cloud.ensureStarted());
}, 60_000);
afterAll(() => slipway.end());

/** What the page's calls of slipway say, each with its exit code. */
const run = async (args: string[], exitCode = 0): Promise<string> => {
  const result = await slipway.run(args);
  expect([args.join(" "), result.exitCode, result.stderr]).toEqual([
    args.join(" "),
    exitCode,
    expect.anything(),
  ]);
  return `${result.stdout}${exitCode === 0 ? "" : result.stderr}`
    .replaceAll(slipway.home, "HOME")
    .replaceAll(/\d+(\.\d+)? (ms|s)\b/g, "N $2")
    .replaceAll(/[\d.]+ minutes/g, "N minutes")
    .replaceAll(/20\d\d-\d\d-\d\d \d\d:\d\d UTC/g, "WHEN")
    .replaceAll(/http:\/\/[\d.:]+/g, "GITHUB")
    .replaceAll(/by \S+: /g, "by SOMEBODY: ")
    .replaceAll(/\b[0-9a-f]{12,64}\b/g, "HEX");
};

interface App {
  id: string;
  spec: { name: string };
  active_deployment?: { spec: { services: { image: { digest: string } }[] } };
}

async function ask(
  api: "digitalocean" | "github",
  method: string,
  path: string,
  body?: unknown,
): Promise<{ apps?: App[]; app: App }> {
  const answer = await fetch(`${endpoints[api]}${path}`, {
    method,
    headers: { authorization: "Bearer t", "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const reply = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${reply}`);
  return JSON.parse(reply || "{}");
}

/** What `npm start` does as far as releases see it, past the engine: the app, and the rule of its branch. */
async function up(stack: string): Promise<void> {
  const { config } = parse(readFileSync(fileOf(stack), "utf8"));
  const digest = config["slipway:release"].images["lingobot-api"];
  const image = { registry_type: "GHCR", registry: "lingobot", repository: "lingobot-api", digest };
  const service = { name: "lingobot-api", image, http_port: 8081, instance_size_slug: "apps-s-1vcpu-0.5gb" };
  const spec = { name: `lingobot-${stack}`, region: "fra", services: [{ ...service, instance_count: 1 }] };
  const { apps = [] } = await ask("digitalocean", "GET", "/v2/apps");
  const present = apps.find(({ spec: { name } }) => name === spec.name);
  const path = present === undefined ? "/v2/apps" : `/v2/apps/${present.id}`;
  let { app } = await ask("digitalocean", present === undefined ? "POST" : "PUT", path, { spec });
  while (app.active_deployment?.spec.services[0]?.image.digest !== digest)
    ({ app } = await ask("digitalocean", "GET", `/v2/apps/${app.id}`));
  if (present !== undefined) return;
  await ensureRepository(endpoints.github, "lingobot/lingobot", false);
  mkdirSync(dirname(stateFile(slipway.home, stack)), { recursive: true });
  writeFileSync(stateFile(slipway.home, stack), '{ "checkpoint": {} }');
  rememberStackFile(slipway.home, stack, fileOf(stack));
  if (stack === "production") await protect();
}

const rulesets = "/api/v3/repos/lingobot/lingobot/rulesets";

const protect = () =>
  ask("github", "POST", rulesets, {
    name: "main",
    target: "branch",
    enforcement: "active",
    conditions: { ref_name: { include: ["refs/heads/main"], exclude: [] } },
    rules: [{ type: "pull_request", parameters: {} }],
  });

/** Takes the rule of the branch away. */
async function unprotect(): Promise<void> {
  const [ruleset] = (await ask("github", "GET", rulesets)) as unknown as { id: number }[];
  await ask("github", "DELETE", `${rulesets}/${ruleset?.id}`);
}

/** Runs lines of the page in their order, and gives what they print. */
async function follow(some: readonly string[]): Promise<string> {
  let said = "";
  for (const line of some) {
    const [, stack] = /^npm start -- --stack (\w+) --stack-file/.exec(line) ?? [];
    const [, words] = /^npm run -s slipway -- (.+)$/.exec(line) ?? [];
    if (stack !== undefined) await up(stack);
    else if (words === undefined)
      execFileSync("sh", ["-c", line.replaceAll("../lingobot", `"${folder}"`)], { cwd: root });
    else
      said += await run(
        [...words.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ""),
      );
  }
  return said;
}

const partOf = (from: string, to: string): string[] =>
  lines.slice(
    lines.findIndex((line) => line.includes(from)),
    lines.findIndex((line) => line.includes(to)),
  );

const checks = `  ok   deployment: lingobot-api sha256:HEX
  ok   images: 1 in their registries
  ok   health /health: N ms
  ok   instances: lingobot-api 1 of 1
  ok   memory: lingobot-api 1 %
  ok   time health: p95 N ms of at most N ms, 20 answers
  ok   logs: no line of an error
  ok   deadline: within N s
`;
const released = (
  version: string,
  pull: number,
): string => `ghcr.io/lingobot/lingobot-api:${version}@sha256:HEX
staging: ${version} may be brought up
  HOME/lingobot/Pulumi.staging.yaml has it now: commit it, or the next run goes back
production: nothing changed on main of lingobot/lingobot, which is at HEX
staging: Pulumi.staging.yaml on main of lingobot/lingobot, which is at HEX
staging: release ${version} (HEX) is verified, N s
${checks}${version} is promoted from staging to production by GITHUB/lingobot/lingobot/pull/${pull}
lingobot/lingobot#${pull} is merged: main is at HEX
  HOME/lingobot/Pulumi.production.yaml has it too
production: ${version} may be brought up
production: release ${version} (HEX) is verified, N s
${checks}`;

describe("the commands of Try it on this machine, in their order", () => {
  test("put the stack files and what their settings need into the local GitHub", async () => {
    expect(
      await follow(partOf("mkdir", "1.0.0")),
    ).toBe(`production: Pulumi.production.yaml on main of lingobot/lingobot, which is at HEX
staging: Pulumi.staging.yaml on main of lingobot/lingobot, which is at HEX; made staging
`);
  });

  test("bring a release to production", async () => {
    expect(await follow(partOf("1.0.0", "1.1.0"))).toBe(released("1.0.0", 1));
    const { config } = parse(readFileSync(fileOf("production"), "utf8"));
    expect(config["slipway:release"]).toMatchObject({ version: "1.0.0", commit: expect.any(String) });
  });

  test("bring the next one there, and go back from it", async () => {
    expect(
      await follow(partOf("1.1.0", "local down")),
    ).toBe(`${released("1.1.0", 2)}production runs 1.0.0 again, in the place of 1.1.0 (N s)
  Pulumi.production.yaml at GitHub has it when this is merged: GITHUB/lingobot/lingobot/pull/3
  held until: slipway release resume --stack production --local
lingobot/lingobot#3 is merged: main is at HEX
  HOME/lingobot/Pulumi.production.yaml has it too
production: release 1.0.0 (HEX) is verified, N s
${checks}production goes on; it was held since WHEN by SOMEBODY: it answers slowly
production is held since WHEN by SOMEBODY: a holiday
production goes on; it was held since WHEN by SOMEBODY: a holiday
production: release 1.0.0 (HEX)
  lingobot-api sha256:HEX: live
  verified since WHEN
when                  id            release  way       state     what was said
WHEN  HEX  1.0.0    rollback  verified  8 checks passed, health p95 N ms
WHEN  HEX  1.1.0    up        failure   rolled back to 1.0.0: it answers slowly
WHEN  HEX  1.0.0    up        verified  8 checks passed, health p95 N ms
production, the last 30 days:
  deployments           2, 0.5 a week
  lead time             not known
  change failure rate   50 %
  time to restore       N minutes of at most 30, met
  availability          not known: no check watches the app
`);
  });

  test("end with both stacks", () => {
    expect(lines.slice(-2)).toEqual([
      "npm run -s slipway -- local down --stack production",
      "npm run -s slipway -- local down --stack staging",
    ]);
  });
});

describe("a release that was rolled back", () => {
  const there = "/api/v3/repos/lingobot/lingobot/contents/Pulumi.staging.yaml?ref=main";

  test("is not put back at the local GitHub by a working copy that has not pulled, and is pulled", async () => {
    await unprotect();
    const before = readFileSync(fileOf("staging"), "utf8");
    expect(await run([..."release rollback --stack staging --local --reason".split(" "), "slow"])).toContain(
      "  Pulumi.staging.yaml at GitHub has it: slipway local pull --stack staging\n  held until: slipway release resume --stack staging --local\n",
    );
    const refused = await run(["local", "commit"], 1);
    expect(refused.replaceAll(/sha256:\S+|HEX/g, "HEX")).toMatch(
      /^Pulumi\.staging\.yaml on main of lingobot\/lingobot has changed since this machine had it, by a rollback or somebody else:\n(.*\n)* {2}there: version: ["']?1\.0\.0["']?\n(.*\n)* {2}here: version: ["']?1\.1\.0["']?\n(.*\n)* {2}`slipway local pull --stack staging` brings it here; `local commit --overwrite` gives up what is there\n$/,
    );
    expect(readFileSync(fileOf("staging"), "utf8")).toBe(before);

    writeFileSync(fileOf("staging"), `${before}# mine\n`);
    expect(await run(["local", "pull", "--stack", "staging"], 1)).toMatch(
      /^HOME\/lingobot\/Pulumi\.staging\.yaml has changes that are not at GitHub, and would be lost:\n(.*\n)* {2}here: # mine\n/,
    );
    writeFileSync(fileOf("staging"), before);
  });

  test("is told of by what would bring it back, and no rehearsal deletes anything", async () => {
    const refused = await run(["local", "rehearse", "--stack", "staging"], 1);
    expect(refused.split("\n").at(-2)).toBe(
      "staging is held since WHEN by SOMEBODY: slow: a rehearsal brings up what its file says, and nothing is deleted while it is held; its file asks for 1.1.0, and a rollback went to 1.0.0, so first merge the rollback's pull request by `slipway local merge`, or `slipway local pull --stack staging`, and bring it up; `slipway release resume --stack staging --local` ends the hold",
    );
    const said: string[] = [];
    const progress = { say: (text: string) => void said.push(text), show: () => undefined };
    const local = { ...context(), home: slipway.home, cloud, progress };
    const home = process.env["SLIPWAY_HOME"];
    process.env["SLIPWAY_HOME"] = slipway.home;
    const options = { stack: "staging", stackFile: fileOf("staging") };
    await tellHeld(local, options);
    expect(said.join("\n")).toMatch(
      /^warning: staging is held since .*: slow; its file asks for 1\.1\.0, and a rollback went to 1\.0\.0: this brings back what was rolled back; to keep it away, merge the rollback's pull request by `slipway local merge`, or `slipway local pull --stack staging`, and run this again$/,
    );
    const elsewhere = join(folder, "elsewhere.yaml");
    const moved = readFileSync(fileOf("staging"), "utf8").replace("lingobot/lingobot", "lingobot/elsewhere");
    expect(moved).toContain("repository: lingobot/elsewhere");
    writeFileSync(elsewhere, moved);
    await tellHeld(local, { stack: "staging", stackFile: elsewhere });
    expect(said).toHaveLength(1);
    expect(await run(["local", "pull", "--stack", "staging"])).toBe(
      "staging: HOME/lingobot/Pulumi.staging.yaml is now as on main of lingobot/lingobot\n",
    );
    await tellHeld(local, options);
    expect(said).toHaveLength(1);
    if (home === undefined) delete process.env["SLIPWAY_HOME"];
    else process.env["SLIPWAY_HOME"] = home;
    const { content } = (await ask("github", "GET", there)) as unknown as { content: string };
    expect(readFileSync(fileOf("staging"), "utf8")).toBe(Buffer.from(content, "base64").toString("utf8"));
    expect(await run(["local", "pull", "--stack", "staging"])).toBe(
      "staging: nothing changed, HOME/lingobot/Pulumi.staging.yaml is as on main of lingobot/lingobot\n",
    );
    expect(await run(["local", "commit"])).toContain("staging: nothing changed on main");
    await run("release resume --stack staging --local".split(" "));
    await protect();
  });
});

describe("what stands for a pipeline", () => {
  test.each([
    ["image nope:1 --stack staging", "nope must be a component of staging that runs an image: lingobot-api"],
    ["image lingobot-api --stack staging", "lingobot-api must be component:tag, such as api:1.4.2"],
    ["image lingobot-api:a:b --stack staging", "a:b must be letters, digits, dots, dashes or underscores"],
    ["commit no-such-file --stack staging", "no-such-file must be there"],
    ["commit --stack-file x", "--stack must say which stack --stack-file is of"],
    ["pull --stack-file x", "--stack must say which stack --stack-file is of"],
    ["merge x", "x must be owner/repo#number, such as acme/shop#3"],
    ["merge lingobot/lingobot#1", "lingobot/lingobot#1 is merged already"],
    ["merge lingobot/lingobot#99", "lingobot/lingobot#99 must be a pull request of the local GitHub"],
    [
      "merge nobody/nothing#1",
      "the local GitHub has no repository nobody/nothing: bring a stack of it up first, with `npm start`",
    ],
  ])("says what is wrong with local %s", async (words, message) => {
    expect(await run(["local", ...words.split(" ")], 1)).toBe(`${message}\n`);
  });

  test("takes the address of a pull request, and leaves a stack file that somebody has changed", async () => {
    const promoted = "release promote --from staging --to production --local --json".split(" ");
    const { pull } = JSON.parse((await slipway.run(promoted)).stdout);
    expect(pull).toBeUndefined();
    await run(["local", "image", "lingobot-api:1.2.0", "--stack", "staging"]);
    const image = "lingobot-api=ghcr.io/lingobot/lingobot-api:1.2.0";
    await run(["release", "begin", "--stack", "staging", "--local", "--image", image, "--commit", "main"]);
    await up("staging");
    await run(["release", "verify", "--stack", "staging", "--local"]);
    const opened = JSON.parse((await slipway.run(promoted)).stdout);
    writeFileSync(fileOf("production"), `${readFileSync(fileOf("production"), "utf8")}# mine\n`);
    expect(await run(["local", "merge", opened.pull.url])).toBe(
      `lingobot/lingobot#4 is merged: main is at HEX\n  HOME/lingobot/Pulumi.production.yaml differs from what main had, and stays as it is: change it by hand\n`,
    );
    expect(readFileSync(fileOf("production"), "utf8")).toMatch(/1\.0\.0[\s\S]*# mine\n$/);
  });
});
