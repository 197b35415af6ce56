import { appSizes } from "../../catalog/app-sizes.ts";

const price = (size: keyof typeof appSizes) => `${size} ${appSizes[size].usdPerMonth}`;

const noSuchScaling =
  "must be left out: the platform scales by neither memory nor errors and has no pause to choose; use cpuPercent, and alerts or monitoring.checks for the rest";
// The platform's API knows both measures for services (API description of 2026-08-07); provider 4.80.1 knows neither.
const scalingNotDeclared =
  "must be left out: the platform can scale services by it, but its provider cannot declare that; use cpuPercent";
const noLogRetention =
  "must be left out: the platform keeps no logs for a time that can be chosen; send them to a destination with app.logs, which keeps them as long as it is told";
const noPrices = `must be left out: prices are in catalog/ (${price("apps-s-1vcpu-1gb-fixed")}, ${price("apps-s-1vcpu-1gb")}, ${price("apps-s-1vcpu-2gb")} USD a month)`;

/** Settings that people expect and that do not exist, each with the reason and the nearest thing that works. */
const claims: readonly (readonly [RegExp, string])[] = [
  [/\.autoscaling\.(?:cooldown\w*|stabili[sz]ation\w*|memory\w*|errorRate\w*)$/i, noSuchScaling],
  [/\.autoscaling\.(?:requests\w*|latency\w*|responseTime\w*|p95\w*)$/i, scalingNotDeclared],
  [
    /(?:^|\.)app\.databases$/,
    "must be left out: the cluster is slipway:database, with size, standbyNodes and databases of its own",
  ],
  [
    /(?:^|\.)database\.(?:num_?nodes|nodes|node_?count)$/i,
    "must be standbyNodes, the number of nodes beside the primary: 1 for two nodes",
  ],
  [
    /(?:^|\.)secrets$/,
    "must be left out: each secret is a key of its own, set with: pulumi config set --secret slipway:<name>",
  ],
  [
    /\.(?:services|staticSites|workers)\.[^.]+\.(?:routes|route|path)$/,
    "must be left out: the platform no longer wants routes in components; write a rule in app.ingress",
  ],
  [
    /\.(?:services|staticSites)\.[^.]+\.cors$/,
    "must be left out: the platform no longer wants cors in components; write it in the rule of app.ingress",
  ],
  [/\.log_?retention\w*$|\.logs\.[^.]+\.retention\w*$/i, noLogRetention],
  [/\.(?:price|cost|monthly_?cost)(?:_?usd)?$|\.usdPerMonth$/i, noPrices],
  [
    /\.jobs\.[^.]+\.(?:schedule|cron)$/,
    "must be left out: the provider cannot declare scheduled jobs; use a worker with a scheduler inside, or a scheduled workflow",
  ],
];

/** What to say of a setting that many expect and that does not exist. */
export const claimText = (path: string): string | undefined =>
  claims.find(([pattern]) => pattern.test(path))?.[1];
