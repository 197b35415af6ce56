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

/** What is wrong with a command line, if it asks for what the platform does not do. */
export const commandFault = (command: string): string | undefined =>
  vainCommands.find(([pattern]) => pattern.test(command))?.[1];
