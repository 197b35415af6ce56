import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { plainTable } from "../../../cli/plain-table.ts";
import { administratorPassword, clusterId, testDatabase } from "../../support/database.ts";
import { cpuOfChildren, type Taken, taken } from "./processes.ts";
import { fill } from "./shop.ts";

/**
 * `npm run bench:backup [-- ROUNDS] [GIGABYTES]`: the backup program beside pg_dump, on one machine in one run. Every
 * round runs every program once, so that a load from elsewhere falls on all of them; the ratios are of middle values.
 * Nothing here fails. The object store is one of memory, in a process of its own.
 */
const [rounds = 5, gigabytes = 2] = process.argv.slice(2).map(Number);

const database = testDatabase();
const main = join(import.meta.dirname, "..", "..", "..", "backup", "main.ts");
const store = spawn(process.execPath, [join(import.meta.dirname, "store.ts")], {
  stdio: ["pipe", "pipe", "inherit"],
});
const say = (line: string): void => void process.stderr.write(`${line}\n`);

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
  say(`fills a database of about ${gigabytes} GB`);
  await fill((...statements) => run("shop", ...statements), gigabytes);
  await fill((...statements) => run("small", ...statements), 0.008);
  const [size] = await run(
    "shop",
    "SELECT pg_database_size('shop')::text AS bytes, pg_database_size('small')::text AS small",
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
  process.stdout.write(`${report(results, Number(size?.["bytes"]))}\n`);
} finally {
  store.stdin.end();
  await database.close();
}

function middle(results: readonly Measured[], of: (result: Measured) => number): number {
  const sorted = results.map(of).sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function report(results: ReadonlyMap<string, Measured[]>, bytes: number): string {
  const all = (name: string): Measured[] => results.get(name) ?? [];
  const seconds = (name: string): number => middle(all(name), (result) => result.seconds);
  const [manifest] = JSON.parse(all("backup run").at(-1)?.output ?? "[]");
  const gigabyte = manifest.plain.bytes / 1e9;
  const rows = [...results].map(([name, list]) => [
    name,
    middle(list, (result) => result.seconds).toFixed(2),
    (middle(list, ({ cpu }) => cpu) / gigabyte).toFixed(2),
    (middle(list, ({ serverCpu }) => serverCpu) / gigabyte).toFixed(2),
    Math.max(...list.map(({ megabytes }) => megabytes)).toFixed(0),
    Math.max(...list.map(({ largest }) => largest)).toFixed(0),
  ]);
  const run = seconds("backup run");
  const goals: [string, number, string][] = [
    ["throughput to that of pg_dump | gzip", seconds("pg_dump | gzip") / run, "≥ 5"],
    ["throughput to that of pg_dump to nowhere", seconds("pg_dump to nowhere") / run, "≥ 0.6"],
    [
      "object to that of gzip",
      manifest.object.bytes / Number(all("pg_dump | gzip").at(-1)?.output),
      "≤ 0.92",
    ],
    ["verify to run", seconds("backup verify") / run, "≤ 0.35"],
  ];
  return [
    `database ${(bytes / 1e9).toFixed(2)} GB, dump ${gigabyte.toFixed(2)} GB, object ${(manifest.object.bytes / 1e9).toFixed(2)} GB, ${rounds} rounds`,
    plainTable(rows, ["", "seconds", "cpu s/GB", "server's", "MB, all", "largest"]),
    "",
    plainTable(goals.map(([name, value, goal]) => [name, value.toFixed(2), goal])),
  ].join("\n");
}
