import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { provideEngine } from "../../local/engine/index.ts";
import { cacheDirectory } from "../../local/home.ts";
import { progressOn } from "../../local/progress.ts";
import { prepareMoto } from "../../local/services/moto.ts";
import { findPostgres } from "../../local/services/postgres.ts";

/** Provides what the suites run for real, before the first of them starts: no test may wait for a download. */
export default async function prepare() {
  const cache = cacheDirectory();
  const progress = progressOn();
  await provideEngine(cache, progress);
  await prepareMoto({ directory: cache, progress: progress.say });
  const { directory } = await findPostgres({ cacheDirectory: cache, progress: progress.say });
  // Debian's own pg_dump is a Perl program that looks for the real one, each time anew.
  if (existsSync(join(directory, "pg_dump")))
    process.env.PATH = `${directory}${delimiter}${process.env.PATH}`;
  const { error } = spawnSync("pg_dump", ["--version"]);
  if (error !== undefined)
    throw new Error(
      "the tests of backup/ need PostgreSQL's client programs (pg_dump, pg_restore, psql): install them (Debian: apt-get install postgresql-client)",
    );
}
