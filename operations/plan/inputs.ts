import { specialSecretSig, specialSigKey, unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import type { PlannedResource } from "./graph.ts";
import { secretMark, unknownMark } from "./marks.ts";

/** A resource as the program handed it over: inputs as they go to the engine. */
export interface Registration extends Omit<PlannedResource, "component"> {}

/** Values of the wire as plain JSON, with marks for secrets and for what nobody knows yet. */
export function plainInputs(wire: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(wire).flatMap(([key, value]) => (value === undefined ? [] : [[key, plain(value)]])),
  );
}

function plain(value: unknown): unknown {
  if (value === unknownValue) return unknownMark;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if (Reflect.get(value, specialSigKey) === specialSecretSig) return secretMark;
  return plainInputs(value as Record<string, unknown>);
}

const componentType = /^slipway:index:/;

/** The name of the nearest of slipway's components above a resource, itself included; empty where there is none. */
export function componentOf(resource: Registration, all: ReadonlyMap<string, Registration>): string {
  if (componentType.test(resource.type)) return resource.name;
  const parent = resource.parent === undefined ? undefined : all.get(resource.parent);
  return parent === undefined ? "" : componentOf(parent, all);
}
