import { type AddressRange, addressesIn, addressRange, isPrivate } from "./addresses.ts";
import {
  at,
  isUnknown,
  listOf,
  numberOf,
  refused,
  textOf,
  type Values,
  type Weakening,
  warned,
} from "./weakening.ts";

/** Most addresses that are taken for an office or a network, and not for half the internet: those of a /8 and a /32. */
const most = { 4: 1n << 24n, 6: 1n << 96n } as const;

const allAddresses = "name the addresses one by one (database.connection.addresses)";
const refusedRule = (does: string): Weakening => refused("rules", does, allAddresses);

/** A list of rules that is empty lets everybody try to log in, and so does one of all addresses. */
export function firewallWeakens(before: Values, after: Values): Weakening[] {
  if (isUnknown(after["rules"])) return [refusedRule("gets rules that nobody knows before up")];
  const rules = listOf(after["rules"]);
  if (rules.length === 0)
    return [
      refused(
        "rules",
        "has no rules any more: every address may log in",
        "keep at least the network's own range",
      ),
    ];
  const isNew = before["rules"] === undefined;
  const admitted = new Set(listOf(before["rules"]).map(keyOf));
  const found = rules.filter((rule) => !admitted.has(keyOf(rule))).flatMap((rule) => admits(rule, isNew));
  return found.some(({ weight }) => weight === "refuse") ? found : [...tooMany(before, rules), ...found];
}

/** What a rule that was not there before lets in. A new firewall admits what it was made for. */
function admits(rule: unknown, isNew: boolean): Weakening[] {
  const [type, value] = [at(rule, "type"), at(rule, "value")];
  const name = `${textOf(type)} ${textOf(value)}`;
  const seen = isNew ? [] : [warned("rules", `also admits ${name}`, allAddresses)];
  if (type === "tag") return [refusedRule(`takes logins from every machine that carries the ${name}`)];
  if (typeof type !== "string" || !kinds.includes(type))
    return [refusedRule(`has a rule of a type that nobody knows: ${name}`)];
  if (isUnknown(value))
    return isNew ? [] : [refusedRule(`takes logins from what is known after up only (${type})`)];
  if (typeof value !== "string" || value === "")
    return [refusedRule(`has a rule whose value nobody can read: ${name}`)];
  if (type !== "ip_addr") return seen;
  const range = addressRange(value);
  if (range === undefined)
    return [refusedRule(`takes logins from what is no address for certain (${textOf(value)})`)];
  return isTooMuch([range]) ? [refusedRule(`takes logins from every address (${value})`)] : seen;
}

/** What a rule of the platform may be of, besides tags. */
const kinds = ["ip_addr", "app", "droplet", "k8s"];

/** Many small ranges are a wide one. */
function tooMany(before: Values, rules: readonly unknown[]): Weakening[] {
  const [were, are] = [rangesOf(listOf(before["rules"])), rangesOf(rules)];
  return ([4, 6] as const)
    .filter((family) => isTooMuch(are, family) && addressesIn(are, family) > addressesIn(were, family))
    .map((family) =>
      refusedRule(
        `takes logins from ${addressesIn(are, family)} addresses of the internet, with ${rules.length} rules together`,
      ),
    );
}

const rangesOf = (rules: readonly unknown[]): AddressRange[] =>
  rules
    .flatMap((rule) =>
      at(rule, "type") === "ip_addr" ? (addressRange(String(at(rule, "value"))) ?? []) : [],
    )
    .filter((range) => !isPrivate(range));

const isTooMuch = (ranges: readonly AddressRange[], family = ranges[0]?.family ?? 4): boolean =>
  addressesIn(ranges, family) > most[family];

const keyOf = (rule: unknown): string => JSON.stringify([at(rule, "type"), at(rule, "value")]);

/** Processors and memory of a size, "db-s-1vcpu-2gb". */
const powerOf = (size: unknown): [number, number] => {
  const [, processors, memory] = /-(\d+)vcpu-(\d+)gb$/.exec(String(size)) ?? [];
  return [Number(processors), Number(memory)];
};

function isSmaller(was: unknown, is: unknown): boolean {
  const [processors, memory] = powerOf(was);
  const [now, nowMemory] = powerOf(is);
  return was !== undefined && was !== is && !(now >= processors && nowMemory >= memory);
}

/** What a cluster gives up, or takes on for good, although it stays. */
export function clusterWeakens(before: Values, after: Values): Weakening[] {
  const changed = (input: string) =>
    before[input] !== undefined && after[input] !== undefined && before[input] !== after[input];
  const [was, is] = [numberOf(before["nodeCount"]), numberOf(after["nodeCount"])] as const;
  return [
    ...(isSmaller(before["size"], after["size"])
      ? [
          refused(
            "size",
            `goes from ${textOf(before["size"])} to ${textOf(after["size"])}, which is smaller or cannot be compared`,
            "keep the size (database.size), or show first that data and load fit",
          ),
        ]
      : []),
    ...(is < was
      ? [
          warned(
            "nodeCount",
            `goes from ${was} nodes to ${is}: ${is > 1 ? "one standby less" : "no standby takes over"}`,
            "keep the standby (database.standbyNodes)",
          ),
        ]
      : []),
    ...(was > 0 && Number.isNaN(is)
      ? [
          refused(
            "nodeCount",
            `goes from ${was} nodes to ${textOf(after["nodeCount"])}`,
            "say how many nodes (database.standbyNodes)",
          ),
        ]
      : []),
    ...(changed("version")
      ? [
          (numberOf(after["version"]) > numberOf(before["version"]) ? warned : refused)(
            "version",
            `goes from version ${textOf(before["version"])} to ${textOf(after["version"])}, and never back`,
            "try it on a restored copy first (slipway local rehearse)",
          ),
        ]
      : []),
    ...(changed("region")
      ? [
          warned(
            "region",
            `moves from ${before["region"]} to ${after["region"]} while it runs`,
            "do it outside the busy hours, after a backup",
          ),
        ]
      : []),
  ];
}
