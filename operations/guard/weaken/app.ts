import {
  at,
  listOf,
  refused,
  textOf,
  type Values,
  type Weakening,
  type Weakens,
  warned,
} from "./weakening.ts";

const parts = ["services", "workers", "jobs", "staticSites", "functions"] as const;

/** What an app shows or gives up, although it stays. */
const appWeakens: Weakens = (before, after) => {
  const kept = new Set(domainsOf(after));
  const plain = new Map(variablesOf(after));
  if (before["spec"] !== undefined && (typeof after["spec"] !== "object" || after["spec"] === null))
    return [
      refused("spec", `gets settings that nobody knows before up: ${textOf(after["spec"])}`, "keep app"),
    ];
  return [
    ...goneOf(before, after).map((what) =>
      refused("spec", `has ${what} no more`, "keep it in app; where it is to go, move its work first"),
    ),
    ...["archive", "enabled"]
      .filter(
        (mark) =>
          isOn(at(after["spec"], "maintenance", mark)) && !isOn(at(before["spec"], "maintenance", mark)),
      )
      .map((mark) => refused("spec", `is taken off the net (maintenance.${mark})`, "leave maintenance off")),
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

const isOn = (value: unknown): boolean => value !== undefined && value !== null && value !== false;

/** Parts, paths and the network that an app had. A part of another name is another part. */
function goneOf(before: Values, after: Values): string[] {
  const kept = new Set(whole(after));
  return whole(before).filter((one) => !kept.has(one));
}

const kinds: Readonly<Record<(typeof parts)[number], string>> = {
  services: "the service",
  workers: "the worker",
  jobs: "the job",
  staticSites: "the static site",
  functions: "the function",
};

const whole = ({ spec }: Values): string[] => [
  ...parts.flatMap((kind) =>
    listOf(at(spec, kind)).map((one) => `${kinds[kind]} ${textOf(at(one, "name"))}`),
  ),
  ...listOf(at(spec, "ingress", "rules")).map((rule) => {
    const authority = at(rule, "match", "authority");
    const place = authority === undefined ? "" : ` of ${textOf(at(authority, "exact") ?? authority)}`;
    return `the path ${textOf(at(rule, "match", "path", "prefix"))}${place}`;
  }),
  ...(at(spec, "vpc") === undefined ? [] : ["its private network"]),
];

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
  before["schedule"] === "daily" && after["schedule"] !== "daily"
    ? [
        refused(
          "schedule",
          `makes no backups by itself any more: daily → ${textOf(after["schedule"])}`,
          "keep backups.schedule",
        ),
      ]
    : [];

export const appWeakenings: Readonly<Record<string, Weakens>> = {
  "digitalocean:index/app:App": appWeakens,
  "digitalocean:index/dnsRecord:DnsRecord": recordWeakens,
  "slipway:index:BackupBucket": backupsWeaken,
};
