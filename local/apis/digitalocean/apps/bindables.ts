import type { IngressRoute } from "../platform.ts";
import { specFault } from "./faults.ts";
import { routesOf } from "./ingress.ts";
import { type AppSpec, type Component, componentsOf, type EnvSpec } from "./spec.ts";

/** How a component's variables reach a database through a connection pool. */
export interface PoolBinding {
  readonly url: string;
  readonly database: string;
  readonly username: string;
  readonly password: string;
}

/** How a component's variables reach a database. */
export interface DatabaseBinding {
  readonly hostname: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  readonly url: string;
  readonly caCertificate: string;
  /** Addresses of connection pools by the pools' names. */
  readonly pools: Readonly<Record<string, PoolBinding>>;
}

/** What the references of one app stand for. */
export interface Bindings {
  readonly appId: string;
  /** Address of the app without a slash at its end. */
  readonly appUrl: string;
  readonly databases: Readonly<Record<string, DatabaseBinding>>;
}

const reference = /\$\{([^{}]+)\}/g;

const componentNames = (spec: AppSpec): string[] => componentsOf(spec).map(({ spec: { name } }) => name);

/** Refuses references to components and databases that the app does not have. */
export function checkReferences(spec: AppSpec): void {
  const owners = ["_self", ...componentNames(spec), ...(spec.databases ?? []).map(({ name }) => name)];
  const lists = [
    { owner: "", envs: spec.envs },
    ...componentsOf(spec).map(({ spec: one }) => ({ owner: `component "${one.name}": `, envs: one.envs })),
  ];
  for (const { owner, envs } of lists) {
    for (const { key, value } of envs ?? []) {
      for (const [text, path] of (value ?? "").matchAll(reference)) {
        const [target = "", name] = (path ?? "").split(".");
        if (name === undefined || owners.includes(target)) continue;
        throw specFault(
          "envs.value",
          `${owner}variable "${key}" refers to ${text}, but the app has no component or database "${target}"`,
        );
      }
    }
  }
}

function databaseValue(binding: DatabaseBinding, name: string, poolName?: string): string | undefined {
  const pool = poolName === undefined ? undefined : binding.pools[poolName];
  if (poolName !== undefined && pool === undefined) return undefined;
  const values: Readonly<Record<string, string>> = {
    DATABASE_URL: pool?.url ?? binding.url,
    HOSTNAME: binding.hostname,
    PORT: String(binding.port),
    USERNAME: pool?.username ?? binding.username,
    PASSWORD: pool?.password ?? binding.password,
    DATABASE: pool?.database ?? binding.database,
    CA_CERT: binding.caCertificate,
  };
  return values[name];
}

/** Port that a service without one listens on (App Platform app spec reference, 2026-08). */
export const defaultHttpPort = 8080;

/** Values that the platform gives every component. */
function componentValue(
  component: Component,
  routes: readonly IngressRoute[],
  appUrl: string,
  name: string,
): string | undefined {
  const { kind, spec } = component;
  const route = routes.find((one) => "component" in one && one.component === spec.name);
  const path = route?.prefix === "/" ? "" : (route?.prefix ?? "");
  if (name === "PUBLIC_URL") return route === undefined ? undefined : `${appUrl}${path}`;
  if (name === "PUBLIC_ROUTE_PATH") return route?.prefix;
  if (name === "COMMIT_HASH") return "";
  if (kind !== "service") return undefined;
  const port = spec.http_port ?? spec.internal_ports?.[0] ?? defaultHttpPort;
  if (name === "PRIVATE_URL") return `http://${spec.name}:${port}`;
  if (name === "PRIVATE_DOMAIN") return spec.name;
  return name === "PRIVATE_PORT" ? String(port) : undefined;
}

/** Finds what the references in one component's variables stand for. Variables may refer to variables. */
class Resolver {
  private readonly spec: AppSpec;
  private readonly bindings: Bindings;
  private readonly open: string[] = [];

  constructor(spec: AppSpec, bindings: Bindings) {
    this.spec = spec;
    this.bindings = bindings;
  }

  /**
   * The text with every reference replaced. One that stands for nothing stays as it is written.
   * @param self - the component that the text belongs to
   */
  resolve(text: string, self: Component): string {
    return text.replace(reference, (written, path: string) => this.value(path, self) ?? written);
  }

  private value(path: string, self: Component): string | undefined {
    const { appId, appUrl, databases } = this.bindings;
    const [first = "", second, third] = path.split(".");
    if (second === undefined) {
      if (first === "APP_URL") return appUrl;
      if (first === "APP_DOMAIN") return new URL(appUrl).host;
      return first === "APP_ID" ? appId : this.variable(self, "", this.spec.envs, first);
    }
    const database = databases[first];
    if (database !== undefined) {
      return third === undefined ? databaseValue(database, second) : databaseValue(database, third, second);
    }
    const target =
      first === "_self" ? self : componentsOf(this.spec).find(({ spec: { name } }) => name === first);
    if (target === undefined) return undefined;
    return (
      componentValue(target, routesOf(this.spec), appUrl, second) ??
      this.variable(target, target.spec.name, target.spec.envs, second)
    );
  }

  private variable(
    self: Component,
    owner: string,
    envs: readonly EnvSpec[] | undefined,
    key: string,
  ): string | undefined {
    const value = envs?.find((env) => env.key === key)?.value;
    if (value === undefined) return undefined;
    const name = `${owner}.${key}`;
    if (this.open.includes(name)) {
      throw new Error(`variables refer to each other in a circle: ${[...this.open, name].join(" → ")}`);
    }
    this.open.push(name);
    try {
      return this.resolve(value, self);
    } finally {
      this.open.pop();
    }
  }
}

/**
 * The environment of a component: the app's variables, then its own, references resolved. Variables that are for the
 * build alone are left out where something runs.
 * @param spec - with its secrets in clear
 */
export function environmentOf(
  spec: AppSpec,
  bindings: Bindings,
  component: Component,
): Record<string, string> {
  const resolver = new Resolver(spec, bindings);
  const isBuilt = component.kind === "static_site";
  const wanted = [...(spec.envs ?? []), ...(component.spec.envs ?? [])].filter(({ scope }) =>
    isBuilt ? scope !== "RUN_TIME" : scope !== "BUILD_TIME",
  );
  return Object.fromEntries(wanted.map(({ key, value }) => [key, resolver.resolve(value ?? "", component)]));
}
