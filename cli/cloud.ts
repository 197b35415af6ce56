import { fileURLToPath } from "node:url";
import { startCloud } from "../local/cloud/index.ts";
import { cacheDirectory, homeDirectory } from "../local/home.ts";

/** The process of the local cloud. `slipway local up` starts it; a signal or `slipway local down` ends it. */
const cloud = await startCloud({
  home: homeDirectory(),
  cache: cacheDirectory(),
  backupProgram: fileURLToPath(new URL("../backup/main.ts", import.meta.url)),
  onStop: () => void end(),
});

let ending: Promise<void> | undefined;

/** Closes everything once, however often it is asked to. */
async function end(): Promise<void> {
  ending ??= cloud.close();
  await ending;
  process.exit(0);
}

process.on("SIGTERM", () => void end());
process.on("SIGINT", () => void end());
process.on("SIGHUP", () => undefined);
