import type { ResourceHandler } from "../resource.ts";
import { type Context, handler, stillThere } from "./handler.ts";
import {
  type ApiNotifications,
  apiNotifications,
  type Notifications,
  programNotifications,
} from "./notifications.ts";

interface Inputs {
  type: string;
  description: string;
  compare: string;
  value: number;
  window: string;
  enabled?: boolean;
  entities?: string[];
  tags?: string[];
  alerts: Notifications;
}

interface State extends Inputs {
  uuid: string;
}

interface Policy {
  uuid: string;
  type: string;
  description: string;
  compare: string;
  value: number;
  window: string;
  enabled: boolean;
  entities: string[] | null;
  tags: string[] | null;
  alerts: ApiNotifications;
}

/** An alert on a metric, for example of a database cluster. */
export function monitorAlert({ client }: Context): ResourceHandler {
  const policies = "/v2/monitoring/alerts";
  const read = async (id: string, signal?: AbortSignal) => {
    const reply = await client.find<{ policy: Policy }>(`${policies}/${id}`, signal);
    if (reply === undefined) return undefined;
    const { policy } = reply;
    const state: State = {
      uuid: policy.uuid,
      type: policy.type,
      description: policy.description,
      compare: policy.compare,
      value: policy.value,
      window: policy.window,
      enabled: policy.enabled,
      entities: policy.entities ?? [],
      tags: policy.tags ?? [],
      alerts: programNotifications(policy.alerts),
    };
    return { id, state };
  };
  const bodyOf = (inputs: Inputs): object => ({
    type: inputs.type,
    description: inputs.description,
    compare: inputs.compare,
    value: inputs.value,
    window: inputs.window,
    enabled: inputs.enabled ?? false,
    entities: inputs.entities ?? [],
    tags: inputs.tags ?? [],
    alerts: apiNotifications(inputs.alerts),
  });
  return handler<Inputs, State>({
    create: async (inputs, { signal }) => {
      const { policy } = await client.send<{ policy: Policy }>("POST", policies, bodyOf(inputs), signal);
      return stillThere(await read(policy.uuid, signal), `alert ${inputs.description}`);
    },
    read: (id, _inputs, _state, { signal }) => read(id, signal),
    update: async (id, inputs, _state, { signal }) => {
      await client.send("PUT", `${policies}/${id}`, bodyOf(inputs), signal);
      return stillThere(await read(id, signal), `alert ${inputs.description}`).state;
    },
    delete: async (id, _state, { signal }) => {
      await client.send("DELETE", `${policies}/${id}`, undefined, signal);
    },
    find: async ({ description, type }) => {
      const all = await client.list<Policy>(policies, "policies");
      return all.find((one) => one.description === description && one.type === type)?.uuid;
    },
  });
}
