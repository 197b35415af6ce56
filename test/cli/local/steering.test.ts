import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { CloudClient } from "../../../local/cloud/client.ts";
import { recordPlace } from "../../../operations/release/deployments.ts";
import { openRecord } from "../../../operations/release/records.ts";
import { settingsOfStack } from "../../../operations/release/stack.ts";
import { Slipway } from "../../support/slipway.ts";

const slipway = new Slipway();
const program = fileURLToPath(new URL("../../../cli/cloud.ts", import.meta.url));
const clock = (...args: string[]) => slipway.run(["local", "clock", ...args]);
const fault = (...args: string[]) => slipway.run(["local", "fault", ...args]);
const cloud = new CloudClient({ home: slipway.home, program });

afterAll(() => slipway.end());

describe("slipway local clock", () => {
  test("fails where nothing runs that has a clock", async () => {
    expect(await clock()).toMatchObject({
      exitCode: 1,
      stdout: "",
      stderr: "the local cloud does not run: start it with `npm start`\n",
    });
  });

  test.each([
    [
      ["--forward", "soon"],
      "error: option '--forward <time>' argument 'soon' is invalid. It must be a time such as 90m, 24h or 3d.",
    ],
    [
      ["--forward", "-1h"],
      "error: option '--forward <time>' argument '-1h' is invalid. It must be a time such as 90m, 24h or 3d.",
    ],
    [["--forward", "1h", "--reset"], "error: option '--forward <time>' cannot be used with option '--reset'"],
  ])("refuses %j", async (args, message) => {
    const { exitCode, stderr } = await clock(...args);
    expect([exitCode, stderr.split("\n")[0]]).toEqual([2, message]);
  });

  test("helps", async () => {
    const { exitCode, stdout } = await clock("--help");
    expect([exitCode, stdout.split("\n")[0]]).toEqual([0, "Usage: slipway local clock [options]"]);
    expect(stdout).toContain(
      "\nWorkers that run as real processes have this clock, and `slipway release --local`, where a release soaks by it, `slipway\nstatus --local` and `slipway backup`. The local clouds and databases keep this machine's, and with it the moments that they\nnote down.\n",
    );
  });
});

describe("slipway local fault", () => {
  test.each([
    [
      ["amazon", "500"],
      "error: command-argument value 'amazon' is invalid for argument 'cloud'. Allowed choices are digitalocean, github, aws, registry.",
    ],
    [["github"], "error: missing argument 'answer': a status from 400 to 599, timeout or cut"],
    [
      ["github", "200"],
      "error: command-argument value '200' is invalid for argument 'answer'. It must be a status from 400 to 599, timeout or cut.",
    ],
    [
      ["github", "500", "--method", "FETCH"],
      "error: option '--method <method>' argument 'FETCH' is invalid. It must be GET, HEAD, POST, PUT, PATCH or DELETE.",
    ],
    [
      ["github", "500", "--path", "("],
      "error: option '--path <regex>' argument '(' is invalid. It must be a regular expression: Invalid regular expression: /(/: Unterminated group.",
    ],
    [
      ["github", "500", "--times", "0"],
      "error: option '--times <number>' argument '0' is invalid. It must be a whole number from 1 to 9999.",
    ],
    [
      ["github", "429", "--retry-after", "soon"],
      "error: option '--retry-after <seconds>' argument 'soon' is invalid. It must be a whole number of seconds.",
    ],
  ])("refuses %j", async (args, message) => {
    const { exitCode, stderr } = await fault(...args);
    expect([exitCode, stderr.split("\n")[0]]).toEqual([2, message]);
  });

  test("fails where nothing runs that could fail", async () => {
    expect(await fault("github", "500")).toMatchObject({
      exitCode: 1,
      stderr: "the local cloud does not run: start it with `npm start`\n",
    });
  });
});

let endpoints: Awaited<ReturnType<CloudClient["status"]>>["endpoints"];
const ask = (api: keyof typeof endpoints, path: string, init: RequestInit = {}) =>
  fetch(`${endpoints[api]}${path}`, { headers: { authorization: "Bearer t" }, ...init });

const told = "what these answer is a fault that was set (`slipway local fault --clear` takes it back):";

describe("clouds that run", () => {
  beforeAll(async () => {
    ({ endpoints } = await cloud.ensureStarted());
  }, 60_000);

  test("fail as often as they are told to, and say by whom", async () => {
    expect((await fault()).stdout).toBe("no fault is set\n");
    await fault("digitalocean", "429", "--path", "^/v2/apps$", "--retry-after", "3", "--times", "2");
    expect((await fault("github", "422", "--method", "post", "--message", "not today")).stdout).toBe(
      [
        "cloud         requests               answer  left",
        "digitalocean  any method ^/v2/apps$  429     2 times",
        "github        POST on any path       422     once",
        "",
      ].join("\n"),
    );
    const lines = (await slipway.run(["local", "status"])).stdout.trimEnd().split("\n");
    expect(lines.slice(lines.indexOf(told))).toEqual([
      told,
      "cloud         requests               answer  left",
      "digitalocean  any method ^/v2/apps$  429     2 times",
      "github        POST on any path       422     once",
    ]);
    expect(await slipway.json(["local", "status"])).toMatchObject({
      faults: [
        { api: "digitalocean", path: "^/v2/apps$", status: 429, times: 2, headers: { "retry-after": "3" } },
        { api: "github", method: "POST", path: ".", status: 422, times: 1, message: "not today" },
      ],
    });
    const limited = await ask("digitalocean", "/v2/apps?page=1");
    expect([limited.status, limited.headers.get("retry-after"), await limited.json()]).toEqual([
      429,
      "3",
      { id: "too_many_requests", message: "a fault set by slipway local fault" },
    ]);
    expect((await ask("digitalocean", "/v2/account")).status).toBe(200);
    expect((await ask("github", "/repos/a/b")).status).toBe(404);
    const refused = await ask("github", "/orgs/a/repos", { method: "POST", body: "{}" });
    expect([refused.status, await refused.json()]).toEqual([
      422,
      { message: "not today", documentation_url: "https://docs.github.com/rest", status: "422" },
    ]);
    expect(JSON.parse((await fault("--json")).stdout)).toEqual({
      faults: [
        {
          api: "digitalocean",
          method: "*",
          path: "^/v2/apps$",
          status: 429,
          times: 1,
          headers: { "retry-after": "3" },
        },
      ],
    });
    expect((await fault("--clear")).stdout).toBe("no fault is set\n");
    expect((await slipway.run(["local", "status"])).stdout).not.toContain("fault");
    expect(await slipway.json(["local", "status"])).toMatchObject({ faults: [] });
    expect((await ask("digitalocean", "/v2/apps")).status).toBe(200);
  });

  test("are asked again by the commands that a refusal names, with the settings that were given", async () => {
    await ask("github", "/orgs/tinkertools/repos", { method: "POST", body: '{"name":"tinkertools"}' });
    const file = join(slipway.home, "Pulumi.dev.yaml");
    writeFileSync(file, "config: {}\n");
    const begin = ["release", "begin", "--stack", "dev", "--local"];
    const named = (more: string) =>
      `    instead: slipway release begin --stack dev${more} --local --image <component=repository:tag> writes its digest\n`;
    expect(await slipway.run(begin)).toMatchObject({
      exitCode: 3,
      stdout: expect.stringContaining(named("")),
    });
    const quoted = `'${file.replaceAll("'", "'\\''")}'`;
    expect(await slipway.run([...begin, "--stack-file", file])).toMatchObject({
      exitCode: 3,
      stdout: expect.stringContaining(named(` --stack-file ${quoted}`)),
    });
    const { stdout } = await slipway.run([...begin, "--json"]);
    expect(JSON.parse(stdout).refused[0].fix).toBe(
      "slipway release begin --stack dev --local --image <component=repository:tag> writes its digest",
    );
  });

  test("refuse in the words of each cloud", async () => {
    await fault("registry", "401");
    await fault("aws", "403", "--action", "CreateBucket");
    await fault("aws", "500", "--action", "ListUsers", "--message", "<broken>");
    expect(await (await ask("registry", "/v2/")).json()).toEqual({
      errors: [{ code: "UNAUTHORIZED", message: "a fault set by slipway local fault" }],
    });
    const bucket = await ask("aws", "/a-bucket", { method: "PUT" });
    expect([bucket.status, await bucket.text()]).toEqual([
      403,
      "<Error><Code>AccessDenied</Code><Message>a fault set by slipway local fault</Message></Error>",
    ]);
    const headers = {
      authorization:
        "AWS4-HMAC-SHA256 Credential=t/20261121/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0",
      "content-type": "application/x-www-form-urlencoded",
    };
    const users = await ask("aws", "/", {
      method: "POST",
      headers,
      body: "Action=ListUsers&Version=2010-05-08",
    });
    expect([users.status, await users.text()]).toEqual([
      500,
      "<ErrorResponse><Error><Code>InternalError</Code><Message>&#60;broken&#62;</Message></Error></ErrorResponse>",
    ]);
  });

  test("let a request wait for nothing, or end its connection, and do nothing of what it asks", async () => {
    await fault("digitalocean", "cut", "--method", "POST");
    await fault("digitalocean", "timeout", "--method", "POST");
    const made = { method: "POST", body: JSON.stringify({ name: "shop.example" }) };
    await expect(ask("digitalocean", "/v2/domains", made)).rejects.toThrow("fetch failed");
    const signal = AbortSignal.timeout(100);
    await expect(ask("digitalocean", "/v2/domains", { ...made, signal })).rejects.toThrow(
      /aborted due to timeout/,
    );
    expect(await (await ask("digitalocean", "/v2/domains")).json()).toMatchObject({ domains: [] });
  });
});

describe("slipway local clock of clouds that run", () => {
  const aheadOf = async (...args: string[]) => {
    const { exitCode, stdout } = await clock(...args, "--json");
    const { time, aheadSeconds } = JSON.parse(stdout) as { time: string; aheadSeconds: number };
    const differs = Date.parse(time) - Date.now() - aheadSeconds * 1000;
    return [exitCode, aheadSeconds, Math.abs(differs) < 60_000];
  };

  test("is this machine's, goes forward by what is asked for each time, and back only whole", async () => {
    expect(await aheadOf()).toEqual([0, 0, true]);
    expect((await clock()).stdout).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z\n$/);
    expect(await aheadOf("--forward", "90m")).toEqual([0, 5400, true]);
    expect(await aheadOf("--forward", "1d")).toEqual([0, 91_800, true]);
    expect((await clock("--forward", "30s")).stdout).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z, 1530.5 minutes ahead\nwhat was due is being done, where a worker runs: slipway local logs tells how it goes\n$/,
    );
    expect(await aheadOf("--reset")).toEqual([0, 0, true]);
  });

  test("is the clock by which `slipway status --local` tells how long ago something was", async () => {
    await ask("github", "/orgs/tinkertools/repos", { method: "POST", body: '{"name":"tinkertools"}' });
    const place = recordPlace({ endpoint: endpoints.github, token: "t" }, settingsOfStack("dev", undefined));
    await openRecord(place, { version: "1.4.2", components: {}, settings: "0".repeat(12) });
    const release = async () => {
      const { stdout } = await slipway.run(["status", "--local", "--stack", "dev"]);
      return /^dev +(.*?) {2}/m.exec(stdout)?.[1];
    };
    expect(await release()).toBe("1.4.2, not verified, just now");
    await clock("--forward", "3h");
    expect(await release()).toBe("1.4.2, not verified, 3 hours ago");
    await clock("--reset");
    expect(await release()).toBe("1.4.2, not verified, just now");
  });
});
