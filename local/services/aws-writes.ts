import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Trace } from "./aws-traces.ts";

/** A request body: in memory, or in a file where it is large. */
export type Body = { readonly bytes: Buffer } | { readonly file: string; readonly size: number };

/** A write as it was sent to moto; sent again, it has the same effect and the same answer. */
export interface Write {
  readonly seed: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

/**
 * The writes that made what moto holds, in order, on disk. What is gone from moto is forgotten here.
 *
 * A write is kept after moto has done it and before anybody is told or can see it (requests are sent one at a time). So
 * a write whose answer somebody got is never lost, and one that was cut short never happened, wherever the crash was:
 * moto's memory is gone with it, and the repeated journal decides. The caller that got no answer asks again, as with
 * the real API, and cannot find two of what it asked for.
 */
export class WriteJournal {
  private readonly database: DatabaseSync;
  private readonly bodies: string;

  /** @param directory - made where it is not there; holds the database and the files of large bodies */
  constructor(directory: string) {
    this.bodies = join(directory, "bodies");
    mkdirSync(this.bodies, { recursive: true, mode: 0o700 });
    this.database = new DatabaseSync(join(directory, "writes.db"));
    this.database.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;" +
        "CREATE TABLE IF NOT EXISTS write (position INTEGER PRIMARY KEY AUTOINCREMENT, seed TEXT NOT NULL," +
        " time INTEGER NOT NULL, method TEXT NOT NULL, url TEXT NOT NULL, headers TEXT NOT NULL, body BLOB," +
        " file TEXT, size INTEGER, path TEXT);" +
        "CREATE INDEX IF NOT EXISTS write_by_path ON write (path)",
    );
    this.removeUnusedFiles(new Set(this.files("SELECT file FROM write WHERE file IS NOT NULL")));
  }

  /** Path of a file for a large body; it is removed when no write holds it at the next start. */
  newBodyFile(): string {
    return join(this.bodies, randomBytes(12).toString("hex"));
  }

  list(): Write[] {
    return this.database
      .prepare("SELECT * FROM write ORDER BY position")
      .all()
      .map((row) => ({
        seed: String(row["seed"]),
        time: Number(row["time"]),
        method: String(row["method"]),
        url: String(row["url"]),
        headers: JSON.parse(String(row["headers"])),
        body:
          row["file"] === null
            ? { bytes: Buffer.from(row["body"] as Uint8Array) }
            : { file: join(this.bodies, String(row["file"])), size: Number(row["size"]) },
      }));
  }

  /** Keeps a write, or forgets what it undoes. Everything is on disk when it returns. */
  keep(write: Write, trace: Trace): void {
    this.database.exec("BEGIN IMMEDIATE");
    try {
      const dropped = this.apply(write, trace);
      this.database.exec("COMMIT");
      for (const file of dropped) rmSync(join(this.bodies, file), { force: true });
    } catch (error) {
      this.database.exec("ROLLBACK");
      throw error;
    }
  }

  close(): void {
    this.database.close();
  }

  /** Answers with the files that no write holds any more. */
  private apply(write: Write, trace: Trace): string[] {
    if (trace.kind === "barrier") {
      this.insert(write, null);
      return [];
    }
    if (trace.kind === "remove") {
      const isWhole = trace.paths.every((path) => this.mayForget(path));
      if (isWhole) return trace.paths.flatMap((path) => this.forget(path));
      this.insert(write, null);
      return [];
    }
    const dropped = trace.kind === "set" && this.mayForget(trace.path) ? this.forget(trace.path) : [];
    if (trace.absorbs !== undefined) {
      this.database
        .prepare(`UPDATE write SET path = :to || substr(path, :length) WHERE ${isWithin}`)
        .run({ to: `${trace.path}/upload`, length: trace.absorbs.length + 1, path: trace.absorbs });
    }
    this.insert(write, trace.path);
    return dropped;
  }

  /**
   * Whether all that was ever done to the thing is known and nothing later may rest on it: there was no barrier yet, or
   * the thing itself and all beneath it were made after the last one.
   */
  private mayForget(path: string): boolean {
    const { first, made, barrier } = this.database
      .prepare(
        `SELECT (SELECT min(position) FROM write WHERE ${isWithin}) AS first,` +
          " (SELECT min(position) FROM write WHERE path = :path) AS made," +
          " (SELECT max(position) FROM write WHERE path IS NULL) AS barrier",
      )
      .get({ path }) as { first: number | null; made: number | null; barrier: number | null };
    return barrier === null || (first !== null && made !== null && first > barrier && made > barrier);
  }

  private forget(path: string): string[] {
    const files = this.files(`SELECT file FROM write WHERE file IS NOT NULL AND ${isWithin}`, { path });
    this.database.prepare(`DELETE FROM write WHERE ${isWithin}`).run({ path });
    return files;
  }

  private insert(write: Write, path: string | null): void {
    const { body } = write;
    this.database
      .prepare(
        "INSERT INTO write (seed, time, method, url, headers, body, file, size, path) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      )
      .run(
        write.seed,
        write.time,
        write.method,
        write.url,
        JSON.stringify(write.headers),
        "bytes" in body ? body.bytes : null,
        "file" in body ? body.file.slice(this.bodies.length + 1) : null,
        "file" in body ? body.size : null,
        path,
      );
  }

  private files(query: string, parameters: Record<string, string> = {}): string[] {
    return this.database
      .prepare(query)
      .all(parameters)
      .map((row) => String(row["file"]));
  }

  private removeUnusedFiles(used: ReadonlySet<string>): void {
    for (const name of readdirSync(this.bodies)) {
      if (!used.has(name)) rmSync(join(this.bodies, name), { force: true });
    }
  }
}

/** The thing at a path and all beneath it; "0" is the character after "/". LIKE would ignore the case of keys. */
const isWithin = "(path = :path OR (path > :path || '/' AND path < :path || '0'))";
