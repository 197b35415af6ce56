// Runs a module in this process with the compile cache on and prints what it took: node measure.mjs MODULE [arguments]
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

enableCompileCache(join(import.meta.dirname, "..", "..", "node_modules", ".cache", "slipway"));
const from = performance.now();
await import(pathToFileURL(process.argv[2]).href);
const seconds = (performance.now() - from) / 1000;
// maxRSS is in kilobytes on every platform that Node runs on (https://nodejs.org/api/process.html, 2026-11-21).
process.stdout.write(JSON.stringify({ seconds, megabytes: process.resourceUsage().maxRSS / 1024 }));
process.exit(0);
