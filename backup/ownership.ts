import pg from "pg";
import { oneLine } from "./archive.ts";
import { tried } from "./attempt.ts";
import { connected, type ServerAddress } from "./database.ts";
import { Failure } from "./failure.ts";
import type { Log } from "./log.ts";
import { mayActFor, membershipsIn, takenBack } from "./memberships.ts";
import { endOfSessions, takeBack } from "./undo.ts";

/** Who owns what of a dump, as far as a restore has to know it. */
export interface Owners {
  readonly roles: readonly string[];
  /** Schemas with something in them that belongs to another than the schema itself does. */
  readonly guests: readonly Guest[];
  /** Those of these schemas that the dump makes, with their owners: they have to be there before it. */
  readonly hosts: ReadonlyMap<string, string>;
  /** Schemas whose rights the dump sets itself. */
  readonly ruled: ReadonlySet<string>;
}

/** A role that owns something in a schema that is not its own. */
export interface Guest {
  readonly schema: string;
  readonly role: string;
}

/** Nobody: for a restore that keeps no owners. */
export const noOwners: Owners = { roles: [], guests: [], hosts: new Map(), ruled: new Set() };

/**
 * Finds the owners in the list of a dump, whose lines end in one.
 *
 * @param roles - the roles that the manifest names
 */
export function ownersIn(list: readonly string[], roles: readonly string[]): Owners {
  // Of two names of which one ends as the other does, the longer is meant.
  const longestFirst = [...roles].sort((one, other) => other.length - one.length);
  const owned = list.map((line) => ({
    line,
    owner: longestFirst.find((role) => line.endsWith(` ${oneLine(role)}`)),
  }));
  const hosts = new Map<string, string | undefined>([["public", undefined]]);
  const ruled = new Set<string>();
  for (const { line, owner } of owned) {
    const ofSchema = (kind: string): string | undefined =>
      new RegExp(`^\\d+; \\d+ \\d+ ${kind}(.+)$`)
        .exec(line)?.[1]
        ?.slice(0, owner === undefined ? undefined : -oneLine(owner).length - 1);
    const schema = ofSchema("SCHEMA - ");
    if (schema !== undefined) hosts.set(schema, owner);
    const withRights = ofSchema("ACL - SCHEMA ");
    // The owner of schema public may be a role that no manifest names.
    if (withRights !== undefined) ruled.add(withRights.replace(/ pg_database_owner$/, ""));
  }
  const guests = new Map<string, Guest>();
  for (const [schema, host] of hosts)
    for (const { line, owner } of owned)
      if (owner !== undefined && owner !== host && isIn(schema, line))
        guests.set(JSON.stringify([schema, owner]), { schema, role: owner });
  const visited = new Set([...guests.values()].map(({ schema }) => schema));
  return {
    roles: longestFirst.filter((role) => owned.some(({ owner }) => owner === role)).sort(),
    guests: [...guests.values()],
    hosts: new Map(
      [...hosts].flatMap(([schema, host]) =>
        schema !== "public" && host !== undefined && visited.has(schema) ? [[schema, host]] : [],
      ),
    ),
    ruled,
  };
}

/** Whether an entry may be of something in a schema: its kind stands before that. */
const isIn = (schema: string, line: string): boolean =>
  new RegExp(`^\\d+; \\d+ \\d+ [A-Z][A-Z ]* ${schema.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")} `).test(line);

/**
 * Does work during which the user of a database may act for the owners of what is restored: whoever hands a table over
 * has to be a member of its new owner's role, and the new owner has to have CREATE on the schema. An administrator who
 * is no superuser may make himself a member of the roles that he administers. All of it is taken back afterwards.
 *
 * @throws Failure that names every role that the user cannot act for, before anything is changed
 */
export async function actingForOwners<T>(
  target: ServerAddress,
  owners: Owners,
  { name, signal, log }: RestoreSession,
  work: () => Promise<T>,
): Promise<T> {
  const undo = await begin(target, owners);
  let ended: Promise<unknown> | undefined;
  const end = (): void => {
    ended ??= takeBack(target, [endOfSessions(name)], log);
  };
  signal.addEventListener("abort", end);
  let result: T;
  try {
    result = await work();
  } catch (error) {
    end();
    await ended;
    await takeBack(target, [...undo.failed.reverse(), ...undo.always], log);
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", end);
  }
  const [failure] = await takeBack(target, [...undo.done, ...undo.always], log);
  if (failure !== undefined) throw failure;
  return result;
}

/** What one restore does in a database. */
export interface RestoreSession {
  /** Of all its connections, and of no other's. */
  readonly name: string;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** Statements that take back what was allowed. */
interface Undo {
  readonly always: string[];
  readonly done: string[];
  readonly failed: string[];
}

async function begin(target: ServerAddress, owners: Owners): Promise<Undo> {
  const options = { name: "slipway restore", statementLimit: 60_000, lockLimit: 60_000 };
  return await connected(target, Date.now() + 10_000, (client) => allow(client, target, owners), options);
}

async function allow(client: pg.Client, { user }: ServerAddress, owners: Owners): Promise<Undo> {
  const undo: Undo = { always: [], done: [], failed: [] };
  const refused: string[] = [];
  const idle: string[] = [];
  await client.query("BEGIN");
  for (const role of owners.roles) {
    if (await mayActFor(client, role)) continue;
    const before = await membershipsIn(client, role);
    const isGranted = await tried(
      client,
      `GRANT ${pg.escapeIdentifier(role)} TO CURRENT_USER${before.wanted}`,
    );
    if (isGranted && (await mayActFor(client, role)))
      undo.always.push(...takenBack(role, before.options, (await membershipsIn(client, role)).options));
    else (isGranted ? idle : refused).push(role);
  }
  if (refused.length > 0)
    throw new Failure(
      "unfit",
      `the target's user ${user} may not act for ${refused.join(", ")}, who own what is restored: restore as the owner, GRANT the role to ${user}, or use --no-owner`,
    );
  if (idle.length > 0)
    throw new Failure(
      "unfit",
      `the target's user ${user} does not inherit the rights of ${idle.join(", ")}, who own what is restored: ALTER ROLE ${user} INHERIT, restore as the owner, or use --no-owner`,
    );
  for (const [schema, host] of owners.hosts) await makeSchema(client, schema, host, undo);
  for (const { schema, role } of owners.guests) {
    const { rows: rights } = await client.query(
      "SELECT has_schema_privilege($2, oid, 'CREATE') AS can_create FROM pg_namespace WHERE nspname = $1",
      [schema, role],
    );
    if (rights[0]?.can_create !== false) continue;
    const [where, who] = [pg.escapeIdentifier(schema), pg.escapeIdentifier(role)];
    await client.query(`GRANT CREATE ON SCHEMA ${where} TO ${who}`);
    const revoke = `REVOKE CREATE ON SCHEMA ${where} FROM ${who}`;
    undo.failed.push(revoke);
    if (!owners.ruled.has(schema)) undo.done.push(revoke);
  }
  await client.query("COMMIT");
  return undo;
}

/** A schema that is there already keeps its owner. */
async function makeSchema(client: pg.Client, schema: string, host: string, undo: Undo): Promise<void> {
  const { rows } = await client.query("SELECT FROM pg_namespace WHERE nspname = $1", [schema]);
  if (rows.length > 0) return;
  const name = pg.escapeIdentifier(schema);
  await client.query(`CREATE SCHEMA ${name}`);
  await client.query(`ALTER SCHEMA ${name} OWNER TO ${pg.escapeIdentifier(host)}`);
  undo.failed.push(`DROP SCHEMA ${name}`);
}
