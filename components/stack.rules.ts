import { backupProtectionFaults } from "./backup-bucket.settings.ts";
import type { Block, BlockSettings } from "./config.ts";
import { deliveryProtectionFaults } from "./deploy-environment.settings.ts";
import { appNameFaults } from "./dns.rules.ts";
import { pathText } from "./internal/faults.ts";
import type { Fault } from "./internal/settings.ts";
import { nearest } from "./internal/suggest.ts";
import { databaseAlerts } from "./monitoring.settings.ts";
import { foreignBranches } from "./repository.settings.ts";
import { allComponents, usedDatabases } from "./web-app/components.ts";
import { preparationSecret } from "./web-app/database-preparation.ts";
import { versionFaults } from "./web-app/wiring.ts";
import { webAppSecrets } from "./web-app.settings.ts";

interface Stack extends BlockSettings {
  isProtected: boolean;
}

/** A rule across blocks: the blocks that it reads, and what it finds wrong. */
interface Rule {
  reads: readonly Block[];
  faults(stack: Stack): Fault[];
}

const inBlock = (block: Block, faults: readonly Fault[]): Fault[] =>
  faults.map(({ path, message }) => ({ path: `${block}.${path}`, message }));

const rules: readonly Rule[] = [
  {
    reads: ["network", "database"],
    faults: ({ network, database }) =>
      database !== undefined && network === undefined
        ? [{ path: "network", message: "must be set: only the private network may reach the database" }]
        : [],
  },
  { reads: ["app", "database"], faults: unknownDatabases },
  { reads: ["app", "database", "operations"], faults: missingOperations },
  { reads: ["app", "release"], faults: unknownReleases },
  {
    reads: ["app", "release"],
    faults: ({ app, release }) =>
      app === undefined ? [] : inBlock("app", versionFaults(app, release ?? { images: {} })),
  },
  { reads: ["app"], faults: takenSecrets },
  {
    reads: ["backups"],
    faults: ({ backups, isProtected }) =>
      backups === undefined ? [] : inBlock("backups", backupProtectionFaults(backups, isProtected)),
  },
  {
    reads: ["delivery"],
    faults: ({ delivery, isProtected }) =>
      delivery === undefined ? [] : inBlock("delivery", deliveryProtectionFaults(delivery, isProtected)),
  },
  {
    reads: ["repository", "delivery"],
    faults: ({ repository, delivery }) =>
      repository === undefined ? [] : inBlock("repository", foreignBranches(repository, delivery?.branch)),
  },
  {
    reads: ["dns", "app"],
    faults: ({ dns, app }) =>
      dns === undefined
        ? []
        : appNameFaults(dns, platformNames(app)).map(({ path, message }) => ({
            path: pathText(path, "dns"),
            message,
          })),
  },
  { reads: ["monitoring", "app", "database"], faults: unwatchable },
];

/** What is wrong across the blocks of a stack. Rules that read a faulty block wait until it is mended. */
export function stackFaults(stack: Stack, faulty: ReadonlySet<Block>): Fault[] {
  return rules
    .filter(({ reads }) => !reads.some((block) => faulty.has(block)))
    .flatMap((rule) => rule.faults(stack));
}

/** Host names whose DNS records App Platform writes itself. */
export const platformNames = (app: BlockSettings["app"]): string[] =>
  (app?.domains ?? []).flatMap(({ name, zone }) => (zone === undefined ? [] : [name]));

function unknownDatabases({ app, database }: Stack): Fault[] {
  const used = app === undefined ? [] : usedDatabases(app);
  if (used.length > 0 && database === undefined)
    return [{ path: "database", message: `must be set: the app asks for the database ${used.join(", ")}` }];
  const known = Object.keys(database?.databases ?? {});
  return used
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearest(name, known);
      const hint = near === undefined ? "" : `; did you mean ${near} there?`;
      return { path: `database.databases.${name}`, message: `must be set: the app asks for it${hint}` };
    });
}

function missingOperations({ app, database, operations }: Stack): Fault[] {
  const wishes = Object.entries(database?.databases ?? {}).filter(
    ([, { extensions }]) => extensions.length > 0,
  );
  const names = wishes.map(([name]) => name).join(", ");
  if (wishes.length === 0 || (operations !== undefined && app !== undefined)) return [];
  return operations === undefined
    ? [
        {
          path: "operations",
          message: `must be set: its image makes the extensions of the database ${names}`,
        },
      ]
    : [{ path: "app", message: `must be set: a job of it makes the extensions of the database ${names}` }];
}

function unknownReleases({ app, release }: Stack): Fault[] {
  const known = app === undefined ? [] : imageComponents(app);
  return Object.keys(release?.images ?? {})
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearest(name, known);
      const hint = near === undefined ? "" : `; did you mean ${near}?`;
      return {
        path: `release.images.${name}`,
        message: `must be a component of the app with an image${hint}`,
      };
    });
}

const imageComponents = (app: NonNullable<BlockSettings["app"]>) =>
  allComponents(app).flatMap(({ name, settings }) =>
    "image" in settings && settings.image !== undefined ? [name] : [],
  );

function takenSecrets({ app }: Stack): Fault[] {
  const uses = app === undefined ? [] : webAppSecrets(app).filter(({ name }) => name === preparationSecret);
  return uses.flatMap(({ usedBy }) =>
    usedBy.map((path) => ({ path, message: `must not be ${preparationSecret}, which slipway sets itself` })),
  );
}

function unwatchable({ monitoring, app, database }: Stack): Fault[] {
  if (monitoring === undefined) return [];
  const faults: Fault[] = [];
  if (app === undefined && Object.keys(monitoring.checks).length > 0)
    faults.push({ path: "monitoring.checks", message: "must be left out: there is no app to check" });
  if (database === undefined && databaseAlerts(monitoring).length > 0)
    faults.push({ path: "monitoring.database", message: "must be left out: there is no database to watch" });
  return faults;
}
