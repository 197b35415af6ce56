import type { IngressRoute } from "../apis/digitalocean/platform.ts";

/** Where a request to an app goes. */
export type Destination =
  | { readonly component: string /** Path and query as the component gets them. */; readonly target: string }
  | { readonly location: string; readonly code: number };

export interface IncomingRequest {
  /** Host header, with a port or without. */
  readonly host: string;
  /** Path and query. */
  readonly target: string;
}

/**
 * The destination by the app's ingress rules: the first rule that fits decides, as on the platform. A prefix fits
 * whole path segments only; it is cut off unless it is preserved or rewritten. Undefined when no rule fits.
 */
export function destinationOf(
  routes: readonly IngressRoute[],
  request: IncomingRequest,
): Destination | undefined {
  const [path = "/", ...query] = request.target.split("?");
  const search = query.length === 0 ? "" : `?${query.join("?")}`;
  const host = request.host.replace(/:\d+$/, "").toLowerCase();
  const route = routes.find(
    ({ prefix, authority }) =>
      (authority === undefined || authority.toLowerCase() === host) && restOf(path, prefix) !== undefined,
  );
  if (route === undefined) return undefined;
  if ("redirect" in route) return redirection(route.redirect, request);
  const rest = restOf(path, route.prefix) ?? "";
  if (route.rewrite !== undefined) {
    return { component: route.component, target: joined(route.rewrite, rest) + search };
  }
  return {
    component: route.component,
    target: (route.preservePathPrefix ? path : joined("", rest)) + search,
  };
}

/** What is left of a path behind a prefix of whole segments; undefined where the path does not begin with it. */
function restOf(path: string, prefix: string): string | undefined {
  const base = prefix.replace(/\/+$/, "");
  return path === base || path.startsWith(`${base}/`) ? path.slice(base.length) : undefined;
}

function joined(base: string, rest: string): string {
  const path = `${base.replace(/\/+$/, "")}${rest}`;
  return path.startsWith("/") ? path : `/${path}`;
}

type Redirect = Extract<IngressRoute, { redirect: unknown }>["redirect"];

/** The scheme is https as on the platform, unless the redirect stays on this app, which speaks http here. */
function redirection(redirect: Redirect, request: IncomingRequest): Destination {
  const { uri, authority, port, code } = redirect;
  const staysHere = authority === undefined && redirect.scheme === undefined && port === undefined;
  const scheme = redirect.scheme ?? (staysHere ? "http" : "https");
  const host = authority ?? (staysHere ? request.host : request.host.replace(/:\d+$/, ""));
  const target = joined("", uri ?? request.target);
  return { location: `${scheme}://${host}${port === undefined ? "" : `:${port}`}${target}`, code };
}
