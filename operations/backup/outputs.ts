import { engineReason, type RunEngine } from "../engine.ts";
import { OperationFault } from "../fault.ts";

/**
 * The outputs of a real stack, secrets in clear, as the engine tells them.
 *
 * @throws OperationFault in the engine's own words where it does not
 */
export async function pulumiOutputs(stack: string, run: RunEngine): Promise<Record<string, unknown>> {
  const output = await run(["stack", "output", "--stack", stack, "--json", "--show-secrets"]);
  if (output.exitCode === 0) return JSON.parse(output.stdout);
  throw new OperationFault(
    `the outputs of stack ${stack} must be readable: ${engineReason(output)}; of the local cloud's stack: start it with \`npm start -- --stack ${stack}\``,
  );
}
