import { findEngine } from "../engine/find.ts";
import { LocalFault } from "../fault.ts";
import { openEngineStack } from "./engine-stack.ts";
import type { SessionContext } from "./session.ts";
import { refuseUnlessUp } from "./state.ts";

/**
 * The outputs of a local stack as its state has them, secrets in clear.
 *
 * @throws LocalFault when the stack is not up
 */
export async function stackOutputs(
  context: Pick<SessionContext, "home" | "cache" | "secrets">,
  stack: string,
): Promise<Readonly<Record<string, unknown>>> {
  const { home, cache, secrets } = context;
  refuseUnlessUp(home, stack);
  const engine = await findEngine(cache);
  if (engine === undefined)
    throw new LocalFault(`the engine is not there any more: \`npm start -- --stack ${stack}\` gets it again`);
  const options = { home, stack, engine, secrets, debugProviders: "", usesPlugins: false };
  const opened = await openEngineStack({ ...options, onProcess: () => undefined });
  return await opened.outputs();
}
