import { randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import fastify, { type FastifyInstance } from "fastify";
import { digitalOceanApi } from "../apis/digitalocean/index.ts";
import { headOf } from "../apis/github/branches.ts";
import { gitHubApi } from "../apis/github/index.ts";
import { gitHubState } from "../apis/github/state.ts";
import { refuseStrangers } from "../apis/own-requests.ts";
import { registryApi } from "../apis/registry/index.ts";
import { writePrivately } from "../files.ts";
import { silence } from "../progress.ts";
import { aws } from "../providers/aws/index.ts";
import { digitalocean } from "../providers/digitalocean/index.ts";
import { github } from "../providers/github/index.ts";
import type { Limits } from "../providers/resource.ts";
import { type ServedProvider, serveProvider } from "../providers/serve.ts";
import { LocalApps } from "../services/apps.ts";
import { LocalAws } from "../services/aws.ts";
import { prepareMoto } from "../services/moto.ts";
import { findPostgres, PostgresServers } from "../services/postgres.ts";
import { authorityIn } from "../services/postgres-certificates.ts";
import { providedClients } from "../services/postgres-clients.ts";
import { identify } from "../services/processes-identity.ts";
import { codeFingerprint } from "./code.ts";
import {
  type ClockReply,
  ClockRequest,
  type CloudAddress,
  type CloudStatus,
  type FailuresReply,
  type RunReply,
  RunRequest,
} from "./control.ts";
import { faultRoutes } from "./faults.ts";
import { takeHome } from "./home.ts";
import { Journal } from "./journal.ts";
import { listenWhereBefore } from "./ports.ts";
import { sideDoorRoutes } from "./side-door.ts";
import { Store } from "./store.ts";

export interface CloudOptions {
  /** Folder of what is kept (`.slipway`). */
  readonly home: string;
  /** Folder of what can be made again: the virtual environment and PostgreSQL binaries. */
  readonly cache: string;
  /** Path of `backup/main.ts`, which operations images stand for. */
  readonly backupProgram: string;
  /** Called when a command asked for the end. */
  onStop(): void;
}

const providers = { digitalocean, github, aws };

/** The clouds of this machine, and the server through which commands steer them. One home has one of them. */
export async function startCloud(options: CloudOptions): Promise<{ close(): Promise<void> }> {
  const { home, cache } = options;
  mkdirSync(join(home, "logs"), { recursive: true, mode: 0o700 });
  const identity = (await identify(process.pid)) ?? { pid: process.pid, started: "" };
  const release = await takeHome(home, identity);
  const store = new Store(join(home, "cloud.db"));
  const journal = new Journal(join(home, "requests.db"));
  const operationsImages = store.collection<string[]>("operations-images");
  const notice = (text: string): void => void process.stderr.write(`${text}\n`);
  const databases = new PostgresServers({
    directory: join(home, "postgres"),
    findBinaries: (major) => findPostgres({ cacheDirectory: cache, progress: silence.say, major }),
    notice,
  });
  let programSurroundings: Readonly<Record<string, string>> = {};
  const apps = new LocalApps({
    store,
    operationsImages: () => operationsImages.list().flat(),
    backupProgram: options.backupProgram,
    logDirectory: join(home, "logs"),
    surroundings: () => programSurroundings,
    notice,
  });
  const command = await prepareMoto({ directory: cache, progress: silence.say });
  const awsCloud = new LocalAws({ command, directory: join(home, "aws"), journal });
  const digitalOcean = digitalOceanApi({
    store,
    journal,
    databases,
    apps,
    headOf: headOf(gitHubState(store)),
  });
  const gitHub = gitHubApi({ store, journal });
  const registry = registryApi({ store, journal });
  const ports = store.collection<number>("ports");
  const [{ url: awsUrl }, digitalOceanPort, gitHubPort, registryPort] = await Promise.all([
    awsCloud.start(),
    listenWhereBefore(digitalOcean.server, "digitalocean", ports),
    listenWhereBefore(gitHub, "github", ports),
    listenWhereBefore(registry, "registry", ports),
  ]);
  // A program's own health address is nobody's here: any free port will do.
  programSurroundings = { AWS_ENDPOINT_URL_S3: awsUrl, PORT: "0" };
  await digitalOcean.resume();
  const endpoints = {
    digitalocean: `http://127.0.0.1:${digitalOceanPort}`,
    github: `http://127.0.0.1:${gitHubPort}`,
    aws: awsUrl,
    registry: `http://127.0.0.1:${registryPort}`,
  };

  let served: ServedProvider[] = [];
  const serveFor = async (names: RunRequest["providers"], limits: Limits = {}): Promise<string> => {
    await Promise.all(served.map((provider) => provider.close()));
    served = await Promise.all(names.map((name) => serveProvider(providers[name], limits)));
    return served.map(({ name, port }) => `${name}:${port}`).join(",");
  };

  const { certificate: authority } = await authorityIn(join(home, "postgres", "ca"));
  writePrivately(join(home, "ca.crt"), authority);
  const token = randomBytes(24).toString("base64url");
  const control = controlServer(token);
  control.get("/status", async (): Promise<CloudStatus> => {
    await digitalOcean.revive();
    return {
      endpoints,
      pid: process.pid,
      differences: digitalOcean.differences(),
      openDatabases: digitalOcean.openDatabases(),
    };
  });
  control.get("/failures", (): Promise<FailuresReply> => apps.failures());
  control.post("/runs", async (request): Promise<RunReply> => {
    const run = RunRequest.parse(request.body);
    operationsImages.put(run.stack, run.operationsImages);
    // The command has provided them by now, where the stack has a database.
    const clients = await providedClients(cache);
    if (clients !== undefined) programSurroundings = { ...programSurroundings, POSTGRES_BIN: clients };
    journal.begin(run.stack, run.command);
    awsCloud.letBucketsGoWhole(run.command === "down");
    return { endpoints, debugProviders: await serveFor(run.providers, run) };
  });
  control.delete("/runs", () => {
    awsCloud.letBucketsGoWhole(false);
    return {};
  });
  control.get("/requests", (request) => {
    const { stack } = request.query as { stack?: string };
    const run = journal.lastRun(stack);
    return {
      ...(run === undefined ? {} : { run }),
      requests: run === undefined ? [] : journal.requests(run.id),
    };
  });
  faultRoutes(control, journal);
  sideDoorRoutes(control, store);
  control.get("/clock", (): ClockReply => ({ aheadMs: apps.clockAhead() }));
  control.post("/clock", (request): ClockReply => {
    const { forwardMs } = ClockRequest.parse(request.body);
    apps.setClock(apps.clockAhead() + forwardMs);
    return { aheadMs: apps.clockAhead() };
  });
  control.delete("/clock", async (): Promise<ClockReply> => {
    await apps.resetClock();
    return { aheadMs: apps.clockAhead() };
  });
  control.post("/stop", () => {
    setImmediate(options.onStop);
    return {};
  });
  const controlPort = await listenWhereBefore(control, "control", ports);
  const address: CloudAddress = {
    pid: process.pid,
    started: identity.started,
    control: `http://127.0.0.1:${controlPort}`,
    token,
    code: codeFingerprint(),
  };
  const addressFile = join(home, "cloud.json");
  writePrivately(addressFile, `${JSON.stringify(address, undefined, 2)}\n`);
  // Whoever removes the home, or what steers this process, means its end: nobody could end it otherwise.
  const watch = setInterval(() => {
    if (!existsSync(addressFile)) options.onStop();
  }, 2000);

  return {
    close: async () => {
      clearInterval(watch);
      await Promise.all([
        control.close(),
        gitHub.close(),
        registry.close(),
        digitalOcean.close(),
        serveFor([]),
      ]);
      await Promise.all([apps.stopAll(), databases.stopAll(), awsCloud.stop()]);
      journal.close();
      store.close();
      release();
    },
  };
}

/** A server that answers only to who knows the token, which stands in a file that only its owner can read. */
function controlServer(token: string): FastifyInstance {
  const server = fastify({ forceCloseConnections: true });
  refuseStrangers(server);
  const expected = Buffer.from(`Bearer ${token}`);
  server.addHook("onRequest", async (request, reply) => {
    const given = Buffer.from(request.headers.authorization ?? "");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      await reply.code(401).send({ message: "the token of cloud.json is missing" });
    }
  });
  return server;
}
