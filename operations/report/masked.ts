import type { ReportDocument } from "./document.ts";
import { withoutTokens } from "./secret-texts.ts";

/** A report in which no text is left that is a secret by its form: names and paths hold them as values do. */
export function masked(report: ReportDocument): ReportDocument {
  // Most texts are there several times, as the URNs of what something depends on.
  const known = new Map<string, string>();
  const shown = (value: unknown): unknown => {
    if (typeof value === "string") {
      const text = known.get(value) ?? withoutTokens(value);
      known.set(value, text);
      return text;
    }
    if (Array.isArray(value)) return value.map(shown);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shown(one)]));
  };
  return shown(report) as ReportDocument;
}
