import { spawnSync } from "node:child_process";
import { createCipheriv, hkdfSync, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Decrypter, Encrypter, generateIdentity, identityToRecipient } from "age-encryption";
import fc from "fast-check";
import { decrypted, encrypted } from "../../backup/age.ts";
import { bytesIn, collected } from "../support/bytes.ts";

let identity: string;
let recipient: string;
const folder = mkdtempSync(join(tmpdir(), "slipway-age-"));
beforeAll(async () => {
  identity = await generateIdentity();
  recipient = await identityToRecipient(identity);
});
afterAll(() => rmSync(folder, { recursive: true }));

const chunk = 64 * 1024;
const sizes = [0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk, 3 * chunk + 7];

test.each(sizes)("%i bytes come back, also with the package that made the header", async (size) => {
  const text = randomBytes(size);
  const file = await collected(encrypted(bytesIn(text, 1000), [recipient]));
  expect((await collected(decrypted(bytesIn(file, 777), [identity]))).equals(text)).toBe(true);
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  expect(Buffer.from(await decrypter.decrypt(file)).equals(text)).toBe(true);
});

test.each(sizes)("%i bytes of the package are read", async (size) => {
  const text = randomBytes(size);
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const file = Buffer.from(await encrypter.encrypt(text));
  expect((await collected(decrypted(bytesIn(file, 5000), [identity]))).equals(text)).toBe(true);
});

const hasAge = spawnSync("age", ["--version"]).status === 0;

(hasAge ? test.each(sizes) : test.skip.each(sizes))(
  "%i bytes are read by the command age, and its by us",
  async (size) => {
    const text = randomBytes(size);
    const keyFile = join(folder, "key");
    writeFileSync(keyFile, `${identity}\n`);
    const file = await collected(encrypted(bytesIn(text, 9000), [recipient]));
    const opened = spawnSync("age", ["-d", "-i", keyFile], { input: file, maxBuffer: 2 ** 26 });
    expect([opened.status, opened.stdout.equals(text)]).toEqual([0, true]);
    const sealed = spawnSync("age", ["-r", recipient], { input: text, maxBuffer: 2 ** 26 });
    expect((await collected(decrypted(bytesIn(sealed.stdout, 100), [identity]))).equals(text)).toBe(true);
  },
);

test("B25 each of several recipients opens it, an old identity beside the new one too", async () => {
  const newer = await generateIdentity();
  const both = [recipient, await identityToRecipient(newer)];
  const text = Buffer.from("rows");
  for (const identities of [[identity], [newer], [newer, identity]]) {
    const file = await collected(encrypted(bytesIn(text), both));
    expect(await collected(decrypted(bytesIn(file), identities))).toEqual(text);
  }
});

test("B24 fails with its own outcome for an identity that is not among them", async () => {
  const file = await collected(encrypted(bytesIn(Buffer.from("rows")), [recipient]));
  const other = await generateIdentity();
  await expect(collected(decrypted(bytesIn(file), [other]))).rejects.toMatchObject({
    outcome: "wrongKey",
    message: "none of the identities in BACKUP_IDENTITIES opens the backup",
  });
});

describe("a damaged file fails", () => {
  const text = randomBytes(2 * chunk + 100);
  let file: Buffer;
  beforeAll(async () => {
    file = await collected(encrypted(bytesIn(text), [recipient]));
  });
  const outcomeOf = (bytes: Buffer) =>
    collected(decrypted(bytesIn(bytes, 30_000), [identity])).then(
      () => "read",
      ({ outcome }) => outcome,
    );

  test("R1 wherever it is cut off", async () => {
    const cuts = [0, 10, 100, file.length - 1, file.length - 17, file.length - 116, file.length - 117];
    const chunks = [1, 2].map((count) => file.length - 116 - (2 - count) * (chunk + 16));
    for (const length of [...cuts, ...chunks])
      expect([length, await outcomeOf(file.subarray(0, length))]).toEqual([length, "corrupt"]);
  });

  test("R2 wherever a bit is turned", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), fc.nat(7), async (at, bit) => {
        const changed = Buffer.from(file);
        changed[at] = (file[at] ?? 0) ^ (1 << bit);
        expect(await outcomeOf(changed)).toMatch(/^(corrupt|wrongKey)$/);
      }),
      { numRuns: 300 },
    );
  });

  test("with chunks in another order, with bytes behind its end, and where it is something else", async () => {
    const start = file.length - 116 - 2 * (chunk + 16);
    const [first, second] = [0, 1].map((n) =>
      file.subarray(start + n * (chunk + 16), start + (n + 1) * (chunk + 16)),
    );
    const swapped = Buffer.concat([
      file.subarray(0, start),
      second as Buffer,
      first as Buffer,
      file.subarray(-116),
    ]);
    expect(await outcomeOf(swapped)).toBe("corrupt");
    expect(await outcomeOf(Buffer.concat([file, Buffer.from("x")]))).toBe("corrupt");
    expect(await outcomeOf(Buffer.from("PGDMP something\nelse"))).toBe("corrupt");
    expect(await outcomeOf(Buffer.alloc(2_000_000, "a"))).toBe("corrupt");
  });
});

test("an empty last chunk behind a full one is none that age writes, and fails", async () => {
  let fileKey = new Uint8Array();
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  encrypter.addRecipient({
    wrapFileKey: (key) => {
      fileKey = Uint8Array.from(key);
      return [];
    },
  });
  const header = Buffer.from(await encrypter.encrypt(new Uint8Array())).subarray(0, -32);
  const start = randomBytes(16);
  const key = Buffer.from(hkdfSync("sha256", fileKey, start, "payload", 32));
  const sealed = (text: Buffer, number: number, last: number): Buffer => {
    const nonce = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, number, last]);
    const cipher = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
    return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
  };
  const full = Buffer.alloc(chunk);
  const good = Buffer.concat([header, start, sealed(full, 0, 1)]);
  expect((await collected(decrypted(bytesIn(good), [identity]))).equals(full)).toBe(true);
  const odd = Buffer.concat([header, start, sealed(full, 0, 0), sealed(Buffer.alloc(0), 1, 1)]);
  await expect(collected(decrypted(bytesIn(odd), [identity]))).rejects.toMatchObject({
    outcome: "corrupt",
    message: "the encrypted backup is damaged: its end is not as it was written",
  });
});

test("R1, R2 a small file fails at whatever byte it is cut off or changed", async () => {
  const file = await collected(encrypted(bytesIn(Buffer.from("rows")), [recipient]));
  const outcomeOf = (bytes: Buffer) =>
    collected(decrypted(bytesIn(bytes), [identity])).then(
      () => "read",
      ({ outcome }) => outcome,
    );
  const outcomes = new Set<string>();
  for (let at = 0; at < file.length; at += 1) {
    const changed = Buffer.from(file);
    changed[at] = (file[at] ?? 0) ^ 1;
    outcomes.add(await outcomeOf(file.subarray(0, at))).add(await outcomeOf(changed));
  }
  expect([...outcomes].sort()).toEqual(["corrupt", "wrongKey"]);
});

test("fails with the source's error and never ends the file", async () => {
  async function* broken() {
    yield randomBytes(100_000);
    throw new Error("the dump was killed");
  }
  const pieces: Buffer[] = [];
  const reading = (async () => {
    for await (const piece of encrypted(broken(), [recipient])) pieces.push(piece);
  })();
  await expect(reading).rejects.toThrow("the dump was killed");
  await expect(collected(decrypted(bytesIn(Buffer.concat(pieces)), [identity]))).rejects.toMatchObject({
    outcome: "corrupt",
  });
});
