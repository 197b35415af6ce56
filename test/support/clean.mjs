import { rmSync } from "node:fs";

/** Removes the folder of the run, which `prepare.mjs` made. */
export default function clean() {
  rmSync(process.env.TMPDIR, { recursive: true, force: true, maxRetries: 3 });
}
