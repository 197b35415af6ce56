import { chmodSync, closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { LocalFault } from "../fault.ts";

/** Objects of one kind, kept by id in the order of their creation. Every write is on disk when it returns. */
export interface Collection<T> {
  get(id: string): T | undefined;
  put(id: string, value: T): void;
  delete(id: string): boolean;
  list(): T[];
}

/** Opens a database that only its owner may read: SQLite gives the files beside it the mode of the file itself. */
export function openPrivately(path: string): DatabaseSync {
  if (path !== ":memory:") {
    closeSync(openSync(path, "a", 0o600));
    chmodSync(path, 0o600);
  }
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA schema_version");
  } catch (error) {
    database.close();
    if (!isNoDatabase(error)) throw error;
    throw new LocalFault(
      `${path} is damaged: stop with \`slipway local down --keep\`, then put it back, or remove the folder that it is in to start over`,
      { cause: error },
    );
  }
  return database;
}

/** SQLITE_CORRUPT and SQLITE_NOTADB (https://www.sqlite.org/rescode.html, 2026-11-21). */
const damaged = [11, 26];

function isNoDatabase(error: unknown): boolean {
  return (
    typeof error === "object" &&
    error !== null &&
    "errcode" in error &&
    damaged.includes(Number(error.errcode) & 0xff)
  );
}

/** What the local cloud remembers: JSON documents in one SQLite file, so a killed process loses nothing. */
export class Store {
  private readonly database: DatabaseSync;

  /** @param path - the file, or ":memory:" for a store that is gone when it is closed */
  constructor(path: string) {
    this.database = openPrivately(path);
    this.database.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;" +
        "CREATE TABLE IF NOT EXISTS document" +
        " (position INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (kind, id))",
    );
  }

  collection<T>(kind: string): Collection<T> {
    const get = this.database.prepare("SELECT body FROM document WHERE kind = ? AND id = ?");
    const put = this.database.prepare(
      "INSERT INTO document (kind, id, body) VALUES (?, ?, ?)" +
        " ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
    );
    const remove = this.database.prepare("DELETE FROM document WHERE kind = ? AND id = ?");
    const list = this.database.prepare("SELECT body FROM document WHERE kind = ? ORDER BY position");
    const parse = (row: Record<string, unknown>): T => JSON.parse(String(row["body"]));
    return {
      get: (id) => {
        const row = get.get(kind, id);
        return row === undefined ? undefined : parse(row);
      },
      put: (id, value) => {
        put.run(kind, id, JSON.stringify(value));
      },
      delete: (id) => remove.run(kind, id).changes > 0,
      list: () => list.all(kind).map(parse),
    };
  }

  close(): void {
    this.database.close();
  }
}
