import providerMessages from "@pulumi/pulumi/proto/provider_pb.js";
import { wasMadeUp } from "./defaults.ts";
import { type Change, changesBetween } from "./diff.ts";
import type { Properties } from "./resource.ts";
import type { ResourceSchema } from "./schema.ts";
import { partsFor, type Session } from "./session.ts";
import { unwrap } from "./values.ts";

/** Compares the state with new inputs. */
export async function diff(session: Session, request: providerMessages.DiffRequest) {
  const urn = request.getUrn();
  const { resource } = partsFor(session, urn);
  const state = unwrap(request.getOlds()).properties;
  const inputs = unwrap(request.getNews()).properties;
  const { changed, changes } = await changesFor(session, urn, state, inputs, request.getIgnorechangesList());
  const replaces = [...new Set(changes.filter((one) => one.replaces).map(({ property }) => property))];

  const { DiffResponse } = providerMessages;
  const response = new DiffResponse();
  response.setChanges(
    changed.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE,
  );
  response.setDiffsList(changed);
  response.setReplacesList(replaces);
  response.setDeletebeforereplace(replaces.length > 0 && mustGoFirst(resource, inputs));
  response.setHasdetaileddiff(true);
  for (const change of changes) response.getDetaileddiffMap().set(change.path, propertyDiff(change));
  return response;
}

/** What differs, with what only the handler can tell, and the top-level inputs that it belongs to. */
export async function changesFor(
  session: Session,
  urn: string,
  state: Properties,
  inputs: Properties,
  ignored: string[],
) {
  const { resource, handler } = partsFor(session, urn);
  const all = changesBetween(session.schema, resource, handler, state, inputs);
  const changes = all.filter(({ path }) => !ignored.some((pattern) => covers(pattern, path)));
  const changed = [...new Set(changes.map(({ property }) => property))];
  const more = changed.length === 0 ? [] : ((await handler.replaces?.(changed, state, inputs)) ?? []);
  return {
    changed,
    changes: changes.map((one) => (more.includes(one.property) ? { ...one, replaces: true } : one)),
  };
}

/** Whether a path of `ignoreChanges`, in which `*` stands for any step, holds another path. */
function covers(pattern: string, path: string): boolean {
  const wanted = pattern.match(/[^.[\]]+/g) ?? [];
  const steps = path.match(/[^.[\]]+/g) ?? [];
  return (
    wanted.length <= steps.length && wanted.every((step, index) => step === "*" || step === steps[index])
  );
}

function propertyDiff({ kind, replaces }: Change): providerMessages.PropertyDiff {
  const { Kind } = providerMessages.PropertyDiff;
  const kinds = {
    add: replaces ? Kind.ADD_REPLACE : Kind.ADD,
    delete: replaces ? Kind.DELETE_REPLACE : Kind.DELETE,
    update: replaces ? Kind.UPDATE_REPLACE : Kind.UPDATE,
  };
  const result = new providerMessages.PropertyDiff();
  result.setKind(kinds[kind]);
  return result;
}

/** A name that the program fixed cannot be held by two objects, so the old one goes first; a made-up name differs. */
function mustGoFirst(resource: ResourceSchema, inputs: Properties): boolean {
  if (resource.deleteBeforeReplace === true) return true;
  const property = resource.autoName?.property;
  return property !== undefined && inputs[property] !== undefined && !wasMadeUp(inputs, property);
}
