import { each, eachProtected, ofType, type Rule, rule } from "../rule.ts";
import { at, list, textsInside } from "../values.ts";
import { appRunningRules } from "./app-running.ts";
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
  ...appRunningRules,
];
