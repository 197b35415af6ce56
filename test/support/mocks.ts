import * as pulumi from "@pulumi/pulumi";
import { fakeOutputs } from "./fake-outputs.ts";

/** A resource that a program registered under mocks. */
export interface Registered {
  type: string;
  name: string;
  /** What the engine would get; secrets are still wrapped (see `revealed`). */
  inputs: Record<string, unknown>;
  /** The options as they were written, before inheritance from the parent; empty where none were recorded. */
  options: pulumi.ResourceOptions;
}

/** What a program under mocks runs against. */
export interface MockWorld {
  project?: string;
  stack?: string;
  organization?: string;
  /** Replies to function calls (`getX`) by token; a call that is not listed throws. */
  calls?: Record<string, (inputs: Record<string, unknown>) => Record<string, unknown>>;
  /** Outputs that the platform would add, by `type` or by `type name`; they win over the usual fakes. */
  outputs?: Record<string, Record<string, unknown>>;
  /** Preview instead of update: outputs that only the platform knows stay unknown. */
  preview?: boolean;
}

/** What was built and every resource that was registered on the way, in no particular order. */
export interface Registration<T> {
  built: T;
  resources: Registered[];
}

/** Sets fresh mocks; the list fills while a program registers its resources. */
export async function setMockWorld(world: MockWorld = {}): Promise<Registered[]> {
  const resources: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs, id }) {
        resources.push({ type, name, inputs, options: {} });
        const outputs = world.outputs?.[`${type} ${name}`] ?? world.outputs?.[type] ?? {};
        return {
          // The id is empty where nothing is imported.
          id: id || `${name}-id`,
          state: { ...fakeOutputs(type, name, revealed(inputs)), ...inputs, ...outputs },
        };
      },
      call({ token, inputs }) {
        const reply = world.calls?.[token];
        if (reply === undefined) {
          const message = `the test has no reply for the call ${token}`;
          // The SDK shows only the field that a gRPC error has.
          throw Object.assign(new Error(message), { details: message });
        }
        return reply(inputs);
      },
    },
    world.project ?? "slipway",
    world.stack ?? "dev",
    world.preview ?? false,
    world.organization ?? "organization",
  );
  return resources;
}

/**
 * Runs `build` under fresh mocks and waits for every registration. `build` must hand the options that it gets to the
 * component it makes, or the options of the children are not recorded.
 */
export async function register<T>(
  build: (options: pulumi.ComponentResourceOptions) => T | Promise<T>,
  world: MockWorld = {},
): Promise<Registration<T>> {
  const resources = await setMockWorld(world);
  const written = new Map<string, pulumi.ResourceOptions>();
  const transformations: pulumi.ResourceTransformation[] = [
    ({ type, name, opts }) => {
      written.set(`${type} ${name}`, opts);
      return undefined;
    },
  ];
  const built = await build({ transformations });
  // Waiting for one output sees only part of the graph; this waits for every registration.
  await pulumi.runtime.disconnect();
  for (const resource of resources) resource.options = written.get(`${resource.type} ${resource.name}`) ?? {};
  return { built, resources };
}

/** The one registered resource of this name (and type, where components share it with a child). */
export function resourceNamed(resources: readonly Registered[], name: string, type?: string): Registered {
  const found = resources.filter((one) => one.name === name && (type === undefined || one.type === type));
  if (found.length === 1 && found[0] !== undefined) return found[0];
  const all = resources.map((one) => `${one.type} ${one.name}`).sort();
  throw new Error(
    `${found.length} resources are called ${type ?? ""} ${name}; registered were:\n${all.join("\n")}`,
  );
}

/** The list of `type name`, sorted: the contract of a program's names. */
export const resourceList = (resources: readonly Registered[]) =>
  resources.map(({ type, name }) => `${type} ${name}`).sort();

/** Names of the resources that a resource was told to wait for. */
export function dependencies({ options }: Registered): string[] {
  const list = [options.dependsOn ?? []].flat();
  return list.map((one) => {
    if (!pulumi.Resource.isInstance(one)) throw new Error("a dependency is not a plain resource");
    return logicalName(one);
  });
}

/** The name that a resource was registered under. */
export function logicalName(resource: pulumi.Resource): string {
  return (resource as unknown as { __name: string }).__name;
}

/** The value with every secret inside it unwrapped, at any depth. */
export function revealed(value: unknown): unknown {
  if (pulumi.runtime.isRpcSecret(value)) return revealed(pulumi.runtime.unwrapRpcSecret(value));
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealed(inner)]));
  return value;
}

/** The value of an output. Call it inside `build`, or after `register` has returned. */
export function outputValue<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply((value) => resolve(value as T));
  });
}

/** Whether an output is marked secret. */
export const isSecret = (output: pulumi.Output<unknown>): Promise<boolean> => pulumi.isSecret(output);
