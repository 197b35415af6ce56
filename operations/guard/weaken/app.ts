import { appAlertsWeaken } from "./app-alerts.ts";
import { appChanges } from "./app-changes.ts";
import { appPartsWeaken } from "./app-parts.ts";
import { appVariablesWeaken } from "./app-variables.ts";
import { appWaysWeaken } from "./app-ways.ts";
import { imagesWeaken, releaseWeakens } from "./releases.ts";
import { at, isOn, isSet, listOf, refused, textOf, type Values, type Weakens, warned } from "./weakening.ts";

/** What an app shows or gives up, although it stays. */
const appWeakens: Weakens = (before, after) => {
  if (before["spec"] !== undefined && (typeof after["spec"] !== "object" || after["spec"] === null))
    return [
      refused("spec", `gets settings that nobody knows before up: ${textOf(after["spec"])}`, "keep app"),
    ];
  const kept = new Set(domainsOf(after));
  return [
    ...appPartsWeaken(before, after),
    ...appWaysWeaken(before, after),
    ...appChanges(before, after),
    ...imagesWeaken(before, after),
    ...["archive", "enabled"]
      .filter(
        (mark) =>
          isOn(at(after["spec"], "maintenance", mark)) && !isOn(at(before["spec"], "maintenance", mark)),
      )
      .map((mark) => refused("spec", `is taken off the net (maintenance.${mark})`, "leave maintenance off")),
    ...appVariablesWeaken(before, after),
    ...appAlertsWeaken(before, after),
    ...domainsOf(before)
      .filter((name) => !kept.has(name))
      .map((name) =>
        warned(
          "spec",
          `is not found at ${name} any more`,
          "keep the domain in app.domains, or redirect it first",
        ),
      ),
  ];
};

const domainsOf = ({ spec }: Values): string[] =>
  listOf(at(spec, "domainNames")).map((one) => String(at(one, "name")));

/** A component of the program: what it is told to do. */
const backupsWeaken: Weakens = (before, after) => [
  ...(before["schedule"] === "daily" && after["schedule"] !== "daily"
    ? [
        refused(
          "schedule",
          `makes no backups by itself any more: daily → ${textOf(after["schedule"])}`,
          "keep backups.schedule",
        ),
      ]
    : []),
  ...(isSet(before["heartbeat"]) && !isSet(after["heartbeat"])
    ? [
        warned(
          "heartbeat",
          "tells nobody outside any more that a backup was made",
          "keep backups.heartbeat, or say who watches instead",
        ),
      ]
    : []),
];

export const appWeakenings: Readonly<Record<string, Weakens>> = {
  "digitalocean:index/app:App": appWeakens,
  "slipway:index:BackupBucket": backupsWeaken,
  "slipway:index:WebApp": releaseWeakens,
};
