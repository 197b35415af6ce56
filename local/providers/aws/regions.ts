import type { ResourceHandler } from "../resource.ts";
import type { Aws } from "./clients.ts";
import { textIfGiven } from "./values.ts";

/** A handler that works in the region which a resource names itself, and else in that of the provider. */
export function inRegion(aws: Aws, handlerFor: (aws: Aws) => ResourceHandler): ResourceHandler {
  const of = (values: Readonly<Record<string, unknown>>): ResourceHandler =>
    handlerFor(aws.in(textIfGiven(values, "region") ?? aws.region));
  return {
    ...handlerFor(aws),
    create: (inputs, ...given) => of(inputs).create(inputs, ...given),
    read: (id, inputs, state, ...given) => of({ ...state, ...inputs }).read(id, inputs, state, ...given),
    update: (id, inputs, state, ...given) => of(state).update(id, inputs, state, ...given),
    delete: (id, state, ...given) => of(state).delete(id, state, ...given),
    find: (inputs) => of(inputs).find(inputs),
  };
}
