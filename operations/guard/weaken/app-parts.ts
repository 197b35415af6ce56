import { isDeepStrictEqual } from "node:util";
import {
  at,
  following,
  listOf,
  numberOf,
  refused,
  textOf,
  type Values,
  type Weakening,
  warned,
} from "./weakening.ts";

/** Lists of an app's spec that hold what it is made of. */
export const partKinds = {
  services: "the service",
  workers: "the worker",
  jobs: "the job",
  staticSites: "the static site",
  functions: "the function",
} as const;
type PartKind = keyof typeof partKinds;

/** One part of an app. */
export interface Part {
  /** In words, "the service api". */
  what: string;
  name: string;
  settings: unknown;
}

export const partsOf = ({ spec }: Values): Part[] =>
  (Object.keys(partKinds) as PartKind[]).flatMap((kind) =>
    listOf(at(spec, kind)).map((settings) => {
      const name = textOf(at(settings, "name"));
      return { what: `${partKinds[kind]} ${name}`, name, settings };
    }),
  );

/** What an app is made of, and does, less than before. */
export const appPartsWeaken = (before: Values, after: Values): Weakening[] => {
  const kept = new Set(whole(after));
  const are = new Map(partsOf(after).map((part) => [part.what, part.settings]));
  return [
    ...whole(before)
      .filter((one) => !kept.has(one))
      .map((what) => refused("spec", `has ${what} no more`, keeping(what))),
    ...networksOf(before)
      .filter((one) => !networksOf(after).includes(one))
      .map((id) => following("spec", `has its private network ${id} no more`, "keep the app in its network")),
    ...databasesWeaken(before, after),
    ...partsOf(before).flatMap(({ what, settings }) =>
      are.has(what) ? partWeakens(what, settings, are.get(what)) : [],
    ),
    ...opened(before, after),
  ];
};

/** How a part stays; what slipway makes by itself follows from settings. */
function keeping(what: string): string {
  if (/^the worker backup-worker(?:-\d+)?$/.test(what))
    return "slipway makes it by itself, one for each owner in database.databases: keep the owner and backups.schedule; where its databases are to go, back them up first";
  if (what === "the job prepare-database")
    return "slipway makes it by itself: keep database.databases and slipway:operations, without which nobody gives the databases their owners and extensions";
  return "keep it in app; where it is to go, move its work first";
}

/** Parts and paths of an app. A part of another name is another part. */
const whole = (values: Values): string[] => [
  ...partsOf(values).map(({ what }) => what),
  ...rulesOf(values).map(pathOf),
];

const networksOf = ({ spec }: Values): string[] =>
  listOf(at(spec, "vpcs")).map((one) => textOf(at(one, "id")));

const rulesOf = ({ spec }: Values): unknown[] => listOf(at(spec, "ingress", "rules"));

function pathOf(rule: unknown): string {
  const authority = at(rule, "match", "authority");
  const place = authority === undefined ? "" : ` of ${textOf(at(authority, "exact") ?? authority)}`;
  return `the path ${textOf(at(rule, "match", "path", "prefix"))}${place}`;
}

/** A database that is not one of production is made by the platform itself, and empty. */
function databasesWeaken(before: Values, after: Values): Weakening[] {
  const remedy = "keep the app at its database; move its data and its logins first";
  const are = listOf(at(after["spec"], "databases"));
  return listOf(at(before["spec"], "databases")).flatMap((was): Weakening[] => {
    const name = textOf(at(was, "name"));
    const is = are.find((one) => at(one, "name") === at(was, "name"));
    if (is === undefined) return [following("spec", `is connected to the database ${name} no more`, remedy)];
    return ["clusterName", "dbName", "dbUser", "production", "engine"]
      .filter((key) => !isDeepStrictEqual(at(was, key), at(is, key)))
      .map((key) =>
        following(
          "spec",
          `is connected to another database as ${name}: ${key} ${textOf(at(was, key))} → ${textOf(at(is, key))}`,
          remedy,
        ),
      );
  });
}

const sources = ["image", "git", "github", "gitlab", "bitbucket"];
/** What of a source is another program, and not another version of it. */
const origins = ["registryType", "registry", "repository", "repo", "repoCloneUrl"];

/** A part that runs something else, or less of it. */
function partWeakens(what: string, was: unknown, is: unknown): Weakening[] {
  const elsewhere = sources.flatMap((source) =>
    origins
      .filter((key) => at(was, source, key) !== at(is, source, key))
      .map((key) => `${key} ${textOf(at(was, source, key))} → ${textOf(at(is, source, key))}`),
  );
  const [count, counts] = [was, is].map((one) => at(one, "instanceCount") ?? 1);
  return [
    ...elsewhere.map((change) =>
      refused("spec", `runs ${what} from elsewhere: ${change}`, "keep its source, and release a new version"),
    ),
    ...(isDeepStrictEqual(at(was, "runCommand"), at(is, "runCommand"))
      ? []
      : [
          warned(
            "spec",
            `runs another command in ${what}: ${textOf(at(was, "runCommand"))} → ${textOf(at(is, "runCommand"))}`,
            "know what it does not do any more",
          ),
        ]),
    ...(numberOf(counts) >= numberOf(count) || at(is, "autoscaling") !== undefined
      ? []
      : [
          warned(
            "spec",
            `runs ${what} ${textOf(counts)} times instead of ${textOf(count)}`,
            "keep the instances that its load needs",
          ),
        ]),
    ...["healthCheck", "livenessHealthCheck"]
      .filter((check) => at(was, check) !== undefined && at(is, check) === undefined)
      .map((check) =>
        warned("spec", `is not asked any more how ${what} is (${check})`, "keep the health check"),
      ),
    ...listOf(at(is, "logDestinations"))
      .map((one) => textOf(at(one, "name")))
      .filter((name) => !listOf(at(was, "logDestinations")).some((one) => textOf(at(one, "name")) === name))
      .map((name) => warned("spec", `sends the logs of ${what} to ${name}`, "know who reads them there")),
  ];
}

/** Pages of other sites that may ask for more than before, by the rule of a path. */
function opened(before: Values, after: Values): Weakening[] {
  const were = new Map(rulesOf(before).map((rule) => [pathOf(rule), rule]));
  return rulesOf(after).flatMap((rule): Weakening[] => {
    const [was, is] = [were.get(pathOf(rule)), rule].map((one) => at(one, "cors"));
    if (is === undefined || isDeepStrictEqual(was, is)) return [];
    const { exact, regex, prefix } = Object(at(is, "allowOrigins"));
    const isClear = typeof exact === "string" && exact.startsWith("https://") && !exact.includes("*");
    const origin = `${textOf(exact ?? regex ?? prefix)}`;
    const isSame = isDeepStrictEqual(at(was, "allowOrigins"), at(is, "allowOrigins"));
    const does = `lets pages of ${origin} ask for ${pathOf(rule)} otherwise than before`;
    const remedy = "name one site with https (app.ingress.cors.origin), and what it needs";
    return [(isClear || isSame ? warned : refused)("spec", does, remedy)];
  });
}
