import { runCommand } from "../local/engine/commands.ts";
import { findEngine } from "../local/engine/find.ts";
import { engineVersion } from "../local/engine/version.ts";
import { cachePath, cloneDirectory } from "../local/home.ts";
import type { RunEngine } from "../operations/engine.ts";
import { OperationFault } from "../operations/fault.ts";

/**
 * Runs the engine on the stacks of the accounts: the `pulumi` of PATH, else the one that slipway keeps, as for a local
 * stack. None is installed for it.
 *
 * @throws OperationFault where there is none
 */
export const runEngine: RunEngine = async (args) => {
  const engine = await findEngine(cachePath());
  const output =
    engine === undefined
      ? undefined
      : await runCommand(engine.command, [...args, "--non-interactive"], {
          cwd: cloneDirectory,
          env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
        });
  if (output !== undefined) return output;
  throw new OperationFault(
    `a stack of the accounts needs the \`pulumi\` command, ${engineVersion} or a later one of its line, and there is none on PATH and none that slipway keeps: install Pulumi (https://www.pulumi.com/docs/install/), or have \`npm start\` get one; the local cloud's stacks are looked at with --local`,
  );
};
