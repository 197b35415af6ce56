import { existsSync } from "node:fs";
import { join } from "node:path";

/** Name of the project in Pulumi.yaml; with the organization `organization` of file backends it names every stack. */
export const projectName = "slipway";

/** File in which the engine keeps a stack's state. */
export function stateFile(home: string, stack: string): string {
  return join(home, "state", ".pulumi", "stacks", projectName, `${stack}.json`);
}

/** Is there a state of this stack? */
export function stackExists(home: string, stack: string): boolean {
  return existsSync(stateFile(home, stack));
}
