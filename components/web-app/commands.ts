import { looksSecret } from "../internal/secret-looks.ts";

/** Commands that do not do what people write them for, each with what does. */
const vainCommands: readonly (readonly [RegExp, string])[] = [
  [
    /\bcreate\s+(?:user|role)\b/i,
    "must not create users with SQL, which App Platform cannot bind: list them in database.users",
  ],
  [
    /\balter\s+system\b/i,
    "must not use ALTER SYSTEM, for which managed Postgres gives nobody the rights: use database.postgres",
  ],
  [
    /\bdoctl\s+apps\s+deployments\s+rollback\b/,
    "must not call `doctl apps deployments rollback`, which does not exist: set the earlier digest in slipway:release and run `pulumi up`",
  ],
  [
    /\bdoctl\s+databases\s+backups\s+restore\b/,
    "must not call `doctl databases backups restore`, which does not exist: `doctl databases fork` makes a new cluster from a backup, and the connections must be switched to it",
  ],
  [
    /\bcreate-deployment\b.*--force-rebuild\b/,
    "must not use --force-rebuild to roll back, since it builds what is configured now: set the earlier digest in slipway:release and run `pulumi up`",
  ],
];

/** What a command line sets for its programs: `NAME=value` before them, and `--name value` or `--name=value` behind. */
const assignments =
  /(?:^|[\s;&|"'(])(?:--?)?([A-Za-z_][\w-]{0,63})=(\S{1,512})|\s--([a-z][a-z-]{0,63})\s+([^\s-]\S{0,511})/g;

/** A login that curl is given in clear: `-u admin:hunter2` (curl's manual, `-u, --user <user:password>`). */
const curlLogin = /\s(?:-u\s{0,4}|--user[\s=]{1,4})["']?[^\s:"'$]{1,128}:[^\s:"'$]/;

/** The name of what a command line holds and most likely nobody should read. */
export function plainSecretIn(command: string): string | undefined {
  for (const [, name, value = "", option, argument = ""] of command.matchAll(assignments)) {
    const given = (value === "" ? argument : value).replace(/^["']|["';]+$/g, "");
    // What the shell fills in is not the secret itself.
    if (!/^(?:\$|`|<)/.test(given) && looksSecret((name ?? option ?? "").replaceAll("-", "_"), given))
      return name ?? option;
  }
  return /\bcurl\b/.test(command) && curlLogin.test(command) ? "CURL_USER" : undefined;
}

/** What is wrong with a command line, if it asks for what the platform does not do. */
export const commandFault = (command: string): string | undefined =>
  vainCommands.find(([pattern]) => pattern.test(command))?.[1];
