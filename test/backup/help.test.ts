import { expect, test } from "@jest/globals";
import { exitCodes } from "../../backup/failure.ts";
import { runCommand } from "../../backup/program.ts";

/** A terminal's width decides where lines end, and nothing else. */
const unwrapped = (text: string): string => text.replaceAll(/\s+/g, " ");

async function help(...args: string[]): Promise<string> {
  const lines: string[] = [];
  const output = {
    say: (line: string) => lines.push(line),
    complain: (line: string) => lines.push(`!${line}`),
  };
  await runCommand([...args, "--help"], {}, output);
  return unwrapped(lines.join("\n"));
}

test("the program explains its commands, variables and exit codes", async () => {
  expect(await help()).toBe(
    unwrapped(`Usage: node backup/main.ts [options] [command]

prepares databases, backs them up, and shows that the backups restore

Options:
  -V, --version             output the version number
  -h, --help                display help for command

Commands:
  prepare                   give databases their extensions, and their owners
                            the right to create in schema public; safe to repeat
  run [options]             back the databases up into the bucket
  save-config [options]     back up a piece of configuration: an exported stack,
                            an app's spec, a DNS zone
  restore-config [options]  read a piece of configuration back, whole or not at
                            all
  list [options]            tell the backups in the bucket, and when they go
  verify [options]          read the newest backup, or the one that is named, to
                            its end and compare it with its manifest
  restore [options]         put a backup into the empty database of
                            TARGET_DATABASE_URL, whole or not at all
  drill [options]           restore the newest backup into a database of its
                            own, compare it, measure, and drop it again
  maintain [options]        VACUUM, ANALYZE and REINDEX CONCURRENTLY every table
                            of the databases
  schedule                  do run and maintain by the settings' schedule until
                            a signal comes, and answer on /health
  help [command]            display help for command

Environment variables:
  DATABASE_ADMIN_URL  prepare: the administrator's URL, postgresql://user:password@host:port/database?sslmode=require
  DATABASE_PREPARATION  prepare: JSON, {"databases": [{"name", "owner", "extensions": [...]}]}
  DATABASE_WAIT_SECONDS  prepare, optional: how long to wait for the server and other runs, 0 to 600, default 120
  DATABASE_URL  run, schedule, maintain: the database; straight to the server, not through a pool
  DATABASE_CA_CERT  optional: PEM text; the server's certificate must then be signed by it
  TARGET_DATABASE_URL  restore: the database to restore into; with TARGET_DATABASE_CA_CERT
  SCRATCH_DATABASE_URL  drill: a server where a database can be made and dropped; with SCRATCH_DATABASE_CA_CERT
  BACKUP_IDENTITIES  verify, restore, drill: secret keys of age, one a line
  REPORT_SIGNING_KEY  drill, optional: PEM text of the Ed25519 key that signs the report
  BACKUP_SETTINGS  JSON, {"bucket", "region", "cluster", "recipients": ["age1..."], ...}
  BACKUP_SETTINGS_FILE  in its place: the path of a file with that JSON
  AWS_ACCESS_KEY_ID  key of the bucket's writer for run, of its reader for the rest
  AWS_SECRET_ACCESS_KEY  its secret half
  AWS_SESSION_TOKEN  optional: where the key is a temporary one
  BACKUP_HEARTBEAT_URL  schedule, optional: gets a POST after every backup
  PORT  schedule, optional: where /health is answered, default 8080
  POSTGRES_BIN  optional: folder of pg_dump, pg_restore and psql where they are not on PATH

Exit codes:
  0  done
  64  unknown command or argument
  65  a database, user or extension that was asked for is not there, or not fit
  69  the database did not answer, or not finish, in time
  70  unexpected failure
  74  it is done, and its result could not be written
  75  another run holds the lock, or a lock in the database, for too long
  76  the server speaks no TLS, or its certificate is not trusted
  77  login refused, or the database user lacks a right
  78  the environment is not valid
  80  the PostgreSQL programs are missing, or older than the server
  81  pg_dump failed; nothing was kept
  82  zstd failed; nothing was kept
  83  the backup is empty, or smaller than it must be
  84  the object store did not answer, or not as it should
  85  the object store refuses these credentials
  86  the bucket or the object is not there
  87  an object of that name is already there; it was not overwritten
  88  there is no backup that fits
  89  a backup is damaged, or is not what its manifest says
  90  no identity given opens the backup
  91  the target cannot take the backup: version, extensions, roles, space or contents
  92  pg_restore failed; the target is as it was
  93  the target is production, or would lose what it holds, and that was not confirmed
  94  what was restored is not what was backed up
  95  one of the owner's assertions about the restored data does not hold
  96  the newest backup is older than it may be
  97  the recovery took longer than its objective
  98  a part of the maintenance failed
  99  the newest backup is from the future: a clock is wrong
  130, 143  ended by SIGINT, SIGTERM`),
  );
});

test.each([
  [
    "prepare",
    `Usage: node backup/main.ts prepare [options]

give databases their extensions, and their owners the right to create in schema
public; safe to repeat

Options:
  -h, --help  display help for command`,
  ],
  [
    "run",
    `Usage: node backup/main.ts run [options]

back the databases up into the bucket

Options:
  --previous-bytes <bytes>  size of the last dump: one of less than half is a
                            failure
  --json                    print the manifests as one JSON document
  -h, --help                display help for command`,
  ],
  [
    "save-config",
    `Usage: node backup/main.ts save-config [options]

back up a piece of configuration: an exported stack, an app's spec, a DNS zone

Options:
  --config <name>  what it is, for example stack-production
  --file <path>    where it is; /dev/stdin for what is piped in
  --json           print the manifest as one JSON document
  -h, --help       display help for command`,
  ],
  [
    "restore-config",
    `Usage: node backup/main.ts restore-config [options]

read a piece of configuration back, whole or not at all

Options:
  --config <name>  what it is, for example stack-production
  --output <path>  the file to make; it must not be there yet
  --id <id>        the backup with this id
  --at <time>      the newest backup that began at or before this time
  --json           print what was done as one JSON document
  -h, --help       display help for command`,
  ],
  [
    "list",
    `Usage: node backup/main.ts list [options]

tell the backups in the bucket, and when they go

Options:
  --database <name>  the database that was backed up, where the settings do not
                     name it
  --config <name>    a piece of configuration in place of databases
  --json             print them as one JSON document
  -h, --help         display help for command`,
  ],
  [
    "verify",
    `Usage: node backup/main.ts verify [options]

read the newest backup, or the one that is named, to its end and compare it with
its manifest

Options:
  --database <name>  the database that was backed up, where the settings do not
                     name it
  --config <name>    a piece of configuration in place of databases
  --id <id>          the backup with this id
  --at <time>        the newest backup that began at or before this time
  --all              every backup that fits
  --unverified       only those that nobody verified yet, and damaged ones
  --sealed           compare the object with its manifest, which needs no key:
                     it is there unchanged, but nobody saw that it opens
  --json             print the results as one JSON document
  -h, --help         display help for command`,
  ],
  [
    "restore",
    `Usage: node backup/main.ts restore [options]

put a backup into the empty database of TARGET_DATABASE_URL, whole or not at all

Options:
  --database <name>          the database that was backed up, where the settings
                             do not name it
  --id <id>                  the backup with this id
  --at <time>                the newest backup that began at or before this time
  --skip-damaged             take the newest that verifies, which reads it twice
  --no-owner                 restore neither owners nor rights: everything
                             belongs to who restores
  --replace                  drop what the backup holds too from a target that
                             is not empty
  --confirm <host/database>  needed where the target is production, and with --replace
  --disk-bytes <bytes>       size of the target's disk, to check it
  --json                     print what was done as one JSON document
  -h, --help                 display help for command`,
  ],
  [
    "drill",
    `Usage: node backup/main.ts drill [options]

restore the newest backup into a database of its own, compare it, measure, and
drop it again

Options:
  --database <name>    the database that was backed up, where the settings do
                       not name it
  --assertions <file>  SQL of the owner: every column of every result must be
                       true
  --report <folder>    write drill.json, drill.md and, with REPORT_SIGNING_KEY,
                       drill.json.sig
  --json               print the report as one JSON document
  -h, --help           display help for command`,
  ],
  [
    "maintain",
    `Usage: node backup/main.ts maintain [options]

VACUUM, ANALYZE and REINDEX CONCURRENTLY every table of the databases

Options:
  --json      print what was done as one JSON document
  -h, --help  display help for command`,
  ],
  [
    "schedule",
    `Usage: node backup/main.ts schedule [options]

do run and maintain by the settings' schedule until a signal comes, and answer
on /health

Options:
  -h, --help  display help for command`,
  ],
])("%s explains itself", async (command, text) => {
  expect(await help(command)).toBe(unwrapped(text));
});

test("B26 no exit code changes its meaning: scripts and runbooks go by them", () => {
  expect(Object.fromEntries(Object.entries(exitCodes).map(([outcome, [code]]) => [code, outcome]))).toEqual({
    0: "done",
    64: "usage",
    65: "missing",
    69: "unreachable",
    70: "unexpected",
    74: "output",
    75: "locked",
    76: "insecure",
    77: "refused",
    78: "environment",
    80: "version",
    81: "dump",
    82: "compression",
    83: "tooSmall",
    84: "storage",
    85: "storageRefused",
    86: "storageMissing",
    87: "exists",
    88: "noBackup",
    89: "corrupt",
    90: "wrongKey",
    91: "unfit",
    92: "restore",
    93: "production",
    94: "mismatch",
    95: "assertion",
    96: "tooOld",
    97: "tooSlow",
    98: "maintenance",
    99: "fromFuture",
  });
});
