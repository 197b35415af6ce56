import { styleText } from "node:util";
import type { Change, Changes } from "../../local/stack/engine-run.ts";

const marks = { create: "+", update: "~", replace: "±", delete: "-" } as const;
const colours = { create: "green", update: "yellow", replace: "magenta", delete: "red" } as const;

/** A line for each resource that changes, with the inputs that differ. */
export function changeLines(changed: readonly Change[]): string[] {
  return changed.map(({ operation, type, name, inputs }) => {
    const what = operation === "create" || inputs.length === 0 ? "" : ` (${inputs.join(", ")})`;
    const line = `${marks[operation]} ${operation.padEnd(7)} ${type.split(":").at(-1)} ${name}${what}`;
    return styleText(colours[operation], line, { stream: process.stdout });
  });
}

/**
 * Numbers of an operation in words: "0 changes, 38 the same", "3 created, 1 updated, 34 the same"; of a preview: "would
 * create 3, update 1, 34 the same".
 */
export function changesText(changes: Changes, isPreview = false): string {
  const words = { create: "created", update: "updated", replace: "replaced", delete: "deleted" } as const;
  const present = (["create", "update", "replace", "delete"] as const).filter(
    (operation) => changes[operation] > 0,
  );
  const parts = present.map((operation) =>
    isPreview ? `${operation} ${changes[operation]}` : `${changes[operation]} ${words[operation]}`,
  );
  const said = `${isPreview && parts.length > 0 ? "would " : ""}${parts.join(", ") || "0 changes"}`;
  return `${said}, ${changes.same} the same`;
}
