import { namesOwnSite } from "../../components/web-app/origin-pattern.ts";
import { each, eachProtected, type Rule, rule } from "../rule.ts";
import { at, isUnknown, list, texts } from "../values.ts";
import { named } from "./app-spec.ts";

const app = "digitalocean:index/app:App";

/** Rules about how an app runs, who is told of it, and whom it answers. */
export const appRunningRules: readonly Rule[] = [
  rule(
    {
      id: "app-instances",
      title: "In production a service survives the loss of one instance",
      severity: "warning",
      reason: "with one instance every crash and every deployment is an outage",
      source: "CKV_K8S_8 in the words of App Platform; DigitalOcean, scale apps, 2026-11-21",
    },
    eachProtected(app, ({ props }) =>
      named(props, "services")
        .filter(({ spec }) => instances(spec) < 2)
        .map(({ name }) => ({
          message: `must run ${name} twice or more`,
          fix: `set app.services.${name}.instances to 2, with a size that can be counted`,
        })),
    ),
  ),
  rule(
    {
      id: "app-grace",
      title: "A worker has time to finish",
      severity: "warning",
      reason: "every deployment stops it, after 120 seconds by force: a dump that runs is cut off",
      source: "DigitalOcean API description of 2026-08-07, app_worker_spec.termination",
    },
    each(app, ({ props }) =>
      named(props, "workers")
        .filter(({ spec }) => at(spec, "termination.gracePeriodSeconds") === undefined)
        .map(({ name }) => ({
          message: `must say how long ${name} may take to stop`,
          fix: `set app.workers.${name}.termination, at most 600 seconds`,
        })),
    ),
  ),
  rule(
    {
      id: "app-alerts",
      title: "Somebody hears of a failed deployment",
      severity: "warning",
      reason: "a release that was rolled back looks like one that was never made",
      source: "DigitalOcean, create alerts for apps, 2026-11-21",
    },
    eachProtected(app, ({ props }) => {
      const told = list(at(props, "spec.alerts"))
        .filter((alert) => at(alert, "disabled") !== true)
        .map((alert) => at(alert, "rule"));
      const wanted = [
        "DEPLOYMENT_FAILED",
        ...(named(props, "domainNames").length > 0 ? ["DOMAIN_FAILED"] : []),
      ];
      return wanted
        .filter((name) => !told.includes(name))
        .map((name) => ({ message: `must have the alert ${name}`, fix: "add it to app.alerts" }));
    }),
  ),
  rule(
    {
      id: "app-https",
      title: "Nobody is sent to an address without TLS",
      severity: "error",
      reason: "a session's cookie in clear is a session for whoever listens",
      source: "reliability case I3; CKV_AWS_2 in the words of App Platform",
    },
    each(app, ({ props }) =>
      list(at(props, "spec.ingress.rules"))
        .flatMap((entry) => [
          ...texts(at(entry, "redirect.scheme")).filter((scheme) => scheme === "http"),
          ...texts(at(entry, "cors.allowOrigins.exact")).filter((origin) => origin.startsWith("http:")),
        ])
        .map((place) => ({ message: `must use https; got ${place}`, fix: "write https in app.ingress" })),
    ),
  ),
  rule(
    {
      id: "app-any-origin",
      title: "No foreign site acts for a signed-in person",
      severity: "error",
      reason: "with every origin and credentials any page can use the API as its visitor",
      source: "OWASP, cross-origin resource sharing, 2026-11-21",
    },
    each(app, ({ props }) =>
      list(at(props, "spec.ingress.rules"))
        .map((entry) => at(entry, "cors"))
        .filter(
          (cors) =>
            at(cors, "allowCredentials") === true &&
            (at(cors, "allowOrigins.exact") === "*" || letsAnybodyIn(at(cors, "allowOrigins.regex"))),
        )
        .map(() => ({
          message: "must not allow every origin together with credentials",
          fix: "list the site's own origins in app.ingress cors",
        })),
    ),
  ),
];

const letsAnybodyIn = (pattern: unknown): boolean =>
  typeof pattern === "string" && !isUnknown(pattern) && !namesOwnSite(pattern);

function instances(spec: unknown): number {
  const scaled = at(spec, "autoscaling.minInstanceCount");
  const count = scaled ?? at(spec, "instanceCount") ?? 1;
  return isUnknown(count) ? Number.POSITIVE_INFINITY : Number(count);
}
