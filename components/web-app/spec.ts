import type * as inputs from "@pulumi/digitalocean/types/input.js";
import type * as pulumi from "@pulumi/pulumi";
import type { WebAppSettings } from "../web-app.settings.ts";
import type { AppAlert, AppRule } from "./alerts.settings.ts";
import { attachmentNames } from "./attachments.ts";
import { jobSpec, type SpecSources, serviceSpec, staticSiteSpec, workerSpec } from "./component-spec.ts";
import { sortedEntries, usedDatabases } from "./components.ts";
import type { Cors, IngressRule } from "./ingress.settings.ts";
import { specVariables } from "./variables.ts";

/** The database cluster that the app's databases are in. */
export interface ClusterWiring {
  /** The cluster's name at the platform. */
  clusterName: pulumi.Input<string>;
  /** Its databases, each with the login that the app uses. */
  databases: Readonly<Record<string, { owner: string }>>;
}

/** What the app is called and where it runs. */
export interface AppPlace {
  /** Unique in the account, 2 to 32 characters. */
  appName: string;
  region: string;
  vpcId?: pulumi.Input<string> | undefined;
  cluster?: ClusterWiring | undefined;
}

/** The App Platform spec of an app; lists whose order means nothing are sorted by name. */
export function appSpec(app: WebAppSettings, place: AppPlace, sources: SpecSources): inputs.AppSpec {
  const { appName, region, vpcId, cluster } = place;
  return {
    name: appName,
    region,
    domainNames: optionalList(app.domains.map(domainSpec)),
    databases: cluster && optionalList(databaseSpecs(app, cluster)),
    staticSites: optionalList(
      sortedEntries(app.staticSites).map(([name, site]) => staticSiteSpec(name, site, sources)),
    ),
    services: optionalList(
      sortedEntries(app.services).map(([name, service]) => serviceSpec(name, service, app, sources)),
    ),
    workers: optionalList(
      sortedEntries(app.workers).map(([name, worker]) => workerSpec(name, worker, app, sources)),
    ),
    jobs: optionalList(orderedJobs(app).map(([name, job]) => jobSpec(name, job, app, sources))),
    envs: optionalList(specVariables("", app.environment, "runAndBuildTime", sources)),
    ingress: app.ingress.length === 0 ? undefined : { rules: app.ingress.map(ruleSpec) },
    alerts: optionalList(orderedAlerts(app.alerts).map((alert) => alertSpec(alert, sources))),
    egresses: app.egress === "dedicated" ? [{ type: "DEDICATED_IP" }] : undefined,
    disableEdgeCache: !app.edge.isCached,
    disableEmailObfuscation: !app.edge.hidesEmails,
    enhancedThreatControlEnabled: app.edge.hasThreatControl,
    maintenance: app.maintenance && {
      enabled: app.maintenance.isEnabled || app.maintenance.isArchived,
      archive: app.maintenance.isArchived,
      offlinePageUrl: app.maintenance.offlinePage,
    },
    vpcs: vpcId === undefined ? undefined : [{ id: vpcId }],
  };
}

const optionalList = <T>(list: T[]): T[] | undefined => (list.length === 0 ? undefined : list);

const domainSpec = ({ name, type, wildcard, zone }: WebAppSettings["domains"][number]) => ({
  name,
  type: type === "primary" ? "PRIMARY" : "ALIAS",
  wildcard,
  zone,
});

function databaseSpecs(app: WebAppSettings, { clusterName, databases }: ClusterWiring) {
  return Object.entries(attachmentNames(usedDatabases(app))).map(([database, name]) => ({
    name,
    engine: "PG",
    // Without it the platform makes a development database of its own.
    production: true,
    clusterName,
    dbName: database,
    dbUser: databases[database]?.owner,
  }));
}

const firstJobs = ["prepare-database"];

/** Jobs by name, the preparation of the database before everything that may need it. */
function orderedJobs(app: WebAppSettings) {
  const rank = ([name]: [string, unknown]) => (firstJobs.includes(name) ? 0 : 1);
  return sortedEntries(app.jobs).sort((a, b) => rank(a) - rank(b));
}

function ruleSpec(rule: IngressRule): inputs.AppSpecIngressRule {
  const { path, authority, component, rewrite, redirect, cors } = rule;
  const isPreserved = rule.preservePathPrefix ?? rewrite === undefined;
  return {
    match: { path: { prefix: path }, authority: authority === undefined ? undefined : { exact: authority } },
    component:
      component === undefined
        ? undefined
        : // A rule for the whole site has no prefix that could be cut off.
          { name: component, rewrite, preservePathPrefix: isPreserved && path !== "/" ? true : undefined },
    redirect: redirect && {
      authority: redirect.authority,
      uri: redirect.path,
      scheme: redirect.scheme,
      port: redirect.port,
      redirectCode: redirect.code,
    },
    cors: cors && corsSpec(cors),
  };
}

const corsSpec = (cors: Cors) => ({
  allowOrigins: { exact: cors.origin, regex: cors.originPattern },
  allowMethods: optionalList(cors.methods),
  allowHeaders: optionalList(cors.headers),
  exposeHeaders: optionalList(cors.exposedHeaders),
  maxAge: cors.maxAge,
  allowCredentials: cors.withCredentials,
});

const appRules: Record<AppRule, string> = {
  deploymentFailed: "DEPLOYMENT_FAILED",
  deploymentLive: "DEPLOYMENT_LIVE",
  deploymentStarted: "DEPLOYMENT_STARTED",
  deploymentCanceled: "DEPLOYMENT_CANCELED",
  domainFailed: "DOMAIN_FAILED",
  domainLive: "DOMAIN_LIVE",
  autoscaleFailed: "AUTOSCALE_FAILED",
  autoscaleSucceeded: "AUTOSCALE_SUCCEEDED",
};

type FullAlert = Exclude<AppAlert, string>;

/** The provider sends no destinations at all unless the first alert has some. */
function orderedAlerts(alerts: readonly AppAlert[]): FullAlert[] {
  const full = alerts.map(
    (alert): FullAlert => (typeof alert === "string" ? { rule: alert, isDisabled: false } : alert),
  );
  const rank = (alert: FullAlert) => (alert.destinations === undefined ? 1 : 0);
  return full.sort((a, b) => rank(a) - rank(b));
}

const alertSpec = (alert: FullAlert, sources: SpecSources) => ({
  rule: appRules[alert.rule],
  disabled: alert.isDisabled,
  destinations: alert.destinations && sources.destinations(alert.destinations),
});
