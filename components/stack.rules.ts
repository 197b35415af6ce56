import { awsRegions } from "../catalog/aws-regions.ts";
import { postgresLifetimes } from "../catalog/postgres-versions.ts";
import { dataCentres } from "../catalog/regions.ts";
import { reservedRanges } from "../catalog/reserved-ranges.ts";
import { backupProtectionFaults, isScheduled } from "./backup-bucket.settings.ts";
import type { Block, BlockSettings } from "./config.ts";
import { connectionRules } from "./connections.rules.ts";
import { deliveryProtectionFaults } from "./deploy-environment.settings.ts";
import { authorityFaults, fullName, isWithin, platformRecordFaults } from "./dns.rules.ts";
import { type Fault, pathText, shown } from "./internal/faults.ts";
import type { PartialSettings } from "./internal/partial.ts";
import { saysProduction } from "./internal/protection.ts";
import type { RuleFault, StackRule } from "./internal/rules.ts";
import { nearest } from "./internal/suggest.ts";
import { rangesOverlap } from "./internal/values.ts";
import { foundBy } from "./internal/watched.ts";
import { databaseAlerts } from "./monitoring.settings.ts";
import { providerAddressFaults } from "./provider-addresses.ts";
import { recoveryRules } from "./recovery.rules.ts";
import { foreignBranches } from "./repository.settings.ts";
import { backupNames } from "./web-app/backup-workers.ts";
import { allComponents, sortedEntries, usedDatabases } from "./web-app/components.ts";
import { preparationSecret } from "./web-app/database-preparation.ts";
import { covers } from "./web-app/ingress.settings.ts";
import { databaseUseFaults, versionFaults } from "./web-app/wiring.ts";
import { webAppSecrets } from "./web-app.settings.ts";

/** What is around a stack file: what the rules know beside its blocks. */
export interface Surroundings {
  /** The stack's name. */
  stack: string;
  /** ISO date. */
  today: string;
  /** The configuration by full keys, for the settings of providers. */
  config: Readonly<Record<string, string>>;
  /** Whose repositories GitHub's provider works on where the environment says so, which wins over the settings. */
  githubOwner?: string | undefined;
}

interface Stack extends BlockSettings, Surroundings {
  isProtected: boolean;
}

const inBlock = (block: Block, faults: readonly { path: string; message: string }[]): Fault[] =>
  faults.map(({ path, message }) => ({ path: `${block}.${path}`, message }));

const inPath = (block: Block, faults: readonly RuleFault[]): Fault[] =>
  faults.map(({ path, message }) => ({ path: pathText(path, block), message }));

/** What must hold between the blocks of a stack. */
export const stackRules: readonly StackRule<Stack>[] = [
  {
    id: "protected-name",
    demands: "A stack whose name says that it is production is protected.",
    faults: ({ stack, product }) =>
      saysProduction(stack) && product?.isProtected === false
        ? [
            {
              path: "product.isProtected",
              message: `must be true or left out: the name of stack ${stack} says that it is production; a stack that may be deleted has another name`,
            },
          ]
        : [],
  },
  {
    id: "database-network",
    demands: "A database is in a private network.",
    faults: ({ network, database }) =>
      database !== undefined && network === undefined
        ? [{ path: "network", message: "must be set: only the private network may reach the database" }]
        : [],
  },
  {
    id: "reserved-range",
    demands: "The private network keeps clear of addresses that the platform uses itself.",
    faults: reservedAddresses,
  },
  {
    id: "app-database",
    demands: "A database that the app asks for is one of the stack.",
    isPerEntry: true,
    faults: unknownDatabases,
  },
  {
    id: "extensions-made",
    demands: "Extensions of a database are made by a job of the app, from the operations image.",
    faults: missingOperations,
  },
  {
    id: "postgres-end-of-life",
    demands: "The platform still runs the version of Postgres.",
    faults({ database, today }) {
      const end = database && postgresLifetimes[database.version]?.endOfLife;
      return end !== undefined && today >= end
        ? [
            {
              path: "database.version",
              message: `must be newer: the platform has run no "${database?.version}" since ${end}`,
            },
          ]
        : [];
    },
  },
  ...connectionRules,
  {
    id: "released-component",
    demands: "A release is of components that run an image.",
    faults: unknownReleases,
  },
  {
    id: "image-version",
    demands: "Every image has a version, of the release or its own.",
    isPerEntry: true,
    faults: ({ app, release }) =>
      app === undefined ? [] : inBlock("app", versionFaults(app, release ?? { images: {} })),
  },
  {
    id: "own-secret",
    demands: "Nothing uses the secret that slipway sets itself.",
    isPerEntry: true,
    faults: takenSecrets,
  },
  {
    id: "own-component",
    demands: "No component has the name of one that slipway adds itself.",
    isPerEntry: true,
    faults: takenComponents,
  },
  {
    id: "backup-worker",
    demands: "Backups that are made by schedule are made by a worker of the app, from the operations image.",
    faults: missingWorker,
  },
  {
    id: "backup-protection",
    demands: "Backups of a protected stack outlive it, and no other stack has a lock that nobody can lift.",
    faults: ({ backups, isProtected }) =>
      backups === undefined ? [] : inBlock("backups", backupProtectionFaults(backups, isProtected)),
  },
  {
    id: "delivery-protection",
    demands: "Nobody deploys past the gate of a protected stack.",
    faults: ({ delivery, isProtected }) =>
      delivery === undefined ? [] : inBlock("delivery", deliveryProtectionFaults(delivery, isProtected)),
  },
  {
    id: "own-branch",
    demands: "A stack has the rules of the branch that it deploys from, and of no other.",
    isPerEntry: true,
    faults: ({ repository, delivery }) =>
      repository === undefined ? [] : inBlock("repository", foreignBranches(repository, delivery?.branch)),
  },
  {
    id: "platform-records",
    demands: "The zone has no records of names whose records App Platform writes.",
    isPerEntry: true,
    faults: ({ dns, app }) =>
      dns === undefined ? [] : inPath("dns", platformRecordFaults(dns, platformNames(app))),
  },
  {
    id: "certificate-authorities",
    demands: "A zone that names certificate authorities names those of App Platform.",
    faults: ({ dns, app }) =>
      dns === undefined ? [] : inPath("dns", authorityFaults(dns, platformNames(app))),
  },
  {
    id: "domain-zone",
    demands: "The zone of a domain is the stack's own, where it has one.",
    isPerEntry: true,
    faults: ({ dns, app }) =>
      dns === undefined
        ? []
        : (app?.domains ?? []).flatMap(({ zone }, index) =>
            zone === undefined || zone === dns.zone
              ? []
              : [
                  {
                    path: `app.domains[${index}].zone`,
                    message: `must be ${dns.zone}, as in dns.zone: this stack keeps no other zone; got ${zone}`,
                  },
                ],
          ),
  },
  {
    id: "domain-record",
    demands: "Somebody writes the record of every domain in the stack's zone.",
    faults: ({ dns, app }) =>
      dns === undefined
        ? []
        : (app?.domains ?? []).flatMap(({ name, zone }, index) =>
            zone !== undefined ||
            !isWithin(name, dns.zone) ||
            dns.records.some((record) => fullName(dns.zone, record.name) === name)
              ? []
              : [
                  {
                    path: `app.domains[${index}].zone`,
                    message: `must be ${dns.zone}, or dns.records must have a record for ${name}: nobody writes one`,
                  },
                ],
          ),
  },
  { id: "watched-parts", demands: "Only what is there is watched.", faults: unwatchable },
  {
    id: "check-path",
    demands: "The path of a check is one that the app answers.",
    faults: ({ monitoring, app }) =>
      app === undefined
        ? []
        : sortedEntries(monitoring?.checks ?? {})
            .filter(([, { path }]) => !app.ingress.some((rule) => covers(rule.path, path)))
            .map(([name, { path }]) => ({
              path: `monitoring.checks.${name}.path`,
              message: `must be a path that app.ingress leads to a component; ${app.ingress.length === 0 ? "there is no rule" : `there is ${app.ingress.map((rule) => rule.path).join(", ")}`}, got ${shown(path)}`,
            })),
  },
  ...recoveryRules,
  {
    id: "past-dates",
    demands: "What has happened did so on a day that has been.",
    faults: ({ recovery, release, today }) =>
      Object.entries({
        "recovery.drill.date": recovery?.drill?.date,
        "release.builtAt": release?.builtAt,
      }).flatMap(([path, date]) =>
        // Elsewhere it may be tomorrow already.
        date !== undefined && date.slice(0, 10) > dayAfter(today)
          ? [{ path, message: `must not be in the future: today is ${today}; got ${date}` }]
          : [],
      ),
  },
  {
    id: "aws-region",
    demands: "The region of AWS is one that there is.",
    faults({ config }) {
      const region = config["aws:region"];
      if (region === undefined || awsRegions.some((known) => known === region)) return [];
      const near = nearest(region, awsRegions);
      const hint = near === undefined ? "" : `, did you mean ${near}?`;
      return [
        {
          path: "aws:region",
          message: `must be a region of AWS such as us-east-1; got ${shown(region)}${hint}`,
        },
      ];
    },
  },
  {
    id: "provider-address",
    demands: "No provider takes its token to another address than its platform's.",
    faults: ({ config }) => providerAddressFaults(config),
  },
  {
    id: "github-owner",
    demands: "GitHub's provider works for the owner of the product's repository.",
    faults({ config, githubOwner, product }) {
      const wanted = product?.repository.split("/")[0] ?? "";
      return Object.entries({ "github:owner": config["github:owner"], GITHUB_OWNER: githubOwner }).flatMap(
        ([path, owner]) =>
          product === undefined || owner === undefined || owner.toLowerCase() === wanted.toLowerCase()
            ? []
            : [{ path, message: `must be ${wanted}, who owns product.repository; got ${shown(owner)}` }],
      );
    },
  },
];

const dayAfter = (date: string): string => new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);

/** What is wrong across the blocks of a stack, as far as what is right of them tells. */
export function stackFaults(
  blocks: PartialSettings,
  around: Surroundings & { isProtected: boolean },
): Fault[] {
  return foundBy<Stack, Fault>(stackRules, {
    value: { ...(blocks.value as BlockSettings), ...around },
    missing: blocks.missing,
    collections: blocks.collections,
  });
}

function reservedAddresses({ network, product }: Stack): Fault[] {
  const range = network?.ipRange;
  if (range === undefined) return [];
  const centre = product === undefined ? undefined : dataCentres[product.region];
  const taken = reservedRanges.find(
    (one) => (one.only === undefined || one.only === centre) && rangesOverlap(one.range, range),
  );
  if (taken === undefined) return [];
  const where = taken.only === undefined ? "" : ` in ${taken.only}`;
  return [
    {
      path: "network.ipRange",
      message: `must keep clear of ${taken.range}, which the platform uses itself${where}; take another range, such as 10.40.0.0/20; got ${range}`,
    },
  ];
}

/** Host names whose DNS records App Platform writes itself. */
export const platformNames = (app: BlockSettings["app"]): string[] =>
  (app?.domains ?? []).flatMap(({ name, zone }) => (zone === undefined ? [] : [name]));

function unknownDatabases({ app, database }: Stack): Fault[] {
  const used = app === undefined ? [] : usedDatabases(app);
  if (used.length > 0 && database === undefined)
    return [{ path: "database", message: `must be set: the app asks for the database ${used.join(", ")}` }];
  return app === undefined || used.length === 0
    ? []
    : inBlock("app", databaseUseFaults(app, Object.keys(database?.databases ?? {}).sort()));
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

function takenSecrets({ app, database }: Stack): Fault[] {
  const own = [preparationSecret, ...backupNames({ database }).secrets];
  const uses = app === undefined ? [] : webAppSecrets(app).filter(({ name }) => own.includes(name));
  return uses.flatMap(({ name, usedBy }) =>
    usedBy.map((path) => ({ path, message: `must not be ${name}, which slipway sets itself` })),
  );
}

function takenComponents({ app, database }: Stack): Fault[] {
  const own = backupNames({ database }).workers;
  const components = app === undefined ? [] : allComponents(app);
  return components
    .filter(({ name }) => own.includes(name))
    .map(({ list, name }) => ({
      path: `app.${list}.${name}`,
      message: "must have another name: the worker that slipway adds for backups is called so",
    }));
}

function missingWorker({ app, backups, database, operations }: Stack): Fault[] {
  const isWanted = isScheduled(backups) && Object.keys(database?.databases ?? {}).length > 0;
  if (!isWanted || (operations !== undefined && app !== undefined)) return [];
  return [
    {
      path: operations === undefined ? "operations" : "app",
      message: `must be set: backups.schedule is daily, and a worker of ${operations === undefined ? "its image" : "it"} makes them`,
    },
  ];
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
