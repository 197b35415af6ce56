import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, describe, expect, test } from "@jest/globals";
import { outputOf, textOf } from "../../backup/child.ts";
import { compressed, decompressed, findCompressor } from "../../backup/compression.ts";
import { BytesReader, Meter } from "../../backup/streams.ts";
import { bytesIn, collected } from "../support/bytes.ts";
import { failing } from "../support/failing.ts";
import { FakePrograms } from "../support/fake-programs.ts";

const shell = (script: string) => ({ command: "/bin/sh", args: ["-c", script], outcome: "dump" as const });

describe("the output of a program", () => {
  test("ends when the program ended well", async () => {
    expect(await textOf(shell("echo one; echo two"))).toBe("one\ntwo\n");
  });

  test.each([
    ["exits with a code", "echo data; echo why >&2; exit 3", "sh ended with exit code 3: why"],
    ["is killed", "echo data; kill -9 $$", "sh was ended by SIGKILL"],
    ["fails after its output is closed", "echo data; exec >&-; exit 1", "sh ended with exit code 1"],
  ])("B2 fails where it would end when the program %s", async (_what, script, message) => {
    const pieces: string[] = [];
    const reading = (async () => {
      for await (const piece of outputOf(shell(script))) pieces.push(piece.toString());
    })();
    await expect(reading).rejects.toMatchObject({ outcome: "dump", message });
    expect(pieces).toEqual(["data\n"]);
  });

  test("fails for a program that is not there", async () => {
    await expect(textOf({ command: "/no/such", args: [], outcome: "version" })).rejects.toMatchObject({
      outcome: "version",
      message: "such cannot be run: spawn /no/such ENOENT",
    });
  });

  test("fails with the reason of a signal, and ends the program", async () => {
    const stop = new AbortController();
    const reading = collected(outputOf({ ...shell("echo $$; exec sleep 60"), signal: stop.signal }));
    stop.abort(new Error("ended by SIGTERM"));
    await expect(reading).rejects.toThrow("ended by SIGTERM");
    await expect(textOf({ ...shell("true"), signal: stop.signal })).rejects.toThrow("ended by SIGTERM");
  });

  test("ends a program as that is asked to, and kills it where it does not listen", async () => {
    for (const [script, told] of [
      ["trap 'echo asked >&2; exit 5' TERM; echo ready; while :; do sleep 0.01; done", ["asked"]],
      ["trap '' TERM; echo ready; while :; do sleep 0.01; done", []],
    ] as const) {
      const stop = new AbortController();
      const lines: string[] = [];
      const reading = (async () => {
        const options = {
          stopsAt: "SIGTERM" as const,
          signal: stop.signal,
          onLine: (line: string) => lines.push(line),
        };
        for await (const _piece of outputOf({ ...shell(script), ...options })) {
          stop.abort(new Error("ended by SIGTERM"));
        }
      })();
      await expect(reading).rejects.toThrow("ended by SIGTERM");
      expect(lines).toEqual(told);
    }
  });

  test("ends the program when nobody reads on", async () => {
    let pid = 0;
    for await (const piece of outputOf(shell("echo $$; exec sleep 60"))) {
      pid = Number(piece.toString());
      break;
    }
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });
});

describe("a program that is fed", () => {
  test("gives everything back", async () => {
    const bytes = Buffer.alloc(3_000_000, "abc");
    expect((await collected(outputOf(shell("cat"), bytesIn(bytes, 100_000)))).equals(bytes)).toBe(true);
  });

  test("B8 fails with the source's error, and is killed before it could end well", async () => {
    async function* broken() {
      yield Buffer.from("data");
      throw new Error("cut");
    }
    await expect(collected(outputOf(shell("cat"), broken()))).rejects.toThrow("cut");
  });

  test("B8 fails with its own when it ends before it was fed everything", async () => {
    const source = bytesIn(Buffer.alloc(3_000_000), 100_000);
    await expect(collected(outputOf(shell("head -c 10 >/dev/null; exit 9"), source))).rejects.toThrow(
      "sh ended with exit code 9",
    );
    expect(await source.next()).toEqual({ done: true, value: undefined });
  });
});

/** Where the command is not installed, Node's own zstd does its work, and is tested alone. */
const compressors =
  (await findCompressor()) === "command" ? (["command", "node"] as const) : (["node"] as const);

describe.each(compressors)("compression by %s", (compressor) => {
  const damage = expect.stringMatching(
    compressor === "command"
      ? /^zstd ended with exit code 1: .*(Read error|Decoding error|unknown header|unsupported format)/
      : /^the compressed backup is damaged: Z\w+$/,
  );
  const bytes = Buffer.alloc(5_000_000, "some text that repeats ");

  test("comes back", async () => {
    const small = await collected(compressed(bytesIn(bytes, 65_536), compressor));
    expect(small.length).toBeLessThan(bytes.length / 100);
    expect((await collected(decompressed(bytesIn(small, 1000), compressor))).equals(bytes)).toBe(true);
  });

  test.each(compressors)("is undone by %s", async (other) => {
    // Longer than several of the jobs that the command's threads work on, and half of it noise.
    const long = Buffer.concat([randomBytes(8_000_000), bytes, bytes]);
    const small = await collected(compressed(bytesIn(long, 65_536), compressor));
    expect((await collected(decompressed(bytesIn(small, 100_000), other))).equals(long)).toBe(true);
  });

  test("fails with the source's error", async () => {
    async function* broken() {
      yield bytes;
      throw new Error("cut");
    }
    await expect(collected(compressed(broken(), compressor))).rejects.toThrow("cut");
  });

  test("fails to be read when it is cut or changed", async () => {
    const small = await collected(compressed(bytesIn(bytes), compressor));
    const changed = Buffer.from(small);
    changed[20] = (changed[20] ?? 0) ^ 1;
    for (const damaged of [
      small.subarray(0, -1),
      small.subarray(0, 50),
      changed,
      Buffer.from("no zstd at all"),
    ])
      await expect(collected(decompressed(bytesIn(damaged), compressor))).rejects.toEqual(
        failing("corrupt", damage as unknown as string),
      );
  });

  test("fails with the error of what it reads", async () => {
    async function* broken() {
      yield Buffer.alloc(0);
      await delay(1);
      throw new Error("not authentic");
    }
    await expect(collected(decompressed(broken(), compressor))).rejects.toThrow("not authentic");
  });
});

describe("a whole frame is not taken for a damaged one", () => {
  const programs = new FakePrograms();
  const path = process.env["PATH"];
  afterEach(() => {
    process.env["PATH"] = path;
  });
  afterAll(() => programs.remove());

  test.each([
    ["is killed", "kill -9 $$", "zstd was ended by SIGKILL"],
    [
      "gets no threads",
      'echo "zstd: error 104 : Failed creating I/O thread pool" >&2; exit 104',
      "zstd ended with exit code 104: zstd: error 104 : Failed creating I/O thread pool",
    ],
    [
      "has no memory",
      'echo "in.zst : Decoding error (36) : Allocation error : not enough memory" >&2; exit 1',
      "zstd ended with exit code 1: in.zst : Decoding error (36) : Allocation error : not enough memory",
    ],
    [
      "cannot be loaded",
      'echo "zstd: error while loading shared libraries: libc.so.6" >&2; exit 127',
      "zstd ended with exit code 127: zstd: error while loading shared libraries: libc.so.6",
    ],
  ])("where zstd %s", async (_what, script, message) => {
    process.env["PATH"] = `${programs.folder({ zstd: script })}:${path}`;
    await expect(collected(decompressed(bytesIn(Buffer.from("x")), "command"))).rejects.toEqual(
      failing("compression", message),
    );
  });

  test("where zstd cannot be run", async () => {
    process.env["PATH"] = "/no/such/folder";
    await expect(collected(decompressed(bytesIn(Buffer.from("x")), "command"))).rejects.toEqual(
      failing("compression", "zstd cannot be run: spawn zstd ENOENT"),
    );
  });

  test.each(["ZSTD_error_memory_allocation", "Z_MEM_ERROR"])("where Node's own says %s", async (code) => {
    async function* source() {
      yield Buffer.alloc(0);
      throw Object.assign(new Error("no memory"), { code });
    }
    await expect(collected(decompressed(source(), "node"))).rejects.toEqual(
      Object.assign(new Error("no memory"), { code }),
    );
  });
});

test("a reader takes what is asked for, whatever the pieces are", async () => {
  const bytes = Buffer.from("first\nsecond\nthird");
  for (const size of [1, 2, 7, 100]) {
    const reader = new BytesReader(bytesIn(bytes, size));
    expect((await reader.takeLine(100)).toString()).toBe("first\n");
    expect((await reader.take(3)).toString()).toBe("sec");
    expect(await reader.isAtEnd()).toBe(false);
    expect((await reader.takeLine(100)).toString()).toBe("ond\n");
    expect((await reader.takeLine(100)).toString()).toBe("third");
    expect(await reader.isAtEnd()).toBe(true);
    expect((await reader.take(5)).length).toBe(0);
  }
});

test("a meter counts and digests what passes", async () => {
  const meter = new Meter();
  await collected(meter.through(bytesIn(Buffer.from("abc"), 1)));
  expect([meter.bytes, meter.sha256()]).toEqual([
    3,
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  ]);
});
