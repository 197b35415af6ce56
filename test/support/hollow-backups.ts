import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { runCommand } from "../../backup/program.ts";
import type { Ran, RunOptions } from "./backups.ts";
import { type Answer, HollowPostgres } from "./hollow-postgres.ts";
import { MemoryS3 } from "./memory-s3.ts";

/** What a database of one table says of itself. */
export const description: readonly (readonly [RegExp, Answer])[] = [
  [/^SET statement_timeout = 0$/, []],
  [/^(BEGIN|COMMIT|ROLLBACK)( ISOLATION LEVEL REPEATABLE READ READ ONLY)?$/, []],
  [/^SET LOCAL search_path = ''; .*SET LOCAL row_security = off;/, []],
  [
    /^SELECT current_setting\('server_version'\) AS version, pg_encoding_to_char/,
    [
      {
        version: "16.4 (Debian 16.4-1)",
        encoding: "UTF8",
        collation: "C.UTF-8",
        size: "12000000",
        objects: "3",
      },
    ],
  ],
  [/FROM pg_extension ORDER BY/, [{ name: "plpgsql", version: "1.0" }]],
  [/^SELECT rolname AS name FROM pg_roles WHERE rolname !~ /, [{ name: "shop_app" }]],
  [/^SELECT nspname AS schema, relname AS name, pg_table_size/, [table("thing", "8192")]],
  [
    /^SELECT c\.oid::text AS number, nspname AS schema, relname AS name, relfilenode::text AS file/,
    [{ number: "16385", schema: "public", name: "thing", file: "16385" }],
  ],
  [/^LOCK TABLE ONLY "public"\."thing" IN ACCESS SHARE MODE NOWAIT$/, []],
  [/^SELECT count\(\*\)::text AS rows/, [{ rows: "3", checksum: "-42" }]],
];

/** A table as the database lists it. */
export function table(
  name: string,
  bytes: string,
  key: readonly string[] = ["id"],
  types: readonly string[] = ["integer"],
) {
  return { schema: "public", name, bytes, key, types };
}

/**
 * The backup program between stand-ins, all within milliseconds: a server that answers what it is told, a bucket in
 * memory, and programs of a few lines. What the real ones do is shown in other suites.
 */
export class HollowBench {
  readonly database = new HollowPostgres();
  readonly s3 = new MemoryS3();
  identity = "";
  recipient = "";
  readonly folder = mkdtempSync(join(tmpdir(), "slipway-hollow-"));

  async start(): Promise<void> {
    this.identity = await generateIdentity();
    this.recipient = await identityToRecipient(this.identity);
    await Promise.all([this.database.start(), this.s3.start()]);
  }

  stop(): void {
    this.database.stop();
    this.s3.stop();
    rmSync(this.folder, { recursive: true });
  }

  /** A file with that text, for a program or a command. */
  file(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text, { mode: 0o755 });
    return path;
  }

  /** What a program wrote beside itself. */
  written(name: string): string {
    const path = join(this.folder, name);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  }

  /** Sets what the programs do: their version, what they print, and how the one that restores ends. */
  programs({
    version = "18.1",
    dump = 'printf "%s" "the dump of $PGDATABASE"',
    list = ["215; 1259 1 TABLE public thing shop_app", "300; 0 1 TABLE DATA public thing shop_app"],
    restore = "",
  }: {
    version?: string;
    dump?: string;
    list?: readonly string[];
    restore?: string;
  } = {}): void {
    const shell = (name: string, script: string) =>
      this.file(
        name,
        `#!/bin/sh\n[ "$1" = --version ] && echo "${name} (PostgreSQL) ${version}" && exit\n${script}\n`,
      );
    this.file("contents", `;\n; Archive\n${list.join("\n")}\n\n`);
    const note = 'env | grep ^PG | sort > "$0.environment"; printf "%s\\n" "$@" > "$0.arguments"';
    shell("pg_dump", `${note}\n${dump}`);
    shell(
      "pg_restore",
      `case "$1" in
  --list) cat > /dev/null; cat "${this.folder}/contents" ;;
  --file=*) cat > "$0.read" ;;
  *) ${note}; cp "\${5#--use-list=}" "$0.list"; cat > "$0.input"; ${restore} true ;;
esac`,
    );
  }

  url(database: string): string {
    const { user, password, port } = this.database;
    return `postgresql://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}?sslmode=verify-full`;
  }

  async run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const said: string[] = [];
    const lines: string[] = [];
    const settings = {
      bucket: "shop-backups",
      region: "us-east-1",
      endpoint: this.s3.url,
      cluster: "shop-db",
      recipients: [this.recipient],
      connectSeconds: 0,
      ...options.settings,
    };
    const exitCode = await runCommand(
      args,
      {
        DATABASE_URL: this.url(options.database ?? "shop"),
        DATABASE_CA_CERT: this.database.caCertificate,
        BACKUP_SETTINGS: JSON.stringify(settings),
        BACKUP_IDENTITIES: this.identity,
        AWS_ACCESS_KEY_ID: "writer-key",
        AWS_SECRET_ACCESS_KEY: "writer-secret",
        POSTGRES_BIN: this.folder,
        ...options.environment,
      },
      {
        say: (line) => said.push(line),
        complain: (line) => {
          lines.push(line);
          options.onLine?.(line);
        },
        ...(options.watched && {
          isTerminal: true,
          show: (line: string) => void options.watched?.push(line),
        }),
      },
      {
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        now: options.now ?? (() => new Date("2026-11-21T03:00:00Z")),
      },
    );
    const logged = lines.map((line) => {
      if (!line.startsWith("{")) return { line };
      const { time: _, ...fields } = JSON.parse(line);
      return fields;
    });
    return { exitCode, said, logged, text: [...said, ...lines].join("\n") };
  }
}

/** What a database answers into which something is restored; empty, and with everything that is needed. */
export const restorable: readonly (readonly [RegExp, Answer])[] = [
  ...description,
  [/^SELECT name FROM pg_available_extensions$/, [{ name: "plpgsql" }, { name: "pg_trgm" }]],
  [/^SELECT name FROM pg_available_extensions WHERE .* installed_version IS NULL$/, { columns: ["name"] }],
  [/^SELECT rolname AS name FROM pg_roles$/, [{ name: "doadmin" }, { name: "shop_app" }]],
  [/^SELECT count\(\*\)::int AS count FROM pg_class/, [{ count: 0 }]],
  [/^SELECT coalesce\(sum\(pg_database_size/, [{ used: "1000" }]],
  [/^SELECT pg_has_role\(current_user, \$1, 'USAGE'\)/, [{ may_act: true }]],
  [
    /^SELECT CASE WHEN has_options THEN/,
    [{ wanted: "", by: "", options: "INHERIT , SET ", is_given: false }],
  ],
  [
    /^SELECT pg_terminate_backend\(pid\) FROM pg_stat_activity WHERE application_name = 'slipway restore /,
    [],
  ],
  [/^SELECT set_config\(name, '0', false\) FROM pg_settings WHERE name = 'idle_session_timeout'$/, []],
  [/^SELECT pg_try_advisory_lock\(\$1\)$/, []],
  [/^SELECT count\(\*\) FILTER \(WHERE pid = pg_backend_pid/, [{ own: 1, others: 0 }]],
  [/^SELECT subname AS name FROM pg_subscription/, []],
  [/^SELECT has_schema_privilege\(\$2, oid, 'CREATE'\)/, [{ can_create: true }]],
  [/^SELECT extname AS name FROM pg_extension$/, [{ name: "plpgsql" }]],
  [/^SELECT name FROM pg_settings$/, [{ name: "statement_timeout" }]],
  [/^SELECT current_setting\('server_version'\) AS version$/, [{ version: "18.0" }]],
  [/^ANALYZE$/, []],
  [/^(SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT) attempt$/, []],
  [/^SELECT datname AS name FROM pg_database WHERE datname ~ '\^slipway_drill_\[0-9a-f\]\{12\}\$'/, []],
  [/^CREATE DATABASE slipway_drill_[0-9a-f]{12} ENCODING 'UTF8' TEMPLATE template0$/, []],
  [/^DROP DATABASE IF EXISTS "?slipway_drill_[0-9a-f]{12}"?( WITH \(FORCE\))?$/, []],
  [/^SELECT name, oid IS NOT NULL AS is_there/, [{ name: "shop_app", is_there: true, is_ours: null }]],
];
