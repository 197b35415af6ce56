import { at, listOf } from "./look-up.ts";
import { isPlaceholder, notReleased } from "./marks.ts";

/** The app by its parts: what runs, how often, from what. */
export function appHighlights(spec: unknown): Record<string, unknown> {
  const parts = (["services", "workers", "jobs"] as const).flatMap((kind) =>
    listOf(at(spec, kind)).flatMap((part) => {
      const what = `${instancesOf(part)} × ${at(part, "instanceSizeSlug")}, ${sourceOf(part)}`;
      return partLines(`${kind.slice(0, -1)} ${at(part, "name")}`, part, what);
    }),
  );
  const sites = listOf(at(spec, "staticSites")).flatMap((site) =>
    partLines(`site ${at(site, "name")}`, site, sourceOf(site)),
  );
  const rules = listOf(at(spec, "ingress", "rules")).map(ruleText);
  const own = variablesOf(spec);
  const domains = listOf(at(spec, "domainNames")).map((domain) => at(domain, "name"));
  return {
    name: at(spec, "name"),
    region: at(spec, "region"),
    ...(domains.length === 0 ? {} : { domains }),
    ...(rules.length === 0 ? {} : { "requests, in order": rules.join(", ") }),
    ...(own === undefined ? {} : { "variables of all": own }),
    ...Object.fromEntries([...sites, ...parts]),
  };
}

/** A part of the app with what it answers to and the names of its variables. */
function partLines(name: string, part: unknown, what: string): [string, string][] {
  const health = healthOf(part);
  const variables = variablesOf(part);
  return [
    [name, what],
    ...(health === undefined ? [] : [[`${name} health`, health] as [string, string]]),
    ...(variables === undefined ? [] : [[`${name} variables`, variables] as [string, string]]),
  ];
}

function healthOf(part: unknown): string | undefined {
  const [check, port] = [at(part, "healthCheck"), at(part, "httpPort")];
  if (check === undefined) return undefined;
  const path = at(check, "httpPath") ?? "it answers";
  const times = [
    ...(at(check, "periodSeconds") === undefined ? [] : [`every ${at(check, "periodSeconds")} s`]),
    ...(at(check, "timeoutSeconds") === undefined ? [] : [`within ${at(check, "timeoutSeconds")} s`]),
  ];
  return [`${path} at port ${at(check, "port") ?? port}`, ...times].join(", ");
}

/** Names of variables by what they are: a value is never shown. */
function variablesOf(part: unknown): string | undefined {
  const all = listOf(at(part, "envs")).map((one) => {
    const [key, value] = [String(at(one, "key")), String(at(one, "value"))];
    if (at(one, "type") === "SECRET") return `${key} (secret)`;
    return /\$\{/.test(value) ? `${key} (bound)` : key;
  });
  return all.length === 0 ? undefined : all.join(", ");
}

function ruleText(rule: unknown): string {
  const path = at(rule, "match", "path", "prefix") ?? at(rule, "match", "path", "exact") ?? "/";
  const host = at(rule, "match", "authority", "exact");
  const from = `${host ?? ""}${path}`;
  const redirect = at(rule, "redirect");
  if (redirect !== undefined)
    return `${from} is sent on to ${at(redirect, "authority") ?? ""}${at(redirect, "uri") ?? ""}`;
  const to = at(rule, "component", "name");
  const rewrite = at(rule, "component", "rewrite");
  if (rewrite !== undefined) return `${from} → ${to} as ${rewrite}`;
  return `${from} → ${to}${at(rule, "component", "preservePathPrefix") === true || path === "/" ? "" : ` without ${path}`}`;
}

function instancesOf(part: unknown): string {
  const scaling = at(part, "autoscaling");
  if (scaling === undefined) return String(at(part, "instanceCount") ?? 1);
  return `${at(scaling, "minInstanceCount")}–${at(scaling, "maxInstanceCount")}`;
}

const shortDigest = 19;

function sourceOf(part: unknown): string {
  const image = at(part, "image");
  if (image !== undefined) {
    const digest = at(image, "digest");
    if (isPlaceholder(digest)) return `image ${at(image, "repository")}, ${notReleased}`;
    const version =
      digest === undefined ? `:${at(image, "tag")}` : `@${String(digest).slice(0, shortDigest)}…`;
    return `image ${at(image, "repository")}${version}`;
  }
  const github = at(part, "github") ?? at(part, "git") ?? at(part, "gitlab") ?? at(part, "bitbucket");
  return `built from ${at(github, "repo") ?? at(github, "repoCloneUrl")}, branch ${at(github, "branch")}`;
}
