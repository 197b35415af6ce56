import { describe, expect, test } from "@jest/globals";
import { readCommandSettings } from "../../backup/command.settings.ts";
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
    [["toString"], "error: unknown command 'toString'"],
    [["prepare", "--fast"], "error: unknown option '--fast'"],
    [["prepare", "now"], "error: too many arguments for 'prepare'. Expected 0 arguments but got 1: now."],
    [
      ["run", "--previous-bytes", "many"],
      "error: option '--previous-bytes <bytes>' argument 'many' is invalid. It must be a whole number.",
    ],
  ])("fails for the arguments %j", async (args, line) => {
    const { exitCode, said, complained } = await run(args);
    expect({ exitCode, said, first: complained[0]?.split("\n")[0] }).toEqual({
      exitCode: 64,
      said: [],
      first: line,
    });
  });

  test("fails without a command and explains itself", async () => {
    const { exitCode, said, complained } = await run([]);
    expect([exitCode, said, complained.join("\n").includes("Usage: node backup/main.ts")]).toEqual([
      64,
      [],
      true,
    ]);
  });

  test.each(["help", "--help", "-h"])("explains itself with %s", async (word) => {
    const { exitCode, said, complained } = await run([word]);
    const text = said.join("\n");
    expect([exitCode, complained]).toEqual([0, []]);
    expect(text.startsWith("Usage: node backup/main.ts [options] [command]\n")).toBe(true);
    const codes = Object.values(exitCodes).map(([code, meaning]) => `  ${code}  ${meaning}`);
    expect(codes.filter((line) => !text.includes(line))).toEqual([]);
  });

  test("B26 has an exit code of its own for each kind of failure", () => {
    const codes = Object.values(exitCodes).map(([code]) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });

  test("B26 a failure that nobody foresaw is a failure, and its text has no secret", async () => {
    const environment = {
      BACKUP_SETTINGS_FILE: "/",
      AWS_SECRET_ACCESS_KEY: "the secret",
      DATABASE_URL: "the url",
    };
    const { exitCode, said, complained } = await run(["run"], environment);
    expect([exitCode, said, complained.map((line) => JSON.parse(line))]).toEqual([
      70,
      [],
      [
        {
          time: expect.any(String),
          level: "error",
          command: "run",
          // Jest's errors are not those of the modules of Node, which have their name before them then.
          event: expect.stringMatching(/^(Error: )?EISDIR: illegal operation on a directory, read$/),
          outcome: "unexpected",
          exitCode: 70,
        },
      ],
    ]);
  });
});

describe("the environment of run", () => {
  const settings = {
    bucket: "shop-backups",
    region: "eu-central-1",
    cluster: "shop-db",
    recipients: ["age1yjx2v4nykc9r6dq89373c9zdcyz2rtyrhl0q6whdvg8vhjwjd96sjrm4rg"],
  };
  const good = {
    DATABASE_URL: "postgresql://doadmin:pass@127.0.0.1:1/shop?sslmode=require",
    BACKUP_SETTINGS: JSON.stringify(settings),
    AWS_ACCESS_KEY_ID: "key",
    AWS_SECRET_ACCESS_KEY: "secret",
  };
  const changed = (change: object) => ({ BACKUP_SETTINGS: JSON.stringify({ ...settings, ...change }) });

  test.each<[string, Record<string, string>, string]>([
    [
      "settings that are no JSON",
      { BACKUP_SETTINGS: "{" },
      'BACKUP_SETTINGS: must be JSON like {"bucket":"shop-backups","region":"eu-central-1","cluster":"shop-db","recipients":["age1..."]}',
    ],
    [
      "settings twice",
      { BACKUP_SETTINGS_FILE: "/dev/null" },
      "BACKUP_SETTINGS: must be set, or BACKUP_SETTINGS_FILE, and not both",
    ],
    ["an unknown setting", changed({ buckets: 1 }), 'BACKUP_SETTINGS: Unrecognized key: "buckets"'],
    [
      "no recipient",
      changed({ recipients: [] }),
      "BACKUP_SETTINGS.recipients: must name a public key at least",
    ],
    [
      "a secret key as recipient",
      changed({ recipients: ["AGE-SECRET-KEY-1ABC"] }),
      "BACKUP_SETTINGS.recipients[0]: must be a public key of age, age1..., as age-keygen prints it",
    ],
    [
      "the same recipient twice",
      changed({ recipients: [settings.recipients[0], settings.recipients[0]] }),
      "BACKUP_SETTINGS.recipients: must not name a public key twice",
    ],
    [
      "B8 a mistyped key, which would end every encryption",
      changed({
        recipients: [
          "age1yjx2v4nykc9r6dq89373c9zdcyz2rtyrhl0q6whdvg8vhjwjd96sjrm4rg",
          "age1yjx3v4nykc9r6dq89373c9zdcyz2rtyrhl0q6whdvg8vhjwjd96sjrm4rg",
        ],
      }),
      "BACKUP_SETTINGS.recipients[1]: must be a public key of age, and is mistyped: copy it again",
    ],
    [
      "a prefix without a slash",
      changed({ prefix: "backup" }),
      "BACKUP_SETTINGS.prefix: must be one or more folders, each ending in a slash, such as postgres/",
    ],
    [
      "a bucket without a name",
      changed({ bucket: "" }),
      "BACKUP_SETTINGS.bucket: must be the name of a bucket",
    ],
    [
      "a schedule that is none",
      changed({ schedule: { backup: "daily" } }),
      "BACKUP_SETTINGS.schedule.backup: must be five fields of cron, for example 0 3 * * * for three o'clock",
    ],
    [
      "a time zone that is none",
      changed({ schedule: { timeZone: "Luanda" } }),
      "BACKUP_SETTINGS.schedule.timeZone: must be a time zone, for example Africa/Luanda",
    ],
    ["no database", changed({ databases: [] }), "BACKUP_SETTINGS.databases: must name a database at least"],
    [
      "the same database twice",
      changed({ databases: ["a", "a"] }),
      "BACKUP_SETTINGS.databases: must not name a database twice",
    ],
    [
      "no access key",
      { AWS_ACCESS_KEY_ID: "" },
      "AWS_ACCESS_KEY_ID: must be an access key of the object store",
    ],
    [
      "no secret access key",
      { AWS_SECRET_ACCESS_KEY: "" },
      "AWS_SECRET_ACCESS_KEY: must be the access key's secret half",
    ],
    [
      "B19 no TLS",
      { DATABASE_URL: "postgres://u:p@h/d?sslmode=disable" },
      "DATABASE_URL: sslmode must be one of require, verify-ca, verify-full",
    ],
    [
      "B19 another database",
      { DATABASE_URL: "mysql://u:p@h/d" },
      "DATABASE_URL: must be a URL like postgresql://<user>:<password>@<host>:25060/<database>?sslmode=require",
    ],
    [
      "programs that are not there",
      { POSTGRES_BIN: "/no/such" },
      "POSTGRES_BIN: must be a folder with pg_dump, pg_restore and psql",
    ],
    [
      "a heartbeat to nowhere",
      { BACKUP_HEARTBEAT_URL: "nowhere" },
      "BACKUP_HEARTBEAT_URL: must be a URL, https://...",
    ],
    ["a port that is no number", { PORT: "http" }, "PORT: must be a port, such as 8080"],
  ])("fails for %s", async (_what, change, fault) => {
    expect(await run(["run"], { ...good, ...change })).toEqual({
      exitCode: 78,
      said: [],
      complained: [`run: the environment is not valid:\n  ${fault}`],
    });
  });

  test("fails for no identity to read with", async () => {
    const { complained } = await run(["verify"], good);
    expect(complained).toEqual([
      "verify: the environment is not valid:\n  BACKUP_IDENTITIES: must be secret keys of age, one a line, AGE-SECRET-KEY-1...",
    ]);
  });

  test("has a token where the key is a temporary one", async () => {
    const { credentials } = await readCommandSettings({ ...good, AWS_SESSION_TOKEN: "token" }, {});
    expect(credentials).toEqual({ accessKeyId: "key", secretAccessKey: "secret", sessionToken: "token" });
  });

  test.each([
    [
      "postgres://u:p@h/d",
      { host: "h", port: 5432, user: "u", password: "p", database: "d", mode: "require" },
    ],
    [
      "postgresql://a%20b:p%40%3A%2F%25@h.example:25060/my%20db?sslmode=verify-full",
      {
        host: "h.example",
        port: 25060,
        user: "a b",
        password: "p@:/%",
        database: "my db",
        mode: "verify-full",
      },
    ],
    [
      "postgresql://u:p@[::1]:1/d?sslmode=verify-ca",
      { host: "::1", port: 1, user: "u", password: "p", database: "d", mode: "verify-ca" },
    ],
  ])("B19 reads %s", async (DATABASE_URL, expected) => {
    const { source } = await readCommandSettings({ ...good, DATABASE_URL }, { source: true });
    expect(source).toEqual(expected);
  });

  test("fails for a settings file that is not there", async () => {
    const { BACKUP_SETTINGS: _, ...rest } = good;
    expect((await run(["run"], { ...rest, BACKUP_SETTINGS_FILE: "/no/such" })).complained).toEqual([
      "run: the environment is not valid:\n  BACKUP_SETTINGS_FILE: must be the path of a file that is there",
    ]);
  });

  test("fails with every fault at once", async () => {
    const { exitCode, complained } = await run(["run"]);
    expect([exitCode, complained]).toEqual([
      78,
      [
        [
          "run: the environment is not valid:",
          "BACKUP_SETTINGS: must be set, or BACKUP_SETTINGS_FILE, and not both",
          "AWS_ACCESS_KEY_ID: must be an access key of the object store",
          "AWS_SECRET_ACCESS_KEY: must be the access key's secret half",
          "DATABASE_URL: must be a URL like postgresql://<user>:<password>@<host>:25060/<database>?sslmode=require",
        ].join("\n  "),
      ],
    ]);
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
          databases: [{ name: "é".repeat(32), owner: "", extensions: ["x; DROP", "DROP x"] }],
        }),
      },
      [
        "DATABASE_PREPARATION.databases[0].name: must be a name of 1 to 63 bytes, for example tinkertools",
        "DATABASE_PREPARATION.databases[0].owner: must be a name of 1 to 63 bytes, for example tinkertools",
        "DATABASE_PREPARATION.databases[0].extensions[0]: must be the name of an extension, for example uuid-ossp",
        "DATABASE_PREPARATION.databases[0].extensions[1]: must be the name of an extension, for example uuid-ossp",
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
});
