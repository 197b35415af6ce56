import type { ResourceHandler } from "../resource.ts";
import { ApiError, type Client, orMissing } from "./client.ts";
import { type Context, compact, handler, stillThere, unlessEmpty } from "./handler.ts";
import { waitUntil } from "./wait.ts";

interface ProjectInputs {
  name: string;
  description?: string;
  purpose?: string;
  environment?: string;
  isDefault?: boolean;
  resources?: string[];
}

interface ProjectState extends ProjectInputs {
  ownerUuid?: string;
  ownerId?: number;
  createdAt?: string;
  updatedAt?: string;
}

interface Project {
  id: string;
  name: string;
  description?: string;
  purpose?: string;
  environment?: string;
  is_default?: boolean;
  owner_uuid?: string;
  owner_id?: number;
  created_at?: string;
  updated_at?: string;
}

interface AssignmentInputs {
  project: string;
  resources: string[];
}

/** Longest wait for a project's resources to leave it, milliseconds: that of the published provider. */
const longestDelete = 3 * 60 * 1000;

/** A project, which groups resources of the account. */
export function project(context: Context): ResourceHandler {
  const { client, pollInterval } = context;
  const read = async (id: string, signal?: AbortSignal) => {
    const reply = await client.find<{ project: Project }>(`/v2/projects/${id}`, signal);
    if (reply === undefined) return undefined;
    return { id, state: projectState(reply.project, await resourcesOf(client, id, signal)) };
  };
  return handler<ProjectInputs, ProjectState>({
    create: async (inputs, { signal }) => {
      const body = compact({
        name: inputs.name,
        purpose: inputs.purpose,
        description: unlessEmpty(inputs.description),
        environment: unlessEmpty(inputs.environment),
      });
      const { project: made } = await client.send<{ project: Project }>("POST", "/v2/projects", body, signal);
      const resources = inputs.resources ?? [];
      if (resources.length > 0) {
        try {
          await assign(client, made.id, resources, signal);
        } catch (error) {
          await client.send("DELETE", `/v2/projects/${made.id}`, undefined, signal);
          throw error;
        }
      }
      if (inputs.isDefault === true) {
        await client.send("PATCH", `/v2/projects/${made.id}`, { is_default: true }, signal);
      }
      return stillThere(await read(made.id, signal), `project ${inputs.name}`);
    },
    read: (id, _inputs, _state, { signal }) => read(id, signal),
    update: async (id, inputs, state, { changed, signal }) => {
      const body = compact({
        name: inputs.name,
        description: inputs.description ?? "",
        purpose: inputs.purpose ?? "",
        environment: unlessEmpty(inputs.environment),
        is_default: inputs.isDefault ?? false,
      });
      await client.send("PATCH", `/v2/projects/${id}`, body, signal);
      if (changed.includes("resources")) {
        await reassign(client, id, state.resources ?? [], inputs.resources ?? [], signal);
      }
      return stillThere(await read(id, signal), `project ${inputs.name}`).state;
    },
    delete: async (id, state, operation) => {
      const { signal } = operation;
      if ((state.resources ?? []).length > 0) await reassign(client, id, state.resources ?? [], [], signal);
      await waitUntil(
        `the resources of project ${state.name} to leave it`,
        async () => {
          try {
            await client.send("DELETE", `/v2/projects/${id}`, undefined, signal);
            return true;
          } catch (error) {
            // Moving resources takes a moment, and a project with resources cannot be deleted.
            if (error instanceof ApiError && error.status === 412) return undefined;
            throw error;
          }
        },
        { operation, interval: pollInterval, limit: longestDelete },
      );
    },
    find: async ({ name }) => {
      const all = await client.list<Project>("/v2/projects", "projects");
      return all.find((one) => one.name === name)?.id;
    },
  });
}

/** Which resources belong to a project; its id is the project's. */
export function projectResources({ client }: Context): ResourceHandler {
  const read = async (id: string, wanted: readonly string[], signal?: AbortSignal) => {
    if ((await client.find(`/v2/projects/${id}`, signal)) === undefined) return undefined;
    const there = new Set(await resourcesOf(client, id, signal));
    return { id, state: { project: id, resources: wanted.filter((urn) => there.has(urn)) } };
  };
  return handler<AssignmentInputs, AssignmentInputs>({
    create: async (inputs, { signal }) => {
      const { project: id, resources } = inputs;
      if (resources.length > 0) await assign(client, id, resources, signal);
      return stillThere(await read(id, resources, signal), `project ${id}`);
    },
    read: (id, inputs, state, { signal }) => read(id, { ...inputs, ...state }.resources ?? [], signal),
    update: async (id, { resources }, state, { signal }) => {
      await reassign(client, id, state.resources, resources, signal);
      return stillThere(await read(id, resources, signal), `project ${id}`).state;
    },
    delete: async (id, { resources }, { signal }) => {
      const isThere =
        (await orMissing(client.send("GET", `/v2/projects/${id}`, undefined, signal))) !== undefined;
      if (isThere && resources.length > 0) await reassign(client, id, resources, [], signal);
    },
    // Assigning again does no harm, so there is nothing to take back.
    find: async () => undefined,
  });
}

function projectState(found: Project, resources: string[]): ProjectState {
  return compact<ProjectState>({
    name: found.name,
    description: found.description,
    // The API puts this before a purpose that is none of its own.
    purpose: found.purpose?.replace(/^Other: /, ""),
    environment: found.environment,
    isDefault: found.is_default,
    ownerUuid: found.owner_uuid,
    ownerId: found.owner_id,
    createdAt: found.created_at,
    updatedAt: found.updated_at,
    resources,
  });
}

async function resourcesOf(client: Client, id: string, signal?: AbortSignal): Promise<string[]> {
  const all = await client.list<{ urn: string }>(`/v2/projects/${id}/resources`, "resources", signal);
  return all.map(({ urn }) => urn);
}

async function assign(
  client: Client,
  id: string,
  resources: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await client.send("POST", `/v2/projects/${id}/resources`, { resources }, signal);
}

/** What leaves a project goes to the default one: the API has no way to be in none. */
async function reassign(
  client: Client,
  id: string,
  old: readonly string[],
  wanted: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const gone = old.filter((urn) => !wanted.includes(urn));
  const added = wanted.filter((urn) => !old.includes(urn));
  if (gone.length > 0) {
    const fallback = await client.send<{ project: Project }>(
      "GET",
      "/v2/projects/default",
      undefined,
      signal,
    );
    await assign(client, fallback.project.id, gone, signal);
  }
  if (added.length > 0) await assign(client, id, added, signal);
}
