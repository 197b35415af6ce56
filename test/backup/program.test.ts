import { describe, expect, test } from "@jest/globals";
import { exitCodes } from "../../backup/failure.ts";
import { runCommand } from "../../backup/program.ts";

async function run(args: readonly string[], environment: Record<string, string> = {}) {
  const said: string[] = [];
  const complained: string[] = [];
  const exitCode = await runCommand(args, environment, {
    say: (line) => said.push(line),
    complain: (line) => complained.push(line),
  });
  return { exitCode, said, complained };
}

describe("the program", () => {
  test.each([
    [[], "no command given; commands: prepare, help"],
    [["restore"], "unknown command restore; commands: prepare, help"],
    [["toString"], "unknown command toString; commands: prepare, help"],
    [["prepare", "--fast"], "prepare takes no argument --fast; commands: prepare, help"],
  ])("fails for the arguments %j", async (args, line) => {
    expect(await run(args)).toEqual({ exitCode: 64, said: [], complained: [line] });
  });

  test.each(["help", "--help", "-h"])("explains itself with %s", async (word) => {
    const { exitCode, said, complained } = await run([word]);
    const text = said.join("\n");
    expect([exitCode, complained]).toEqual([0, []]);
    expect(text.startsWith("usage: node backup/main.ts <command>\n")).toBe(true);
    const codes = Object.values(exitCodes).map(([code, meaning]) => `  ${code}  ${meaning}`);
    expect(codes.filter((line) => !text.includes(line))).toEqual([]);
  });

  test("has an exit code of its own for each kind of failure", () => {
    const codes = Object.values(exitCodes).map(([code]) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });
});

describe("the environment of prepare", () => {
  const good = {
    DATABASE_ADMIN_URL: "postgresql://doadmin:pass@127.0.0.1:1/defaultdb?sslmode=require",
    DATABASE_PREPARATION: '{"databases":[{"name":"shop","owner":"shop_app","extensions":["pg_trgm"]}]}',
    DATABASE_WAIT_SECONDS: "0",
  };
  const urlForm = "must be a URL like postgresql://doadmin:<password>@<host>:25060/defaultdb?sslmode=require";
  const jsonForm = 'must be JSON like {"databases":[{"name":"shop","owner":"shop_app","extensions":[]}]}';

  test.each<[string, Record<string, string>, string[]]>([
    ["a word for the URL", { DATABASE_ADMIN_URL: "secret" }, [`DATABASE_ADMIN_URL: ${urlForm}`]],
    ["another protocol", { DATABASE_ADMIN_URL: "mysql://u:p@h/d" }, [`DATABASE_ADMIN_URL: ${urlForm}`]],
    ["no password", { DATABASE_ADMIN_URL: "postgres://u@h/d" }, [`DATABASE_ADMIN_URL: ${urlForm}`]],
    ["no database", { DATABASE_ADMIN_URL: "postgres://u:p@h" }, [`DATABASE_ADMIN_URL: ${urlForm}`]],
    ["a broken escape", { DATABASE_ADMIN_URL: "postgres://u:%zz@h/d" }, [`DATABASE_ADMIN_URL: ${urlForm}`]],
    [
      "no TLS",
      { DATABASE_ADMIN_URL: "postgres://u:p@h/d?sslmode=disable" },
      ["DATABASE_ADMIN_URL: sslmode must be one of require, verify-ca, verify-full"],
    ],
    [
      "another parameter",
      { DATABASE_ADMIN_URL: "postgres://u:p@h/d?host=elsewhere" },
      ["DATABASE_ADMIN_URL: must have no parameter but sslmode"],
    ],
    ["no JSON", { DATABASE_PREPARATION: "{" }, [`DATABASE_PREPARATION: ${jsonForm}`]],
    [
      "no database to prepare",
      { DATABASE_PREPARATION: '{"databases":[]}' },
      ["DATABASE_PREPARATION.databases: must name a database at least"],
    ],
    [
      "the same things twice",
      {
        DATABASE_PREPARATION:
          '{"databases":[{"name":"a","owner":"b","extensions":["x","x"]},{"name":"a","owner":"c"}]}',
      },
      [
        "DATABASE_PREPARATION.databases[0].extensions: must not name an extension twice",
        "DATABASE_PREPARATION.databases: must not name a database twice",
      ],
    ],
    [
      "names that cannot be",
      {
        DATABASE_PREPARATION: JSON.stringify({
          databases: [{ name: "é".repeat(32), owner: "", extensions: ["x; DROP"] }],
        }),
      },
      [
        "DATABASE_PREPARATION.databases[0].name: must be a name of 1 to 63 bytes, for example tinkertools",
        "DATABASE_PREPARATION.databases[0].owner: must be a name of 1 to 63 bytes, for example tinkertools",
        "DATABASE_PREPARATION.databases[0].extensions[0]: must be the name of an extension, for example uuid-ossp",
      ],
    ],
    [
      "the administrator as owner",
      { DATABASE_PREPARATION: '{"databases":[{"name":"a","owner":"doadmin"}]}' },
      ["DATABASE_PREPARATION.databases[0].owner: must be another user than the administrator"],
    ],
    [
      "a certificate that is none",
      { DATABASE_CA_CERT: "secret" },
      ["DATABASE_CA_CERT: must be a certificate in PEM form, -----BEGIN CERTIFICATE-----"],
    ],
    [
      "a wait that is no number",
      { DATABASE_WAIT_SECONDS: "soon" },
      ["DATABASE_WAIT_SECONDS: must be a number of seconds from 0 to 600"],
    ],
    [
      "a wait that is too long",
      { DATABASE_WAIT_SECONDS: "601" },
      ["DATABASE_WAIT_SECONDS: must be a number of seconds from 0 to 600"],
    ],
  ])("fails for %s", async (_what, change, faults) => {
    const lines = ["prepare: the environment is not valid:", ...faults.map((fault) => `  ${fault}`)];
    expect(await run(["prepare"], { ...good, ...change })).toEqual({
      exitCode: 78,
      said: [],
      complained: [lines.join("\n")],
    });
  });

  test("fails with every fault at once", async () => {
    expect(await run(["prepare"])).toEqual({
      exitCode: 78,
      said: [],
      complained: [
        `prepare: the environment is not valid:\n  DATABASE_ADMIN_URL: ${urlForm}\n  DATABASE_PREPARATION: ${jsonForm}`,
      ],
    });
  });

  test("fails where nothing listens", async () => {
    expect(await run(["prepare"], good)).toEqual({
      exitCode: 69,
      said: [],
      complained: ["prepare: 127.0.0.1:1/defaultdb: connect ECONNREFUSED 127.0.0.1:1"],
    });
  });

  test("fails where the host has no address", async () => {
    const url = "postgres://u:p@no-such-host.invalid:5432/d";
    const { exitCode } = await run(["prepare"], { ...good, DATABASE_ADMIN_URL: url });
    expect(exitCode).toBe(69);
  });
});
