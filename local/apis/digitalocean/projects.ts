import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { type Account, now } from "./account.ts";
import { found, preconditionFailed, readBody, unprocessable } from "./errors.ts";
import { origin, page } from "./http.ts";

/** A group of resources. Field names are the API's. */
export interface Project {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly purpose: string;
  readonly environment: string;
  readonly is_default: boolean;
  readonly created_at: string;
  readonly updated_at: string;
}

/** The project that a resource is in. */
export interface Assignment {
  readonly urn: string;
  readonly projectId: string;
  readonly assignedAt: string;
}

const fields = {
  name: z.string().max(175, "must have 175 characters at most"),
  description: z.string().max(255, "must have 255 characters at most").optional(),
  purpose: z.string().max(255, "must have 255 characters at most"),
  environment: z.string().optional(),
};

const CreateBody = z.object(fields);
const UpdateBody = z.object({ ...fields, is_default: z.boolean() }).partial();
const AssignBody = z.object({ resources: z.array(z.string()) });

/** The API takes any case and answers with the word as it is written here. */
function environmentOf(word: string | undefined): string {
  if (word === undefined || word === "") return "";
  const known = ["Development", "Staging", "Production"].find(
    (name) => name.toLowerCase() === word.toLowerCase(),
  );
  if (known === undefined) throw unprocessable("environment must be one of Development, Staging, Production");
  return known;
}

/** The project of everything that names none. Every account has it. */
export function defaultProject(account: Account): Project {
  const kept = account.projects.list().find((project) => project.is_default);
  if (kept !== undefined) return kept;
  const id = randomUUID();
  const made: Project = {
    id,
    name: "first-project",
    description: "Update your project information under Settings",
    purpose: "Just trying out DigitalOcean",
    environment: "",
    is_default: true,
    created_at: now(),
    updated_at: now(),
  };
  account.projects.put(id, made);
  return made;
}

/** The project of that id, the default one for none. */
export function findProject(account: Account, id: string | undefined): Project {
  if (id === undefined || id === "") return defaultProject(account);
  const project = account.projects.get(id);
  if (project === undefined) throw unprocessable(`project_id: project "${id}" does not exist`);
  return project;
}

/** Puts a resource into a project, out of the one that it was in. */
export function assign(account: Account, urn: string, projectId: string): void {
  account.assignments.put(urn, { urn, projectId, assignedAt: now() });
}

/** Forgets a resource that was deleted. */
export function unassign(account: Account, urn: string): void {
  account.assignments.delete(urn);
}

/** Id of the project that a resource is in. */
export const projectOf = (account: Account, urn: string): string =>
  account.assignments.get(urn)?.projectId ?? defaultProject(account).id;

function createProject(account: Account, body: unknown): Project {
  const asked = readBody(CreateBody, body);
  if (account.projects.list().some(({ name }) => name === asked.name)) {
    throw unprocessable(`name: a project named "${asked.name}" already exists`);
  }
  const project: Project = {
    id: randomUUID(),
    name: asked.name,
    description: asked.description ?? "",
    purpose: asked.purpose,
    environment: environmentOf(asked.environment),
    is_default: false,
    created_at: now(),
    updated_at: now(),
  };
  account.projects.put(project.id, project);
  return project;
}

function updateProject(account: Account, project: Project, body: unknown): Project {
  const asked = readBody(UpdateBody, body);
  if (asked.is_default === false && project.is_default) {
    throw unprocessable("is_default: another project must become the default one instead");
  }
  if (asked.is_default === true && !project.is_default) {
    const before = defaultProject(account);
    account.projects.put(before.id, { ...before, is_default: false });
  }
  const updated: Project = {
    ...project,
    name: asked.name ?? project.name,
    description: asked.description ?? project.description,
    purpose: asked.purpose ?? project.purpose,
    environment: asked.environment === undefined ? project.environment : environmentOf(asked.environment),
    is_default: asked.is_default ?? project.is_default,
    updated_at: now(),
  };
  account.projects.put(project.id, updated);
  return updated;
}

const resourceKinds = {
  app: (account: Account, id: string): unknown => account.apps.get(id),
  dbaas: (account: Account, id: string): unknown => account.clusters.get(id),
  domain: (account: Account, name: string): unknown => account.domains.get(name),
} as const;

function exists(account: Account, urn: string): boolean {
  const [scheme, kind, ...rest] = urn.split(":");
  if (scheme !== "do" || kind === undefined || !Object.hasOwn(resourceKinds, kind)) return false;
  return resourceKinds[kind as keyof typeof resourceKinds](account, rest.join(":")) !== undefined;
}

/** Where the API serves what a URN names. */
function selfLink(base: string, urn: string): string {
  const [, kind, ...rest] = urn.split(":");
  const folder = { app: "apps", dbaas: "databases", domain: "domains" }[kind ?? ""] ?? kind;
  return `${base}/v2/${folder}/${rest.join(":")}`;
}

function assignResources(account: Account, project: Project, body: unknown, base: string): unknown[] {
  const urns = readBody(AssignBody, body).resources;
  return urns.map((urn) => {
    const links = { self: selfLink(base, urn) };
    if (!exists(account, urn)) return { urn, assigned_at: now(), links, status: "not_found" };
    const status = projectOf(account, urn) === project.id ? "already_assigned" : "assigned";
    assign(account, urn, project.id);
    return {
      urn,
      assigned_at: account.assignments.get(urn)?.assignedAt,
      links,
      status,
    };
  });
}

/** Serves projects and what is in them. */
export function projectRoutes(server: FastifyInstance, account: Account): void {
  type One = { Params: { id: string } };
  const projectNamed = (id: string): Project =>
    id === "default" ? defaultProject(account) : found(account.projects.get(id));
  const view = ({ environment, ...project }: Project): Record<string, unknown> => ({
    ...project,
    ...(environment === "" ? {} : { environment }),
    owner_uuid: account.identity.uuid,
    owner_id: 1,
  });

  server.get("/v2/projects", async (request) => {
    defaultProject(account);
    return page(request, "projects", account.projects.list().map(view));
  });

  server.post("/v2/projects", async (request, reply) => {
    defaultProject(account);
    return reply.code(201).send({ project: view(createProject(account, request.body)) });
  });

  server.get<One>("/v2/projects/:id", async (request) => ({
    project: view(projectNamed(request.params.id)),
  }));

  for (const method of ["PUT", "PATCH"] as const) {
    server.route<One>({
      method,
      url: "/v2/projects/:id",
      handler: async (request) => ({
        project: view(updateProject(account, projectNamed(request.params.id), request.body)),
      }),
    });
  }

  server.delete<One>("/v2/projects/:id", async (request, reply) => {
    const project = projectNamed(request.params.id);
    if (project.is_default) throw preconditionFailed("cannot delete the default project");
    if (account.assignments.list().some(({ projectId }) => projectId === project.id)) {
      throw preconditionFailed("cannot delete a project with resources. move or remove the resources first");
    }
    account.projects.delete(project.id);
    return reply.code(204).send();
  });

  server.get<One>("/v2/projects/:id/resources", async (request) => {
    const project = projectNamed(request.params.id);
    const resources = account.assignments
      .list()
      .filter(({ projectId }) => projectId === project.id)
      .map(({ urn, assignedAt }) => ({
        urn,
        assigned_at: assignedAt,
        links: { self: selfLink(origin(request), urn) },
        status: "ok",
      }));
    return page(request, "resources", resources);
  });

  server.post<One>("/v2/projects/:id/resources", async (request) => ({
    resources: assignResources(account, projectNamed(request.params.id), request.body, origin(request)),
  }));
}
