import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { plainTable } from "../../../cli/plain-table.ts";
import { administratorPassword, clusterId, testDatabase } from "../../support/database.ts";
import { fill, type Kind, kinds } from "./fill.ts";
import { cpuOfChildren, type Taken, taken } from "./processes.ts";

/**
 * `npm run bench:backup [-- ROUNDS [GIGABYTES [shop | texts | rows | documents]]]`: the backup program beside pg_dump, on one machine
 * in one run. Every round runs every program once, so that a load from elsewhere falls on all of them; a ratio is the
 * median of those of the rounds. Nothing here fails. The object store is one of memory, in a process of its own.
 */
const [rounds, gigabytes] = [Number(process.argv[2] ?? 5), Number(process.argv[3] ?? 2)];
const kind = (process.argv[4] ?? "shop") as Kind;
const load = loadavg()[0] ?? 0;
const say = (line: string): void => void process.stderr.write(`${line}\n`);

if (!(rounds >= 1 && gigabytes > 0 && kinds.includes(kind))) {
  say(`give rounds, gigabytes and a kind of data, ${kinds.join(", ")}: npm run bench:backup -- 5 2 texts`);
  process.exit(2);
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

/** Of the database that a whole job is measured with: under 10 MB. */
const smallGigabytes = 0.008;

const database = testDatabase();
const main = join(import.meta.dirname, "..", "..", "..", "backup", "main.ts");
const store = spawn(process.execPath, [join(import.meta.dirname, "store.ts")], {
  stdio: ["pipe", "pipe", "inherit"],
});

interface Measured extends Taken {
  /** Seconds of processor of the server. */
  readonly serverCpu: number;
}

try {
  const [[port], server] = await Promise.all([once(store.stdout, "data"), database.start()]);
  const [pidFile] = globSync("**/postmaster.pid", { cwd: database.directory });
  const postmaster = Number(readFileSync(join(database.directory, pidFile ?? ""), "utf8").split("\n")[0]);
  for (const name of ["shop", "small"]) await database.servers.createDatabase(clusterId, name);
  const run = (name: string, ...statements: string[]) =>
    database.run({ user: "doadmin", database: name }, ...statements);
  say(`load ${load.toFixed(2)}; fills a database of about ${gigabytes} GB of ${kind}`);
  await fill((...statements) => run("shop", ...statements), kind, gigabytes);
  await fill((...statements) => run("small", ...statements), kind, smallGigabytes);
  const [filled] = await run(
    "shop",
    "SELECT pg_database_size('shop')::text AS bytes, (SELECT sum(octet_length(body)) FROM note)::text AS texts",
  );
  const identity = await generateIdentity();
  const libpq = {
    PGHOST: "127.0.0.1",
    PGPORT: String(server.port),
    PGUSER: "doadmin",
    PGPASSWORD: administratorPassword,
    PGSSLMODE: "require",
  };
  const url = (name: string): string =>
    `postgresql://doadmin:${encodeURIComponent(administratorPassword)}@127.0.0.1:${server.port}/${name}?sslmode=require`;
  const recipient = await identityToRecipient(identity);
  const environment = (name: string) => ({
    DATABASE_URL: url(name),
    SCRATCH_DATABASE_URL: url("defaultdb"),
    AWS_ACCESS_KEY_ID: "bench",
    AWS_SECRET_ACCESS_KEY: "bench",
    BACKUP_IDENTITIES: identity,
    NODE_OPTIONS: "--max-semi-space-size=1",
    BACKUP_SETTINGS: JSON.stringify({
      bucket: "bench",
      region: "us-east-1",
      endpoint: `http://127.0.0.1:${String(port).trim()}`,
      cluster: "bench",
      databases: [name],
      recipients: [recipient],
      drill: { objectiveMinutes: 60 },
    }),
  });
  const measure = async (script: string, variables: Readonly<Record<string, string>>): Promise<Measured> => {
    const before = cpuOfChildren(postmaster);
    const measured = await taken({ script, environment: variables });
    // A backend's time counts when the postmaster has seen its end.
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { ...measured, serverCpu: cpuOfChildren(postmaster) - before };
  };
  // No file may grow beyond 8 KiB: what a run writes to a disk is nothing.
  const program = (command: string): string => `ulimit -f 8; "${process.execPath}" "${main}" ${command}`;
  const dump = "pg_dump --dbname=shop";
  const programs: Record<string, () => Promise<Measured>> = {
    "pg_dump to nowhere": () => measure(`${dump} > /dev/null`, libpq),
    "pg_dump | gzip": () => measure(`${dump} | gzip | wc -c`, libpq),
    "backup run": () => measure(program("run --json"), environment("shop")),
    "backup verify": () => measure(program("verify"), environment("shop")),
    "backup run, small": () => measure(program("run"), environment("small")),
  };
  const results = new Map<string, Measured[]>();
  for (let round = 1; round <= rounds; round += 1)
    for (const [name, once] of Object.entries(programs)) {
      const result = await once();
      say(
        `${round} ${name}: ${result.seconds.toFixed(2)} s, cpu ${result.cpu.toFixed(1)} + server ${result.serverCpu.toFixed(1)}, ${result.megabytes.toFixed(0)} MB, largest ${result.largest.toFixed(0)}`,
      );
      results.set(name, [...(results.get(name) ?? []), result]);
    }
  const drill = await measure(`"${process.execPath}" "${main}" drill --json`, environment("shop"));
  results.set("backup drill", [drill]);
  process.stdout.write(`${report(results, Number(filled?.["bytes"]), Number(filled?.["texts"]))}\n`);
} finally {
  store.stdin.end();
  await database.close();
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2;
}

function report(results: ReadonlyMap<string, Measured[]>, bytes: number, texts: number): string {
  const all = (name: string): Measured[] => results.get(name) ?? [];
  const [manifest] = JSON.parse(all("backup run").at(-1)?.output ?? "[]");
  const gigabyte = manifest.plain.bytes / 1e9;
  const medianOf = (list: readonly Measured[], of: (result: Measured) => number) =>
    median(list.map(of)).toFixed(2);
  const rows = [...results].map(([name, list]) => [
    name,
    medianOf(list, ({ seconds }) => seconds),
    medianOf(list, ({ cpu }) => cpu / gigabyte),
    medianOf(list, ({ serverCpu }) => serverCpu / gigabyte),
    Math.max(...list.map(({ megabytes }) => megabytes)).toFixed(0),
    Math.max(...list.map(({ largest }) => largest)).toFixed(0),
  ]);
  /** The seconds of one program by those of another, in every round. */
  const ratios = (above: string, below: string): number[] =>
    all(above).map(({ seconds }, round) => seconds / (all(below)[round]?.seconds ?? Number.NaN));
  const goals: [string, number[], string][] = [
    ["throughput to that of pg_dump | gzip", ratios("pg_dump | gzip", "backup run"), "≥ 5"],
    ["throughput to that of pg_dump to nowhere", ratios("pg_dump to nowhere", "backup run"), "≥ 0.6"],
    [
      "object to that of gzip",
      [manifest.object.bytes / Number(all("pg_dump | gzip").at(-1)?.output)],
      "≤ 0.92",
    ],
    ["verify to run", ratios("backup verify", "backup run"), "≤ 0.35"],
  ];
  const share = Math.round((100 * texts) / manifest.plain.bytes);
  return [
    `data: ${kind}, ${share} % of the dump are texts; load before: ${load.toFixed(2)}`,
    `database ${megabytes(bytes)}, dump ${megabytes(manifest.plain.bytes)}, object ${megabytes(manifest.object.bytes)}, ${rounds} rounds`,
    plainTable(rows, [
      "medians; of memory the most",
      "seconds",
      "cpu s/GB",
      "server's",
      "MB, all",
      "largest",
    ]),
    "",
    plainTable(
      goals.map(([name, values, goal]) => [
        name,
        median(values).toFixed(2),
        `${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)}`,
        goal,
      ]),
      ["", "median", "rounds", "goal"],
    ),
  ].join("\n");
}
