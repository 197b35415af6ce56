import type { DatabaseSync } from "node:sqlite";
import type { Api, Fault, RequestJournal, RequestRecord } from "../apis/request-log.ts";
import { openPrivately } from "./store.ts";

/** One command that used the local clouds. */
export interface Run {
  readonly id: number;
  readonly stack: string;
  readonly command: string;
  /** RFC 3339, UTC. */
  readonly started: string;
}

/** How many runs are remembered; older ones are pruned when a new one begins. */
const keptRuns = 50;

/** The requests of the last runs, on disk, and the faults that are set. */
export class Journal implements RequestJournal {
  private readonly database: DatabaseSync;
  private faults: Fault[] = [];

  /** @param path - the file, or ":memory:" */
  constructor(path: string) {
    this.database = openPrivately(path);
    this.database.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;" +
        "CREATE TABLE IF NOT EXISTS run" +
        " (id INTEGER PRIMARY KEY AUTOINCREMENT, stack TEXT NOT NULL, command TEXT NOT NULL, started TEXT NOT NULL);" +
        "CREATE TABLE IF NOT EXISTS request" +
        " (id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run ON DELETE CASCADE, body TEXT NOT NULL);" +
        "CREATE INDEX IF NOT EXISTS request_run ON request (run);",
    );
  }

  /** Begins a run: what is asked from now on belongs to it. */
  begin(stack: string, command: string): Run {
    const started = new Date().toISOString();
    const { lastInsertRowid } = this.database
      .prepare("INSERT INTO run (stack, command, started) VALUES (?, ?, ?)")
      .run(stack, command, started);
    const id = Number(lastInsertRowid);
    this.database.prepare("DELETE FROM run WHERE id <= ?").run(id - keptRuns);
    return { id, stack, command, started };
  }

  /** The newest run, of one stack where a stack is named. */
  lastRun(stack?: string): Run | undefined {
    const row = this.database
      .prepare(
        "SELECT id, stack, command, started FROM run WHERE ? IS NULL OR stack = ? ORDER BY id DESC LIMIT 1",
      )
      .get(stack ?? null, stack ?? null);
    if (row === undefined) return undefined;
    const { id, stack: name, command, started } = row;
    return { id: Number(id), stack: String(name), command: String(command), started: String(started) };
  }

  record(record: RequestRecord): void {
    const run = this.lastRun();
    if (run === undefined) return;
    this.database
      .prepare("INSERT INTO request (run, body) VALUES (?, ?)")
      .run(run.id, JSON.stringify(record));
  }

  /** The requests of a run in the order in which they were answered. */
  requests(run: number): RequestRecord[] {
    const rows = this.database.prepare("SELECT body FROM request WHERE run = ? ORDER BY id").all(run);
    return rows.map((row): RequestRecord => JSON.parse(String(row["body"])));
  }

  setFault(fault: Fault): void {
    this.faults.push(fault);
  }

  clearFaults(): void {
    this.faults = [];
  }

  /** The faults that are left, in the order in which they were set. */
  faultsLeft(): readonly Fault[] {
    return this.faults;
  }

  takeFault(api: Api, method: string, path: string, action?: string): Fault | undefined {
    const fits = (fault: Fault): boolean =>
      fault.api === api &&
      (fault.method === "*" || fault.method === method) &&
      (fault.action === undefined || fault.action === action) &&
      new RegExp(fault.path).test(path);
    const found = this.faults.find(fits);
    if (found === undefined) return undefined;
    const left = { ...found, times: found.times - 1 };
    this.faults = this.faults
      .map((fault) => (fault === found ? left : fault))
      .filter(({ times }) => times > 0);
    return found;
  }

  close(): void {
    this.database.close();
  }
}
