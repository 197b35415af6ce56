import { engineReason, type RunEngine } from "../engine.ts";
import { OperationFault } from "../fault.ts";

/**
 * What `pulumi stack export` prints of a stack: its secrets stay encrypted, so that no passphrase is needed.
 *
 * @throws OperationFault where the engine refuses
 */
export async function exportState(stack: string, run: RunEngine): Promise<string> {
  const output = await run(["stack", "export", "--stack", stack]);
  if (output.exitCode === 0) return output.stdout;
  throw new OperationFault(`the state of ${stack} could not be exported: ${engineReason(output)}`);
}
