import { appBilling, appSizes } from "../../catalog/app-sizes.ts";
import { freeStaticApps } from "../../catalog/platform-prices.ts";
import type { Prices } from "../prices.ts";
import { backupWorker } from "../web-app/backup-workers.ts";
import { allComponents, sortedEntries } from "../web-app/components.ts";
import type { WebAppSettings } from "../web-app.settings.ts";
import { costLine, type DatedLine, fixed, nothing } from "./line.ts";
import { times } from "./money.ts";

/** How often and how long jobs run in a month, at least and at most: nobody declares it. */
const jobRuns = {
  minimum: { runs: 30, minutes: 1 },
  maximum: { runs: 100, minutes: 10 },
} as const;

type Scaled = WebAppSettings["workers"][string];

/** What an app costs: its instances, its jobs, its sites and what leaves it. */
export function appLines(app: WebAppSettings, prices: Prices): DatedLine[] {
  const scaled = [...sortedEntries<Scaled>(app.services), ...sortedEntries<Scaled>(app.workers)];
  const isArchived = app.maintenance?.isArchived ?? false;
  return [
    ...scaled.map(([name, component]) => instanceLine(name, component, isArchived, prices)),
    ...jobLines(app, prices),
    ...siteLines(app, prices),
    ...transferLines(scaled, prices),
    ...egressLines(app, prices),
  ];
}

/** How many instances run at least and at most. */
function instancesOf({ instances, autoscaling }: Scaled): { minimum: number; maximum: number } {
  return {
    minimum: autoscaling?.min ?? instances ?? 1,
    maximum: autoscaling?.max ?? instances ?? 1,
  };
}

/** Whether it is a worker that slipway makes for one more owner of databases. */
const isFurtherBackup = (name: string): boolean => new RegExp(`^${backupWorker}-\\d+$`).test(name);

function instanceLine(name: string, component: Scaled, isArchived: boolean, prices: Prices): DatedLine {
  const { size } = component;
  const { minimum, maximum } = instancesOf(component);
  const price = prices.appSize(size);
  const count = minimum === maximum ? `${minimum}` : `${minimum} to ${maximum}`;
  const assumptions =
    minimum === maximum
      ? ["every instance runs all month"]
      : ["from the least to the most instances all month"];
  if (isArchived) assumptions.push("archived: nothing, or all of it, since no source says which");
  return costLine(
    "compute",
    `${name}, ${count} × ${size}${isFurtherBackup(name) ? ", since each further owner in database.databases is backed up by a worker of its own" : ""}`,
    { minimum: times(isArchived ? 0 : minimum, price.usd), maximum: times(maximum, price.usd) },
    price,
    assumptions,
  );
}

function jobLines(app: WebAppSettings, prices: Prices): DatedLine[] {
  return sortedEntries(app.jobs).map(([name, { kind, size }]) => {
    const price = prices.appSize(size);
    const minutesPerMonth = appBilling.secondsPerMonth / 60;
    const cost = ({ runs, minutes }: { runs: number; minutes: number }) =>
      times(runs * minutes, price.usd) / BigInt(minutesPerMonth);
    const { minimum, maximum } = jobRuns;
    const isRare = kind === "failedDeploy";
    const least = isRare ? "none" : `${minimum.runs} of ${minimum.minutes} minute`;
    return costLine(
      "compute",
      `${name}, job on ${size}`,
      { minimum: isRare ? 0n : cost(minimum), maximum: cost(maximum) },
      price,
      [
        `billed by the second while it runs: ${least} at least, ${maximum.runs} runs of ${maximum.minutes} minutes at most`,
      ],
    );
  });
}

function siteLines(app: WebAppSettings, prices: Prices): DatedLine[] {
  const sites = sortedEntries(app.staticSites).map(([name]) => name);
  if (sites.length === 0) return [];
  const price = prices.platform("staticApp");
  const item = `${sites.join(", ")}, static`;
  const isAlone = allComponents(app).length === sites.length;
  if (!isAlone)
    return [costLine("compute", item, nothing, price, ["free in an app that has other components"])];
  return [
    costLine("compute", item, { minimum: 0n, maximum: times(1, price.usd) }, price, [
      `free for the first ${freeStaticApps} apps of static sites alone in the account`,
    ]),
  ];
}

function transferLines(scaled: readonly (readonly [string, Scaled])[], prices: Prices): DatedLine[] {
  if (scaled.length === 0) return [];
  const included = scaled.reduce(
    (sum, [, component]) => sum + instancesOf(component).minimum * appSizes[component.size].transferGiB,
    0,
  );
  const price = prices.platform("transfer");
  return [
    costLine("compute", `outbound transfer, ${included} GiB included`, nothing, price, [
      `it stays within that; each GiB more is ${price.usd} USD`,
    ]),
  ];
}

function egressLines(app: WebAppSettings, prices: Prices): DatedLine[] {
  if (app.egress !== "dedicated") return [];
  const price = prices.platform("dedicatedEgress");
  return [costLine("compute", "dedicated egress addresses", fixed(times(1, price.usd)), price)];
}
