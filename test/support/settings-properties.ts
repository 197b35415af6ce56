import fc from "fast-check";
import { appSizes } from "../../catalog/app-sizes.ts";
import { connectionLimit, databaseSizes, takesStandby } from "../../catalog/database-sizes.ts";
import { dataCentres } from "../../catalog/regions.ts";

/** The blocks of a stack, as a stack file has them. */
export type Blocks = Record<string, unknown>;

/** The configuration of a stack as the engine hands it over. */
export const configOf = (blocks: Blocks): Record<string, string> =>
  Object.fromEntries(Object.entries(blocks).map(([key, value]) => [`slipway:${key}`, JSON.stringify(value)]));

const keysOf = <T extends object>(table: T) =>
  fc.constantFrom(...(Object.keys(table) as (keyof T & string)[]));
const name = (most: number) => fc.stringMatching(new RegExp(`^[a-z]([a-z0-9]|-[a-z0-9]){1,${most}}$`));
// Roles that begin with pg_ are those of Postgres itself.
const sqlName = fc.stringMatching(/^[a-oq-z][a-z0-9_]{4,20}[0-9]$/);
const emails = fc.array(fc.constantFrom("ops@example.com", "team@example.com"), {
  minLength: 1,
  maxLength: 1,
});
const percent = fc.integer({ min: 1, max: 100 });

/** Some of the fields, so that what is left out gets its default. */
const some = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { requiredKeys: [] });

const product = fc.record(
  {
    name: name(6),
    repository: fc.constant("owner/product"),
    region: keysOf(dataCentres),
    contact: fc.constant("a@b.example"),
  },
  { requiredKeys: ["name", "repository"] },
);

const network = some({ ipRange: fc.integer({ min: 30, max: 90 }).map((part) => `10.${part}.0.0/20`) });

const database = fc
  .record({
    version: fc.constantFrom("16", "17"),
    size: keysOf(databaseSizes),
    standbyNodes: fc.integer({ min: 0, max: 2 }),
    databases: fc.dictionary(sqlName, fc.record({ owner: sqlName }), { minKeys: 1, maxKeys: 3 }),
    users: fc.uniqueArray(sqlName, { maxLength: 2 }),
    maintenance: fc.record({
      day: fc.constantFrom("monday", "sunday"),
      hour: fc.integer({ min: 10, max: 23 }).map((hour) => `${hour}:00`),
    }),
    pools: fc.boolean(),
    replicas: fc.boolean(),
    postgres: some({ trackIoTiming: fc.boolean() }),
  })
  .map(({ pools, replicas, ...rest }) => {
    const [[main, { owner }] = ["", { owner: "" }]] = Object.entries(rest.databases);
    const size = Math.max(1, Math.floor(connectionLimit(rest.size) / 2));
    return {
      ...rest,
      standbyNodes: takesStandby(rest.size) ? rest.standbyNodes : 0,
      pools: pools ? { "api-pool": { database: main, user: owner, size } } : {},
      replicas: replicas ? { reports: {} } : {},
    };
  });

const backups = fc
  .record({
    schedule: fc.constantFrom("onDemand", "daily"),
    retentionDays: fc.integer({ min: 7, max: 3650 }),
    share: percent,
  })
  .map(({ share, ...rest }) => ({
    ...rest,
    lock: { mode: "governance", days: Math.max(1, Math.floor((rest.retentionDays * share) / 100)) },
  }));

// No random letters: some of them name a secret.
const variables = fc.dictionary(
  fc.stringMatching(/^(LOG|MAX|WEB|JOBS|CACHE|QUEUE|FEATURE|REGION)_[0-9]{1,3}$/),
  fc.oneof(fc.integer(), fc.boolean(), fc.constantFrom("INFO", "on"), fc.constant({ bind: "${APP_URL}" })),
  { maxKeys: 4 },
);

const service = fc
  .record({
    image: fc.constant({ registry: "ghcr", repository: "owner/api", tag: "1.0.0" }),
    size: keysOf(appSizes),
    instances: fc.integer({ min: 1, max: 5 }),
    isScaled: fc.boolean(),
    port: fc.integer({ min: 1024, max: 65535 }),
    environment: variables,
  })
  .map(({ instances, isScaled, ...rest }) => {
    const { isAutoscalable, isCountable } = appSizes[rest.size];
    if (isAutoscalable && isScaled) return { ...rest, autoscaling: { min: instances, max: instances + 1 } };
    return { ...rest, instances: isCountable ? instances : 1 };
  });

const app = fc.array(service, { minLength: 1, maxLength: 3 }).map((services) => ({
  services: Object.fromEntries(services.map((one, index) => [`api-${index}`, one])),
  ingress: [{ path: "/", component: "api-0" }],
}));

const dns = fc.uniqueArray(name(8), { maxLength: 4 }).map((names) => ({
  zone: "product.example",
  records: names.map((host, index) =>
    index % 2 === 0
      ? { type: "A", name: host, value: "203.0.113.7" }
      : { type: "CNAME", name: host, value: "elsewhere.example", ttl: 300 },
  ),
}));

const monitoring = fc
  .record({
    paths: fc.uniqueArray(name(6), { maxLength: 3 }),
    latencyMs: fc.integer({ min: 1, max: 60_000 }),
    emails,
  })
  .map(({ paths, ...rest }) => ({
    checks: Object.fromEntries(paths.map((path) => [path, { path: `/${path}`, ...rest }])),
  }));

const budget = some({ database: percent, compute: percent, storage: percent });

/** Settings that are right: each block in many forms, and all that must hold between them. */
export const validBlocks: fc.Arbitrary<Blocks> = fc
  .record({
    product,
    network,
    app,
    operations: fc.constant({ repository: "owner/operations", digest: `sha256:${"0".repeat(64)}` }),
    database: fc.option(database, { nil: undefined }),
    backups: fc.option(backups, { nil: undefined }),
    dns: fc.option(dns, { nil: undefined }),
    monitoring: fc.option(monitoring, { nil: undefined }),
    budget: fc.option(budget, { nil: undefined }),
  })
  .map((blocks) => Object.fromEntries(Object.entries(blocks).filter(([, block]) => block !== undefined)));

/** What fits nowhere in a stack file, whatever the schema of the place. */
const nonsense: readonly unknown[] = [{ "\u0000": [] }, [[[[]]]], null, [{ "": null }]];

type Path = (string | number)[];

/** The path of every value inside, the blocks themselves included. */
function pathsIn(value: unknown, path: Path = []): Path[] {
  const inner = Array.isArray(value)
    ? [...value.entries()]
    : typeof value === "object" && value !== null
      ? Object.entries(value)
      : [];
  return inner.flatMap(([key, part]) => [[...path, key], ...pathsIn(part, [...path, key])]);
}

/** A copy with another value at a path. */
function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  const copy: unknown = structuredClone(value);
  Reflect.set(copy as object, key, replaced(Reflect.get(copy as object, key), rest, by));
  return copy;
}

const at = <T>(values: fc.Arbitrary<readonly T[]>) =>
  fc.tuple(values, fc.nat()).map(([all, index]) => all[index % all.length] as T);

/** Settings of which one value, of any depth, cannot be right. */
export const invalidBlocks: fc.Arbitrary<Blocks> = fc
  .tuple(validBlocks, fc.nat(), at(fc.constant(nonsense)))
  .map(([blocks, index, wrong]) => {
    const paths = pathsIn(blocks);
    return replaced(blocks, paths[index % paths.length] ?? [], wrong) as Blocks;
  });

const long = "x".repeat(10_000);

/** Settings with one value that may be right or wrong where it stands. */
export const strangeBlocks: fc.Arbitrary<Blocks> = fc
  .tuple(
    validBlocks,
    fc.nat(),
    fc.oneof(fc.constantFrom("", "   ", -1, 0, 1e308, true, [], {}, long, "NaN", "\u0000"), fc.jsonValue()),
  )
  .map(([blocks, index, strange]) => {
    const paths = pathsIn(blocks);
    return replaced(blocks, paths[index % paths.length] ?? [], strange) as Blocks;
  });
