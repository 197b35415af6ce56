import { z } from "zod";
import type { Clouds } from "./clouds.ts";
import { type Notes, told } from "./finding.ts";
import { listAtDigitalOcean, looking } from "./look.ts";
import { ofType, type StackState, type StateResource, textOf } from "./state.ts";

const Record = z.looseObject({
  id: z.int(),
  type: z.string(),
  name: z.string(),
  data: z.string(),
  ttl: z.int().nullish(),
  priority: z.int().nullish(),
  port: z.int().nullish(),
  weight: z.int().nullish(),
  flags: z.int().nullish(),
  tag: z.string().nullish(),
});
type Record = z.output<typeof Record>;

/** Types of which a second record beside the program's weakens it; TXT records stand beside each other. */
const exclusive = ["A", "AAAA", "CAA", "CNAME", "MX", "NS"];

/** The records at the host of the zone. */
export async function dnsDrift(notes: Notes, state: StackState, clouds: Clouds): Promise<void> {
  for (const domain of ofType(state, "digitalocean:index/domain:Domain")) {
    const zone = textOf(domain.inputs["name"]);
    const name = `zone ${zone}`;
    const made = ofType(state, "digitalocean:index/dnsRecord:DnsRecord").filter(
      ({ inputs }) => inputs["domain"] === zone,
    );
    await looking(notes, name, async () => {
      const path = `/v2/domains/${encodeURIComponent(zone)}/records`;
      const live = await listAtDigitalOcean(clouds.digitalocean(), path, "domain_records", Record);
      if (live === undefined) return notes.gone(name);
      for (const record of made) recordDrift(notes, zone, record, live);
      for (const record of live)
        if (isExtra(record, made))
          notes.drift(
            "record",
            name,
            `has a ${label(record)} ${told(record.data)}, which the program did not make`,
            "remove it, or add it to slipway:dns",
          );
      if (clouds.nameServers === undefined) return;
      const servers = await clouds.nameServers(zone);
      if (!servers.some((server) => /^ns\d\.digitalocean\.com\.?$/i.test(server)))
        notes.drift(
          "record",
          name,
          `is served by ${told(servers.join(", ") || "nobody")}, not by DigitalOcean: its records here have no effect`,
          "name ns1, ns2 and ns3.digitalocean.com as its name servers at the registrar",
        );
    });
  }
}

const label = ({ type, name }: Pick<Record, "type" | "name">): string => `${type} record ${told(name)}`;

function recordDrift(
  notes: Notes,
  zone: string,
  { id, inputs }: StateResource,
  live: readonly Record[],
): void {
  const name = `${label({ type: textOf(inputs["type"]), name: textOf(inputs["name"]) })} of ${zone}`;
  const found = live.find((record) => String(record.id) === id);
  if (found === undefined) {
    notes.gone(`${name} (${told(inputs["value"])})`);
    return;
  }
  for (const [ours, theirs] of [
    ["value", "data"],
    ["ttl", "ttl"],
    ["priority", "priority"],
    ["port", "port"],
    ["weight", "weight"],
    ["flags", "flags"],
    ["tag", "tag"],
  ] as const)
    if (inputs[ours] !== undefined && plain(inputs[ours]) !== plain(found[theirs]))
      notes.drift(
        "record",
        name,
        `${ours} is ${told(found[theirs])}; the program says ${told(inputs[ours])}`,
      );
}

/** Host names end in a dot or not, long texts are quoted in parts or not: the same record. */
const plain = (value: unknown): string =>
  String(value ?? "")
    .replace(/" ?"/g, "")
    .replace(/^"|"$/g, "")
    .replace(/\.$/, "");

const isExtra = (record: Record, made: readonly StateResource[]): boolean =>
  exclusive.includes(record.type) &&
  made.some(({ inputs }) => inputs["type"] === record.type && inputs["name"] === record.name) &&
  !made.some(({ id }) => id === String(record.id));
