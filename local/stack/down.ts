import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";
import { exclusively } from "../lock.ts";
import { type Changes, runOperation } from "./engine-run.ts";
import { type SessionContext, type StackRequest, withSession } from "./session.ts";
import { projectName } from "./state-file.ts";

export interface DownReport {
  readonly stack: string;
  readonly changes: Changes;
  /** Stacks that still use the local clouds; where there is none the clouds are stopped and wiped. */
  readonly remaining: readonly string[];
}

/** Folders and files of the home that only the stacks' data need; secrets stay, since a person may have set them. */
const wiped = [
  "aws",
  "cloud-lock.db",
  "cloud.db",
  "cloud.db-shm",
  "cloud.db-wal",
  "postgres",
  "requests.db",
  "requests.db-shm",
  "requests.db-wal",
  "logs",
  "state",
  "work",
  "runs",
  "stack-files",
  "pulumi",
  "cloud-lock.db-journal",
  "rehearsal-lock.db",
  "rehearsal-lock.db-journal",
  "rehearsal-process.json",
  "pgpass",
  "ca.crt",
];

/**
 * Removes protection, destroys the stack, and stops and wipes the local clouds when no other stack uses them.
 *
 * @throws LocalFault when a resource cannot be destroyed; what is left stays in the state
 */
export async function down(context: SessionContext, request: StackRequest): Promise<DownReport> {
  const report = await withSession(context, request, async ({ stack }) => {
    await unprotect(stack);
    const title = `destroying ${request.stack}`;
    try {
      const { changes } = await runOperation(
        title,
        context.progress,
        async (onEvent) => {
          // Read anew, so that what somebody deleted by other means is not deleted a second time.
          await stack.destroy({ onEvent, refresh: true, suppressProgress: true });
        },
        `what is left goes on, and is in the state; where running it again does not help, \`slipway local down --keep\` ends all processes, and removing ${context.home} all that is kept`,
      );
      await stack.workspace.removeStack(stack.name);
      return changes;
    } finally {
      // Clouds that have ended meanwhile have forgotten it.
      await context.cloud.endRun().catch(() => undefined);
    }
  });
  const remaining = await wipeIfUnused(context);
  return { stack: request.stack, changes: report, remaining };
}

/** Stops the local clouds; state and data stay, so that the next `up` goes on. */
export async function stop(context: SessionContext): Promise<void> {
  await alone(context, () => context.cloud.stop());
}

/** Stacks that have a state. */
export function knownStacks(home: string): string[] {
  const directory = join(home, "state", ".pulumi", "stacks", projectName);
  const entries = existsSync(directory) ? readdirSync(directory) : [];
  return entries.filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -".json".length));
}

/** Stops and wipes the local clouds where no stack uses them any more. */
export async function wipeIfUnused(context: SessionContext): Promise<string[]> {
  return await alone(context, async () => {
    const remaining = knownStacks(context.home);
    if (remaining.length > 0) return remaining;
    await context.cloud.stop();
    for (const name of wiped) rmSync(join(context.home, name), { recursive: true, force: true });
    return [];
  });
}

async function alone<T>(context: SessionContext, work: () => Promise<T>): Promise<T> {
  const waiting = (): void =>
    context.progress.say("another command works on this clone: waiting for it to end");
  return await exclusively(join(context.home, "lock.db"), work, waiting);
}

const Resources = z.looseObject({
  resources: z
    .array(
      z.looseObject({
        type: z.string(),
        protect: z.boolean().optional(),
        retainOnDelete: z.boolean().optional(),
        inputs: z.record(z.string(), z.unknown()).optional(),
        outputs: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .optional(),
});

/**
 * Lets every resource be destroyed, buckets with what is in them. Only the firewall stays retained: destroying it would open its cluster to everyone
 * for the moment before the cluster goes too.
 */
async function unprotect(stack: Stack): Promise<void> {
  const exported = await stack.exportStack();
  const deployment = Resources.parse(exported.deployment ?? {});
  const resources = deployment.resources?.map((resource) => ({
    ...resource,
    ...(resource.type === "aws:s3/bucket:Bucket" ? forcefully(resource) : {}),
    protect: false,
    retainOnDelete: resource.retainOnDelete === true && resource.type.endsWith(":DatabaseFirewall"),
  }));
  await stack.importStack({ ...exported, deployment: { ...exported.deployment, resources } });
}

/** A bucket as it is when it was made to go with the objects in it. */
function forcefully({ inputs, outputs }: { inputs?: object | undefined; outputs?: object | undefined }) {
  return { inputs: { ...inputs, forceDestroy: true }, outputs: { ...outputs, forceDestroy: true } };
}
