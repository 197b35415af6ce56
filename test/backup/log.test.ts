import { expect, test } from "@jest/globals";
import { Log, printable, sizeOf } from "../../backup/log.ts";

const now = () => new Date("2026-11-21T03:00:00Z");

function logged(format: "json" | "text", write: (log: Log) => void): string[] {
  const lines: string[] = [];
  write(new Log({ write: (line) => lines.push(line), format, now }));
  return lines;
}

test("a machine gets one JSON document a line", () => {
  const lines = logged("json", (log) => {
    log.info("backup done", { database: "shop", bytes: 12, absent: undefined });
    log.warn("slow", { isLate: true, tables: ["a", "b"] });
  });
  expect(lines).toEqual([
    '{"time":"2026-11-21T03:00:00.000Z","level":"info","event":"backup done","database":"shop","bytes":12}',
    '{"time":"2026-11-21T03:00:00.000Z","level":"warn","event":"slow","isLate":true,"tables":["a","b"]}',
  ]);
});

test("a person gets words", () => {
  const lines = logged("text", (log) => {
    log.info("backup done", { database: "my shop", bytes: 12, key: "postgres/a.json" });
    log.error("it failed", { names: ["a"] });
  });
  expect(lines).toEqual([
    'backup done ("my shop", 12 bytes, key postgres/a.json)',
    "error: it failed (names a)",
  ]);
});

test("a person gets no field that only a machine needs, and each of the others as a word", () => {
  const fields = {
    id: "i1",
    target: "db:5432/shop",
    table: '"public"."note"',
    line: "a b",
    reason: "c d",
    plainBytes: 2_649,
    percent: 40,
    tables: 1,
    seconds: 0.3,
    serverVersion: "16.4",
    exitCode: 81,
    command: "run",
    outcome: "dump",
    names: ["a", "b c"],
  };
  expect(logged("text", (log) => [log.info("all", fields), log.info("none", { command: "run" })])).toEqual([
    'all (i1, into db:5432/shop, "public"."note", a b, c d, 2.6 kB of dump, 40 %, 1 table, 0.3 s, PostgreSQL 16.4, exit code 81, names a "b c")',
    "none",
  ]);
});

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1_000, "1.0 kB"],
  [168_341_526, "168.3 MB"],
  [2_500_000_000, "2.5 GB"],
  [4e15, "4000.0 TB"],
])("%s bytes are %s", (bytes, text) => {
  expect(sizeOf(bytes)).toBe(text);
});

test("what is under way is shown five times a second at most, something else at once, and no secret with it", () => {
  const shown: string[] = [];
  const write = (line: string) => shown.push(`written: ${line}`);
  let at = 0;
  const log = new Log({ write, show: (line) => shown.push(line), format: "text", now: () => new Date(at) });
  log.hide("secret");
  for (at of [1000, 1100, 1199, 1200, 1399, 1400]) log.show("reading", { database: "secret", percent: at });
  log.show("comparing", {});
  expect(shown).toEqual([
    'reading ("[secret]", 1000 %)',
    'reading ("[secret]", 1200 %)',
    'reading ("[secret]", 1400 %)',
    "comparing",
  ]);
});

test("what is under way is not told where nobody looks on", () => {
  expect(logged("json", (log) => log.show("reading", { percent: 1 }))).toEqual([]);
});

test("a name with a control character moves no cursor", () => {
  expect(printable("a\u001b[2J\u0007\u009b1m\r\u0000b\n\tü")).toBe(
    "a\\u{1b}[2J\\u{7}\\u{9b}1m\\u{d}\\u{0}b\n\tü",
  );
});

const secret = "p w'd/%ü$\"\\";

test.each([
  ["as it is", secret],
  ["in a URL", encodeURIComponent(secret)],
  ["in JSON", JSON.stringify(secret)],
  ["in base64", Buffer.from(secret).toString("base64")],
])("B18 fails to write a secret %s", (_form, text) => {
  const lines = logged("json", (log) => {
    log.hide(secret, undefined, "abc");
    log.info(`event ${text}`, { field: `x${text}y`, list: [text], short: "abc" });
  });
  const [line = ""] = lines;
  expect(line).toContain("[secret]");
  expect(JSON.parse(line)).toMatchObject({ short: "abc" });
  for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")]) {
    expect(line.includes(form)).toBe(false);
  }
});

test("of two secrets, one in the other, nothing is left", () => {
  const lines = logged("text", (log) => {
    log.hide("secret", "secret-and-more");
    log.info("has", { value: "secret-and-more" });
  });
  expect(lines).toEqual(['has (value "[secret]")']);
});

test("a text of three characters is no secret, one of four is", () => {
  const lines = logged("text", (log) => {
    log.hide("", "abc", "wxyz");
    log.warn("abc wxyz", { list: ["abc", "wxyz"], count: 1 });
  });
  expect(lines).toEqual(['warn: abc [secret] (list abc "[secret]", count 1)']);
});

test("what means something in a pattern is hidden as it is", () => {
  const [line = ""] = logged("text", (log) => {
    log.hide("a.b*c", "(x|y)");
    log.info("e", { one: "a.b*c", other: "aXbbc", third: "(x|y)x" });
  });
  expect(line).toBe('e (one "[secret]", other aXbbc, third "[secret]x")');
});
