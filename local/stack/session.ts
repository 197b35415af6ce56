import { join } from "node:path";
import type { CloudClient } from "../cloud/client.ts";
import type { Endpoints } from "../cloud/control.ts";
import { provideEngine } from "../engine/index.ts";
import { answerLimit } from "../environment.ts";
import { LocalFault } from "../fault.ts";
import { exclusively } from "../lock.ts";
import type { Progress } from "../progress.ts";
import { prepareMoto } from "../services/moto.ts";
import { findPostgres } from "../services/postgres.ts";
import { findPostgresClients } from "../services/postgres-clients.ts";
import { identify } from "../services/processes-identity.ts";
import { configure, openEngineStack, type Stack, type StackConfiguration } from "./engine-stack.ts";
import { findInstalledPlugins, type ProviderName, providerNames } from "./plugins.ts";
import { providerConfiguration } from "./provider-configuration.ts";
import {
  endLeftEngine,
  removeFragments,
  removeStaleLocks,
  restoreCheckpoint,
  undoPendingCreates,
} from "./recovery.ts";
import { ensureRepository } from "./repository.ts";
import { RunRecords } from "./run-record.ts";
import type { LocalSecrets } from "./secrets.ts";
import { stackExists, stateFile } from "./state-file.ts";

/** What a command that uses the engine knows of its stack. */
export interface StackRequest {
  readonly stack: string;
  /** The command, for the request log: "up", "preview", "down". */
  readonly command: string;
  /** The stack file's values by full key. */
  readonly values: Readonly<Record<string, string>>;
  /** Secrets in clear by full key. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Repository at GitHub, `owner/name`. */
  readonly repository: string;
  /** Whether the roles at AWS wait for subjects with ids in them. */
  readonly hasSubjectIds: boolean;
  readonly operationsImages: readonly string[];
  /** Does the stack have a database? Without one no PostgreSQL is looked for. */
  readonly needsPostgres: boolean;
  /** Use the published plugins that are installed. */
  readonly usesPlugins: boolean;
  /** Folder of a policy pack that a change must satisfy. */
  readonly policyPack?: string | undefined;
  /** Read every resource at the clouds before comparing, so that what somebody changed or deleted there is mended. */
  readonly refreshes?: boolean | undefined;
  /** An exported state that the stack begins with, JSON. What it tells is compared with the clouds first. */
  readonly state?: string | undefined;
  /** Have a preview print what `pulumi preview --json` does. */
  readonly printsPreviews?: boolean | undefined;
}

export interface SessionContext {
  readonly home: string;
  readonly cache: string;
  readonly cloud: CloudClient;
  readonly secrets: LocalSecrets;
  readonly progress: Progress;
}

/** One command's hold of the engine, with everything it needs running and an earlier command's ruins cleared. */
export interface Session {
  readonly stack: Stack;
  readonly endpoints: Endpoints;
  /** The run before this one failed or was killed: what the clouds hold has to be read again. */
  readonly isAfterFailure: boolean;
  /** Seconds by part, so far. */
  readonly seconds: Readonly<Record<string, number>>;
  /** Plugins that run instead of a built-in provider. */
  readonly plugins: readonly ProviderName[];
}

/**
 * Prepares everything that a run of the engine needs and does the work. Commands of one clone take turns.
 *
 * @throws LocalFault when something is missing on this machine
 */
export async function withSession<T>(
  context: SessionContext,
  request: StackRequest,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const { home, progress } = context;
  const waiting = (): void => progress.say("another command works on this clone: waiting for it to end");
  return await exclusively(join(home, "lock.db"), () => locked(context, request, work), waiting);
}

async function locked<T>(
  context: SessionContext,
  request: StackRequest,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const { home, secrets, progress, cloud } = context;
  const records = new RunRecords(home);
  const left = records.read(request.stack);
  if (left !== undefined) await endLeftEngine(left, progress);
  const seconds: Record<string, number> = {};
  const timed = async <R>(part: string, step: Promise<R>): Promise<R> => {
    const from = performance.now();
    const result = await step;
    seconds[part] = (performance.now() - from) / 1000;
    return result;
  };

  const startClouds = async (): Promise<void> => {
    await prepareMoto({ directory: context.cache, progress: progress.say });
    if (!(await cloud.isCurrent())) progress.show("starting the local clouds");
    const { endpoints } = await cloud.ensureStarted();
    await ensureRepository(endpoints.github, request.repository, request.hasSubjectIds);
  };
  // PostgreSQL first: where it is missing, nothing has been started yet.
  if (request.needsPostgres) {
    await findPostgres({ cacheDirectory: context.cache, progress: progress.say });
    await findPostgresClients({ directory: context.cache, progress: progress.say });
  }
  const [engine, plugins] = await Promise.all([
    timed("engine", provideEngine(context.cache, progress)),
    request.usesPlugins ? findInstalledPlugins() : [],
    timed("clouds", startClouds()),
  ]);
  if (request.usesPlugins && plugins.length === 0) {
    throw new LocalFault(
      "--plugins needs published plugins on PATH (pulumi-resource-digitalocean, pulumi-resource-github): install them with `pulumi plugin install`, or leave --plugins out",
    );
  }
  const run = await cloud.beginRun({
    stack: request.stack,
    command: request.command,
    operationsImages: [...request.operationsImages],
    providers: providerNames.filter((name) => !plugins.includes(name)),
    answerLimit: answerLimit(process.env),
  });

  const open = async (): Promise<Stack> => {
    records.write(request.stack, left ?? {});
    await removeStaleLocks(home, request.stack);
    if (left !== undefined) removeFragments(home);
    restoreCheckpoint(stateFile(home, request.stack), progress);
    const opened = await openEngineStack({
      home,
      stack: request.stack,
      engine,
      secrets,
      debugProviders: run.debugProviders,
      usesPlugins: request.usesPlugins,
      policyPack: request.policyPack,
      printsPreviews: request.printsPreviews,
      onProcess: (pid) =>
        void noteEngine(records, request.stack, pid).catch((error: unknown) =>
          progress.say(`the engine's process could not be noted down: ${String(error)}`),
        ),
    });
    const { stack } = opened;
    await configure(opened, configurationOf(request, run.endpoints), home, secrets);
    if (request.state !== undefined) await importState(stack, request.state);
    if (left !== undefined)
      await undoPendingCreates(stack, configurationFor(request, run.endpoints), progress);
    return stack;
  };
  const stack = await timed("stack", open());
  const session = {
    stack,
    endpoints: run.endpoints,
    isAfterFailure: left !== undefined && stackExists(home, request.stack),
    seconds,
    plugins,
  };
  const result = await work(session).catch(async (error: unknown) => {
    if (await cloud.isRunning()) throw error;
    const log = join(home, "logs", "cloud.log");
    throw new LocalFault(`the local clouds ended meanwhile (${log} may say why): run it again to go on`, {
      cause: error,
    });
  });
  records.remove(request.stack);
  return result;
}

/** @throws LocalFault where the engine does not take the state */
async function importState(stack: Stack, text: string): Promise<void> {
  try {
    await stack.importStack(JSON.parse(text));
  } catch (error) {
    const reason = /^error: (.+)$/m.exec(String(error))?.[1] ?? String(error);
    throw new LocalFault(`--state must be a state of stack ${stack.name} as it was exported: ${reason}`, {
      cause: error,
    });
  }
}

/**
 * Keeps the record of the engine's process up to date, so that the next command can wait for a left one. The number is
 * written at once, since this process may be killed while it asks for the start time.
 */
async function noteEngine(records: RunRecords, stack: string, pid: number | undefined): Promise<void> {
  records.write(stack, pid === undefined ? {} : { engine: { pid } });
  const engine = pid === undefined ? undefined : await identify(pid);
  if (engine !== undefined && records.read(stack)?.engine?.pid === pid) records.write(stack, { engine });
}

/** How the providers reach the local clouds for this stack, in the region of its buckets. */
const configurationFor = ({ repository, values }: StackRequest, endpoints: Endpoints) =>
  providerConfiguration(endpoints, repository, values["aws:region"]);

/** A configuration value as the engine takes it. */
const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value ?? ""));

function configurationOf(request: StackRequest, endpoints: Endpoints): StackConfiguration {
  const local = Object.entries(configurationFor(request, endpoints)).flatMap(([provider, config]) =>
    Object.entries(config).map(([key, value]) => [`${provider}:${key}`, asText(value)]),
  );
  return { values: { ...request.values, ...Object.fromEntries(local) }, secrets: request.secrets };
}
