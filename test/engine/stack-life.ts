import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { S3 } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { parse, stringify } from "yaml";
import { defaultProduct } from "../../components/default-product.ts";
import { stackRules } from "../../policy/evaluate.ts";
import { leaked, markerNames } from "../support/marked-secrets.ts";
import { Slipway } from "../support/slipway.ts";
import { everyOutput, markedBlocks, setMarkers } from "./every-output.ts";

interface Expected {
  readonly stack: "dev" | "staging" | "production";
  /** Resources of the stack, the stack itself and its components included. */
  readonly resources: number;
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Rules that the engine finds something of, none of which stops it. */
  readonly findings: readonly string[];
}

interface UpDocument {
  readonly changes: Readonly<Record<string, number>>;
  readonly changed: readonly { operation: string; type: string; inputs: readonly string[] }[];
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly requests: { readonly reads: number; readonly writes: number };
}

const unchanged = { create: 0, update: 0, replace: 0, delete: 0 };

/** The whole life of one stack on the real engine: the tests of a file run in the order in which they are written. */
export function describeLife({ stack, resources, outputs, findings }: Expected): void {
  // One of the lives has a process for each command, as a person's have.
  const slipway = new Slipway({ sharesProcess: stack !== "dev" });
  let configFile: string;
  const printed: string[] = [];

  const up = async (...args: string[]): Promise<UpDocument> => {
    const command = ["local", "up", "--stack", stack, "--stack-file", configFile, "--json", ...args];
    const { exitCode, stdout, stderr } = await slipway.run(command);
    if (exitCode !== 0) throw new Error(stderr);
    if (!args.includes("--show-secrets")) printed.push(stdout, stderr);
    return JSON.parse(stdout);
  };
  const writes = async (): Promise<{ method: string; path: string; body: unknown }[]> => {
    const { stdout } = await slipway.run(["local", "log", "--stack", stack, "--json", "--writes"]);
    printed.push(stdout);
    // The backup worker writes into its bucket whenever it is time to.
    return JSON.parse(stdout).requests.filter(({ by }: { by?: string }) => by !== "app");
  };

  beforeAll(async () => {
    configFile = join(slipway.home, `Pulumi.${stack}.yaml`);
    const committed = new URL(`../../Pulumi.${stack}.yaml`, import.meta.url);
    writeFileSync(
      configFile,
      existsSync(committed) ? readFileSync(committed) : stringify({ config: markedBlocks() }),
    );
    if (stack === "dev") await setMarkers(slipway, configFile);
  });
  afterAll(() => slipway.end());

  test("the first up creates everything and prints the outputs", async () => {
    const first = await up();
    expect(first.changes).toEqual({ ...unchanged, create: resources, same: 0 });
    expect(first.outputs).toMatchObject({
      databaseAdminUrl: "[secret]",
      databaseUrl: "[secret]",
      databaseUrls: "[secret]",
      sealed: "[secret]",
      databaseHost: "127.0.0.1",
      ...outputs,
    });
    expect(await statusOf(`${first.outputs["appUrl"]}/api/health`)).toBe(200);
  });

  test("the second up changes nothing and writes nothing", async () => {
    const second = await up();
    expect(second.changes).toEqual({ ...unchanged, same: resources });
    expect(second.requests.writes).toBe(0);
    expect(await writes()).toEqual([]);
  });

  test("a preview without a change is silent, and its rules are run by the engine as a policy pack", async () => {
    const preview = await slipway.json([
      ...["local", "preview", "--stack", stack, "--policy", "--stack-file", configFile],
    ]);
    const policy = preview["policy"] as { rules: number; findings: string[] };
    expect([policy.rules, policy.findings.map((finding) => finding.split(":")[0])]).toEqual([
      stackRules.length,
      findings,
    ]);
    expect(preview["changes"]).toEqual({ ...unchanged, same: resources });
    expect(preview["changed"]).toEqual([]);
    expect(await writes()).toEqual([]);
  });

  test("a changed setting updates the app, with the component that holds it, and nothing else", async () => {
    const file = parse(readFileSync(configFile, "utf8"));
    const app = structuredClone(file.config["slipway:app"] ?? defaultProduct.app);
    app.services["tinkertools-api"].environment.API_TIMEOUT = 31;
    writeFileSync(configFile, stringify({ config: { ...file.config, "slipway:app": app } }));

    const changed = await up();
    expect(changed.changes).toEqual({ ...unchanged, update: 2, same: resources - 2 });
    expect(changed.changed).toEqual([
      { operation: "update", type: "slipway:index:WebApp", name: "tinkertools", inputs: expect.any(Array) },
      {
        operation: "update",
        type: "digitalocean:index/app:App",
        name: "tinkertools",
        inputs: [expect.stringMatching(/^spec\.services\[0\]\.envs\[\d+\]\.value$/)],
      },
    ]);
    expect((await writes()).map(({ method, path }) => `${method} ${path}`)).toEqual([
      `PUT /v2/apps/${changed.outputs["appId"]}`,
    ]);
  });

  test("a changed secret leads to one app update that carries its plaintext, and then to silence", async () => {
    const secret = `rotated-${stack}-${"x".repeat(20)}`;
    const set = await slipway.run(["local", "secret", "secretKey", "--stack", stack], { input: secret });
    expect(set.exitCode).toBe(0);

    const rotated = await up();
    expect(rotated.changes).toEqual({ ...unchanged, update: 1, same: resources - 1 });
    const [write, ...others] = await writes();
    expect(others).toEqual([]);
    expect(secretsIn(write?.body)).toEqual({
      SECRET_KEY: "[secret]",
      DATABASE_ADMIN_URL: "sealed",
      // The worker that backs up; in dev nothing is backed up by itself.
      ...(stack === "dev"
        ? Object.fromEntries(markerNames.slice(1).map((name) => [name.toUpperCase(), "sealed"]))
        : { AWS_ACCESS_KEY_ID: "sealed", AWS_SECRET_ACCESS_KEY: "sealed", BACKUP_SETTINGS: "sealed" }),
    });
    expect((await up()).requests.writes).toBe(0);
  });

  if (stack === "production")
    test("nothing drifts after all of this, and a firewall that was widened by hand does", async () => {
      const drift = ["drift", "--stack", stack, "--local", "--json"];
      const calm = await slipway.run(drift);
      expect([calm.exitCode, JSON.parse(calm.stdout)]).toMatchObject([0, { drifts: [], unchecked: [] }]);
      const { cloud } = (await slipway.json(["local", "status"])) as {
        cloud: { endpoints: { digitalocean: string } };
      };
      const ask = async (method: string, path: string, body?: unknown) => {
        const response = await fetch(`${cloud.endpoints.digitalocean}/v2/databases${path}`, {
          method,
          headers: { authorization: "Bearer local-cloud", "content-type": "application/json" },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        return response.status === 204 ? {} : await response.json();
      };
      const { databases } = (await ask("GET", "")) as { databases: { id: string }[] };
      const path = `/${databases[0]?.id}/firewall`;
      const { rules } = (await ask("GET", path)) as { rules: { type: string; value: string }[] };
      const before = rules.map(({ type, value }) => ({ type, value }));
      await ask("PUT", path, { rules: [...before, { type: "ip_addr", value: "0.0.0.0/0" }] });
      const widened = await slipway.run(drift);
      expect([widened.exitCode, JSON.parse(widened.stdout)]).toMatchObject([
        2,
        { drifts: [{ kind: "firewall", message: "lets in ip_addr 0.0.0.0/0, which the program does not" }] },
      ]);
      await ask("PUT", path, { rules: before });
    });

  if (stack === "dev")
    test("what is lost comes back: database, app, and everything with the state, rows and all", async () => {
      const command = ["local", "rehearse", "--stack", stack, "--stack-file", configFile, "--json"];
      const { exitCode, stdout, stderr } = await slipway.run(command);
      printed.push(stdout, stderr);
      expect([exitCode, stderr]).toEqual([0, expect.stringContaining("every row the same")]);
      const report = JSON.parse(stdout);
      expect(report).toMatchObject({ stack, result: "passed", databases: 1, tables: 1, rows: 1000 });
      expect(
        report.recoveries.map(({ loss, isInTime }: Record<string, unknown>) => [loss, isInTime]),
      ).toEqual([
        ["database", true],
        ["app", true],
        ["everything", true],
      ]);
      const after = await up();
      expect(after.changes).toEqual({ ...unchanged, same: resources });
      expect(after.requests.writes).toBe(0);
    });

  if (stack === "dev")
    test("none of twenty secrets is in what any command prints, in any form", async () => {
      const shown = await everyOutput(slipway, configFile);
      for (const [command, text] of shown) expect([command, leaked(text)]).toEqual([command, []]);
      expect(leaked(printed.join("\n"))).toEqual([]);
      const kept = ["state", "logs", "runs"].flatMap((name) => filesBelow(join(slipway.home, name)));
      expect(kept.flatMap(leaked)).toEqual([]);
      // The engine carried them: it shows them as secrets.
      expect(shown.get(`plan --stack-file ${configFile} --format text`)).toContain("marker19");
    });

  test("no secret is in clear in the state, the logs or what was printed", async () => {
    const shown = await up("--show-secrets");
    const made = JSON.parse(readFileSync(join(slipway.home, "secrets", `${stack}.json`), "utf8"));
    const passwords = ["databaseUrl", "databaseAdminUrl"].map(
      (name) => new URL(String(shown.outputs[name])).password,
    );
    const secrets = [...Object.values<string>(made), ...passwords];
    expect(secrets.length).toBeGreaterThan(3);
    const texts = [
      ...printed,
      ...filesBelow(join(slipway.home, "state")),
      ...filesBelow(join(slipway.home, "logs")),
    ];
    expect(secrets.filter((secret) => texts.some((text) => text.includes(secret)))).toEqual([]);
  });

  test("down destroys the stack, backups that are locked and a record that is gone included, and wipes the local clouds", async () => {
    const { cloud } = (await slipway.json(["local", "status"])) as {
      cloud: { endpoints: { aws: string; digitalocean: string } };
    };
    const s3 = new S3({
      endpoint: cloud.endpoints.aws,
      forcePathStyle: true,
      region: "us-east-1",
      credentials: { accessKeyId: "any", secretAccessKey: "any" },
    });
    // A name of the second kind is more than moto can list or delete.
    for (const Key of ["backups/one", "..\u0001"])
      await s3.putObject({ Bucket: String(outputs["backupBucket"]), Key, Body: "one" });
    const uptime = `${cloud.endpoints.digitalocean}/v2/uptime/checks`;
    const headers = { authorization: "Bearer local-cloud" };
    const { checks = [] } = (await (await fetch(uptime, { headers })).json()) as {
      checks?: { id: string }[];
    };
    const [check] = checks;
    if (check !== undefined) await fetch(`${uptime}/${check.id}`, { method: "DELETE", headers });

    const down = await slipway.json(["local", "down", "--stack", stack, "--stack-file", configFile]);
    expect(down).toMatchObject({
      result: "succeeded",
      stack,
      remaining: [],
      changes: { delete: expect.any(Number) },
    });
    expect(readdirSync(slipway.home).sort()).toEqual([`Pulumi.${stack}.yaml`, "lock.db", "secrets"]);
  });
}

async function statusOf(url: string): Promise<number> {
  return (await fetch(url)).status;
}

/** What a request to the Apps API carries for each SECRET variable: "sealed" for ciphertext, else as it is logged. */
function secretsIn(body: unknown): Record<string, string> {
  const found: Record<string, string> = {};
  JSON.stringify(body, (_key, value: unknown) => {
    if (typeof value === "object" && value !== null && "type" in value && value.type === "SECRET") {
      const { key, value: carried } = value as unknown as { key: string; value: string };
      found[key] = carried.startsWith("EV[1:") ? "sealed" : carried;
    }
    return value;
  });
  return found;
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}
