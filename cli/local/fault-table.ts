import type { FaultRequest } from "../../local/cloud/control.ts";
import { plainTable } from "../plain-table.ts";

/** The faults that are set, as a table. */
export function faultTable(faults: readonly FaultRequest[]): string {
  if (faults.length === 0) return "no fault is set";
  const rows = faults.map(({ api, method, path, action, status, times }) => [
    api,
    `${method === "*" ? "any method" : method} ${path === "." ? "on any path" : path}${action === undefined ? "" : ` (${action})`}`,
    String(status),
    times === 1 ? "once" : `${times} times`,
  ]);
  return plainTable(rows, ["cloud", "requests", "answer", "left"]);
}
