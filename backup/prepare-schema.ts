import pg from "pg";
import { tried } from "./attempt.ts";
import { Failure } from "./failure.ts";

/**
 * Lets the owner, and no longer everyone, create in schema public. The owner becomes the schema's owner where the
 * administrator may do that, and gets the same rights from the administrator where he may not: to hand a schema over
 * he has to be a member of the new owner's role, and on PostgreSQL 16 and later it is not his to become one unless
 * he was given that role's administration.
 *
 * @throws Failure when the owner cannot create in the schema in the end, or everyone still can
 */
export async function ensureSchema(
  client: pg.Client,
  owner: string,
  say: (line: string) => void,
): Promise<void> {
  const present = await rightsOn(client, owner);
  if (present.isOwner) {
    say(`schema public belongs to ${owner}`);
    return;
  }
  if (present.isOpen) await tried(client, "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
  const { canCreate } = await rightsOn(client, owner);
  const isHandedOver = await handOver(client, owner);
  if (!isHandedOver && !canCreate) {
    await tried(client, `GRANT USAGE, CREATE ON SCHEMA public TO ${pg.escapeIdentifier(owner)}`);
  }
  const reached = await rightsOn(client, owner);
  if (reached.isOpen || !reached.canCreate) {
    throw new Failure(
      "refused",
      `the administrator must own schema public to let ${owner}, and not everyone, create in it`,
    );
  }
  if (isHandedOver) say(`schema public now belongs to ${owner}`);
  else say(`schema public is ${canCreate ? "" : "now "}open to ${owner}`);
}

interface Rights {
  readonly isOwner: boolean;
  readonly canCreate: boolean;
  /** Whether everyone can create in it, as before PostgreSQL 15. */
  readonly isOpen: boolean;
}

async function rightsOn(client: pg.Client, owner: string): Promise<Rights> {
  const { rows } = await client.query(
    `SELECT pg_get_userbyid(nspowner) = $1 AS is_owner,
            has_schema_privilege($1, oid, 'USAGE') AND has_schema_privilege($1, oid, 'CREATE') AS can_create,
            EXISTS (SELECT FROM aclexplode(nspacl) WHERE grantee = 0 AND privilege_type = 'CREATE') AS is_open
       FROM pg_namespace WHERE nspname = 'public'`,
    [owner],
  );
  const [row] = rows;
  return {
    isOwner: row?.is_owner === true,
    canCreate: row?.can_create === true,
    isOpen: row?.is_open === true,
  };
}

/** Makes the owner the schema's owner; false, with nothing changed, where the administrator may not. */
async function handOver(client: pg.Client, owner: string): Promise<boolean> {
  const role = pg.escapeIdentifier(owner);
  const { rows } = await client.query(
    `SELECT pg_has_role(current_user, $1, CASE WHEN has_options THEN 'SET' ELSE 'MEMBER' END) AS is_member,
            CASE WHEN has_options THEN ' WITH SET TRUE, INHERIT FALSE' ELSE '' END AS options
       FROM (SELECT current_setting('server_version_num')::int >= 160000 AS has_options) AS server`,
    [owner],
  );
  const isMember = rows[0]?.is_member === true;
  const options = String(rows[0]?.options);
  const unlessMember = (statement: string): string[] => (isMember ? [] : [statement]);
  return await tried(
    client,
    ...unlessMember(`GRANT ${role} TO CURRENT_USER${options}`),
    // Restores run as the administrator, who would lose the schema with its ownership.
    "GRANT USAGE, CREATE ON SCHEMA public TO CURRENT_USER",
    `ALTER SCHEMA public OWNER TO ${role}`,
    ...unlessMember(`REVOKE ${role} FROM CURRENT_USER`),
  );
}
