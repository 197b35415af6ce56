import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";

/** One stack output as a person may see it, and whether it is a secret. */
export interface StackOutput {
  readonly value: unknown;
  readonly secret: boolean;
}

/** A program that keeps what it answered, so that the engine need not be asked for it. */
export interface WatchedProgram {
  readonly run: PulumiFn;
  /** The outputs of the newest run; call it when the engine has ended well, since a failed one leaves some open. */
  outputs(): Promise<Readonly<Record<string, StackOutput>>>;
}

/**
 * Watches the outputs of a program.
 *
 * @param answers - called whenever the program has answered, and not where it throws
 */
export function watched(program: PulumiFn, answers?: () => void): WatchedProgram {
  let answered: Readonly<Record<string, unknown>> = {};
  return {
    run: async () => {
      answered = (await program()) ?? {};
      answers?.();
      return answered;
    },
    outputs: async () => {
      const known = await Promise.all(
        Object.entries(answered).map(async ([name, given]) => [name, await settled(given)] as const),
      );
      // The state has no output without a value.
      const present = known.filter(([, { value }]) => value !== undefined);
      return Object.fromEntries(present.sort(([one], [other]) => (one < other ? -1 : 1)));
    },
  };
}

async function settled(given: unknown): Promise<StackOutput> {
  const output: pulumi.Output<unknown> = pulumi.output<unknown>(given);
  const value = await new Promise<unknown>((resolve) => output.apply(resolve));
  return { value: inOrder(value), secret: await pulumi.isSecret(output) };
}

/** The value with its keys in the order of the alphabet, as the state has them. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  const sorted = entries.sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, inner]) => [key, inOrder(inner)]));
}
