import type { Properties } from "../../resource.ts";
import { isRecord } from "../../values.ts";
import type { Context } from "../handler.ts";

interface Destinations {
  emails?: string[];
  slackWebhooks?: { channel: string; url: string }[];
}

interface Alert {
  rule: string;
  destinations?: Destinations;
}

interface ApiAlert {
  id: string;
  spec?: { rule?: string };
}

/**
 * Sends where alerts go, which the spec does not carry. As in the published provider the app's own alerts are sent only
 * when the first of them has destinations, and alerts are told apart by their rule alone.
 */
export async function sendDestinations(
  { client }: Context,
  id: string,
  spec: Properties,
  signal: AbortSignal,
): Promise<void> {
  const own = (spec.alerts as Alert[] | undefined) ?? [];
  const wanted = [...(hasDestinations(own[0]) ? own : []), ...componentAlerts(spec)];
  if (wanted.length === 0) return;
  const alerts = await client.list<ApiAlert>(`/v2/apps/${id}/alerts`, "alerts", signal);
  for (const { rule, destinations } of wanted) {
    for (const alert of alerts.filter((one) => one.spec?.rule === rule)) {
      const body = {
        emails: destinations?.emails ?? [],
        slack_webhooks: destinations?.slackWebhooks ?? [],
      };
      await client.send("POST", `/v2/apps/${id}/alerts/${alert.id}/destinations`, body, signal);
    }
  }
}

/**
 * The spec as it was read back, with the destinations that were given. The published provider has them in its state
 * after a create or update too, although it never reads them: its SDK keeps the sets that were planned. A refresh
 * loses them.
 */
export function keepDestinations(spec: Properties, given: Properties): Properties {
  return keepIn(spec, given) as Properties;
}

const alertLists = new Set(["alerts", "services", "workers", "jobs", "functions"]);

function keepIn(found: unknown, given: unknown): unknown {
  if (Array.isArray(found) && Array.isArray(given)) {
    return found.length === given.length ? found.map((item, index) => keepIn(item, given[index])) : found;
  }
  if (!isRecord(found) || !isRecord(given)) return found;
  const kept = Object.entries(found).map(([key, value]) => [
    key,
    alertLists.has(key) ? keepIn(value, given[key]) : value,
  ]);
  const { destinations } = given;
  return { ...Object.fromEntries(kept), ...(destinations === undefined ? {} : { destinations }) };
}

function hasDestinations(alert: Alert | undefined): boolean {
  const { emails = [], slackWebhooks = [] } = alert?.destinations ?? {};
  return emails.length + slackWebhooks.length > 0;
}

function componentAlerts(spec: Properties): Alert[] {
  const components = [spec.services, spec.workers, spec.jobs, spec.functions].flatMap(
    (list) => (list as { alerts?: Alert[] }[] | undefined) ?? [],
  );
  return components.flatMap(({ alerts = [] }) => alerts.filter(hasDestinations));
}
