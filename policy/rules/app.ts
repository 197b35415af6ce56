import { namesOwnSite } from "../../components/web-app/origin-pattern.ts";
import { each, eachProtected, ofType, type Rule, rule } from "../rule.ts";
import { at, isUnknown, list, texts, textsInside } from "../values.ts";
import { components, looksSecret, named } from "./app-spec.ts";

const app = "digitalocean:index/app:App";

/** Rules about what runs on App Platform. */
export const appRules: readonly Rule[] = [
  rule(
    {
      id: "app-digest",
      title: "In production images are named by digest",
      severity: "error",
      reason: "a tag can be moved: what was verified is then not what runs",
      source: "CKV_K8S_43 in the words of App Platform; DigitalOcean, app spec reference, 2026-11-21",
    },
    eachProtected(app, ({ props }) =>
      components(props)
        .filter(
          ({ spec }) => at(spec, "image") !== undefined && !/^sha256:/.test(String(at(spec, "image.digest"))),
        )
        .map(({ name }) => ({
          message: `must name the image of ${name} by digest`,
          fix: `set release.images.${name}`,
        })),
    ),
  ),
  rule(
    {
      id: "app-deploy-on-push",
      title: "In production no push deploys by itself",
      severity: "error",
      reason: "a push would reach production past reviewers, checks and staging",
      source: "reliability case S3; DigitalOcean, app spec reference, 2026-11-21",
    },
    eachProtected(app, ({ props }) =>
      components(props)
        .filter(({ spec }) =>
          [
            ...["github", "gitlab"].map((git) => at(spec, `${git}.deployOnPush`)),
            ...list(at(spec, "image.deployOnPushes")).map((one) => at(one, "enabled")),
          ].includes(true),
        )
        .map(({ name }) => ({
          message: `must not deploy ${name} on a push`,
          fix: "set deployOnPush to false: promotion deploys",
        })),
    ),
  ),
  rule(
    {
      id: "app-health-check",
      title: "Every service has a health path",
      severity: "error",
      reason: "without one the platform only looks whether the port is open, and routes to a broken release",
      source: "DigitalOcean, manage health checks of App Platform, 2026-11-21",
    },
    each(app, ({ props }) =>
      named(props, "services")
        .filter(({ spec }) => !String(at(spec, "healthCheck.httpPath")).startsWith("/"))
        .map(({ name }) => ({
          message: `must have a health check with a path for ${name}`,
          fix: `set app.services.${name}.health.path`,
        })),
    ),
  ),
  rule(
    {
      id: "app-plain-secret",
      title: "A secret is a secret variable",
      severity: "error",
      reason: "a plain variable is shown in the console, in the spec and in every plan",
      source: "CKV_SECRET_6; DigitalOcean, use environment variables in App Platform, 2026-11-21",
    },
    each(app, ({ props }, { facts: { publicVariables = [] } }) => {
      const places = [
        { component: undefined, spec: props["spec"] },
        ...components(props).map(({ name, spec }) => ({ component: name, spec })),
      ];
      return places.flatMap(({ component, spec }) =>
        list(at(spec, "envs"))
          .filter(
            (env) =>
              at(env, "type") !== "SECRET" &&
              looksSecret(
                at(env, "key"),
                at(env, "value"),
                publicVariables.some((one) => one.component === component && one.name === at(env, "key")),
              ),
          )
          .map((env) => ({
            message: `must keep ${String(at(env, "key"))} of ${component ?? "the app"} secret`,
            fix: "write it as { secret: <key> } and set the key with pulumi config set --secret",
          })),
      );
    }),
  ),
  rule(
    {
      id: "app-database-tls",
      title: "The database is reached over TLS",
      severity: "error",
      reason: "queries and passwords travel in clear",
      source:
        "CKV_AZURE_29 in the words of Postgres; DigitalOcean, connect to PostgreSQL clusters, 2026-11-21",
    },
    each(app, ({ props }) =>
      textsInside(props["spec"])
        .filter(
          ({ text }) => /^postgres(?:ql)?:\/\//.test(text) && !/[?&]sslmode=(?:require|verify-)/.test(text),
        )
        .map(() => ({
          message: "must ask for TLS in every address of a database",
          fix: "add ?sslmode=require",
        })),
    ),
  ),
  rule(
    {
      id: "app-private-network",
      title: "An app joins the network of its database",
      severity: "error",
      reason: "the firewall trusts the network only, so the app would not reach its database",
      source: "DigitalOcean, App Platform and VPC networks, 2026-11-21",
    },
    each(app, ({ props }, stack) =>
      ofType(stack, "digitalocean:index/vpc:Vpc").length > 0 && list(at(props, "spec.vpcs")).length === 0
        ? { message: "must join the private network", fix: "set vpcs in its spec" }
        : undefined,
    ),
  ),
  rule(
    {
      id: "app-attached-database",
      title: "An app makes no database of its own",
      severity: "error",
      reason:
        "without production the platform makes a development database: no backups, no standby, no firewall",
      source: "DigitalOcean, app spec reference, databases.production, 2026-11-21",
    },
    each(app, ({ props }) =>
      named(props, "databases")
        .filter(({ spec }) => at(spec, "production") !== true)
        .map(({ name }) => ({
          message: `must attach ${name} as a production database`,
          fix: "set production to true, with the cluster's name",
        })),
    ),
  ),
  rule(
    {
      id: "app-no-project",
      title: "An app is not moved by its own project setting",
      severity: "error",
      reason:
        "a change of projectId replaces the app: another id, another address, untrusted by the firewall",
      source: "Pulumi DigitalOcean schema 4.80.1, willReplaceOnChanges of projectId",
    },
    each(app, ({ props }) =>
      props["projectId"] === undefined
        ? undefined
        : { message: "must not set projectId", fix: "assign it to its project with ProjectResources" },
    ),
  ),
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
