import pg from "pg";

/** Whether the user has a role's rights, also to hand something over to it. */
export async function mayActFor(client: pg.Client, role: string): Promise<boolean> {
  const { rows } = await client.query(
    `SELECT pg_has_role(current_user, $1, 'USAGE')
        AND pg_has_role(current_user, $1, CASE WHEN has_options THEN 'SET' ELSE 'MEMBER' END) AS may_act
       FROM (SELECT current_setting('server_version_num')::int >= 160000 AS has_options) AS server`,
    [role],
  );
  return rows[0]?.may_act === true;
}

/** The user's memberships in one role. */
export interface Memberships {
  /** Options that a membership needs, as there are since PostgreSQL 16. */
  readonly wanted: string;
  /** Their options by who gave them. */
  readonly options: ReadonlyMap<string, string>;
}

/** The user's own memberships in a role. There is one before PostgreSQL 16, and since then one of each grantor. */
export async function membershipsIn(client: pg.Client, role: string): Promise<Memberships> {
  // Of the row as JSON: before PostgreSQL 16 the columns of the options are not there.
  const { rows } = await client.query(
    `SELECT CASE WHEN has_options THEN ' WITH INHERIT TRUE, SET TRUE' ELSE '' END AS wanted,
            CASE WHEN has_options THEN format(' GRANTED BY %I', pg_get_userbyid(grantor)) ELSE '' END AS by,
            format('INHERIT %s, SET %s', given ->> 'inherit_option', given ->> 'set_option') AS options,
            given IS NOT NULL AS is_given
       FROM (SELECT current_setting('server_version_num')::int >= 160000 AS has_options) AS server
       LEFT JOIN (SELECT grantor, to_jsonb(m) AS given FROM pg_auth_members m
                   WHERE member = (SELECT oid FROM pg_roles WHERE rolname = current_user)
                     AND roleid = (SELECT oid FROM pg_roles WHERE rolname = $1)) AS row ON true`,
    [role],
  );
  return {
    wanted: String(rows[0]?.wanted),
    options: new Map(
      rows.flatMap(({ by, options, is_given }) =>
        is_given === true ? [[String(by), String(options)] as const] : [],
      ),
    ),
  };
}

/** What makes memberships again what they were: one that came goes, and one that changed gets its options back. */
export function takenBack(
  role: string,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] {
  const name = pg.escapeIdentifier(role);
  return [...after].flatMap(([by, options]) => {
    const old = before.get(by);
    if (old === undefined) return [`REVOKE ${name} FROM CURRENT_USER${by}`];
    return old === options ? [] : [`GRANT ${name} TO CURRENT_USER WITH ${old}${by}`];
  });
}
