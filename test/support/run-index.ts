import { fileURLToPath } from "node:url";
import { planStack } from "../../operations/plan/graph.ts";
import { readStackFile } from "../../operations/stack-file.ts";

/** Runs the program of a stack up to its full graph, without an engine. */
export async function runIndex(stack: string): Promise<number> {
  const file = fileURLToPath(new URL(`../../Pulumi.${stack}.yaml`, import.meta.url));
  const { resources } = await planStack(stack, readStackFile(file, "slipway").values);
  return resources.length;
}
