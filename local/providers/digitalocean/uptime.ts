import type { ResourceHandler } from "../resource.ts";
import { type Context, compact, handler, importedParts, stillThere, unlessEmpty } from "./handler.ts";
import { apiNotifications, type Notifications, programNotifications } from "./notifications.ts";

interface CheckInputs {
  name: string;
  target: string;
  type?: string;
  regions?: string[];
  enabled?: boolean;
}

interface Check {
  id: string;
  name: string;
  target: string;
  type: string;
  regions: string[] | null;
  enabled: boolean;
}

interface AlertInputs {
  checkId: string;
  name: string;
  type: string;
  threshold?: number;
  comparison?: string;
  period?: string;
  notifications: Notifications[];
}

interface Alert {
  id: string;
  name: string;
  type: string;
  threshold?: number;
  comparison?: string;
  period?: string;
  notifications: { email?: string[] | null; slack?: { url: string; channel: string }[] | null };
}

/** A check that asks an address from outside. */
export function uptimeCheck({ client }: Context): ResourceHandler {
  const read = async (id: string, signal?: AbortSignal) => {
    const reply = await client.find<{ check: Check }>(`/v2/uptime/checks/${id}`, signal);
    if (reply === undefined) return undefined;
    const { name, target, type, regions, enabled } = reply.check;
    return { id, state: { name, target, type, regions: regions ?? [], enabled } };
  };
  const bodyOf = (inputs: CheckInputs): object => ({
    name: inputs.name,
    target: inputs.target,
    enabled: inputs.enabled ?? false,
    ...compact({ type: inputs.type, regions: unlessEmpty(inputs.regions) }),
  });
  return handler<CheckInputs, CheckInputs>({
    create: async (inputs, { signal }) => {
      const { check } = await client.send<{ check: Check }>(
        "POST",
        "/v2/uptime/checks",
        bodyOf(inputs),
        signal,
      );
      return stillThere(await read(check.id, signal), `uptime check ${inputs.name}`);
    },
    read: (id, _inputs, _state, { signal }) => read(id, signal),
    update: async (id, inputs, _state, { signal }) => {
      await client.send("PUT", `/v2/uptime/checks/${id}`, bodyOf(inputs), signal);
      return stillThere(await read(id, signal), `uptime check ${inputs.name}`).state;
    },
    delete: async (id, _state, { signal }) => {
      await client.send("DELETE", `/v2/uptime/checks/${id}`, undefined, signal);
    },
    find: async ({ name }) => {
      const all = await client.list<Check>("/v2/uptime/checks", "checks");
      return all.find((one) => one.name === name)?.id;
    },
  });
}

/** An alert that an uptime check raises. */
export function uptimeAlert({ client }: Context): ResourceHandler {
  const alerts = (checkId: string): string => `/v2/uptime/checks/${checkId}/alerts`;
  const read = async (checkId: string, id: string, signal?: AbortSignal) => {
    const reply = await client.find<{ alert: Alert }>(`${alerts(checkId)}/${id}`, signal);
    if (reply === undefined) return undefined;
    const { name, type, threshold, comparison, period, notifications } = reply.alert;
    const state = compact<AlertInputs>({
      checkId,
      name,
      type,
      threshold,
      comparison,
      period,
      notifications: [programNotifications(notifications)],
    });
    return { id, state };
  };
  const bodyOf = (inputs: AlertInputs): object => ({
    name: inputs.name,
    type: inputs.type,
    notifications: apiNotifications(inputs.notifications[0]),
    ...compact({
      threshold: unlessEmpty(inputs.threshold),
      comparison: unlessEmpty(inputs.comparison),
      period: unlessEmpty(inputs.period),
    }),
  });
  return handler<AlertInputs, AlertInputs>({
    create: async (inputs, { signal }) => {
      const { checkId, name } = inputs;
      const { alert } = await client.send<{ alert: Alert }>("POST", alerts(checkId), bodyOf(inputs), signal);
      return stillThere(await read(checkId, alert.id, signal), `uptime alert ${name}`);
    },
    read: (id, inputs, state, { signal }) => {
      const known = { ...inputs, ...state }.checkId;
      const [checkId, alertId] = known === undefined ? partsOfAlertId(id) : [known, id];
      return read(checkId, alertId, signal);
    },
    // A new check id is no replacement to the provider: it looks for the old alert under the new check.
    update: async (id, inputs, _state, { signal }) => {
      await client.send("PUT", `${alerts(inputs.checkId)}/${id}`, bodyOf(inputs), signal);
      return stillThere(await read(inputs.checkId, id, signal), `uptime alert ${inputs.name}`).state;
    },
    delete: async (id, { checkId }, { signal }) => {
      await client.send("DELETE", `${alerts(checkId)}/${id}`, undefined, signal);
    },
    find: async ({ checkId, name }) => {
      const all = await client.list<Alert>(alerts(checkId), "alerts");
      return all.find((one) => one.name === name)?.id;
    },
  });
}

function partsOfAlertId(id: string): [string, string] {
  const parts = importedParts(id);
  if (parts !== undefined) return parts;
  throw new Error(`the id must be the ids of the check and the alert joined with a comma, got ${id}`);
}
