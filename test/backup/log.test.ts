import { expect, test } from "@jest/globals";
import { Log } from "../../backup/log.ts";

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
    log.error("it failed", { tables: ["a"] });
  });
  expect(lines).toEqual([
    'backup done database="my shop" bytes=12 key=postgres/a.json',
    'error: it failed tables="[\\"a\\"]"',
  ]);
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
  expect(lines).toEqual(['has value="[secret]"']);
});

test("a text of three characters is no secret, one of four is", () => {
  const lines = logged("text", (log) => {
    log.hide("", "abc", "wxyz");
    log.warn("abc wxyz", { list: ["abc", "wxyz"], count: 1 });
  });
  expect(lines).toEqual(['warn: abc [secret] list="[\\"abc\\",\\"[secret]\\"]" count=1']);
});

test("what means something in a pattern is hidden as it is", () => {
  const [line = ""] = logged("text", (log) => {
    log.hide("a.b*c", "(x|y)");
    log.info("e", { one: "a.b*c", other: "aXbbc", third: "(x|y)x" });
  });
  expect(line).toBe('e one="[secret]" other=aXbbc third="[secret]x"');
});
