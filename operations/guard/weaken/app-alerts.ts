import { partsOf } from "./app-parts.ts";
import { at, listOf, numberOf, textOf, type Values, type Weakening, warned } from "./weakening.ts";

interface Alert {
  /** "DEPLOYMENT_FAILED", or "CPU_UTILIZATION of api". */
  name: string;
  settings: unknown;
}

/** The alerts of an app and its parts that somebody is told of. */
const alertsOf = (values: Values): Alert[] =>
  [{ name: "", settings: values["spec"] }, ...partsOf(values)].flatMap(({ name, settings }) =>
    listOf(at(settings, "alerts"))
      .filter((alert) => at(alert, "disabled") !== true)
      .map((alert) => ({
        name: `${textOf(at(alert, "rule"))}${name === "" ? "" : ` of ${name}`}`,
        settings: alert,
      })),
  );

const remedy = "keep the alert (app.alerts), or say who watches instead";

/** Alerts that nobody gets any more, or later. */
export function appAlertsWeaken(before: Values, after: Values): Weakening[] {
  const are = alertsOf(after);
  const parts = new Set(partsOf(after).map(({ name }) => name));
  const isGone = ({ name }: Alert) => name.includes(" of ") && !parts.has(name.split(" of ")[1] ?? "");
  return alertsOf(before)
    .filter((was) => !isGone(was))
    .flatMap((was): Weakening[] => {
      const same = are.filter(({ name }) => name === was.name);
      if (same.length === 0) return [warned("spec", `tells nobody of ${was.name} any more`, remedy)];
      if (same.some((is) => isAsEarly(was.settings, is.settings))) return [];
      const [is] = same;
      return [
        warned(
          "spec",
          `tells of ${was.name} later: ${limitText(was.settings)} → ${limitText(is?.settings)}`,
          remedy,
        ),
      ];
    });
}

const limitText = (alert: unknown): string =>
  ["operator", "value", "window"].map((key) => textOf(at(alert, key))).join(" ");

/** Whether an alert comes as early as before: by the same rule, at the same limit or one nearer. */
function isAsEarly(was: unknown, is: unknown): boolean {
  if (at(was, "operator") !== at(is, "operator") || at(was, "window") !== at(is, "window")) return false;
  const [limit, now] = [at(was, "value"), at(is, "value")];
  if (limit === now) return true;
  return at(is, "operator") === "LESS_THAN"
    ? numberOf(now) >= numberOf(limit)
    : numberOf(now) <= numberOf(limit);
}
