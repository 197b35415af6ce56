import { writeFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "@jest/globals";
import { generateIdentity } from "age-encryption";
import { BackupSettings } from "../../backup/backup.settings.ts";
import { type Needs, readCommandSettings } from "../../backup/command.settings.ts";
import { DatabaseName, environmentFailure, readServer } from "../../backup/environment.ts";
import type { Failure } from "../../backup/failure.ts";
import { failing } from "../support/failing.ts";
import { FakePrograms } from "../support/fake-programs.ts";

const programs = new FakePrograms();
afterAll(() => programs.remove());

const recipient = `age1${"q".repeat(58)}`;
const least = { bucket: "abc", region: "r", cluster: "c", recipients: [recipient] };

test("what nobody sets has its usual value", () => {
  expect(BackupSettings.parse(least)).toEqual({
    ...least,
    prefix: "postgres/",
    minimumBytes: 0,
    allowEmpty: false,
    maintenanceMinutes: 120,
    connectSeconds: 60,
    lockWaitSeconds: 60,
    retentionDays: 30,
    productionHosts: [],
    schedule: { backup: "0 3 * * *", timeZone: "UTC", jitterSeconds: 120 },
    drill: { maxAgeHours: 26 },
  });
});

/** The complaints about a setting, with their paths. */
const complaints = (change: object) =>
  (BackupSettings.safeParse({ ...least, ...change }).error?.issues ?? []).map(
    ({ path, message }) => `${path.join(".")}: ${message}`,
  );

const hours = "must be a number of hours, more than 0";
const minutes = "must be a number of minutes, more than 0";
const folders = "must be one or more folders, each ending in a slash, such as postgres/";
const key = "must be a public key of age, age1..., as age-keygen prints it";
const cron = "must be five fields of cron, for example 0 3 * * * for three o'clock";
const name = "must be a name of 1 to 63 bytes, for example tinkertools";

test.each<[object, string]>([
  [{ bucket: "ab" }, "bucket: must be the name of a bucket"],
  [{ region: "" }, "region: must be a region, for example eu-central-1"],
  [{ endpoint: "s3" }, "endpoint: must be a URL, for example https://s3.example.com"],
  [{ prefix: "a" }, `prefix: ${folders}`],
  [{ prefix: "/a/" }, `prefix: ${folders}`],
  [{ prefix: "a//" }, `prefix: ${folders}`],
  [{ prefix: "a/ b/" }, `prefix: ${folders}`],
  [{ cluster: "" }, `cluster: ${name}`],
  [{ databases: [] }, "databases: must name a database at least"],
  [{ databases: ["a", "a"] }, "databases: must not name a database twice"],
  [{ databases: ["a", ""] }, `databases.1: ${name}`],
  [{ recipients: [] }, "recipients: must name a public key at least"],
  [{ recipients: [recipient, recipient] }, "recipients: must not name a public key twice"],
  [{ recipients: [`x${recipient}`] }, `recipients.0: ${key}`],
  [{ recipients: [`${recipient}b`] }, `recipients.0: ${key}`],
  [{ recipients: ["age1qqq"] }, `recipients.0: ${key}`],
  [{ minimumBytes: -1 }, "minimumBytes: must be a whole number of bytes, 0 or more"],
  [{ minimumBytes: 0.5 }, "minimumBytes: must be a whole number of bytes, 0 or more"],
  [{ allowEmpty: "yes" }, "allowEmpty: Invalid input: expected boolean, received string"],
  [{ maintenanceMinutes: 0 }, "maintenanceMinutes: must be a whole number of minutes from 1 to 1440"],
  [{ maintenanceMinutes: 1441 }, "maintenanceMinutes: must be a whole number of minutes from 1 to 1440"],
  [{ connectSeconds: -1 }, "connectSeconds: must be a whole number of seconds from 0 to 3600"],
  [{ connectSeconds: 3601 }, "connectSeconds: must be a whole number of seconds from 0 to 3600"],
  [{ lockWaitSeconds: 0 }, "lockWaitSeconds: must be a whole number of seconds from 1 to 3600"],
  [{ lockWaitSeconds: 3601 }, "lockWaitSeconds: must be a whole number of seconds from 1 to 3600"],
  [{ retentionDays: 0 }, "retentionDays: must be a whole number of days, 1 or more"],
  [{ schedule: { backup: "0 3 * *" } }, `schedule.backup: ${cron}`],
  [{ schedule: { backup: "0 3 * * * *" } }, `schedule.backup: ${cron}`],
  [{ schedule: { backup: " 0 3 * * *" } }, `schedule.backup: ${cron}`],
  [{ schedule: { maintenance: "daily" } }, `schedule.maintenance: ${cron}`],
  [{ schedule: { timeZone: "Luanda" } }, "schedule.timeZone: must be a time zone, for example Africa/Luanda"],
  [
    { schedule: { jitterSeconds: -1 } },
    "schedule.jitterSeconds: must be a whole number of seconds from 0 to 3600",
  ],
  [
    { schedule: { jitterSeconds: 3601 } },
    "schedule.jitterSeconds: must be a whole number of seconds from 0 to 3600",
  ],
  [{ drill: { maxAgeHours: 0 } }, `drill.maxAgeHours: ${hours}`],
  [{ drill: { objectiveMinutes: 0 } }, `drill.objectiveMinutes: ${minutes}`],
])("%j fails", (change, complaint) => {
  expect(complaints(change)).toEqual([complaint]);
});

test.each<[object]>([
  [{ bucket: "abc", region: "r", endpoint: "https://s3.example.com", cluster: "c".repeat(63) }],
  [{ prefix: "a-b/C_9/" }],
  [{ databases: ["a", "b"], recipients: [recipient, `age1${"p".repeat(20)}`] }],
  [{ minimumBytes: 0, maintenanceMinutes: 1, connectSeconds: 0, lockWaitSeconds: 1, retentionDays: 1 }],
  [{ maintenanceMinutes: 1440, connectSeconds: 3600, lockWaitSeconds: 3600 }],
  [{ schedule: { jitterSeconds: 0, timeZone: "Africa/Luanda" } }],
  [{ schedule: { jitterSeconds: 3600 }, drill: { maxAgeHours: 0.1, objectiveMinutes: 0.1 } }],
])("%j is right", (change) => {
  expect(complaints(change)).toEqual([]);
});

test("a name has at most 63 bytes, and no character that ends it", () => {
  for (const [text, isName] of [
    ["é".repeat(31), true],
    ["é".repeat(32), false],
    ["a\0", false],
    ["", false],
  ] as const)
    expect([text, DatabaseName.safeParse(text).success]).toEqual([text, isName]);
});

describe("the environment of a command", () => {
  const good = {
    BACKUP_SETTINGS: JSON.stringify(least),
    AWS_ACCESS_KEY_ID: "key",
    AWS_SECRET_ACCESS_KEY: "secret",
  };
  const url = "postgresql://u:p@h/d?sslmode=verify-full";
  const read = (change: Record<string, string | undefined>, needs: Needs = {}) =>
    readCommandSettings({ ...good, ...change }, needs);
  const faults = async (change: Record<string, string | undefined>, needs: Needs = {}) => {
    const { message, outcome } = (await read(change, needs).catch((error: unknown) => error)) as Failure;
    expect(outcome).toBe("environment");
    return message.split("\n  ").slice(1);
  };
  const nowhere = { host: "", port: 0, user: "", password: "", database: "", mode: "verify-full" };

  test("is read as far as it is needed", async () => {
    expect(
      await read({ DATABASE_URL: "no URL", TARGET_DATABASE_URL: "no URL", BACKUP_IDENTITIES: "none" }),
    ).toEqual({
      backup: BackupSettings.parse(least),
      credentials: { accessKeyId: "key", secretAccessKey: "secret" },
      source: nowhere,
      target: nowhere,
      identities: [],
      programs: "",
      heartbeatUrl: undefined,
      healthPort: 8080,
    });
    const server = { ...nowhere, host: "h", port: 5432, user: "u", password: "p", database: "d" };
    const all = await read(
      {
        DATABASE_URL: url,
        SCRATCH_DATABASE_URL: url.replace("/d", "/s"),
        AWS_ACCESS_KEY_ID: "",
        AWS_SECRET_ACCESS_KEY: "",
      },
      { source: true, target: "SCRATCH", storage: false },
    );
    expect([all.source, all.target, all.credentials]).toEqual([
      server,
      { ...server, database: "s" },
      { accessKeyId: "", secretAccessKey: "" },
    ]);
    expect((await read({ TARGET_DATABASE_URL: url }, { target: "TARGET" })).target).toEqual(server);
  });

  test("has several identities, with remarks between them", async () => {
    const [one, other] = [await generateIdentity(), await generateIdentity()];
    const BACKUP_IDENTITIES = `# of 2026\n${one}\n\n  ${other}  \n`;
    expect((await read({ BACKUP_IDENTITIES }, { identities: true })).identities).toEqual([one, other]);
    const fault = "BACKUP_IDENTITIES: must be secret keys of age, one a line, AGE-SECRET-KEY-1...";
    for (const text of [undefined, "", "# none", `${one}\nother`])
      expect(await faults({ BACKUP_IDENTITIES: text }, { identities: true })).toEqual([fault]);
  });

  test("has its settings in a file, or in itself, and not both", async () => {
    const file = `${programs.folder({})}/settings.json`;
    writeFileSync(file, JSON.stringify({ ...least, region: "elsewhere" }));
    const ofFile = { BACKUP_SETTINGS: undefined, BACKUP_SETTINGS_FILE: file };
    expect((await read(ofFile)).backup.region).toBe("elsewhere");
    const which = "BACKUP_SETTINGS: must be set, or BACKUP_SETTINGS_FILE, and not both";
    expect(await faults({ BACKUP_SETTINGS_FILE: file })).toEqual([which]);
    expect(await faults({ BACKUP_SETTINGS: undefined })).toEqual([which]);
    writeFileSync(file, "{");
    expect(await faults(ofFile)).toEqual([
      'BACKUP_SETTINGS_FILE: must be JSON like {"bucket":"shop-backups","region":"eu-central-1","cluster":"shop-db","recipients":["age1..."]}',
    ]);
    writeFileSync(file, JSON.stringify({ ...least, databases: ["a", 1], drill: { hours: 1 } }));
    expect(await faults(ofFile)).toEqual([
      "BACKUP_SETTINGS_FILE.databases[1]: Invalid input: expected string, received number",
      'BACKUP_SETTINGS_FILE.drill: Unrecognized key: "hours"',
    ]);
    expect(await faults({ BACKUP_SETTINGS: undefined, BACKUP_SETTINGS_FILE: "/no/such" })).toEqual([
      "BACKUP_SETTINGS_FILE: must be the path of a file that is there",
    ]);
  });

  test.each([
    ["0", true],
    ["65535", true],
    ["65536", false],
    ["-1", false],
    ["80.5", false],
    ["http", false],
  ])("with the port %s", async (PORT, isGood) => {
    if (isGood) expect((await read({ PORT })).healthPort).toBe(Number(PORT));
    else expect(await faults({ PORT })).toEqual(["PORT: must be a port, such as 8080"]);
  });

  test.each([
    ["https://beat.example.com/x", true],
    ["http://beat.example.com/x", true],
    ["ftp://beat.example.com/x", false],
    ["beat", false],
  ])("with the heartbeat %s", async (text, isGood) => {
    if (isGood) expect((await read({ BACKUP_HEARTBEAT_URL: text })).heartbeatUrl).toBe(text);
    else
      expect(await faults({ BACKUP_HEARTBEAT_URL: text })).toEqual([
        "BACKUP_HEARTBEAT_URL: must be a URL, https://...",
      ]);
  });

  test("has keys that something can be encrypted for, where that is done", async () => {
    const file = `${programs.folder({})}/settings.json`;
    writeFileSync(file, good.BACKUP_SETTINGS);
    const ofFile = { BACKUP_SETTINGS: undefined, BACKUP_SETTINGS_FILE: file };
    const fault = "recipients[0]: must be a public key of age, and is mistyped: copy it again";
    expect(await faults({}, { recipients: true })).toEqual([`BACKUP_SETTINGS.${fault}`]);
    expect(await faults(ofFile, { recipients: true })).toEqual([`BACKUP_SETTINGS_FILE.${fault}`]);
    expect((await read({})).backup.recipients).toEqual([recipient]);
  });

  test("finds programs in a folder that is there", async () => {
    const folder = programs.folder({});
    expect((await read({ POSTGRES_BIN: folder })).programs).toBe(folder);
    expect(await faults({ POSTGRES_BIN: "/no/such" })).toEqual([
      "POSTGRES_BIN: must be a folder with pg_dump, pg_restore and psql",
    ]);
  });

  test("fails with every fault at once, by the variables of the command", async () => {
    const broken = {
      BACKUP_SETTINGS: "{}",
      AWS_ACCESS_KEY_ID: "",
      AWS_SECRET_ACCESS_KEY: undefined,
      SCRATCH_DATABASE_URL: "no",
      SCRATCH_DATABASE_CA_CERT: "no",
      DATABASE_URL: undefined,
      PORT: "no",
    };
    const form = "must be a URL like postgresql://<user>:<password>@<host>:25060/<database>?sslmode=require";
    expect(await faults(broken, { source: true, target: "SCRATCH" })).toEqual([
      "BACKUP_SETTINGS.bucket: Invalid input: expected string, received undefined",
      "BACKUP_SETTINGS.region: Invalid input: expected string, received undefined",
      "BACKUP_SETTINGS.cluster: Invalid input: expected string, received undefined",
      "BACKUP_SETTINGS.recipients: Invalid input: expected array, received undefined",
      "AWS_ACCESS_KEY_ID: must be an access key of the object store",
      "AWS_SECRET_ACCESS_KEY: must be the access key's secret half",
      `DATABASE_URL: ${form}`,
      "SCRATCH_DATABASE_CA_CERT: must be a certificate in PEM form, -----BEGIN CERTIFICATE-----",
      `SCRATCH_DATABASE_URL: ${form}`,
      "PORT: must be a port, such as 8080",
    ]);
  });
});

describe("B19 the URL of a server", () => {
  const look = (text: string | undefined) => {
    const faults: string[] = [];
    const server = readServer("X", "must be so", { X: text }, undefined, faults);
    return { server, faults };
  };

  test.each([
    undefined,
    "",
    "h",
    "mysql://u:p@h/d",
    "postgresql+x://u:p@h/d",
    "xpostgres://u:p@h/d",
    "postgres://:p@h/d",
    "postgres://u@h/d",
    "postgres://u:p@/d",
    "postgres://u:p@h",
    "postgres://u:p@h/",
    "postgres://u:%zz@h/d",
  ])("fails for %s", (text) => {
    expect(look(text)).toEqual({ server: undefined, faults: ["X: must be so"] });
  });

  test("fails for other parameters and for no TLS, and holds no value", () => {
    expect(look("postgres://u:p@h/d?sslmode=prefer&host=x").faults).toEqual([
      "X: must have no parameter but sslmode",
      "X: sslmode must be one of require, verify-ca, verify-full",
    ]);
  });

  test.each(["require", "verify-ca", "verify-full"])("has the mode %s", (mode) => {
    expect(look(`postgres://u:p@[::1]:7/d?sslmode=${mode}`)).toEqual({
      server: { host: "::1", port: 7, user: "u", password: "p", database: "d", mode },
      faults: [],
    });
  });
});

test("the failure of an environment has a line for each fault", () => {
  expect(environmentFailure(["A: one", "B: two"])).toEqual(
    failing("environment", "the environment is not valid:\n  A: one\n  B: two"),
  );
});
