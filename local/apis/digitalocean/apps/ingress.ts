import type { IngressRoute } from "../platform.ts";
import { type AppSpec, componentsOf, type RuleSpec } from "./spec.ts";

/** Rules for routes that components still carry themselves. The platform writes them as ingress in its replies. */
function rulesFromRoutes(spec: AppSpec): RuleSpec[] {
  return componentsOf(spec).flatMap((component) => {
    if (component.kind !== "service" && component.kind !== "static_site") return [];
    const { routes, cors, name } = component.spec;
    return (routes ?? []).map((route) => ({
      match: { path: { prefix: route.path ?? "/" } },
      component: {
        name,
        ...(route.preserve_path_prefix === undefined
          ? {}
          : { preserve_path_prefix: route.preserve_path_prefix }),
      },
      ...(cors === undefined ? {} : { cors }),
    }));
  });
}

/** Rules for a spec without any: the first component that can be reached gets `/`, the others `/<name>`. */
function defaultRules(spec: AppSpec): RuleSpec[] {
  const reachable = componentsOf(spec).filter(
    (component) =>
      component.kind === "static_site" ||
      (component.kind === "service" &&
        (component.spec.http_port !== undefined || component.spec.internal_ports === undefined)),
  );
  return reachable.map(({ spec: { name } }, index) => ({
    match: { path: { prefix: index === 0 ? "/" : `/${name}` } },
    component: { name },
  }));
}

/** The spec with all routing in its ingress. More specific paths come first where the platform writes the rules. */
export function withIngress(spec: AppSpec): AppSpec {
  if (spec.ingress?.rules !== undefined && spec.ingress.rules.length > 0) return spec;
  const written = rulesFromRoutes(spec);
  const rules = (written.length > 0 ? written : defaultRules(spec)).sort(
    (left, right) => (right.match?.path?.prefix?.length ?? 0) - (left.match?.path?.prefix?.length ?? 0),
  );
  if (rules.length === 0) return spec;
  const bare = <C extends { routes?: unknown; cors?: unknown }>({
    routes: _r,
    cors: _c,
    ...rest
  }: C): Omit<C, "routes" | "cors"> => rest;
  return {
    ...spec,
    ...(spec.services === undefined ? {} : { services: spec.services.map(bare) }),
    ...(spec.static_sites === undefined ? {} : { static_sites: spec.static_sites.map(bare) }),
    ingress: { ...spec.ingress, rules },
  };
}

/** The ingress rules as the runtime takes them. */
export function routesOf(spec: AppSpec): IngressRoute[] {
  return (spec.ingress?.rules ?? []).flatMap((rule): IngressRoute[] => {
    const { component, redirect } = rule;
    const authority = rule.match?.authority?.exact;
    const match = {
      prefix: rule.match?.path?.prefix ?? "/",
      ...(authority === undefined ? {} : { authority }),
    };
    if (redirect !== undefined) {
      const { uri, authority: host, scheme, port } = redirect;
      return [
        {
          ...match,
          redirect: {
            ...(uri === undefined ? {} : { uri }),
            ...(host === undefined ? {} : { authority: host }),
            ...(scheme === undefined ? {} : { scheme }),
            ...(port === undefined ? {} : { port }),
            code: redirect.redirect_code ?? 302,
          },
        },
      ];
    }
    if (component?.name === undefined) return [];
    return [
      {
        ...match,
        component: component.name,
        preservePathPrefix: component.preserve_path_prefix ?? false,
        ...(component.rewrite === undefined ? {} : { rewrite: component.rewrite }),
      },
    ];
  });
}
