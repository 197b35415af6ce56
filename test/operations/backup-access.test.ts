import { expect, test } from "@jest/globals";
import { BackupAccess, inPlaceCall, type ProgramCall, programCalls } from "../../operations/backup/access.ts";

const source = (...databases: string[]) => ({
  settings: { databases, recipients: ["age1q"], bucket: "shop-backups" },
  databaseUrl: `postgresql://owner:pass@db.example:25060/${databases[0]}?sslmode=require`,
});
const access = BackupAccess.parse({
  isProtected: false,
  writer: { keyId: "writer", secret: "w" },
  reader: { keyId: "reader", secret: "r" },
  sources: [source("shop", "stock"), source("wiki")],
});

const environmentOf = ({ environment }: ProgramCall) => environment;
const around = { stack: "dev", own: {} };

test("a backup is made with the key that can only add, once for each owner", () => {
  expect(programCalls("run", access, around).map(environmentOf)).toEqual([
    {
      BACKUP_SETTINGS: '{"databases":["shop","stock"],"recipients":["age1q"],"bucket":"shop-backups"}',
      AWS_ACCESS_KEY_ID: "writer",
      AWS_SECRET_ACCESS_KEY: "w",
      DATABASE_URL: "postgresql://owner:pass@db.example:25060/shop?sslmode=require",
    },
    {
      BACKUP_SETTINGS: '{"databases":["wiki"],"recipients":["age1q"],"bucket":"shop-backups"}',
      AWS_ACCESS_KEY_ID: "writer",
      AWS_SECRET_ACCESS_KEY: "w",
      DATABASE_URL: "postgresql://owner:pass@db.example:25060/wiki?sslmode=require",
    },
  ]);
});

test("everything else reads with the key that can only read; what a person sets wins, but not over the key", () => {
  const own = { SCRATCH_DATABASE_URL: "postgresql://mine", AWS_ACCESS_KEY_ID: "other", HOME: "/" };
  const other = { stack: "dev", endpoint: "http://127.0.0.1:1", caCertificate: "PEM", identities: "AGE" };
  const scratchUrl = "postgresql://scratch";
  expect(programCalls("drill", access, { ...other, scratchUrl, own }, "wiki").map(environmentOf)).toEqual([
    {
      BACKUP_SETTINGS:
        '{"databases":["wiki"],"recipients":["age1q"],"bucket":"shop-backups","endpoint":"http://127.0.0.1:1"}',
      AWS_ACCESS_KEY_ID: "reader",
      AWS_SECRET_ACCESS_KEY: "r",
      DATABASE_CA_CERT: "PEM",
      BACKUP_IDENTITIES: "AGE",
      SCRATCH_DATABASE_URL: "postgresql://mine",
      SCRATCH_DATABASE_CA_CERT: "PEM",
    },
  ]);
});

test("a restore knows what production is", () => {
  const sourceOf = (isProtected: boolean) =>
    programCalls("restore", { ...access, isProtected }, { stack: "live", own: {} }, "shop").map(
      ({ environment }) => environment["DATABASE_URL"],
    );
  expect(sourceOf(true)).toEqual(["postgresql://owner:pass@db.example:25060/shop?sslmode=require"]);
  expect(sourceOf(false)).toEqual([undefined]);
});

test("fails for a database that the stack has not, and where nobody could open the backup", () => {
  expect(() => programCalls("list", access, around, "shp")).toThrow(
    "--database must be a database of stack dev: shop, stock, wiki; got shp",
  );
  const [first] = access.sources;
  const closed = { ...access, sources: [{ ...first, settings: { databases: ["shop"], recipients: [] } }] };
  expect(() => programCalls("run", closed as BackupAccess, around)).toThrow(
    "stack dev has no public keys to encrypt its backups for: make a pair with age-keygen, set it with: pulumi config set --secret slipway:backupRecipients, and bring the stack up",
  );
  expect(programCalls("list", closed as BackupAccess, around).length).toBe(1);
});

test("a drill is one for each database, and a restore of one, which has to be named where there are several", () => {
  const databasesOf = (...names: string[]) =>
    programCalls("drill", access, around, ...names).map(({ databases, environment }) => [
      databases,
      JSON.parse(environment["BACKUP_SETTINGS"] ?? "").databases,
    ]);
  expect(databasesOf()).toEqual([
    [["shop"], ["shop"]],
    [["stock"], ["stock"]],
    [["wiki"], ["wiki"]],
  ]);
  expect(databasesOf("stock")).toEqual([[["stock"], ["stock"]]]);
  const needed = "restore needs --database, one of shop, stock, wiki";
  expect(() => programCalls("restore", access, around)).toThrow(needed);
  expect(() => inPlaceCall(access, around)).toThrow(needed);
  const { databases, environment } = inPlaceCall(access, around, "stock");
  expect([databases, environment["TARGET_DATABASE_URL"]]).toEqual([
    ["stock"],
    "postgresql://owner:pass@db.example:25060/stock?sslmode=require",
  ]);
  const alone = { ...access, sources: access.sources.slice(1) };
  expect([inPlaceCall(alone, around).databases, programCalls("restore", alone, around).length]).toEqual([
    ["wiki"],
    1,
  ]);
});
