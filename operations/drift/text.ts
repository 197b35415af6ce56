import type { DriftReport } from "../drift.ts";

/** A report for people: a line per difference, and below it what to do. */
export function driftText({ stack, resources, drifts, unchecked }: DriftReport): string {
  const count =
    drifts.length === 0
      ? `no drift among ${resources} resources`
      : `${drifts.length} ${drifts.length === 1 ? "difference" : "differences"} among ${resources} resources`;
  return [
    `${stack}: ${count}`,
    ...drifts.flatMap(({ resource, message, fix }) => [`  ${resource} ${message}`, `    fix: ${fix}`]),
    ...unchecked.map(({ resource, reason }) => `  not looked at: ${resource}: ${reason}`),
    "",
  ].join("\n");
}
