import { at, listOf, refused, type Values, type Weakening, type Weakens, warned } from "./weakening.ts";

const parts = ["services", "workers", "jobs", "staticSites", "functions"] as const;

/** What an app shows or gives up, although it stays. */
const appWeakens: Weakens = (before, after) => {
  const kept = new Set(domainsOf(after));
  const plain = new Map(variablesOf(after));
  return [
    ...variablesOf(before)
      .filter(([place, type]) => type === "SECRET" && plain.has(place) && plain.get(place) !== "SECRET")
      .map(([place]) =>
        refused("spec", `shows the secret ${place} to everybody who may see the app`, "keep it a secret"),
      ),
    ...domainsOf(before)
      .filter((name) => !kept.has(name))
      .map((name) =>
        warned(
          "spec",
          `is not found at ${name} any more`,
          "keep the domain in app.domains, or redirect it first",
        ),
      ),
  ];
};

const domainsOf = ({ spec }: Values): string[] =>
  listOf(at(spec, "domainNames")).map((one) => String(at(one, "name")));

/** Every variable with its type, by where it stands. */
function variablesOf({ spec }: Values): [string, unknown][] {
  const of = (owner: unknown, name: string) =>
    listOf(at(owner, "envs")).map((one): [string, unknown] => [`${at(one, "key")}${name}`, at(one, "type")]);
  return [
    ...of(spec, ""),
    ...parts.flatMap((kind) => listOf(at(spec, kind)).flatMap((part) => of(part, ` of ${at(part, "name")}`))),
  ];
}

/** Where mail goes and who serves a zone: other records are found again within their time to live. */
const recordWeakens: Weakens = (before, after): Weakening[] =>
  ["MX", "NS", "CAA"].includes(String(before["type"])) && before["value"] !== after["value"]
    ? [
        warned(
          "value",
          `goes from ${before["value"]} to ${after["value"]}`,
          "know that mail, the zone or certificates depend on it",
        ),
      ]
    : [];

/** A component of the program: what it is told to do. */
const backupsWeaken: Weakens = (before, after) =>
  before["schedule"] !== undefined && before["schedule"] !== "onDemand" && after["schedule"] === "onDemand"
    ? [
        refused(
          "schedule",
          `makes no backups by itself any more: ${before["schedule"]} → onDemand`,
          "keep backups.schedule",
        ),
      ]
    : [];

export const appWeakenings: Readonly<Record<string, Weakens>> = {
  "digitalocean:index/app:App": appWeakens,
  "digitalocean:index/dnsRecord:DnsRecord": recordWeakens,
  "slipway:index:BackupBucket": backupsWeaken,
};
