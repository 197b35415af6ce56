import { EventEmitter } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "@jest/globals";
import type pg from "pg";
import { assertListed, contentsOf, readWhole } from "../../backup/archive.ts";
import { textOf } from "../../backup/child.ts";
import { findCompressor } from "../../backup/compression.ts";
import { asFailure, type ServerAddress } from "../../backup/database.ts";
import { type DrillReport, reportMarkdown, reportText } from "../../backup/drill-report.ts";
import { Failure, failureOf } from "../../backup/failure.ts";
import { Log } from "../../backup/log.ts";
import type { Manifest } from "../../backup/manifest.ts";
import {
  assertNotOlder,
  Connection,
  findProgram,
  largePieces,
  majorOf,
  outcomeOfComplaint,
} from "../../backup/postgres-programs.ts";
import { ensureSchema } from "../../backup/prepare-schema.ts";
import { documentIn, runCommand } from "../../backup/program.ts";
import { progressLines } from "../../backup/restore.ts";
import { assertSame } from "../../backup/restoring.ts";
import { type OwnProcess, start } from "../../backup/start.ts";
import { bytesIn } from "../support/bytes.ts";
import { failing } from "../support/failing.ts";
import { FakePrograms } from "../support/fake-programs.ts";

const programs = new FakePrograms();
const path = process.env["PATH"];
afterAll(() => programs.remove());
afterEach(() => {
  process.env["PATH"] = path;
});

const address: ServerAddress = {
  host: "db",
  port: 25060,
  user: "shop",
  password: "secret",
  database: "shop",
  mode: "verify-full",
};

describe("a program of PostgreSQL", () => {
  test("is found with its version, on PATH and in a folder", async () => {
    expect((await findProgram("pg_dump", "")).version).toMatch(/^\d+(\.\d+)*$/);
    expect(majorOf("18.1")).toBe(18);
  });

  test("B5 fails that does not tell its version, or is older than the server", async () => {
    const folder = programs.folder({ pg_dump: "" });
    const fake = `${folder}/pg_dump`;
    writeFileSync(fake, "#!/bin/sh\necho none of your business\n");
    await expect(findProgram("pg_dump", folder)).rejects.toEqual(
      failing("version", `${fake} does not tell its version: none of your business`),
    );
    expect(() => assertNotOlder("pg_dump", { path: "p", version: "15.4" }, "16.1")).toThrow(
      failing(
        "version",
        "pg_dump 15.4 is older than the server, which is 16.1: install the PostgreSQL 16 client programs or newer",
      ),
    );
    assertNotOlder("pg_dump", { path: "p", version: "16.0" }, "16.9");
  });

  test("B18, B19 gets the password by its environment alone, and a certificate as a file that is gone afterwards", () => {
    const plain = new Connection(address);
    expect(plain.environment).toEqual({
      PGHOST: "db",
      PGPORT: "25060",
      PGUSER: "shop",
      PGPASSWORD: "secret",
      PGDATABASE: "shop",
      PGSSLMODE: "verify-full",
      PGAPPNAME: "slipway backup",
      PGCONNECT_TIMEOUT: "10",
      PGPASSFILE: "/dev/null",
      PGSERVICEFILE: "/dev/null",
    });
    plain.close();
    for (const memory of ["/dev/shm", "/no/such/folder"]) {
      const connection = new Connection({ ...address, caCertificate: "PEM" }, memory);
      const file = connection.environment["PGSSLROOTCERT"] ?? "";
      expect([readFileSync(file, "utf8"), file.startsWith(memory)]).toEqual(["PEM", existsSync(memory)]);
      connection.close();
      expect(existsSync(dirname(file))).toBe(false);
    }
  });

  test("fails where the certificate cannot be a file, and says what to do", () => {
    expect(() => new Connection({ ...address, caCertificate: "PEM" }, "/proc")).toThrow(
      new Failure(
        "environment",
        "a small file cannot be written to /proc: ENOENT: no such file or directory, mkdtemp '/proc/slipway-backup-XXXXXX'; it must be a folder that is there and has room (TMPDIR names another), and files must be allowed to grow (ulimit -f)",
      ),
    );
  });

  test("writes large pieces where that can be had", () => {
    expect(largePieces("/no/such/library")).toEqual({});
    expect(largePieces("/dev/null")).toEqual({ LD_PRELOAD: "/dev/null", _STDBUF_O: "262144" });
  });

  test.each([
    ["version", "pg_dump: error: aborting because of server version mismatch"],
    ["refused", 'FATAL: password authentication failed for user "shop"'],
    ["refused", "FATAL: no pg_hba.conf entry for host"],
    ["refused", "permission denied for table thing"],
    ["refused", "must be owner of table thing"],
    ["refused", "must be superuser to do that"],
    ["locked", "canceling statement due to lock timeout"],
    ["locked", "canceling statement due to statement timeout"],
    ["locked", "could not obtain lock on relation"],
    ["insecure", "certificate verify failed"],
    ["insecure", "server does not support SSL, but SSL was required"],
    ["insecure", "SSL error: bad record"],
    ["unreachable", 'connection to server at "db" failed: refused'],
    ["unreachable", 'could not translate host name "db" to address'],
    ["dump", "something else"],
  ])("B26 fails with %s that says %s", (outcome, said) => {
    expect(outcomeOfComplaint("dump")(said)).toBe(outcome);
  });
});

test("B1, B26 fails with a server's or the network's answer in one line", () => {
  const told = (error: unknown) => {
    const { outcome, message } = asFailure(error, address);
    return [outcome, message];
  };
  const answers: [unknown, string, string][] = [
    [{ code: "28P01", message: "no\nmore" }, "refused", "no (28P01)"],
    [{ code: "42501", message: "no" }, "refused", "no (42501)"],
    [{ code: "3D000", message: "no" }, "missing", "no (3D000)"],
    [{ code: "55P03", message: "no" }, "locked", "no (55P03)"],
    [{ code: "57P03", message: "no" }, "unreachable", "no (57P03)"],
    [{ code: "08006", message: "no" }, "unreachable", "no (08006)"],
    [{ code: "142501", message: "no" }, "unexpected", "no (142501)"],
    [{ code: "425010", message: "no" }, "unexpected", "no (425010)"],
    [{ code: "x28P01", message: "no" }, "unexpected", "no (x28P01)"],
    [{ code: "3D0001", message: "no" }, "unexpected", "no (3D0001)"],
    [{ code: "155P03", message: "no" }, "unexpected", "no (155P03)"],
    [{ code: "55P031", message: "no" }, "unexpected", "no (55P031)"],
    [{ code: "57P031", message: "no" }, "unexpected", "no (57P031)"],
    [{ code: "157P03", message: "no" }, "unexpected", "no (157P03)"],
    [{ code: "13D000", message: "no" }, "unexpected", "no (13D000)"],
    [{ code: "EPIPES", message: "no" }, "unexpected", "no (EPIPES)"],
    [{ code: "XEPIPE", message: "no" }, "unexpected", "no (XEPIPE)"],
    [{ code: "ENOTFOUND", message: "getaddrinfo ENOTFOUND db" }, "unreachable", "getaddrinfo ENOTFOUND db"],
    [
      { errors: [{ code: "ECONNREFUSED", message: "a" }, { message: "b" }] },
      "unreachable",
      "a (ECONNREFUSED)",
    ],
    [{ code: "CERT_HAS_EXPIRED", message: "no" }, "insecure", "no (CERT_HAS_EXPIRED)"],
    [
      { message: "The server does not support SSL connections" },
      "insecure",
      "The server does not support SSL connections",
    ],
    [{ message: "timeout expired" }, "unreachable", "timeout expired"],
    [{ message: "Connection terminated unexpectedly" }, "unreachable", "Connection terminated unexpectedly"],
    [{ message: "odd" }, "unexpected", "odd"],
    [{ code: 5 }, "unexpected", "unknown error"],
  ];
  for (const [error, outcome, line] of answers)
    expect(told(error)).toEqual([outcome, `db:25060/shop: ${line}`]);
});

describe("a child", () => {
  test("fails with the lines that name an error, and without empty ones", async () => {
    const script = 'echo >&2; echo one >&2; echo "error: two" >&2; echo three >&2; exit 3';
    const command = { command: "/bin/sh", args: ["-c", script], outcome: "dump" } as const;
    const lines: string[] = [];
    await expect(textOf({ ...command, onLine: (line) => lines.push(line) })).rejects.toEqual(
      failing("dump", "sh ended with exit code 3: error: two"),
    );
    expect(lines).toEqual(["one", "error: two", "three"]);
  });

  test("keeps the last 100 lines of its complaints", async () => {
    const command = { command: "/bin/sh", args: ["-c", "seq 1 150 >&2; exit 1"], outcome: "dump" } as const;
    await expect(
      textOf({ ...command, outcomeOf: (said) => (said.startsWith("51\n") ? "locked" : "dump") }),
    ).rejects.toEqual(failing("locked", "sh ended with exit code 1: 148: 149: 150"));
  });

  test("speaks the language in which its complaints are known", async () => {
    const command = { command: "/bin/sh", args: ["-c", "echo $LC_ALL"], outcome: "dump" } as const;
    expect(await textOf(command)).toBe("C.UTF-8\n");
  });

  test("finds its programs where PATH is not set", async () => {
    delete process.env["PATH"];
    const command = { command: "/bin/sh", args: ["-c", "echo $PATH"], outcome: "dump" } as const;
    expect(await textOf(command)).toBe("/usr/local/bin:/usr/bin:/bin\n");
  });

  test("that compresses is Node's own where there is no other", async () => {
    process.env["PATH"] = "/no/such/folder";
    expect(await findCompressor()).toBe("node");
  });
});

describe("pg_restore", () => {
  const { signal } = new AbortController();
  const restore = (script: string) => ({
    path: `${programs.folder({ pg_restore: script })}/pg_restore`,
    version: "18",
  });

  test("lists what a dump's beginning says, without remarks and empty lines", async () => {
    const list = await contentsOf(bytesIn(Buffer.from("; remark\n\n1; a\n2; b;\n")), restore("cat"));
    expect(list).toEqual(["1; a", "2; b;"]);
  });

  test("R2 fails as what it reads is damaged", async () => {
    for (const [said, why] of [
      ["echo 'pg_restore: error: bad' >&2;", ": pg_restore: error: bad"],
      ["", ""],
    ]) {
      const broken = restore(`cat > /dev/null; ${said} exit 1`);
      const failure = failing("corrupt", `pg_restore ended with exit code 1${why}`);
      await expect(contentsOf(bytesIn(Buffer.from("x")), broken)).rejects.toEqual(failure);
      await expect(readWhole(bytesIn(Buffer.from("x")), broken, signal)).rejects.toEqual(failure);
    }
  });

  test.each([
    ["is killed", "kill -9 $$", "pg_restore was ended by SIGKILL"],
    [
      "is killed after it complained",
      "echo 'pg_restore: error: odd' >&2; kill -9 $$",
      "pg_restore was ended by SIGKILL: pg_restore: error: odd",
    ],
    [
      "has no memory",
      "cat > /dev/null; echo 'pg_restore: error: out of memory' >&2; exit 1",
      "pg_restore ended with exit code 1: pg_restore: error: out of memory",
    ],
    [
      "cannot be loaded",
      "echo 'pg_restore: error while loading shared libraries: libpq.so.5' >&2; exit 127",
      "pg_restore ended with exit code 127: pg_restore: error while loading shared libraries: libpq.so.5",
    ],
  ])("R5 fails as itself where it %s: what it reads may be whole", async (_what, script, message) => {
    const failure = failing("restore", message);
    await expect(contentsOf(bytesIn(Buffer.from("x")), restore(script))).rejects.toEqual(failure);
    await expect(readWhole(bytesIn(Buffer.from("x")), restore(script), signal)).rejects.toEqual(failure);
  });

  test("R5 fails as itself where it cannot be run", async () => {
    const none = { path: "/no/such/pg_restore", version: "18" };
    const failure = failing("restore", "pg_restore cannot be run: spawn /no/such/pg_restore ENOENT");
    await expect(contentsOf(bytesIn(Buffer.from("x")), none)).rejects.toEqual(failure);
    await expect(readWhole(bytesIn(Buffer.from("x")), none, signal)).rejects.toEqual(failure);
  });

  test("R2 is given the whole dump also where it needs no more of it", async () => {
    let given = 0;
    async function* dump() {
      for (; given < 200; given += 1) yield Buffer.alloc(65_536);
    }
    await readWhole(dump(), restore("exit 0"), signal);
    expect(given).toBe(200);
  });

  test("needs no more than the beginning of a dump for its list, and lets go of the rest", async () => {
    let isClosed = false;
    async function* dump() {
      try {
        for (;;) yield Buffer.alloc(4 * 1024 * 1024);
      } finally {
        isClosed = true;
      }
    }
    const list = await contentsOf(dump(), restore("head -c 1000 > /dev/null; echo '1; a'"));
    expect([list, isClosed]).toEqual([["1; a"], true]);
  });
});

describe("R3 the rows of each table", () => {
  const manifestOf = (...tables: (readonly [string, string])[]) =>
    ({
      object: { key: "k" },
      contents: { tables: tables.map(([schema, name]) => ({ schema, name })) },
    }) as unknown as Manifest;
  const dataOf = (...names: string[]) => names.map((name) => `1; 0 16385 TABLE DATA ${name} shop app`);

  test("are in the list, whatever is in its name", () => {
    assertListed(dataOf("public odd name"), manifestOf(["public", "odd\nname"]));
    assertListed(dataOf("public odd  name"), manifestOf(["public", "odd\r\nname"]));
    assertListed(dataOf("public odd  "), manifestOf(["public", "odd  "]));
    assertListed([], manifestOf());
  });

  test.each([
    [[]],
    [dataOf("public other")],
    [dataOf("public odd names")],
    [dataOf("other odd name")],
    [dataOf("public odd name more").map((line) => line.replace("odd ", "odd-"))],
    [["1; 0 1 TABLE public odd name shop"]],
    [["1; 0 1 COMMENT public 1; 0 1 TABLE DATA public odd name shop"]],
  ])("fail to be in %j", (list) => {
    expect(() => assertListed(list, manifestOf(["public", "odd\nname"]))).toThrow(
      failing("corrupt", 'k: lacks the rows of public."odd\nname"'),
    );
  });

  test.each([
    ["one's name begins as the other does", ["a", "b"], ["a", "b c"]],
    ["one's name is the other's and an owner", ["a", "b"], ["a", "b shop"]],
    ["both are listed alike", ["a b", "c"], ["a", "b c"]],
    ["a name has a line feed", ["a", "b\nc"], ["a", "b c"]],
  ] as const)("fail where one of two is not there and %s", (_what, one, other) => {
    const both = manifestOf(one, other);
    const lineOf = ([schema, name]: readonly [string, string]) =>
      dataOf(`${schema} ${name.replace("\n", " ")}`);
    assertListed([...lineOf(one), ...lineOf(other)], both);
    assertListed([...lineOf(other), ...lineOf(one)], both);
    for (const alone of [one, other])
      expect(() => assertListed(lineOf(alone), both)).toThrow(/^k: lacks the rows of (a|"a b")\./);
  });
});

test("R14 fails for what differs, the first by name", () => {
  const difference = { table: "public.a", expected: "2 rows, checksum 1", found: "nothing" };
  assertSame([]);
  expect(() => assertSame([difference])).toThrow(
    failing("mismatch", "public.a has nothing, the backup 2 rows, checksum 1"),
  );
  expect(() => assertSame([difference, difference, difference])).toThrow(
    failing("mismatch", "public.a has nothing, the backup 2 rows, checksum 1, and 2 more tables differ"),
  );
});

test("R14 a report names everything that went wrong, and nothing in it becomes markup", () => {
  const report: DrillReport = {
    format: "slipway drill 1",
    database: "a|b",
    cluster: "c",
    startedAt: "2026-11-21T03:00:00.000Z",
    result: "mismatch",
    failure: "<b> has [nothing]",
    seconds: { find: 1.5 },
    objectiveSeconds: 900,
    isObjectiveDeclared: true,
    tables: { compared: 1, different: [{ table: "public.`x`", expected: "1", found: "0" }] },
    extensionsLeftOut: ["pg_stat_statements"],
    partsLeftOut: [],
    assertions: [{ name: "there are @orders", holds: false }],
  };
  expect(reportMarkdown(report, true).split("\n")).toEqual([
    "# Restore drill of a&#124;b",
    "",
    "| | |",
    "| --- | --- |",
    "| Result | **mismatch**: &#60;b&#62; has &#91;nothing&#93; |",
    "| Database | a&#124;b of c |",
    "| Drill began | 2026-11-21T03:00:00.000Z |",
    "| Backup | none |",
    "| Recovery | not reached |",
    "| Tables | 1 compared, 1 different |",
    "| Done without | pg&#95;stat&#95;statements |",
    "| Signature | drill.json.sig |",
    "",
    "## Times",
    "",
    "- find: 1.5 s",
    "",
    "## Different tables",
    "",
    "- public.&#96;x&#96;: 0 in place of 1",
    "",
    "## Assertions",
    "",
    "- **does not hold**: there are &#64;orders",
    "",
  ]);
  expect(reportText({ ...report, database: "a|b\u001b[2J\nc" }, false).split("\n")).toEqual([
    "restore drill of a|b\\u{1b}[2J\\u{a}c",
    "Result        mismatch: <b> has [nothing]",
    "Database      a|b\\u{1b}[2J\\u{a}c of c",
    "Drill began   2026-11-21T03:00:00.000Z",
    "Backup        none",
    "Recovery      not reached",
    "Tables        1 compared, 1 different",
    "Done without  pg_stat_statements",
    "Signature     none: no REPORT_SIGNING_KEY was set",
    "Times:",
    "  find: 1.5 s",
    "Different tables:",
    "  public.`x`: 0 in place of 1",
    "Assertions:",
    "  does not hold: there are @orders",
    "",
  ]);
});

test("a log line needs no fields, and has the time of this machine where none is given", () => {
  const lines: string[] = [];
  const log = new Log({ write: (line) => lines.push(line), format: "json" });
  log.info("one");
  log.warn("two");
  log.error("three");
  expect(lines.map((line) => JSON.parse(line))).toEqual(
    [
      ["info", "one"],
      ["warn", "two"],
      ["error", "three"],
    ].map(([level, event]) => ({ time: expect.stringMatching(/^20\d\d-/), level, event })),
  );
});

test("B26 what nobody foresaw is a failure of its own kind", () => {
  const known = new Failure("dump", "x");
  expect(failureOf(known)).toBe(known);
  expect(failureOf(new TypeError("odd"))).toEqual(failing("unexpected", "TypeError: odd"));
});

test("preparing a schema fails when the server does, and tries nothing further", async () => {
  const asked: string[] = [];
  const rights = { is_owner: false, is_open: true, can_create: false };
  const client = {
    query: async (text: string) => {
      asked.push(text);
      if (text.startsWith("REVOKE")) throw Object.assign(new Error("shutting down"), { code: "57P01" });
      return { rows: [rights] };
    },
  } as unknown as pg.Client;
  await expect(ensureSchema(client, "shop", () => undefined)).rejects.toEqual(
    Object.assign(new Error("shutting down"), { code: "57P01" }),
  );
  expect(asked.at(-1)).toBe("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
});

test("a person at a terminal reads words", async () => {
  const lines: string[] = [];
  const output = { say: () => undefined, complain: (line: string) => lines.push(line), isTerminal: true };
  const at = new AbortController().signal;
  const exitCode = await runCommand(["list"], { BACKUP_SETTINGS: "{}" }, output, { signal: at });
  expect([exitCode, lines[0]?.startsWith("list: the environment is not valid:\n")]).toEqual([78, true]);
});

describe("B17 the process", () => {
  function processOf(...args: string[]) {
    const exits: (number | undefined)[] = [];
    const { promise: isOver, resolve: finish } = Promise.withResolvers<void>();
    const [emitter, stdout, stderr] = [new EventEmitter(), new EventEmitter(), new EventEmitter()];
    const own: OwnProcess = {
      argv: ["node", "main.ts", ...args],
      env: {},
      exitCode: undefined,
      stdout,
      stderr,
      on: (signal, listener) => emitter.on(signal, listener),
      exit: (code) => {
        if (exits.push(code) === 2) finish();
      },
    };
    const said: string[] = [];
    const output = { log: (text: string) => said.push(text), error: (text: string) => said.push(text) };
    return { own, output, emitter, exits, isOver, said, stdout, stderr };
  }

  const fault = (code: string) => Object.assign(new Error(`${code}: made to fail, write`), { code });

  test("goes on where its log cannot be written", async () => {
    const { own, output, stderr } = processOf("--version");
    const ended = start(own, output);
    for (const code of ["ENOSPC", "EPIPE"]) stderr.emit("error", fault(code));
    await ended;
    expect(own.exitCode).toBe(0);
  });

  test.each(["before", "after"])(
    "fails where its result cannot be written, told %s its end",
    async (when) => {
      const { own, output, stdout, said } = processOf("--version");
      const ended = start(own, output);
      if (when === "before") stdout.emit("error", fault("ENOSPC"));
      await ended;
      if (when === "after") stdout.emit("error", fault("ENOSPC"));
      expect([own.exitCode, said.sort()]).toEqual([
        74,
        ["0.1.0", "the result cannot be written: ENOSPC: made to fail, write"],
      ]);
    },
  );

  test("has its own failure where that cannot be written either, and none where nobody reads on", async () => {
    const failing = processOf("nothing");
    const failed = start(failing.own, failing.output);
    failing.stdout.emit("error", fault("ENOSPC"));
    await failed;
    const read = processOf("--version");
    const ended = start(read.own, read.output);
    read.stdout.emit("error", fault("EPIPE"));
    await ended;
    expect([failing.own.exitCode, read.own.exitCode]).toEqual([64, 0]);
  });

  test.each([
    [["nothing", "--json"], 64, "usage", "error: unknown command 'nothing'"],
    [["list", "--at", "--json"], 64, "usage", "error: unknown option '--at'"],
    [
      ["verify", "--at", "2026-02-30", "--json"],
      64,
      "usage",
      "error: option '--at <time>' argument '2026-02-30' is invalid. It must be a day that there is, and 2026-02-30 is none.",
    ],
    [
      ["list", "--json"],
      78,
      "environment",
      "the environment is not valid:\n  BACKUP_SETTINGS: must be set, or BACKUP_SETTINGS_FILE, and not both\n  AWS_ACCESS_KEY_ID: must be an access key of the object store\n  AWS_SECRET_ACCESS_KEY: must be the access key's secret half",
    ],
  ])("%j fails in one document", async (args, exitCode, outcome, message) => {
    const { own, output, said } = processOf(...args);
    const documents: string[] = [];
    await start(own, { ...output, log: (text: string) => documents.push(text) });
    expect([own.exitCode, documents.map((text) => JSON.parse(text)), said.length]).toEqual([
      exitCode,
      [{ exitCode, outcome, message }],
      1,
    ]);
  });

  test("explains itself where a document was asked for, too", async () => {
    const { own, output, said } = processOf("list", "--json", "--help");
    await start(own, output);
    expect([own.exitCode, said.length, said[0]?.split("\n")[0]]).toEqual([
      0,
      1,
      "Usage: node backup/main.ts list [options]",
    ]);
  });

  test("runs its arguments, and ends by itself", async () => {
    const { own, output, exits, said } = processOf("--version");
    await start(own, output);
    expect([own.exitCode, exits, said]).toEqual([0, [], ["0.1.0"]]);
  });

  test("fails for a command that is none, on the error output", async () => {
    const { own, output, said } = processOf("nothing");
    await start(own, output);
    expect([own.exitCode, said]).toEqual([64, ["error: unknown command 'nothing'"]]);
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ])("exits at %s, also where its command does not end", async (signal, code) => {
    const { own, output, emitter, exits, isOver } = processOf("--version");
    const ended = start(own, output, 0);
    emitter.emit(signal);
    await ended;
    await isOver;
    expect(exits).toEqual([undefined, code]);
  });
});

test.each([
  ["", {}],
  ["[1]", { result: [1] }],
  ['{"result":"mismatch"}', { result: "mismatch" }],
])("what was printed before a failure is in its document: %j", (text, document) => {
  expect(documentIn(text)).toEqual(document);
});

test("progress is told in tenths, each of them once", () => {
  const told: number[] = [];
  const onProgress = progressLines((percent) => told.push(percent));
  for (const share of [0, 0.04, 0.1, 0.19, 0.2, 0.2, 0.55, 1, 1]) onProgress(share);
  expect(told).toEqual([10, 20, 50, 100]);
});
