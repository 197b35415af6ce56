import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { SettingsError } from "../../components/internal/settings.ts";
import { OperationFault } from "../../operations/fault.ts";
import { readStackFile, readWith } from "../../operations/stack-file.ts";

function fileWith(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "slipway-")), "Pulumi.dev.yaml");
  writeFileSync(path, text);
  return path;
}

test("a stack file that is not there is empty", () => {
  expect(readStackFile("/nowhere/Pulumi.dev.yaml", "slipway")).toEqual({
    values: {},
    secureKeys: [],
    faults: [],
    spellings: new Map(),
  });
});

test("values come as the engine hands them over, and secrets only by their key", () => {
  const path = fileWith(`
encryptionsalt: v1:abc
config:
  aws:region: us-east-1
  budget: { database: 40 }
  slipway:count: 3
  slipway:secretKey:
    secure: v1:xyz
`);
  expect(readStackFile(path, "slipway")).toEqual({
    values: { "aws:region": "us-east-1", "slipway:budget": '{"database":40}', "slipway:count": "3" },
    secureKeys: ["slipway:secretKey"],
    faults: [],
    spellings: new Map(),
  });
});

test("fails on a text that is no YAML, with the line", () => {
  const path = fileWith("config:\n  a: [1\n  b: 2\n");
  const attempt = () => readStackFile(path, "slipway");
  expect(attempt).toThrow(OperationFault);
  expect(attempt).toThrow(
    `${path} is no YAML: Flow sequence in block collection must be sufficiently indented`,
  );
});

test("fails on a file that is no mapping", () => {
  const path = fileWith("- config\n");
  expect(() => readStackFile(path, "slipway")).toThrow(`${path} must be a mapping with the key \`config\``);
});

/** The lines that a person reads about a file, without header and indent. */
function linesOf(text: string, read: () => void = () => {}): string[] {
  try {
    readWith("dev", readStackFile(fileWith(text), "slipway"), read);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const [header, ...lines] = error.message.split("\n");
    expect(header).toBe("stack dev has invalid settings:");
    return lines.map((line) => line.slice(2));
  }
}

const valuesOf = (text: string) => readStackFile(fileWith(text), "slipway").values;

const fix = "write `config: {}` to run on the default product";

test.each(["", "# nothing yet\n"])("fails on %j, which would silently run the default product", (text) => {
  const path = fileWith(text);
  expect(() => readStackFile(path, "slipway")).toThrow(
    new OperationFault(
      `${path} must be a mapping with the key \`config\`, and it is empty: remove it, or ${fix}`,
    ),
  );
});

const unnoticed =
  "must be left out, or indented below config, where all settings are: the engine takes no notice of it here";

test.each([
  ["config:\n", [`config: must not be empty: ${fix}`]],
  ["config: [1]\n", ["config: must be a mapping, below which all settings are indented"]],
  ["slipway:network: {}\n", [`slipway:network: ${unnoticed}`]],
  ["cofnig: {}\n", ["cofnig: must be config, below which all settings are indented"]],
  ["foo: 1\nbar: 2\nconfig: {}\n", [`foo: ${unnoticed}`, `bar: ${unnoticed}`]],
])("fails on %j, of which the engine takes no notice", (text, lines) => {
  expect(linesOf(text)).toEqual(lines);
});

test("what stands beside config, or below a mistyped one, is read as what was meant", () => {
  expect(valuesOf("cofnig:\n  budget: { total: 1 }\nslipway:network: {}\n")).toEqual({
    "slipway:budget": '{"total":1}',
    "slipway:network": "{}",
  });
});

test.each(["config: {}\n", "encryptionsalt: v1:abc\n"])("%j is a file without settings", (text) => {
  expect(readStackFile(fileWith(text), "slipway")).toEqual({
    values: {},
    secureKeys: [],
    faults: [],
    spellings: new Map(),
  });
});

test.each([
  [
    "config: { budget: {}, slipway:budget: {} }\n",
    "budget: must be set once: it stands there as slipway:budget too",
  ],
  ["config: { slipway:key: { secure: a }, key: b }\n", "key: must be set once: it stands there as key too"],
  [
    "config: { slipway:key: { secure: a, extra: 1 } }\n",
    "key: must have nothing beside secure: a secret is one text",
  ],
  ["config: { slipway:budget: !!set { total } }\n", "budget: must be written without the tag !!set (line 1)"],
  [
    "config: { slipway:budget: !!omap [total: 1] }\n",
    "budget: must be written without the tag !!omap (line 1)",
  ],
  [
    "config:\n  slipway:product: { name: !!binary c2hvcA== }\n",
    "product.name: must be written without the tag !!binary (line 2)",
  ],
  [
    "config:\n  slipway:product: !mine { name: shop }\n",
    "product: must be written without the tag !mine (line 2)",
  ],
  ["config:\n  slipway:budget: { ? [a, b] : 1 }\n", "budget: must have names that are texts (line 2)"],
  [
    "config:\n  slipway:budget:\n    ~: 1\n",
    'budget["~"]: must have its name in quotes: the engine reads another one (line 3)',
  ],
  [
    "config:\n  slipway:app: { environment: { 007: 1 } }\n",
    "app.environment.007: must have its name in quotes: the engine reads another one (line 2)",
  ],
  [
    "config:\n  slipway:app: { environment: { A: *shared } }\n",
    "app.environment.A: must repeat a part that is marked above: *shared is there, and no &shared (line 2)",
  ],
])("fails on %j, of which the engine would take something else", (text, line) => {
  expect(linesOf(text)).toEqual([line]);
});

test("a text by its tag, a repeated part and a merged one are what the engine takes them for", () => {
  expect(
    valuesOf("config:\n  a: { tag: !!str 1.10, b: &b { c: 1 }, d: *b, e: { <<: *b, f: 2 }, 5: x }\n"),
  ).toEqual({ "slipway:a": '{"5":"x","tag":"1.10","b":{"c":1},"d":{"c":1},"e":{"c":1,"f":2}}' });
});

test("a name that is no text is left out beside its fault", () => {
  expect(valuesOf("config:\n  slipway:budget: { ? [a, b] : 1, total: 2 }\n")).toEqual({
    "slipway:budget": '{"total":2}',
  });
});

test("of two parts below config the last counts", () => {
  const text = "config: { a: 1 }\nconfig: { b: 2 }\n";
  expect(linesOf(text)).toEqual([
    "config: must be set once, or the engine refuses the file: line 1 sets it, and line 2 again",
  ]);
  expect(valuesOf(text)).toEqual({ "slipway:b": "2" });
});

test.each(["5", "[1, 2]", "*nobody", "~"])("fails where %s is to be merged", (part) => {
  const path = fileWith(`config:\n  slipway:network: { <<: ${part} }\n`);
  expect(() => readStackFile(path, "slipway")).toThrow(
    new OperationFault(`${path} must merge blocks only: what stands behind << is none`),
  );
});

test("fails on a part that repeats itself", () => {
  const path = fileWith("config:\n  slipway:network: &n { ipRange: *n }\n");
  expect(() => readStackFile(path, "slipway")).toThrow(
    new OperationFault(`${path} must not refer to itself, nor repeat parts (&, *) many times`),
  );
});

test("fails on two documents", () => {
  const path = fileWith("config: {}\n---\nconfig: {}\n");
  expect(() => readStackFile(path, "slipway")).toThrow(
    new OperationFault(`${path} must hold one document: remove the line --- and what follows it`),
  );
});

test("fails on what is no YAML without a colon at the end", () => {
  const path = fileWith("config:\n  a: [1\n  b: 2\n");
  expect(() => readStackFile(path, "slipway")).toThrow(/ is no YAML: .*[^:\s]$/);
});

const plain = "must be a plain number, or a text in quotes:";

test.each([
  ["port: 0123", `app.port: ${plain} 0123 is read as 83 (line 2)`, '{"port":83}'],
  ["port: 08", `app.port: ${plain} 08 is read as 8 (line 2)`, '{"port":8}'],
  ["port: 0x1F90", `app.port: ${plain} 0x1F90 is read as 8080 (line 2)`, '{"port":8080}'],
  ["port: -0X1f", `app.port: ${plain} -0X1f is read as -31 (line 2)`, '{"port":-31}'],
  ["port: 0o17", `app.port: ${plain} 0o17 is read as 15 (line 2)`, '{"port":15}'],
  ["port: 0b11", `app.port: ${plain} 0b11 is read as 3 (line 2)`, '{"port":3}'],
  ["port: 1_000", `app.port: ${plain} 1_000 is read as 1000 (line 2)`, '{"port":1000}'],
  ["port: 1_0.5", `app.port: ${plain} 1_0.5 is read as 10.5 (line 2)`, '{"port":10.5}'],
  ["port: .inf", `app.port: ${plain} the engine refuses .inf (line 2)`, '{"port":null}'],
  ["port: -.Inf", `app.port: ${plain} the engine refuses -.Inf (line 2)`, '{"port":null}'],
  ["port: .nan", `app.port: ${plain} the engine refuses .nan (line 2)`, '{"port":null}'],
  ["port: 1e400", `app.port: ${plain} 1e400 is larger than any number (line 2)`, '{"port":"1e400"}'],
  ["ports: [1, 0x2]", `app.ports[1]: ${plain} 0x2 is read as 2 (line 2)`, '{"ports":[1,2]}'],
  [
    "limit: 0.12345678901234567890",
    `app.limit: ${plain} 0.12345678901234567890 is read as 0.12345678901234568 (line 2)`,
    '{"limit":0.12345678901234568}',
  ],
  [
    "id: 12345678901234567890",
    `app.id: ${plain} 12345678901234567890 is read as 12345678901234567000 (line 2)`,
    '{"id":12345678901234567000}',
  ],
  [
    "day: 2026-11-21",
    "app.day: must be in quotes: the engine writes 2026-11-21 in another form (line 2)",
    '{"day":"2026-11-21"}',
  ],
  [
    "day: 2026-11-21T10:00:00Z",
    "app.day: must be in quotes: the engine writes 2026-11-21T10:00:00Z in another form (line 2)",
    '{"day":"2026-11-21T10:00:00Z"}',
  ],
  [
    "environment: { VERSION: 1.10 }",
    "app.environment.VERSION: must be in quotes: 1.10 is read as 1.1 (line 2)",
    '{"environment":{"VERSION":1.1}}',
  ],
  [
    "environment: { LIMIT: 1e3 }",
    "app.environment.LIMIT: must be in quotes: 1e3 is read as 1000 (line 2)",
    '{"environment":{"LIMIT":1000}}',
  ],
])("fails on what is read as something else, and reads on as the engine does: %s", (setting, line, value) => {
  const text = `config:\n  slipway:app: { ${setting} }\n`;
  expect(linesOf(text)).toEqual([line]);
  expect(valuesOf(text)).toEqual({ "slipway:app": value });
});

test.each([
  "'0x1F': 1, a: 0x1Fx, b: x0x1F, c: 0o17o, d: 1.inf, e: .infx, f: x.nan, g: .nanx",
  "a: x2026-11-21, b: 2026-11-21x, c: 2026-1-2-3, d: 999999999999999, e: 1230000000000000000, f: 0.000123",
  "environment: { A: 15, B: '1.10', C: '~' }, '007': 1, '': 2",
])("texts that are like a number, a day or none stay what they are: %s", (settings) => {
  expect(linesOf(`config:\n  slipway:app: { ${settings} }\n`)).toEqual([]);
});

test.each([
  [
    "a: 1234567890123456",
    "app.a",
    "must be a plain number, or a text in quotes: 1234567890123456 is read as 1234567890123456",
  ],
  ["variables: { A: 1.10 }", "app.variables.A", "must be in quotes: 1.10 is read as 1.1"],
  ["variables: { A: 0x10 }", "app.variables.A", "must be in quotes: 0x10 is read as 16"],
  [
    "a: 2026-11-21 10:00:00",
    "app.a",
    "must be in quotes: the engine writes 2026-11-21 10:00:00 in another form",
  ],
])("fails on %s", (setting, path, message) => {
  expect(linesOf(`config:\n  slipway:app: { ${setting} }\n`)).toEqual([`${path}: ${message} (line 2)`]);
});

test("a list with a part that is nowhere marked keeps its other parts", () => {
  expect(valuesOf("config:\n  slipway:app: { a: [1, *nobody, 3] }\n")).toEqual({
    "slipway:app": '{"a":[1,null,3]}',
  });
});

test("numbers and texts that stay what they are need no quotes", () => {
  const numbers = "budget: 40.50, ratio: -0.5, most: 1e3, five: 5., big: 1000000000000000000, none: 0";
  const texts = "a: 12:30, b: 0o8, c: 1-2, d: 10.0.0.0/8, e: yes, f: 2026-11, g: '0x1F', h: _1";
  const path = fileWith(`config:\n  a: { ${numbers}, ${texts}, environment: { A: 10, B: 0.5 } }\n`);
  expect(readStackFile(path, "slipway")).toEqual({
    values: {
      "slipway:a":
        '{"budget":40.5,"ratio":-0.5,"most":1000,"five":5,"big":1000000000000000000,"none":0,"a":"12:30","b":"0o8","c":"1-2","d":"10.0.0.0/8","e":"yes","f":"2026-11","g":"0x1F","h":"_1","environment":{"A":10,"B":0.5}}',
    },
    secureKeys: [],
    faults: [],
    spellings: new Map([
      ["a.budget", "40.50"],
      ["a.most", "1e3"],
      ["a.five", "5."],
    ]),
  });
});

test("fails on a file that is nested without end", () => {
  const path = fileWith(`config: ${"[".repeat(100_000)}${"]".repeat(100_000)}\n`);
  expect(() => readStackFile(path, "slipway")).toThrow(
    new OperationFault(`${path} must not be nested so deep`),
  );
});

test("tells of every key that is set twice, and goes by the last", () => {
  const text = "config:\n  a: { x: 1 }\n  b: 2\n  a: { x: 3, y: 4, 'y': 5 }\n  b: 4\n";
  expect(linesOf(text)).toEqual([
    "a: must be set once, or the engine refuses the file: line 2 sets it, and line 4 again",
    "b: must be set once, or the engine refuses the file: line 3 sets it, and line 5 again",
    "a.y: must be set once, or the engine refuses the file: line 4 sets it, and line 4 again",
  ]);
  expect(valuesOf(text)).toEqual({ "slipway:a": '{"x":3,"y":5}', "slipway:b": "4" });
});

const namespaces = "must start with one of slipway, aws, digitalocean, github, pulumi";

test("keys of a namespace that nobody reads are told with what was meant, and read as that", () => {
  const text =
    "config: { slipwya:budget: {}, Slipway:key: { secure: x }, gcp:zone: a, slipway:network: {} }\n";
  expect(linesOf(text)).toEqual([
    `slipwya:budget: ${namespaces}; did you mean slipway:budget?`,
    `Slipway:key: ${namespaces}; did you mean slipway:key?`,
    `gcp:zone: ${namespaces}`,
  ]);
  expect(readStackFile(fileWith(text), "slipway")).toMatchObject({
    values: { "slipway:budget": "{}", "gcp:zone": "a", "slipway:network": "{}" },
    secureKeys: ["slipway:key"],
  });
});

test("what is meant is not proposed where it is set already", () => {
  const text = "config: { slipwya:budget: { total: 1 }, slipway:budget: {} }\n";
  expect(linesOf(text)).toEqual([`slipwya:budget: ${namespaces}`]);
  expect(valuesOf(text)).toEqual({ "slipwya:budget": '{"total":1}', "slipway:budget": "{}" });
});

test("what is wrong with the file is told with what is wrong with its settings, each place once", () => {
  const read = () => {
    throw new SettingsError("stack dev", [
      { path: "app.port", message: "must be at most 65535; got 131071" },
      { path: "budget", message: "must be a block" },
      { path: "product", message: "must be set" },
    ]);
  };
  expect(linesOf("foo: 1\nconfig: { app: { port: 0x1FFFF }, budget: 1, budget: 2 }\n", read)).toEqual([
    "budget: must be set once, or the engine refuses the file: line 2 sets it, and line 2 again",
    "app.port: must be a plain number, or a text in quotes: 0x1FFFF is read as 131071 (line 2)",
    `foo: ${unnoticed}`,
    "budget: must be a block",
    "product: must be set",
  ]);
});

test("a number where a text is meant is repeated as it was written", () => {
  const must = "must be a text: write it in quotes,";
  const read = () => {
    throw new SettingsError("stack dev", [
      { path: "app.tag", message: `${must} "1.1"` },
      { path: "app.size", message: "must be at least 3; got 2" },
      { path: "app.name", message: `${must} "5"` },
    ]);
  };
  expect(linesOf("config: { slipway:app: { tag: 1.10, size: 2.0, name: 5 } }\n", read)).toEqual([
    `app.tag: ${must} "1.10"`,
    "app.size: must be at least 3; got 2",
    `app.name: ${must} "5"`,
  ]);
});

test("what is no fault of the settings is not touched", () => {
  const read = () => {
    throw new TypeError("a fault of the program");
  };
  expect(() => linesOf("foo: 1\n", read)).toThrow(new TypeError("a fault of the program"));
});
