import { expect, test } from "@jest/globals";
import { BackupAccess, programEnvironments } from "../../operations/backup/access.ts";

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

test("a backup is made with the key that can only add, once for each owner", () => {
  const environments = programEnvironments("run", access, { stack: "dev", own: {} });
  expect(environments).toEqual([
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
  const around = { stack: "dev", endpoint: "http://127.0.0.1:1", caCertificate: "PEM", identities: "AGE" };
  const scratchUrl = "postgresql://scratch";
  expect(programEnvironments("drill", access, { ...around, scratchUrl, own }, "wiki")).toEqual([
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
    programEnvironments("restore", { ...access, isProtected }, { stack: "live", own: {} }, "shop").map(
      ({ DATABASE_URL }) => DATABASE_URL,
    );
  expect(sourceOf(true)).toEqual(["postgresql://owner:pass@db.example:25060/shop?sslmode=require"]);
  expect(sourceOf(false)).toEqual([undefined]);
});

test("fails for a database that the stack has not, and where nobody could open the backup", () => {
  const around = { stack: "dev", own: {} };
  expect(() => programEnvironments("list", access, around, "shp")).toThrow(
    "--database must be a database of stack dev: shop, stock, wiki; got shp",
  );
  const [first] = access.sources;
  const closed = { ...access, sources: [{ ...first, settings: { databases: ["shop"], recipients: [] } }] };
  expect(() => programEnvironments("run", closed as BackupAccess, around)).toThrow(
    "stack dev has no public keys to encrypt its backups for: make a pair with age-keygen, set it with: pulumi config set --secret slipway:backupRecipients, and bring the stack up",
  );
  expect(programEnvironments("list", closed as BackupAccess, around).length).toBe(1);
});
