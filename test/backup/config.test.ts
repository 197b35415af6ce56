import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { Interrupted } from "../../backup/failure.ts";
import { runCommand } from "../../backup/program.ts";
import { FaultyS3 } from "../support/faulty-s3.ts";

const s3 = new FaultyS3();
const folder = mkdtempSync(join(tmpdir(), "slipway-config-"));
const stack = join(folder, "stack.json");
const state = JSON.stringify({ deployment: { secrets: "v1:sealed", resources: Array(500).fill("thing") } });
let identity: string;
let recipient: string;

beforeAll(async () => {
  identity = await generateIdentity();
  recipient = await identityToRecipient(identity);
  await s3.start();
  const client = s3.client();
  await client.createBucket({ Bucket: "backups", ObjectLockEnabledForBucket: true });
  client.destroy();
  writeFileSync(stack, state);
}, 170_000);
afterAll(async () => {
  await s3.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(() => s3.mend());

async function run(args: readonly string[], environment: Record<string, string> = {}, signal?: AbortSignal) {
  const said: string[] = [];
  const complaints: string[] = [];
  const settings = { bucket: "backups", region: "us-east-1", endpoint: s3.url, cluster: "shop-db" };
  const exitCode = await runCommand(
    args,
    {
      BACKUP_SETTINGS: JSON.stringify({ ...settings, recipients: [recipient] }),
      BACKUP_IDENTITIES: identity,
      AWS_ACCESS_KEY_ID: "key",
      AWS_SECRET_ACCESS_KEY: "secret",
      ...environment,
    },
    { say: (line) => said.push(line), complain: (line) => complaints.push(line) },
    signal === undefined ? {} : { signal },
  );
  const last = complaints.at(-1) ?? "{}";
  const event = last.startsWith("{") ? JSON.parse(last).event : last;
  return { exitCode, said: said.join("\n"), event };
}

const save = (name: string, file = stack) => run(["save-config", "--config", name, "--file", file, "--json"]);
let outputs = 0;
const newOutput = (): string => join(folder, `restored-${outputs++}`);
const restore = (name: string, output: string, ...more: string[]) =>
  run(["restore-config", "--config", name, "--output", output, ...more]);
const objects = async (name: string): Promise<string[]> =>
  (await s3.contents("backups")).keys.filter((key) => key.startsWith(`postgres/shop-db/.config/${name}/`));

describe("configuration", () => {
  test("comes back as it was saved, for its owner's eyes alone", async () => {
    const saved = await save("stack");
    const manifest = JSON.parse(saved.said);
    expect([saved.exitCode, manifest]).toEqual([
      0,
      {
        format: "slipway config 1",
        id: expect.stringMatching(/^\d{8}T\d{9}Z-[0-9a-f]{8}$/),
        cluster: "shop-db",
        name: "stack",
        startedAt: expect.any(String),
        endedAt: expect.any(String),
        tool: { name: "slipway", version: expect.any(String) },
        recipients: [recipient],
        object: {
          key: `postgres/shop-db/.config/stack/${manifest.id}.config.zst.age`,
          versionId: expect.any(String),
          bytes: expect.any(Number),
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
        plain: { bytes: state.length, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      },
    ]);
    const output = newOutput();
    const { exitCode, said } = await restore("stack", output);
    expect([exitCode, said]).toEqual([0, `stack ${manifest.id} is in ${output}, ${state.length} bytes`]);
    expect([readFileSync(output, "utf8"), (statSync(output).mode & 0o777).toString(8)]).toEqual([
      state,
      "600",
    ]);
  });

  test("is saved and read in a bucket that keeps no versions", async () => {
    const client = s3.client();
    await client.createBucket({ Bucket: "plain-configs" });
    client.destroy();
    const settings = { bucket: "plain-configs", region: "us-east-1", endpoint: s3.url, cluster: "shop-db" };
    const bucket = { BACKUP_SETTINGS: JSON.stringify({ ...settings, recipients: [recipient] }) };
    const saved = await run(["save-config", "--config", "stack", "--file", stack, "--json"], bucket);
    expect([saved.exitCode, JSON.parse(saved.said).object.versionId]).toEqual([0, undefined]);
    expect(await run(["verify", "--config", "stack"], bucket)).toMatchObject({ exitCode: 0 });
  });

  test("is the newest, or the one that is named, or that of a time", async () => {
    const first = JSON.parse((await save("zone")).said);
    const other = join(folder, "other.json");
    writeFileSync(other, "{}");
    await run(["save-config", "--config", "zone", "--file", other]);
    const [newest, named, then] = [newOutput(), newOutput(), newOutput()];
    await restore("zone", newest, "--json");
    await restore("zone", named, "--id", first.id);
    await restore("zone", then, "--at", first.startedAt);
    expect([newest, named, then].map((file) => readFileSync(file, "utf8"))).toEqual(["{}", state, state]);
  });

  test("is in a list of its own, and verified", async () => {
    const { id, object } = JSON.parse((await save("spec")).said);
    const listed = await run(["list", "--config", "spec"]);
    expect(listed.said).toMatch(
      new RegExp(`^spec ${id} complete ${object.bytes} bytes, goes \\d{4}-\\d\\d-\\d\\d$`),
    );
    expect(await run(["list", "--database", "spec"])).toMatchObject({
      exitCode: 0,
      said: "spec has no backup yet: backup run makes one",
    });
    expect((await run(["list", "--config", "none"])).said).toBe(
      "none has no backup yet: save-config --config none --file <path> makes one",
    );
    expect(await run(["list", "--database", "spec", "--json"])).toMatchObject({ exitCode: 0, said: "[]" });
    const verified = await run(["verify", "--config", "spec", "--json"]);
    expect(JSON.parse(verified.said)).toEqual([{ database: "spec", id, result: "verified" }]);
  });
});

describe("configuration fails", () => {
  test("B7 to be saved when it is empty, or cannot be read, and leaves nothing", async () => {
    const empty = join(folder, "empty");
    writeFileSync(empty, "");
    expect(await save("none", empty)).toMatchObject({ exitCode: 83, event: `${empty} is empty` });
    expect(await save("none", join(folder, "absent"))).toMatchObject({
      exitCode: 64,
      event: `cannot read ${folder}/absent: ENOENT: no such file or directory, open '${folder}/absent'`,
    });
    expect([await objects("none"), (await s3.contents("backups")).uploads]).toEqual([[], 0]);
  });

  test("B17 to be saved when a signal comes", async () => {
    const controller = new AbortController();
    s3.onRequest = (line) => {
      if (/partNumber/.test(line)) controller.abort(new Interrupted("SIGTERM"));
    };
    const args = ["save-config", "--config", "none", "--file", stack];
    expect(await run(args, {}, controller.signal)).toEqual({
      exitCode: 143,
      said: "",
      event: "ended by SIGTERM",
    });
    expect([await objects("none"), (await s3.contents("backups")).uploads]).toEqual([[], 0]);
  });

  test("R2 to be verified and restored when it is damaged, and leaves no file", async () => {
    const { id, object } = JSON.parse((await save("bad")).said);
    await save("bad");
    s3.corrupt = { url: new RegExp(`${id}.config`), share: 0.9 };
    const output = newOutput();
    const verified = await run(["verify", "--config", "bad", "--all", "--json"]);
    expect([
      verified.exitCode,
      JSON.parse(verified.said).map(({ result }: { result: string }) => result),
    ]).toEqual([89, ["verified", "corrupt"]]);
    expect(await restore("bad", output, "--id", id)).toEqual({
      exitCode: 89,
      said: "",
      event: expect.stringMatching(
        new RegExp(`^(the encrypted backup is damaged: |cannot read ${object.key}: Checksum mismatch)`),
      ),
    });
    s3.corrupt = undefined;
    expect([existsSync(output), readdirSync(folder).filter((name) => name.endsWith(".part"))]).toEqual([
      false,
      [],
    ]);
    expect(object.key).toContain(id);
  });

  test("R3 to be restored with another one's manifest", async () => {
    const one = JSON.parse((await save("one")).said);
    const client = s3.client();
    const at = (name: string, end: string) => `postgres/shop-db/.config/${name}/${one.id}${end}`;
    for (const end of [".json", ".config.zst.age"])
      await client.copyObject({
        Bucket: "backups",
        Key: at("two", end),
        CopySource: `backups/${at("one", end)}`,
      });
    client.destroy();
    expect(await restore("two", newOutput())).toMatchObject({
      exitCode: 89,
      event: `${at("two", ".json")}: the manifest is that of ${at("one", ".config.zst.age")}`,
    });
  });

  test("where there is none, for a name that is none, and over a file that is there", async () => {
    expect(await restore("absent", newOutput())).toMatchObject({
      exitCode: 88,
      event: "there is no configuration absent: backup save-config makes one",
    });
    expect(await save("")).toMatchObject({
      exitCode: 64,
      event: "--config must be a name of 1 to 63 bytes, for example stack-production",
    });
    expect(await restore("stack", stack)).toMatchObject({ exitCode: 64, event: `${stack} is there already` });
    expect(readFileSync(stack, "utf8")).toBe(state);
  });

  test("B27 to be found without its manifest or its object", async () => {
    const client = s3.client();
    const id = "20261121T030000000Z-00000000";
    const Key = `postgres/shop-db/.config/half/${id}.json`;
    await client.putObject({ Bucket: "backups", Key, Body: "{}" });
    client.destroy();
    expect(await restore("half", newOutput())).toEqual({
      exitCode: 88,
      said: "",
      event: "there is no configuration half: backup save-config makes one",
    });
    expect((await run(["list", "--config", "half"])).said).toContain(`half ${id} deleted 0 bytes`);
  });

  test("B24 to be read without the right identity", async () => {
    await save("key");
    const other = { BACKUP_IDENTITIES: await generateIdentity() };
    expect(await run(["verify", "--config", "key"], other)).toEqual({
      exitCode: 90,
      said: expect.stringMatching(/^key \S+ wrongKey$/),
      event: "none of the identities in BACKUP_IDENTITIES opens the backup",
    });
  });
});
