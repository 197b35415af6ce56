import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { provideEngine } from "../../local/engine/index.ts";
import { cacheDirectory } from "../../local/home.ts";
import { progressOn } from "../../local/progress.ts";
import { prepareMoto } from "../../local/services/moto.ts";
import { findPostgres } from "../../local/services/postgres.ts";
import { findPostgresClients } from "../../local/services/postgres-clients.ts";

/** Provides what the suites run for real, before the first of them starts: no test may wait for a download. */
export default async function prepare() {
  const cache = cacheDirectory();
  const progress = progressOn();
  await provideEngine(cache, progress);
  await prepareMoto({ directory: cache, progress: progress.say });
  await findPostgres({ cacheDirectory: cache, progress: progress.say });
  // Before those of PATH: Debian's own pg_dump is a Perl program that looks for the real one, each time anew.
  const clients = await findPostgresClients({ directory: cache, progress: progress.say });
  process.env.PATH = `${clients}${delimiter}${process.env.PATH}`;
  // What suites and programs leave in it goes with it, in `clean.mjs`.
  process.env.TMPDIR = mkdtempSync(join(tmpdir(), "slip-"));
  // PostgreSQL runs as another user where slipway is root.
  chmodSync(process.env.TMPDIR, 0o711);
}
