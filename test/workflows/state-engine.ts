import { once } from "node:events";
import { LocalWorkspace, Stack } from "@pulumi/pulumi/automation/index.js";
import { engineCommand } from "../../local/engine/command.ts";
import { findEngine } from "../../local/engine/find.ts";
import { cacheDirectory } from "../../local/home.ts";

// Runs the engine on a state in a bucket, one operation after the other; the test says when the next one may begin.
const [workDir = "", backend = ""] = process.argv.slice(2);
const engine = await findEngine(cacheDirectory());
if (engine === undefined) throw new Error("there is no engine");

const workspace = await LocalWorkspace.create({
  workDir,
  pulumiHome: `${workDir}/home`,
  pulumiCommand: engineCommand(engine, { onProcess: () => undefined }),
  projectSettings: { name: "slipway", runtime: "nodejs", backend: { url: backend } },
  program: async () => ({ answer: 42 }),
  envVars: {
    AWS_ACCESS_KEY_ID: "local-cloud",
    AWS_SECRET_ACCESS_KEY: "local-cloud",
    PULUMI_BACKEND_URL: backend,
    PULUMI_CONFIG_PASSPHRASE: "p",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  },
});
let stack: Stack;
const operations: Record<string, () => Promise<unknown>> = {
  create: async () => {
    stack = await Stack.create("production", workspace);
  },
  preview: () => stack.preview(),
  up: () => stack.up(),
  cancel: () => stack.cancel(),
};
for (const [name, run] of Object.entries(operations)) {
  await run().catch((error: unknown) => process.send?.({ name, fault: String(error) }));
  process.send?.({ name });
  await once(process, "message");
}
process.disconnect();
