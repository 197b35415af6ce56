import { type Part, partsOf } from "./app-parts.ts";
import { at, isNew, listOf, refused, textOf, type Values, type Weakening, warned } from "./weakening.ts";

/** Where the paths of an app lead, how its domains are encrypted, and what its parts are built from. */
export const appWaysWeaken = (before: Values, after: Values): Weakening[] =>
  isNew(before)
    ? []
    : [...redirected(before, after), ...encryptedLess(before, after), ...partsChange(before, after)];

const rulesOf = ({ spec }: Values): unknown[] => listOf(at(spec, "ingress", "rules"));
const domainsOf = ({ spec }: Values): unknown[] => listOf(at(spec, "domainNames"));
const placeOf = (rule: unknown): string =>
  `${textOf(at(rule, "match", "authority", "exact") ?? "")} ${textOf(at(rule, "match", "path", "prefix"))}`;

/** Another host gets what people send there; it is the app's own only where it is one of its domains of before. */
function redirected(before: Values, after: Values): Weakening[] {
  const were = new Map(rulesOf(before).map((rule) => [placeOf(rule), rule]));
  const own = new Set(domainsOf(before).map((domain) => at(domain, "name")));
  return rulesOf(after).flatMap((rule): Weakening[] => {
    const was = were.get(placeOf(rule));
    const path = `the path ${textOf(at(rule, "match", "path", "prefix"))}`;
    const [host, wasHost] = [rule, was].map((one) => at(one, "redirect", "authority"));
    if (host !== undefined && host !== null && host !== "" && host !== wasHost)
      return [
        (own.has(host) ? warned : refused)(
          "spec",
          `sends who asks for ${path} to another host: ${textOf(host)}`,
          "redirect to a domain of the app itself (app.domains), or name the other host in DNS",
        ),
      ];
    const [to, wasTo] = [rule, was].map((one) => at(one, "component", "name"));
    return was === undefined || to === wasTo
      ? []
      : [
          warned(
            "spec",
            `leads ${path} elsewhere: ${textOf(wasTo)} → ${textOf(to ?? at(rule, "redirect"))}`,
            "know who answers there",
          ),
        ];
  });
}

/** Versions of TLS, the weaker first; what the platform chooses by itself is 1.2. */
const versions: readonly unknown[] = ["1.0", "1.1", "1.2", "1.3"];

function encryptedLess(before: Values, after: Values): Weakening[] {
  return domainsOf(after).flatMap((domain): Weakening[] => {
    const name = at(domain, "name");
    const former = domainsOf(before).find((one) => at(one, "name") === name);
    const [was, is] = [former, domain].map((one) => at(one, "minimumTlsVersion") ?? "1.2");
    return versions.indexOf(is) >= versions.indexOf(was)
      ? []
      : [
          refused(
            "spec",
            `takes older connections at ${textOf(name)}: TLS ${textOf(was)} → ${textOf(is)}`,
            "keep the minimum version of TLS",
          ),
        ];
  });
}

const sources = ["git", "github", "gitlab", "bitbucket"];

/** Processors and memory of a size, "apps-s-1vcpu-0.5gb". */
const powerOf = (size: unknown): [number, number] => {
  const [, processors, memory] = /(\d+)vcpu-([\d.]+)gb/.exec(String(size)) ?? [];
  return [Number(processors), Number(memory)];
};

function isSmaller(was: unknown, is: unknown): boolean {
  const [[processors, memory], [now, nowMemory]] = [powerOf(was), powerOf(is)];
  return was !== undefined && was !== is && !(now >= processors && nowMemory >= memory);
}

function partsChange(before: Values, after: Values): Weakening[] {
  const are = new Map(partsOf(after).map((part) => [part.what, part.settings]));
  return partsOf(before).flatMap((part) => (are.has(part.what) ? partChanges(part, are.get(part.what)) : []));
}

function partChanges({ what, settings: was }: Part, is: unknown): Weakening[] {
  const told = (path: readonly string[], does: string, remedy: string): Weakening[] => {
    const [old, now] = [at(was, ...path), at(is, ...path)];
    return old === now ? [] : [warned("spec", `${does}: ${textOf(old)} → ${textOf(now)}`, remedy)];
  };
  return [
    ...sources.flatMap((source) => [
      ...told([source, "branch"], `builds ${what} from another branch`, "know who may push to it"),
      ...(at(is, source, "deployOnPush") === true
        ? told([source, "deployOnPush"], `builds ${what} at every push`, "release it on purpose")
        : []),
    ]),
    ...told(["kind"], `runs ${what} at another time`, "know what has to be done before the app starts"),
    ...(isSmaller(at(was, "instanceSizeSlug"), at(is, "instanceSizeSlug"))
      ? told(
          ["instanceSizeSlug"],
          `runs ${what} on a smaller size, or one that cannot be compared`,
          "keep the size that its load needs",
        )
      : []),
  ];
}
