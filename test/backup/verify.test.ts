import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { manifestText, readManifest } from "../../backup/manifest.ts";
import { BackupBench, bucket } from "../support/backups.ts";
import { FakePrograms } from "../support/fake-programs.ts";

const bench = new BackupBench();
const programs = new FakePrograms();
let shop: string;
let id: string;
let folder: string;

beforeAll(async () => {
  await bench.start();
  shop = await bench.newDatabase(
    "CREATE TABLE thing (id int PRIMARY KEY, name text)",
    "INSERT INTO thing SELECT i, md5(i::text) FROM generate_series(1, 5000) i",
  );
  const ran = await bench.run(["run", "--json"], { database: shop });
  id = JSON.parse(ran.said.join(""))[0].id;
  folder = `postgres/shop-db/${shop.replace(" ", ".20")}`;
}, 170_000);
afterAll(async () => {
  programs.remove();
  await bench.stop();
});
beforeEach(() => bench.s3.mend());

const verify = (args: readonly string[] = [], environment: Record<string, string> = {}) =>
  bench.run(["verify", "--database", shop, ...args], { environment });

async function objectOf(key: string): Promise<Buffer> {
  const client = bench.s3.client();
  const { Body } = await client.getObject({ Bucket: bucket, Key: key });
  const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
  client.destroy();
  return bytes;
}

/** Puts a backup of that id in the bucket: these bytes, and the good backup's manifest with what is changed in it. */
async function plant(
  newId: string,
  dump: Buffer,
  change: (content: Record<string, unknown>) => object = (c) => c,
) {
  const client = bench.s3.client();
  const Key = `${folder}/${newId}.dump.zst.age`;
  const { VersionId } = await client.putObject({ Bucket: bucket, Key, Body: dump });
  const text = (await objectOf(`${folder}/${id}.json`)).toString("utf8");
  const { digest: _, ...content } = readManifest(text, "good");
  const object = { ...content.object, key: Key, versionId: VersionId };
  const changed = change({ ...content, id: newId, object });
  await client.putObject({
    Bucket: bucket,
    Key: `${folder}/${newId}.json`,
    Body: manifestText(changed as never),
  });
  client.destroy();
}

let planted = 0;
const nextId = () => `20990101T000000${String(planted++).padStart(3, "0")}Z-00000000`;

async function remove(...names: string[]): Promise<void> {
  const client = bench.s3.client();
  const { Versions = [], DeleteMarkers = [] } = await client.listObjectVersions({ Bucket: bucket });
  for (const { Key, VersionId } of [...Versions, ...DeleteMarkers])
    if (names.some((name) => Key?.includes(name)))
      await client.deleteObject({
        Bucket: bucket,
        Key: Key ?? "",
        VersionId,
        BypassGovernanceRetention: true,
      });
  client.destroy();
}

const last = ({ exitCode, logged }: { exitCode: number; logged: Record<string, unknown>[] }) => [
  exitCode,
  logged.at(-1)?.["event"],
];

describe("a good backup", () => {
  test("is not taken for a damaged one where the program that reads it was killed", async () => {
    const path = process.env["PATH"];
    const folder = mkdtempSync(join(tmpdir(), "slipway-zstd-"));
    const script = '#!/bin/sh\n[ "$1" = --version ] || kill -9 $$\n';
    writeFileSync(join(folder, "zstd"), script, { mode: 0o755 });
    process.env["PATH"] = `${folder}:${path}`;
    try {
      const { exitCode, said, logged } = await verify();
      expect([exitCode, said, logged.at(-1)]).toEqual([
        82,
        [`${shop} ${id} compression`],
        {
          level: "error",
          command: "verify",
          event: "zstd was ended by SIGKILL",
          outcome: "compression",
          exitCode: 82,
        },
      ]);
      expect(bench.s3.requests.filter((line) => !/^(GET|HEAD) /.test(line))).toEqual([]);
    } finally {
      process.env["PATH"] = path;
      rmSync(folder, { recursive: true });
    }
  });

  test("is verified", async () => {
    const { exitCode, said, logged } = await verify();
    expect([exitCode, said]).toEqual([0, [`${shop} ${id} verified`]]);
    expect(logged).toMatchObject([{ event: "backup verified", id }]);
    const written = bench.s3.requests.filter((line) => !/^(GET|HEAD) /.test(line));
    expect(written).toEqual([
      expect.stringMatching(
        new RegExp(
          `^PUT /shop-backups/records/${folder}/verifications/${id}\\.[0-9a-f]{16}\\.\\d{8}T\\d{9}Z-[0-9a-f]{8}\\.json`,
        ),
      ),
    ]);
  });

  test("R5 is read once and no more where only what nobody verified is asked for, with a key or without", async () => {
    const source = await bench.newDatabase("CREATE TABLE thing (id int)");
    await bench.run(["run"], { database: source });
    await bench.run(["run"], { database: source });
    const look = (...args: string[]) =>
      bench.run(["verify", "--database", source, "--unverified", "--json", ...args], {
        environment: args.includes("--sealed") ? { BACKUP_IDENTITIES: "" } : {},
      });
    const first = JSON.parse((await look("--sealed")).said.join(""));
    expect(first).toMatchObject([{ database: source, result: "sealed" }]);
    expect((await look("--sealed")).said).toEqual(["[]"]);
    // Who has the key opens what was only compared, too.
    const all = JSON.parse((await look("--all")).said.join(""));
    expect([all.length, all[0].id, all[1].id < first[0].id]).toEqual([2, first[0].id, true]);
    expect((await look("--all")).said).toEqual(["[]"]);
    const { said } = await bench.run(["list", "--database", source]);
    expect(said).toEqual([
      expect.stringMatching(/ bytes, verified \d{4}-\d\d-\d\d, goes /),
      expect.stringMatching(/ bytes, verified \d{4}-\d\d-\d\d, goes /),
      `${source} has no drill yet: backup drill does one`,
    ]);
  });

  test("R2 is told from a damaged one without its key", async () => {
    bench.s3.corrupt = { url: /dump\.zst\.age/, share: 0.5 };
    const { exitCode, said, logged } = await verify(["--sealed", "--id", id, "--json"], {
      BACKUP_IDENTITIES: "",
    });
    bench.s3.corrupt = undefined;
    const message = expect.stringMatching(/is not the one that its manifest names|Checksum mismatch/);
    expect([exitCode, JSON.parse(said.join(""))]).toEqual([
      89,
      [{ database: shop, id, result: "corrupt", message }],
    ]);
    expect(logged.at(-1)).toMatchObject({ level: "error", exitCode: 89 });
    expect(bench.s3.requests.filter((line) => line.startsWith("PUT "))).toEqual([
      expect.stringMatching(/\/verifications\/\S+\.sealed\.damaged\.json/),
    ]);
  });

  test("B26 is verified also where that cannot be noted", async () => {
    bench.s3.fail("PUT", /records/, { status: 403, code: "AccessDenied" });
    const { exitCode, logged } = await verify();
    expect([exitCode, logged.at(-1)]).toEqual([
      0,
      {
        level: "warn",
        event: "the record was not written",
        key: expect.stringContaining(`records/${folder}/verifications/${id}`),
        reason: expect.stringMatching(/AccessDenied/),
      },
    ]);
  });

  test("is verified where the records may not be read, and not where the store fails", async () => {
    bench.s3.fail("GET", /list-type=2/, { status: 403, code: "AccessDenied" });
    const refused = await verify();
    expect([refused.exitCode, refused.logged[0]?.["event"]]).toEqual([
      0,
      "the records may not be read: bring the stack up, for its reader's rights",
    ]);
    bench.s3.mend();
    bench.s3.fail("GET", /list-type=2/, { status: 404, code: "NoSuchBucket" });
    expect(last(await verify())).toEqual([
      86,
      `cannot list ${bucket}/records/${folder}/: NoSuchBucket, made to fail`,
    ]);
  });

  test("is verified by its id, among all, and as of a time", async () => {
    expect((await verify(["--id", id, "--json"])).said).toEqual([
      JSON.stringify([{ database: shop, id, result: "verified" }]),
    ]);
    expect((await verify(["--all"])).said).toEqual([`${shop} ${id} verified`]);
    expect((await verify(["--at", "2098-01-01T00:00:00Z"])).said).toEqual([`${shop} ${id} verified`]);
  });

  test("is read on where a connection was cut", async () => {
    bench.s3.fail("GET", /dump\.zst\.age/, "reset", 7);
    expect((await verify()).exitCode).toBe(0);
  });

  test("is in the list, with the day on which it goes", async () => {
    const { said } = await bench.run(["list", "--database", shop], { settings: { retentionDays: 30 } });
    expect(said).toEqual([
      expect.stringMatching(
        new RegExp(
          `^${shop} ${id} complete \\d+ bytes, verified \\d{4}-\\d\\d-\\d\\d, goes \\d{4}-\\d\\d-\\d\\d$`,
        ),
      ),
      `${shop} has no drill yet: backup drill does one`,
    ]);
    const { said: json } = await bench.run(["list", "--json"], { settings: { databases: [shop] } });
    expect(JSON.parse(json.join(""))).toMatchObject([{ database: shop, id, state: "complete" }]);
  });

  test("is verified in a bucket that keeps no versions", async () => {
    const client = bench.s3.client();
    await client.createBucket({ Bucket: "plain-bucket" });
    client.destroy();
    const settings = { bucket: "plain-bucket" };
    const { said } = await bench.run(["run", "--json"], { database: shop, settings });
    expect(JSON.parse(said.join(""))[0].object.versionId).toBeUndefined();
    expect((await bench.run(["verify", "--database", shop], { settings })).exitCode).toBe(0);
  });

  const hasZstd = spawnSync("zstd", ["--version"]).status === 0;

  (hasZstd ? test : test.skip)("is undone with standard tools alone", async () => {
    const here = mkdtempSync(join(tmpdir(), "slipway-by-hand-"));
    writeFileSync(join(here, "key"), `${bench.identity}\n`);
    writeFileSync(join(here, "backup"), await objectOf(`${folder}/${id}.dump.zst.age`));
    const hasAge = spawnSync("age", ["--version"]).status === 0;
    // Where age is not installed, its own author's package takes its place.
    const decrypt = hasAge ? "age -d -i key backup" : `"${process.execPath}" -e '${decryptByPackage}'`;
    const { stdout, status } = spawnSync(
      "bash",
      ["-c", `set -o pipefail; ${decrypt} | zstd -d | pg_restore -f -`],
      {
        cwd: here,
        encoding: "utf8",
        maxBuffer: 2 ** 26,
      },
    );
    rmSync(here, { recursive: true });
    expect([status, stdout.match(/^\d+\t[0-9a-f]{32}$/gm)?.length]).toEqual([0, 5000]);
  });
});

const decryptByPackage = `const fs = require("node:fs"); const age = require("${join(process.cwd(), "node_modules/age-encryption")}"); const d = new age.Decrypter(); d.addIdentity(fs.readFileSync("key", "utf8").trim()); d.decrypt(fs.readFileSync("backup")).then((b) => process.stdout.write(b));`;

describe("verify fails", () => {
  const failed = async (newId: string) => {
    const { exitCode, said } = await verify(["--id", newId, "--json"]);
    await remove(newId);
    return [
      exitCode,
      JSON.parse(said.join(""))[0].message?.replaceAll(newId, "ID").replaceAll(`${folder}/`, ""),
    ];
  };

  test.each([1, 25, 50, 99, 100])("R1 for an object that is cut at %i percent", async (percent) => {
    const good = await objectOf(`${folder}/${id}.dump.zst.age`);
    const cut = good.subarray(0, Math.min(good.length - 1, Math.floor((good.length * percent) / 100)));
    const newId = nextId();
    await plant(newId, cut);
    expect(await failed(newId)).toEqual([
      89,
      `ID.dump.zst.age: has ${cut.length} bytes, its manifest says ${good.length}`,
    ]);
    const adapted = nextId();
    await plant(adapted, cut, (content) => ({
      ...content,
      object: { ...(content["object"] as object), bytes: cut.length },
    }));
    expect(await failed(adapted)).toEqual([
      89,
      expect.stringMatching(
        /^the encrypted backup is damaged: |^ID\.dump\.zst\.age: the object is not the one/,
      ),
    ]);
  });

  test("R2 for turned bits", async () => {
    const good = await objectOf(`${folder}/${id}.dump.zst.age`);
    for (const at of [0, 30, 100, 200, 300, good.length >> 1, good.length - 17, good.length - 1]) {
      const newId = nextId();
      const changed = Buffer.from(good);
      changed[at] = (good[at] ?? 0) ^ 4;
      await plant(newId, changed);
      // What names the key's owner is not sealed: where it was changed, the backup is nobody's.
      expect([
        [89, expect.stringMatching(/^the encrypted backup is damaged: (its |it does|a chunk)/)],
        [89, "the encrypted backup is damaged: its header is for none of the keys that its manifest names"],
      ]).toContainEqual(await failed(newId));
    }
  });

  test("R3 for another backup's manifest", async () => {
    const newId = nextId();
    await plant(newId, await objectOf(`${folder}/${id}.dump.zst.age`), (content) => ({ ...content, id }));
    expect(await failed(newId)).toEqual([89, "ID.json: the manifest is that of ID.dump.zst.age"]);
  });

  test("R4 for an object that was put in the place of the one that the manifest is of", async () => {
    const newId = nextId();
    const good = await objectOf(`${folder}/${id}.dump.zst.age`);
    await plant(newId, good);
    const client = bench.s3.client();
    await client.putObject({ Bucket: bucket, Key: `${folder}/${newId}.dump.zst.age`, Body: good });
    client.destroy();
    expect(await failed(newId)).toEqual([89, "ID.dump.zst.age: was replaced after its manifest was written"]);
  });

  test("for digests that are not those of the manifest", async () => {
    const good = await objectOf(`${folder}/${id}.dump.zst.age`);
    for (const [part, what] of [
      ["object", "object"],
      ["plain", "dump"],
    ] as const) {
      const newId = nextId();
      await plant(newId, good, (content) => ({
        ...content,
        [part]: { ...(content[part] as object), sha256: "0".repeat(64) },
      }));
      expect(await failed(newId)).toEqual([
        89,
        `ID.dump.zst.age: the ${what} is not the one that its manifest names`,
      ]);
    }
  });

  test("for a table of the manifest of which the dump has no rows", async () => {
    const newId = nextId();
    await plant(newId, await objectOf(`${folder}/${id}.dump.zst.age`), (content) => {
      const contents = content["contents"] as { tables: object[] };
      const tables = [
        ...contents.tables,
        { schema: "public", name: "other", rows: 0, checksum: "0", everyNth: 1 },
      ];
      return { ...content, contents: { ...contents, tables } };
    });
    expect(await failed(newId)).toEqual([89, "ID.dump.zst.age: lacks the rows of public.other"]);
  });

  test("B24 without the right identity, with an exit code of its own", async () => {
    const ran = await verify([], { BACKUP_IDENTITIES: await generateIdentity() });
    expect([last(ran), ran.said, ran.text.includes("AGE-SECRET-KEY")]).toEqual([
      [90, "none of the identities in BACKUP_IDENTITIES opens the backup"],
      [`${shop} ${id} wrongKey`],
      false,
    ]);
  });

  test("for an environment without identities, and prints none of what stands in their place", async () => {
    const { exitCode, text } = await verify([], { BACKUP_IDENTITIES: "AGE-SECRET-KEY-1WRONG" });
    expect([exitCode, text]).toEqual([
      78,
      "verify: the environment is not valid:\n  BACKUP_IDENTITIES: must be secret keys of age, one a line, AGE-SECRET-KEY-1...",
    ]);
  });

  test("where there is no backup that fits", async () => {
    const there = "backup list shows which there are";
    expect(last(await verify(["--at", "2001-01-01T00:00:00Z"]))).toEqual([
      88,
      `there is no backup of ${shop} of 2001-01-01T00:00:00.000Z or before: ${there}`,
    ]);
    expect(last(await verify(["--id", "20010101T000000000Z-00000000"]))).toEqual([
      88,
      `there is no backup of ${shop} with the id 20010101T000000000Z-00000000: ${there}`,
    ]);
  });

  test("with a pg_restore that is older than the pg_dump of the backup", async () => {
    const POSTGRES_BIN = programs.folder({ pg_restore: "exit 1" });
    writeFileSync(join(POSTGRES_BIN, "pg_restore"), '#!/bin/sh\necho "pg_restore (PostgreSQL) 9.6.24"\n');
    expect(last(await verify([], { POSTGRES_BIN }))).toEqual([
      80,
      expect.stringMatching(
        new RegExp(
          `^${id} was written by pg_dump \\S+, and pg_restore is 9.6.24: install the PostgreSQL \\d+ client programs or newer$`,
        ),
      ),
    ]);
  });

  test("where the bucket refuses, or is not there", async () => {
    bench.s3.fail("GET", /versions/, { status: 403, code: "AccessDenied" });
    expect(last(await verify())).toEqual([
      85,
      `cannot list ${bucket}/${folder}/: AccessDenied, made to fail`,
    ]);
    bench.s3.mend();
    const elsewhere = await bench.run(["verify", "--database", shop], {
      settings: { bucket: "no-such-bucket" },
    });
    expect(last(elsewhere)).toEqual([
      86,
      `cannot list no-such-bucket/${folder}/: NoSuchBucket, The specified bucket does not exist`,
    ]);
  });
});

test("B25 backups open after the key was changed, old ones with the old identity", async () => {
  const newer = await generateIdentity();
  const both = [bench.recipient, await identityToRecipient(newer)];
  const other = await bench.newDatabase("CREATE TABLE thing (id int)");
  await bench.run(["run"], { database: other });
  await bench.run(["run"], { database: other, settings: { recipients: both } });
  await bench.run(["run"], { database: other, settings: { recipients: [both[1]] } });
  const codes = [];
  for (const identities of [newer, `# old\n${bench.identity}\n# new\n${newer}`]) {
    const { exitCode, said } = await bench.run(["verify", "--all", "--json", "--database", other], {
      environment: { BACKUP_IDENTITIES: identities },
    });
    codes.push([exitCode, JSON.parse(said.join("")).map(({ result }: { result: string }) => result)]);
  }
  expect(codes).toEqual([
    [90, ["verified", "verified", "wrongKey"]],
    [0, ["verified", "verified", "verified"]],
  ]);
});
