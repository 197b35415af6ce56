import { isDeepStrictEqual } from "node:util";
import { isNew, textOf, type Values, type Weakening, type Weakens, warned } from "./weakening.ts";

/** Of what somebody is told, by input: shown where its values may hold an address that is a secret. */
const watched: Readonly<Record<string, readonly string[]>> = {
  "digitalocean:index/monitorAlert:MonitorAlert": ["type", "compare", "value", "window", "entities", "tags"],
  "digitalocean:index/uptimeAlert:UptimeAlert": ["type", "comparison", "threshold", "period", "checkId"],
  "digitalocean:index/uptimeCheck:UptimeCheck": ["target", "type", "regions"],
};
const receivers = ["alerts", "notifications"];

const watchingWeakens =
  (inputs: readonly string[]): Weakens =>
  (before, after) => {
    if (isNew(before)) return [];
    const isChanged = (input: string) => !isDeepStrictEqual(before[input], after[input]);
    const isOff = before["enabled"] !== false && after["enabled"] === false;
    return [
      ...(isOff ? [shown("enabled", "is switched off: nobody is told any more")] : []),
      ...inputs
        .filter(isChanged)
        .map((input) =>
          shown(input, `watches otherwise: ${input} ${textOf(before[input])} → ${textOf(after[input])}`),
        ),
      ...receivers.filter(isChanged).map((input) => shown(input, "tells others than before")),
    ];
  };

const shown = (input: string, does: string): Weakening =>
  warned(input, does, "keep it, or say in the pull request who watches instead");

/** What a workflow is told; its value may be something that is not for everybody. */
const variableWeakens: Weakens = (before: Values, after: Values) =>
  isNew(before) || isDeepStrictEqual(before["value"], after["value"])
    ? []
    : [warned("value", "has another value", "know what the workflows do with it")];

/** What becomes of what watches, and of what workflows are told, by its type. */
export const watchingWeakenings: Readonly<Record<string, Weakens>> = {
  ...Object.fromEntries(Object.entries(watched).map(([type, inputs]) => [type, watchingWeakens(inputs)])),
  "github:index/actionsVariable:ActionsVariable": variableWeakens,
  "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable": variableWeakens,
};
