import type { Account } from "../account.ts";
import { conflict } from "../errors.ts";
import { appRegions } from "../regions.ts";
import { checkReferences } from "./bindables.ts";
import { checkComponent, checkEnvs } from "./component-rules.ts";
import { checkName, specFault, twice } from "./faults.ts";
import { type AppSpec, componentsOf, type DatabaseSpec } from "./spec.ts";

const appAlerts = [
  "DEPLOYMENT_FAILED",
  "DEPLOYMENT_LIVE",
  "DEPLOYMENT_STARTED",
  "DEPLOYMENT_CANCELED",
  "DOMAIN_FAILED",
  "DOMAIN_LIVE",
  "AUTOSCALE_FAILED",
  "AUTOSCALE_SUCCEEDED",
];

const domainPattern = /^((xn--)?[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*\.)+[a-zA-Z]{2,}\.?$/;

function checkDatabase(account: Account, database: DatabaseSpec): void {
  checkName("databases.name", database.name);
  if (database.engine !== undefined && database.engine !== "PG") {
    throw specFault("databases.engine", `"${database.engine}" is not available, only PG is`);
  }
  if (database.production !== true) return;
  const cluster = account.clusters.list().find(({ name }) => name === database.cluster_name);
  if (cluster === undefined) {
    throw specFault("databases.cluster_name", `cluster "${database.cluster_name ?? ""}" does not exist`);
  }
  if (database.db_name !== undefined && !cluster.databases.includes(database.db_name)) {
    throw specFault("databases.db_name", `cluster "${cluster.name}" has no database "${database.db_name}"`);
  }
  if (database.db_user !== undefined && !cluster.users.some(({ name }) => name === database.db_user)) {
    throw specFault("databases.db_user", `cluster "${cluster.name}" has no user "${database.db_user}"`);
  }
}

function checkDomains(account: Account, spec: AppSpec, appId: string | undefined): void {
  const domains = spec.domains ?? [];
  const repeated = twice(domains.map(({ domain }) => domain.toLowerCase()));
  if (repeated !== undefined) throw specFault("domains.domain", `"${repeated}" is there twice`);
  if (domains.filter(({ type }) => type === "PRIMARY").length > 1) {
    throw specFault("domains.type", "only one domain can be PRIMARY");
  }
  for (const { domain, zone } of domains) {
    if (!domainPattern.test(domain) || domain.length > 253) {
      throw specFault("domains.domain", `"${domain}" is not a valid domain name`);
    }
    if (zone !== undefined && zone !== "" && domain !== zone && !domain.endsWith(`.${zone}`)) {
      throw specFault("domains.zone", `"${domain}" is not in zone "${zone}"`);
    }
    const other = account.apps
      .list()
      .find((app) => app.id !== appId && app.spec.domains?.some((one) => one.domain === domain));
    if (other !== undefined) {
      throw specFault("domains.domain", `"${domain}" belongs to app "${other.spec.name}"`);
    }
  }
}

function checkIngress(spec: AppSpec): void {
  const components = componentsOf(spec);
  const rules = spec.ingress?.rules ?? [];
  const hasRoutes = components.some(({ spec: one }) => "routes" in one && (one.routes ?? []).length > 0);
  if (rules.length > 0 && hasRoutes) {
    throw specFault("ingress", "must not be set together with routes of components");
  }
  for (const { match, component, redirect } of rules) {
    const prefix = match?.path?.prefix ?? "/";
    if (!prefix.startsWith("/"))
      throw specFault("ingress.rules.match.path.prefix", `must start with "/", is "${prefix}"`);
    if ((component === undefined) === (redirect === undefined)) {
      throw specFault("ingress.rules", `rule for "${prefix}" must have either component or redirect`);
    }
    if (component?.rewrite !== undefined && component.preserve_path_prefix === true) {
      throw specFault(
        "ingress.rules.component.rewrite",
        "must not be set together with preserve_path_prefix",
      );
    }
    const target = components.find(({ spec: { name } }) => name === component?.name);
    if (component !== undefined && target?.kind !== "service" && target?.kind !== "static_site") {
      throw specFault(
        "ingress.rules.component.name",
        `"${component.name ?? ""}" is not a service or a static site of this app`,
      );
    }
    const code = redirect?.redirect_code;
    if (code !== undefined && (code < 300 || code > 308)) {
      throw specFault("ingress.rules.redirect.redirect_code", `must be between 300 and 308, is ${code}`);
    }
  }
  const places = rules.map(({ match }) => `${match?.authority?.exact ?? ""}${match?.path?.prefix ?? "/"}`);
  const repeated = twice(places);
  if (repeated !== undefined) throw specFault("ingress.rules", `two rules match "${repeated}"`);
}

function checkApp(account: Account, spec: AppSpec): void {
  checkName("name", spec.name);
  if (spec.region !== undefined && !appRegions.some(({ slug }) => slug === spec.region)) {
    throw specFault(
      "region",
      `must be one of ${appRegions.map(({ slug }) => slug).join(", ")}, is "${spec.region}"`,
    );
  }
  if (spec.vpc !== undefined && account.vpcs.get(spec.vpc.id ?? "") === undefined) {
    throw specFault("vpc.id", `VPC "${spec.vpc.id ?? ""}" does not exist`);
  }
  if ((spec.functions ?? []).length > 0)
    throw specFault("functions", "functions are not served on this machine");
  for (const { rule } of spec.alerts ?? []) {
    if (!appAlerts.includes(rule)) throw specFault("alerts.rule", `"${rule}" is not an alert of an app`);
  }
  checkEnvs("envs", spec.envs);
}

/**
 * Refuses a spec that App Platform would refuse, with the first fault found.
 * @param appId - the app that the spec is for; none for a new one
 */
export function checkSpec(account: Account, spec: AppSpec, appId?: string): void {
  checkApp(account, spec);
  const components = componentsOf(spec);
  const names = [
    ...components.map(({ spec: one }) => one.name),
    ...(spec.databases ?? []).map(({ name }) => name),
  ];
  if (components.length === 0) throw specFault("name", "an app must have at least one component");
  for (const component of components) checkComponent(component);
  for (const database of spec.databases ?? []) checkDatabase(account, database);
  const repeated = twice(names);
  if (repeated !== undefined) throw specFault("name", `component name "${repeated}" is there twice`);
  checkIngress(spec);
  checkDomains(account, spec, appId);
  checkReferences(spec);
  if (account.apps.list().some((app) => app.id !== appId && app.spec.name === spec.name)) {
    throw conflict(`app with name "${spec.name}" already exists`);
  }
}
