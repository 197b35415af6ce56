import { z } from "zod";
import type { Clouds } from "./clouds.ts";
import { differences } from "./differences.ts";
import { type Notes, told } from "./finding.ts";
import { lookAtDigitalOcean, looking } from "./look.ts";
import { ofType, type StackState, textOf } from "./state.ts";

const Body = z.looseObject({});

/** Something of the platform that is compared field by field. */
interface Compared {
  type: string;
  what: string;
  /** Input that names it. */
  name: string;
  path: (id: string, inputs: Readonly<Record<string, unknown>>) => string;
  root: string;
  /** The API's fields by the provider's. */
  fields: Readonly<Record<string, string>>;
  /** Where the API and the provider say who is told. */
  told?: { live: string; input: string };
}

const compared: readonly Compared[] = [
  {
    type: "uptimeCheck:UptimeCheck",
    what: "uptime check",
    name: "name",
    path: (id) => `/v2/uptime/checks/${id}`,
    root: "check",
    fields: { enabled: "enabled", target: "target", type: "type", regions: "regions" },
  },
  {
    type: "uptimeAlert:UptimeAlert",
    what: "uptime alert",
    name: "name",
    path: (id, inputs) => `/v2/uptime/checks/${textOf(inputs["checkId"])}/alerts/${id}`,
    root: "alert",
    fields: { threshold: "threshold", period: "period", comparison: "comparison", type: "type" },
    told: { live: "notifications", input: "notifications" },
  },
  {
    type: "monitorAlert:MonitorAlert",
    what: "alert",
    name: "description",
    path: (id) => `/v2/monitoring/alerts/${id}`,
    root: "policy",
    fields: {
      enabled: "enabled",
      value: "value",
      window: "window",
      compare: "compare",
      entities: "entities",
    },
    told: { live: "alerts", input: "alerts" },
  },
  {
    type: "vpc:Vpc",
    what: "private network",
    name: "name",
    path: (id) => `/v2/vpcs/${id}`,
    root: "vpc",
    fields: { ipRange: "ip_range", region: "region" },
  },
];

/** Checks, alerts and the private network: there, switched on and as the program set them. */
export async function monitoringDrift(notes: Notes, state: StackState, clouds: Clouds): Promise<void> {
  for (const { type, what, name: key, path, root, fields, told: listeners } of compared)
    for (const { id, inputs, name: logical } of ofType(state, `digitalocean:index/${type}`)) {
      const name = `${what} ${textOf(inputs[key]) || logical}`;
      await looking(notes, name, async () => {
        const body = await lookAtDigitalOcean(clouds.digitalocean(), path(id, inputs), Body);
        const live = body?.[root] as Record<string, unknown> | undefined;
        if (live === undefined) return notes.gone(name);
        for (const [ours, theirs] of Object.entries(fields))
          if (inputs[ours] !== undefined && differences(inputs[ours], live[theirs]).length > 0)
            notes.drift(
              "monitoring",
              name,
              `${theirs} is ${told(live[theirs])}; the program says ${told(inputs[ours])}`,
            );
        if (listeners === undefined) return;
        const now = whoIsTold(live[listeners.live]);
        for (const one of whoIsTold(inputs[listeners.input]).filter((other) => !now.includes(other)))
          notes.drift("monitoring", name, `${told(one)} is not told any more`);
      });
    }
}

/** Addresses and channels that an alert goes to; the provider has a list of lists, and other words. */
function whoIsTold(value: unknown): string[] {
  const [fields = {}] = (Array.isArray(value) ? value : [value]) as (Record<string, unknown> | undefined)[];
  const list = (found: unknown): unknown[] => (Array.isArray(found) ? found : []);
  const channels = list(fields["slacks"] ?? fields["slack"]) as { channel?: unknown }[];
  return [...list(fields["emails"] ?? fields["email"]), ...channels.map(({ channel }) => channel)].map(
    String,
  );
}
