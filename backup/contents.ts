import pg from "pg";
import type { DatabaseSummary, TableSummary } from "./manifest.ts";

/** A table up to this many bytes has every row in its checksum; of a larger one about so much is read again. */
const checksumBytes = 16 * 1024 * 1024;

/** Settings on which the text of a row depends, so that two servers write the same row the same way. */
const rowSettings = `
  SET LOCAL search_path = '';
  SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres'; SET LOCAL timezone = 'UTC';
  SET LOCAL extra_float_digits = 3; SET LOCAL bytea_output = 'hex'; SET LOCAL xmloption = 'content';
  SET LOCAL row_security = off;
  SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0`;

/** Begins a transaction that sees the database as it is at this moment, whatever others write. */
export async function beginSnapshot(client: pg.Client): Promise<void> {
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  await client.query(rowSettings);
}

/** Catalogs of what belongs to somebody and is in a dump, and the columns of the owners. */
const ownedThings = Object.entries({
  pg_class: "relowner",
  pg_collation: "collowner",
  pg_conversion: "conowner",
  pg_event_trigger: "evtowner",
  pg_foreign_data_wrapper: "fdwowner",
  pg_foreign_server: "srvowner",
  pg_language: "lanowner",
  pg_largeobject_metadata: "lomowner",
  pg_namespace: "nspowner",
  pg_opclass: "opcowner",
  pg_operator: "oprowner",
  pg_opfamily: "opfowner",
  pg_proc: "proowner",
  pg_publication: "pubowner",
  pg_statistic_ext: "stxowner",
  pg_ts_config: "cfgowner",
  pg_ts_dict: "dictowner",
  pg_type: "typowner",
  pg_default_acl: "defaclrole",
});

/**
 * Owners of what a database holds, a row for each thing. The server's first superuser, whom pg_shdepend never names,
 * owns things of the system and of extensions too: those are none, nor is what only belongs to another thing.
 */
const owners = ownedThings
  .map(
    ([catalog, column]) => `
      SELECT ${column} AS oid FROM ${catalog} AS thing
       WHERE oid >= 16384 ${catalog === "pg_namespace" ? "AND nspname !~ '^pg_'" : ""}
         ${catalog === "pg_class" ? "AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c') AND relpersistence <> 't'" : ""}
         AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = '${catalog}'::regclass AND objid = thing.oid
                            AND deptype IN ('e', 'i'))`,
  )
  .join(" UNION ALL ");

/** What a database consists of, without its rows: quick. */
export async function describeDatabase(client: pg.Client): Promise<Omit<DatabaseSummary, "tables">> {
  const { rows } = await client.query(`
    SELECT current_setting('server_version') AS version, pg_encoding_to_char(encoding) AS encoding,
           datcollate AS collation, pg_database_size(oid)::text AS size,
           (SELECT count(*) FROM pg_largeobject_metadata)::text AS objects
      FROM pg_database WHERE datname = current_database()`);
  const extensions = await client.query(
    `SELECT extname AS name, extversion AS version FROM pg_extension ORDER BY extname COLLATE "C"`,
  );
  const roles = await client.query(`
    SELECT rolname AS name FROM pg_roles
     WHERE rolname !~ '^pg_'
       AND (oid IN (SELECT refobjid FROM pg_shdepend
                     WHERE refclassid = 'pg_authid'::regclass
                       AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database()))
            OR oid IN (${owners}))
     ORDER BY 1`);
  const [row] = rows;
  return {
    // "15.18 (Debian 15.18-0+deb12u1)" on some distributions.
    serverVersion: String(row?.version).replace(/ .*/, ""),
    encoding: String(row?.encoding),
    collation: String(row?.collation),
    sizeBytes: Number(row?.size),
    extensions: extensions.rows.map(({ name, version }) => ({
      name: String(name),
      version: String(version),
    })),
    roles: roles.rows.map(({ name }) => String(name)),
    largeObjects: Number(row?.objects),
  };
}

/** A table whose rows are counted. */
export interface Table {
  readonly schema: string;
  readonly name: string;
  readonly everyNth: number;
  readonly key: readonly string[];
  /** Types of the key's columns. */
  readonly keyTypes: readonly string[];
}

/** Types of a key of one column that have a hash of their own, which costs a third of that of their text or half of it. */
const hashFunctions: ReadonlyMap<string, string> = new Map([
  ["smallint", "hashint8extended"],
  ["integer", "hashint8extended"],
  ["bigint", "hashint8extended"],
  ["uuid", "uuid_hash_extended"],
]);

/** Tables of the database's own: none of the system's and none that an extension brings. */
export async function findTables(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query(`
    SELECT nspname AS schema, relname AS name, pg_table_size(c.oid)::text AS bytes,
           coalesce(key, '[]') AS key, coalesce(types, '[]') AS types
      FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
      LEFT JOIN LATERAL (SELECT json_agg(attname ORDER BY attnum) AS key,
                                json_agg(atttypid::regtype::text ORDER BY attnum) AS types
                           FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY(indkey)
                          WHERE indrelid = c.oid AND indisprimary) AS k ON true
     WHERE relkind = 'r' AND relpersistence <> 't' AND nspname !~ '^pg_' AND nspname <> 'information_schema'
       AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
     ORDER BY nspname COLLATE "C", relname COLLATE "C"`);
  return rows.map(({ schema, name, bytes, key, types }) => ({
    schema: String(schema),
    name: String(name),
    key: key as string[],
    keyTypes: types as string[],
    // Without a key nothing tells the same rows on another server: then every row is read.
    everyNth: (key as string[]).length === 0 ? 1 : Math.max(1, Math.floor(Number(bytes) / checksumBytes)),
  }));
}

/** Counts a table's rows and adds up their hashes, in any order of rows. */
export async function summarizeTable(
  client: pg.Client,
  { schema, name, everyNth, key, keyTypes }: Table,
): Promise<TableSummary> {
  const quoted = pg.escapeIdentifier;
  const row = quoted("row of slipway");
  const keys = key.map((column) => `${row}.${quoted(column)}`).join(", ");
  // Of several columns this is no name of a type.
  const ownHash = hashFunctions.get(keyTypes.join());
  // Every row has its key hashed.
  const hashOfKey = ownHash === undefined ? hashOf(`ROW(${keys})`) : `${ownHash}(${keys}, 0)`;
  const chosen = everyNth === 1 ? "" : `FILTER (WHERE mod(${hashOfKey}, ${everyNth}) = 0)`;
  const { rows } = await client.query(
    `SELECT count(*)::text AS rows, coalesce(sum(${hashOf(row)}) ${chosen}, 0)::text AS checksum
       FROM ONLY ${quoted(schema)}.${quoted(name)} AS ${row}`,
  );
  return { schema, name, rows: Number(rows[0]?.rows), checksum: String(rows[0]?.checksum), everyNth };
}

/** A hash of 64 bits that is the same on every server: PostgreSQL spreads partitioned tables by it. */
const hashOf = (row: string): string => `hashtextextended((${row})::text COLLATE "C", 0)`;

/**
 * Summaries of all tables, one after the other, of one moment.
 *
 * @param everyNth - how many rows of a table the checksum to compare with has
 */
export async function summarizeTables(
  client: pg.Client,
  everyNth: (table: Table) => number | undefined = () => undefined,
): Promise<TableSummary[]> {
  const summaries: TableSummary[] = [];
  for (const table of await findTables(client)) {
    summaries.push(await summarizeTable(client, { ...table, everyNth: everyNth(table) ?? table.everyNth }));
  }
  return summaries;
}
