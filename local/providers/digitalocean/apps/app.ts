import { type Operation, PartialFailure, type Properties, type ResourceHandler } from "../../resource.ts";
import { type Context, compact, goTime, handler, stillThere } from "../handler.ts";
import { keepDestinations, sendDestinations } from "./alerts.ts";
import { awaitDeployment } from "./deployment.ts";
import { apiSpec, programSpec } from "./spec.ts";

interface Inputs {
  spec?: Properties;
  projectId?: string;
  dedicatedIps?: Properties[];
  deploymentPerPage?: number;
}

interface State extends Inputs {
  defaultIngress?: string;
  liveUrl?: string;
  liveDomain?: string;
  activeDeploymentId: string;
  appUrn: string;
  createdAt?: string;
  updatedAt?: string;
}

interface App {
  id: string;
  spec: Properties;
  default_ingress?: string;
  live_url?: string;
  live_domain?: string;
  project_id?: string;
  created_at?: string;
  updated_at?: string;
  active_deployment?: { id: string };
  pending_deployment?: { id: string };
  dedicated_ips?: { id?: string; ip?: string; status?: string }[];
}

/** An app on App Platform. Create and update wait for the deployment that they begin. */
export function app(context: Context): ResourceHandler {
  const { client } = context;

  const read = async (id: string, known: Partial<Inputs>, operation?: Operation) => {
    const reply = await client.find<{ app: App }>(`/v2/apps/${id}`, operation?.signal);
    if (reply === undefined) return undefined;
    if (reply.app.active_deployment === undefined) {
      operation?.warn(`app ${String(reply.app.spec.name)} has no active deployment: nothing of it is served`);
    }
    return { id, state: stateOf(reply.app, known) };
  };

  /** Waits for what a create or update began; whatever fails from here on, the app is there and its state is kept. */
  const finish = async (begun: App, inputs: Inputs, operation: Operation): Promise<State> => {
    const name = String(inputs.spec?.name ?? begun.id);
    const finished = async (signalled: Operation): Promise<State> => {
      const { state } = stillThere(await read(begun.id, inputs, signalled), `app ${name}`);
      return state.spec === undefined
        ? state
        : { ...state, spec: keepDestinations(state.spec, inputs.spec ?? {}) };
    };
    try {
      const pending = begun.pending_deployment?.id;
      await awaitDeployment(context, { id: begun.id, name, pending }, operation);
      await sendDestinations(context, begun.id, inputs.spec ?? {}, operation.signal);
      return await finished(operation);
    } catch (error) {
      const reply = await client.find<{ app: App }>(`/v2/apps/${begun.id}`);
      const state = stateOf(reply?.app ?? begun, inputs);
      const message = error instanceof Error ? error.message : String(error);
      throw new PartialFailure(message, { id: begun.id, state: { ...state } });
    }
  };

  return handler<Inputs, State>({
    create: async (inputs, operation) => {
      const body = compact({ spec: apiSpec(inputs.spec ?? {}), project_id: inputs.projectId });
      const { app: made } = await client.send<{ app: App }>("POST", "/v2/apps", body, operation.signal);
      return { id: made.id, state: await finish(made, inputs, operation) };
    },
    read: (id, inputs, state, operation) => read(id, { ...state, ...inputs }, operation),
    update: async (id, inputs, _state, operation) => {
      if (!operation.changed.includes("spec")) {
        return stillThere(await read(id, inputs, operation), `app ${String(inputs.spec?.name ?? id)}`).state;
      }
      const body = { spec: apiSpec(inputs.spec ?? {}) };
      const { app: changed } = await client.send<{ app: App }>(
        "PUT",
        `/v2/apps/${id}`,
        body,
        operation.signal,
      );
      return finish(changed, inputs, operation);
    },
    delete: async (id, _state, { signal }) => {
      await client.send("DELETE", `/v2/apps/${id}`, undefined, signal);
    },
    find: async ({ spec }) => {
      const all = await client.list<App>("/v2/apps", "apps");
      return all.find((one) => one.spec.name === spec?.name)?.id;
    },
  });
}

function stateOf(found: App, known: Partial<Inputs>): State {
  return compact<State>({
    spec: programSpec(found.spec, known.spec),
    projectId: found.project_id,
    deploymentPerPage: known.deploymentPerPage,
    dedicatedIps: found.dedicated_ips?.map(({ id, ip, status }) => compact({ id, ip, status })),
    defaultIngress: found.default_ingress,
    liveUrl: found.live_url,
    liveDomain: found.live_domain,
    activeDeploymentId: found.active_deployment?.id ?? "",
    appUrn: `do:app:${found.id}`,
    createdAt: found.created_at === undefined ? undefined : goTime(found.created_at),
    updatedAt: found.updated_at === undefined ? undefined : goTime(found.updated_at),
  });
}
