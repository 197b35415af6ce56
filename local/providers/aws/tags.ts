import type { Properties } from "../resource.ts";
import type { Aws } from "./clients.ts";
import { textMap } from "./values.ts";

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** The tags that a resource gets: the provider's own, and over them the resource's. */
export function tagsFor(aws: Aws, inputs: Properties): Tag[] {
  const all = { ...aws.defaultTags, ...textMap(inputs, "tags") };
  return Object.entries(all).map(([Key, Value]) => ({ Key, Value }));
}

/** Outputs `tags` and `tagsAll` from what is there; a tag that only the provider's default explains is not in `tags`. */
export function tagState(
  aws: Aws,
  found: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
  inputs: Properties,
): Properties {
  const own = textMap(inputs, "tags");
  const tagsAll = Object.fromEntries((found ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
  const tags = Object.fromEntries(
    Object.entries(tagsAll).filter(([key, value]) => key in own || aws.defaultTags[key] !== value),
  );
  return { ...(Object.keys(tags).length === 0 ? {} : { tags }), tagsAll };
}

/** Keys that are there and no longer wanted. */
export function surplusKeys(state: Properties, wanted: readonly Tag[]): string[] {
  const keys = new Set(wanted.map(({ Key }) => Key));
  return Object.keys(textMap(state, "tagsAll")).filter((key) => !keys.has(key));
}
