import Table from "cli-table3";

const none = [
  "top",
  "top-mid",
  "top-left",
  "top-right",
  "bottom",
  "bottom-mid",
  "bottom-left",
  "bottom-right",
  "left",
  "left-mid",
  "mid",
  "mid-mid",
  "right",
  "right-mid",
] as const;

/** Rows as aligned columns without lines, so that addresses can be taken from a terminal whole. */
export function plainTable(rows: readonly (readonly string[])[], head: readonly string[] = []): string {
  const table = new Table({
    ...(head.length === 0 ? {} : { head: [...head] }),
    chars: { ...Object.fromEntries(none.map((part) => [part, ""])), middle: "  " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString().replace(/ +$/gm, "");
}
