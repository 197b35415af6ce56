import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beginSnapshot, summarizeTables } from "../../backup/contents.ts";
import { connected, type ServerAddress } from "../../backup/database.ts";
import { readServer } from "../../backup/environment.ts";
import { recoveryTimes } from "../../catalog/recovery-times.ts";
import { deliveredRecovery } from "../../components/recovery.rules.ts";
import { RecoverySettings } from "../../components/recovery.settings.ts";
import { LocalFault } from "../../local/fault.ts";
import { cloneDirectory } from "../../local/home.ts";
import { holdInterrupts } from "../../local/interrupts.ts";
import type { Contents, Surroundings } from "../../local/rehearse/index.ts";
import { type Loss, lose, refuseUnlessOurs } from "../../local/rehearse/losses.ts";
import type { SessionContext } from "../../local/stack/session.ts";
import { stackState } from "../../local/stack/state.ts";
import { stackSettings } from "../../operations/stack-settings.ts";
import { reached } from "../backup/run.ts";
import { refuseWhileHeld } from "./held.ts";

export interface RehearseOptions {
  readonly stack: string;
  readonly stackFile?: string;
}

const settingsOf = ({ stack, stackFile }: RehearseOptions) => stackSettings(stackFile ?? stack);

/** What each recovery is expected to take on the platform, which no rehearsal here can measure. */
export function expectations(options: RehearseOptions): Readonly<Record<Loss, string>> {
  const delivered = deliveredRecovery(settingsOf(options));
  return {
    database: `on the platform ${delivered.databaseMinutes} min: ${delivered.why.databaseMinutes}`,
    app: `on the platform ${recoveryTimes.deploymentMinutes} min: a deployment of the app (assumed)`,
    everything: `on the platform ${delivered.stackMinutes} min: ${delivered.why.stackMinutes}`,
  };
}

/** What a rehearsal on this machine works with; every address is asked for anew after a command. */
export async function surroundings(local: SessionContext, options: RehearseOptions): Promise<Surroundings> {
  const { home, progress, cloud } = local;
  const { stack } = options;
  const { recovery = RecoverySettings.parse({}), isProtected } = settingsOf(options);
  const { endpoints } = await cloud.status();
  const place = { home, stack, endpoints };
  // Asking the engine takes as long as bringing a table back; only a command changes the answer.
  let known: Promise<Databases> | undefined;
  const databases = (): Promise<Databases> => {
    known ??= databasesOf(stack);
    return known;
  };
  const each = async (work: (name: string, client: Client) => Promise<void>): Promise<void> => {
    for (const [name, address] of await databases())
      await connected(address, Date.now() + 10_000, (client) => work(name, client));
  };
  return {
    home,
    stack,
    isProtected,
    progress,
    objectives: {
      database: recovery.databaseMinutes,
      app: recovery.appMinutes,
      everything: recovery.stackMinutes,
    },
    async command(args) {
      known = undefined;
      await command(args, options, progress, "run the rehearsal again to go on");
    },
    async refuseUnlessAccepted() {
      await refuseWhileHeld(local, options);
      const advice =
        "nothing is deleted before it succeeds: mend what it says, or bring the stack up with its own settings first";
      await command(["local", "preview", "--stack", stack], options, progress, advice);
    },
    refuseUnlessOurs: () => refuseUnlessOurs(place),
    async contents() {
      const found: Contents = {};
      await each(async (name, client) => {
        await beginSnapshot(client);
        const tables = await summarizeTables(client, () => 1);
        found[name] = Object.fromEntries(
          tables.map(({ schema, name: table, rows, checksum }) => [`${schema}.${table}`, { rows, checksum }]),
        );
      });
      return found;
    },
    async addresses() {
      const all = await databases();
      return Object.fromEntries(all.map(([name, { host, database }]) => [name, `${host}/${database}`]));
    },
    writeRows: () =>
      each(async (_name, client) => {
        await client.query(`DROP TABLE IF EXISTS ${table}`);
        await client.query(
          `CREATE TABLE ${table} AS SELECT number, md5(number::text || now()::text) AS text FROM generate_series(1, 1000) AS number`,
        );
      }),
    removeRows: () => each(async (_name, client) => void (await client.query(`DROP TABLE ${table}`))),
    async askApp() {
      const { appUrl } = stackState(home, stack);
      if (appUrl === undefined) return;
      const response = await fetch(appUrl);
      if (!response.ok) throw new LocalFault(`the app at ${appUrl} answers ${response.status}`);
    },
    async lose(loss) {
      // Half a loss would be another one than the record says.
      const release = holdInterrupts(() => undefined);
      await lose(loss, place).finally(release);
    },
    seconds: () => performance.now() / 1000,
  };
}

/** In schema public, where the owner of a database may create. */
const table = "public.slipway_rehearsal";

type Databases = readonly (readonly [name: string, address: ServerAddress])[];

async function databasesOf(stack: string): Promise<Databases> {
  const { access, around } = await reached({ stack, local: true });
  return access.sources.flatMap(({ settings, databaseUrl }) =>
    settings.databases.map((name) => [name, addressOf(databaseUrl, name, around.caCertificate)] as const),
  );
}

type Client = Parameters<Parameters<typeof connected>[2]>[0];

function addressOf(url: string, database: string, certificate: string | undefined): ServerAddress {
  const target = new URL(url);
  target.pathname = `/${encodeURIComponent(database)}`;
  const address = readServer("DATABASE_URL", "must be a URL", { DATABASE_URL: target.href }, certificate, []);
  if (address === undefined) throw new LocalFault(`the address of database ${database} cannot be read`);
  return address;
}

const takesStackFile = [/^local (up|preview)/, /^restore-config/];

/** Runs a command of slipway in a process of its own, so that it is the very one that a person would run. */
async function command(
  given: readonly string[],
  { stackFile }: RehearseOptions,
  progress: SessionContext["progress"],
  advice: string,
): Promise<void> {
  const isWithFile = stackFile !== undefined && takesStackFile.some((form) => form.test(given.join(" ")));
  const args = isWithFile ? [...given, "--stack-file", stackFile] : given;
  progress.say(`$ slipway ${args.join(" ")}`);
  const main = fileURLToPath(new URL("../main.ts", import.meta.url));
  // Of its own group: a Ctrl-C reaches this process alone, which hands it on once.
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", main, ...args], {
    cwd: cloneDirectory,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const release = holdInterrupts((signal) => void child.kill(signal));
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  }).finally(release);
  if (exitCode !== 0)
    throw new LocalFault(
      `slipway ${args.join(" ")} ended with ${exitCode}; ${advice}:\n${printed.trim().split("\n").slice(-10).join("\n")}`,
    );
}
