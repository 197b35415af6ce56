import type { Finding } from "../../policy/rule.ts";
import { amount, range } from "../cost-report.ts";
import type { CostChange, Counts, Operation, StackReport } from "./document.ts";

/** How a change of a resource is called in a list. */
export const verbs: Readonly<Record<Operation, string>> = {
  replace: "± replace",
  delete: "− delete",
  forget: "− forget",
  import: "+ import",
  create: "+ create",
  update: "~ update",
};

/** `2 to create, 1 to delete`, or why there is nothing to count. */
export function countWords({ failure, isPlanOnly, planned = 0, counts, components }: StackReport): string {
  if (failure !== undefined) return "there is no preview to report";
  if (isPlanOnly) return `${planned} resources by its plan; what is there already is not known`;
  const parts = (Object.keys(verbs) as (keyof Counts & Operation)[])
    .filter((operation) => counts[operation] > 0)
    .map((operation) => `${counts[operation]} to ${operation}`);
  if (parts.length === 0) return "nothing to do";
  return `${parts.join(", ")}${components === 0 ? "" : `; ${components} of them ${components === 1 ? "a component" : "components"}`}`;
}

/** `20.15 → 22.15 (+2.00)`; of ranges by how much the least and the most change, where these differ. */
export function costWords({ now, after }: CostChange): string {
  if (after === undefined) return "not known";
  if (now === undefined) return range(after);
  const [least, most] = [signed(after.minimum - now.minimum), signed(after.maximum - now.maximum)];
  if (least === most && least === signed(0)) return `${range(after)}, as now`;
  return `${range(now)} → ${range(after)} (${least === most ? most : `least ${least}, most ${most}`})`;
}

/** A difference as people write it: `+2.00`, `−0.50`. */
const signed = (usd: number): string => `${usd <= -0.005 ? "−" : "+"}${amount(Math.abs(usd))}`;

/** What the budget says: its worst part. */
export function budgetWords({ budget }: CostChange): string {
  const worst = (["over", "mayExceed", "warned", "fine"] as const).flatMap((state) => {
    const all = budget.filter((one) => one.state === state);
    return all.find(({ group }) => group === "total") ?? all[0] ?? [];
  })[0];
  if (worst?.budget === undefined) return "none";
  const share = `${worst.percent === undefined ? "" : `${worst.percent} % `}of ${amount(worst.budget)}`;
  const part = worst.group === "total" ? "" : `${worst.group}: `;
  const end =
    worst.state === "over" ? ", over the budget" : worst.state === "mayExceed" ? ", may go over" : "";
  return `${part}${share}${end}`;
}

/** How many findings count, the gravest first. */
export function policyWords(findings: readonly Finding[] | undefined): string {
  if (findings === undefined) return "no plan";
  const count = (wanted: Finding["severity"]) =>
    findings.filter(({ severity, waived }) => severity === wanted && waived === undefined).length;
  const waived = findings.filter((one) => one.waived !== undefined).length;
  const parts = [
    plural(count("error"), "error"),
    plural(count("warning"), "warning"),
    ...(waived === 0 ? [] : [`${waived} waived`]),
  ].filter((part) => part !== "");
  return parts.length === 0 ? "kept" : parts.join(", ");
}

const plural = (count: number, word: string): string =>
  count === 0 ? "" : `${count} ${word}${count === 1 ? "" : "s"}`;
