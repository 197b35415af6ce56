import * as pulumi from "@pulumi/pulumi";
import * as rpc from "@pulumi/pulumi/runtime/rpc.js";
import { neededSecrets, readSettings, type StackSettings } from "../../components/config.ts";
import { componentOf, plainInputs, type Registration } from "./inputs.ts";
import { Monitor } from "./monitor.ts";
import { withStandIns } from "./stand-ins.ts";

/** A resource that a stack would have. */
export interface PlannedResource {
  urn: string;
  type: string;
  name: string;
  /** The parent's urn. */
  parent?: string;
  /** The name of the nearest component above it, or its own where it is one. */
  component: string;
  /** Plain JSON: "[secret]" for secrets, "[known after up]" for what only the platform knows. */
  inputs: Record<string, unknown>;
  options: {
    protect: boolean;
    retainOnDelete: boolean;
    ignoreChanges: string[];
    /** Urns, those that follow from the inputs included. */
    dependsOn: string[];
    aliases: unknown[];
    import?: string;
  };
}

/** What a stack's program would make, without having made it. */
export interface PlannedStack {
  stack: string;
  settings: StackSettings;
  /** In the order of their urns. */
  resources: PlannedResource[];
  outputs: Record<string, unknown>;
}

let runs = 0;
let running: Promise<unknown> = Promise.resolve();

/**
 * Runs `index.ts` for a stack without engine, token or network, and tells what it registered.
 *
 * `config` holds full keys, blocks as JSON. Every secret is stood in for, whether it was given or not. Several calls
 * in one process wait for one another, since the SDK knows one stack at a time.
 *
 * @throws SettingsError for faults of the settings, before the program runs
 */
export function planStack(stack: string, config: Readonly<Record<string, string>>): Promise<PlannedStack> {
  const mine = running.then(() => planned(stack, config));
  running = mine.catch(() => undefined);
  return mine;
}

async function planned(stack: string, given: Readonly<Record<string, string>>): Promise<PlannedStack> {
  const config = withStandIns(given);
  const settings = readSettings(stack, config);
  const monitor = new Monitor(stack);
  await monitor.attach();
  pulumi.runtime.setAllConfig(
    config,
    neededSecrets(settings).map(({ name }) => `slipway:${name}`),
  );
  const faults: unknown[] = [];
  const onRejection = (fault: unknown) => faults.push(fault);
  process.on("unhandledRejection", onRejection);
  try {
    runs += 1;
    // A module is run once only; the question mark makes it another one.
    const outputs: Record<string, unknown> = { ...(await import(`../../index.ts?plan=${runs}`)) };
    const texts = await rpc.serializeProperties("outputs", outputs);
    await pulumi.runtime.disconnect();
    // Node tells of rejections only after the turn in which nobody took them.
    await new Promise((resolve) => setImmediate(resolve));
    if (faults.length > 0) throw faults[0];
    return { stack, settings, resources: resourcesOf(monitor.registrations), outputs: plainInputs(texts) };
  } finally {
    await pulumi.runtime.disconnect();
    process.off("unhandledRejection", onRejection);
  }
}

function resourcesOf(registrations: ReadonlyMap<string, Registration>): PlannedResource[] {
  return [...registrations.values()]
    .map((one) => {
      const { urn, type, name, parent, inputs, options } = one;
      return {
        urn,
        type,
        name,
        ...(parent === undefined ? {} : { parent }),
        component: componentOf(one, registrations),
        inputs: plainInputs(inputs),
        options,
      };
    })
    .sort((a, b) => (a.urn < b.urn ? -1 : 1));
}
