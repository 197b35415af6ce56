import { at, isUnknown, listOf, refused, type Values, type Weakening, warned } from "./weakening.ts";

/** Widest range that is taken for an office or a network, and not for half the internet: bits of its mask. */
const fewestBits = { ipv4: 8, ipv6: 32 } as const;

const allAddresses = "name the addresses one by one (database.connection.addresses)";

/** A list of rules that is empty lets everybody try to log in, and so does one of all addresses. */
export function firewallWeakens(before: Values, after: Values): Weakening[] {
  if (isUnknown(after["rules"]))
    return [warned("rules", "gets rules that nobody knows before up", allAddresses)];
  const rules = listOf(after["rules"]);
  if (rules.length === 0)
    return [
      refused(
        "rules",
        "has no rules any more: every address may log in",
        "keep at least the network's own range",
      ),
    ];
  const admitted = new Set(listOf(before["rules"]).map(nameOf));
  return rules.flatMap((rule) => {
    const name = nameOf(rule);
    if (admitted.has(name)) return [];
    if (isWide(String(at(rule, "value"))))
      return [refused("rules", `takes logins from every address (${at(rule, "value")})`, allAddresses)];
    // A new firewall admits what it was made for.
    return before["rules"] === undefined ? [] : [warned("rules", `also admits ${name}`, allAddresses)];
  });
}

const nameOf = (rule: unknown): string => {
  const value = at(rule, "value");
  return `${at(rule, "type")} ${isUnknown(value) ? "that is known after up" : value}`;
};

function isWide(address: string): boolean {
  const [host = "", mask] = address.trim().split("/");
  const isSix = host.includes(":");
  if (mask === undefined) return /^[0.]+$/.test(host) || /^[0:]+$/.test(host);
  const bits = mask === "" ? Number.NaN : Number(mask);
  return !(bits >= (isSix ? fewestBits.ipv6 : fewestBits.ipv4));
}

/** What a cluster gives up, or takes on for good, although it stays. */
export function clusterWeakens(before: Values, after: Values): Weakening[] {
  const changed = (input: string) =>
    before[input] !== undefined && after[input] !== undefined && before[input] !== after[input];
  const [was, is] = [Number(before["nodeCount"]), Number(after["nodeCount"])];
  return [
    ...(is < was
      ? [
          warned(
            "nodeCount",
            `goes from ${was} nodes to ${is}: ${is === 1 ? "no standby takes over" : "one standby less"}`,
            "keep the standby (database.standbyNodes)",
          ),
        ]
      : []),
    ...(changed("version")
      ? [
          warned(
            "version",
            `goes from version ${before["version"]} to ${after["version"]}, and never back`,
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
