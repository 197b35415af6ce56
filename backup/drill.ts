import { assertReadable } from "./archive.ts";
import { askAssertions, assertHold, readAssertions } from "./assertions.ts";
import { isFromFuture } from "./clock.ts";
import type { CommandContext } from "./command.ts";
import { connected } from "./database.ts";
import { type Assertion, type DrillReport, signatureOf, writeReport } from "./drill-report.ts";
import { Failure, failureOf } from "./failure.ts";
import { candidates, listBackups, noneFits, type StoredBackup } from "./history.ts";
import { openManifest, type Vault } from "./opening.ts";
import { findProgram } from "./postgres-programs.ts";
import { recordDrill, recordVerification } from "./records.ts";
import { assertSame, compareTables, putBack, type TableDifference } from "./restoring.ts";
import { inScratchDatabase } from "./scratch.ts";
import { assertFit, forbiddenExtensions } from "./target.ts";
import { openVaults } from "./verify.ts";

export interface DrillOptions {
  readonly database?: string | undefined;
  /** Path of the owner's assertions. */
  readonly assertions?: string | undefined;
  /** Folder for the report. */
  readonly report?: string | undefined;
  /** Told what came of it, also where it failed. */
  readonly tell: (report: DrillReport) => void;
}

/** What a drill knows so far; a failure leaves it as far as it came. */
interface Findings {
  /** The backup that was read to its end and is whole. */
  read?: StoredBackup;
  /** The backup that is practised with. */
  chosen?: StoredBackup;
  backup?: { id: string; ageHours: number; plainBytes: number };
  seconds: Record<string, number>;
  recoverySeconds?: number;
  leftOut: string[];
  partsLeftOut: readonly string[];
  compared: number;
  different: TableDifference[];
  assertions: Assertion[];
}

/**
 * Restores the newest backup into a database of its own that is dropped afterwards, compares it with its manifest, asks
 * the owner's assertions and measures. There is a report in any case; the first failure is the drill's.
 */
export async function drill(context: CommandContext, options: DrillOptions): Promise<void> {
  const { environment, now, log } = context;
  const startedAt = now();
  const opened = await openVaults(context, options.database, { target: "SCRATCH" });
  const { settings, client } = opened;
  const signingKey = environment["REPORT_SIGNING_KEY"];
  log.hide(settings.target.password, signingKey);
  const [vault] = opened.vaults;
  const findings: Findings = {
    seconds: {},
    leftOut: [],
    partsLeftOut: [],
    compared: 0,
    different: [],
    assertions: [],
  };
  let failure: Failure | undefined;
  try {
    if (vault === undefined || opened.vaults.length > 1)
      throw new Failure("usage", "name the database whose backup it shall be with --database");
    const sql = options.assertions === undefined ? undefined : readAssertions(options.assertions);
    if (signingKey !== undefined) assertSigns(signingKey);
    await practise(context, opened, vault, sql, findings).catch((error: unknown) => {
      context.signal.throwIfAborted();
      failure = failureOf(error);
    });
    const { read, chosen } = findings;
    if (read !== undefined) await recordVerification(vault, read, now(), log, { isOpened: true });
    else if (chosen !== undefined && failure?.outcome === "corrupt")
      await recordVerification(vault, chosen, now(), log, {
        isOpened: true,
        damage: log.clean(failure.message),
      });
    const report = reportOf(context, settings.backup, vault, startedAt, findings, failure);
    const { result, backup, recoverySeconds, objectiveSeconds } = report;
    await recordDrill(vault, now(), log, { result, backup, recoverySeconds, objectiveSeconds });
    if (options.report !== undefined) writeReport(options.report, report, signingKey);
    log.info("drill done", { database: vault.place.database, result, seconds: recoverySeconds });
    options.tell(report);
    if (failure !== undefined) throw failure;
  } finally {
    client.destroy();
  }
}

/** A drill restores as a restore does that nobody gave an option. */
const asRestored = { keepsOwners: true, isReplaced: false } as const;

type Opened = Awaited<ReturnType<typeof openVaults>>;

async function practise(
  context: CommandContext,
  { settings, programs }: Opened,
  vault: Vault,
  sql: string | undefined,
  findings: Findings,
): Promise<void> {
  const { backup, target } = settings;
  const { log, now } = context;
  const start = performance.now();
  let recoverySeconds = 0;
  const lap = stopwatch(findings.seconds);
  const pgRestore = await findProgram("pg_restore", programs);
  const newest = await newestOf(vault);
  findings.chosen = newest;
  const manifest = await openManifest(vault, newest);
  lap("find");
  const ageHours = (now().getTime() - Date.parse(manifest.startedAt)) / 3_600_000;
  findings.backup = { id: manifest.id, ageHours, plainBytes: manifest.plain.bytes };
  log.info("drill begins", { id: manifest.id, database: manifest.database });
  assertReadable(manifest, pgRestore);
  await inScratchDatabase(target, manifest, log, async (scratch) => {
    // What a platform gives its administrators a drill elsewhere may have to do without; a restore does not.
    const leftOut = await connected(scratch, Date.now() + 10_000, async (client) => {
      const forbidden = await forbiddenExtensions(client, manifest.contents);
      await assertFit(client, manifest, { ...asRestored, leftOut: forbidden });
      return forbidden;
    });
    findings.leftOut = leftOut;
    lap();
    await putBack(
      {
        vault,
        manifest,
        target: scratch,
        pgRestore,
        ...asRestored,
        leftOut,
        onProgress: () => undefined,
        log,
      },
      async (session, partsLeftOut) => {
        findings.partsLeftOut = partsLeftOut;
        lap("restore");
        log.show("comparing the tables with the backup", { database: manifest.database });
        findings.different = await compareTables(scratch, manifest, session);
        lap("compare");
        findings.compared = manifest.contents.tables.length;
        recoverySeconds = rounded((performance.now() - start) / 1000);
        findings.recoverySeconds = recoverySeconds;
        assertSame(findings.different);
        findings.read = newest;
        if (sql !== undefined) {
          findings.assertions = await askAssertions(scratch, sql, session);
          lap("assertions");
        }
        assertHold(findings.assertions);
      },
    );
  });
  if (isFromFuture(ageHours))
    throw new Failure(
      "fromFuture",
      `the newest backup is from the future, ${manifest.startedAt}: the clock here says ${now().toISOString()}`,
    );
  if (ageHours > backup.drill.maxAgeHours)
    throw new Failure(
      "tooOld",
      `the newest backup is ${ageHours.toFixed(1)} hours old, it may be ${backup.drill.maxAgeHours}`,
    );
  const objective = objectiveOf(backup.drill).objectiveSeconds;
  if (recoverySeconds > objective)
    throw new Failure(
      "tooSlow",
      `the recovery of ${manifest.plain.bytes} bytes took ${recoverySeconds} s, ${rateOf(manifest.plain.bytes, recoverySeconds)} MB/s; its objective is ${objective} s`,
    );
}

/** Minutes that a recovery may take where nobody said how many. */
const usualObjective = 15;

const objectiveOf = ({
  objectiveMinutes,
}: Opened["settings"]["backup"]["drill"]): Pick<DrillReport, "objectiveSeconds" | "isObjectiveDeclared"> => ({
  objectiveSeconds: (objectiveMinutes ?? usualObjective) * 60,
  isObjectiveDeclared: objectiveMinutes !== undefined,
});

async function newestOf(vault: Vault): Promise<StoredBackup> {
  const [best] = candidates(await listBackups(vault.client, vault.bucket, vault.place, vault.signal), {});
  if (best === undefined) throw noneFits(vault.place, {});
  return best;
}

/** Keeps, under a step's name, the seconds since the step before it ended. */
function stopwatch(seconds: Record<string, number>) {
  let start = performance.now();
  return (step?: string): void => {
    const end = performance.now();
    if (step !== undefined) seconds[step] = rounded((end - start) / 1000);
    start = end;
  };
}

/** Megabytes a second, with two decimals. */
const rateOf = (bytes: number, seconds: number): number => Math.round(bytes / 10_000 / seconds) / 100;

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

/** Better told before the drill than after it. */
function assertSigns(signingKey: string): void {
  try {
    signatureOf("", signingKey);
  } catch {
    throw new Failure(
      "environment",
      "the environment is not valid:\n  REPORT_SIGNING_KEY: must be an Ed25519 private key in PEM form",
    );
  }
}

function reportOf(
  { log }: CommandContext,
  { drill: limits, cluster }: Opened["settings"]["backup"],
  { place }: Vault,
  startedAt: Date,
  { backup, seconds, recoverySeconds, leftOut, partsLeftOut, compared, different, assertions }: Findings,
  failure: Failure | undefined,
): DrillReport {
  return {
    format: "slipway drill 1",
    database: place.database,
    cluster,
    startedAt: startedAt.toISOString(),
    result: failure?.outcome ?? "passed",
    ...(failure === undefined ? {} : { failure: log.clean(failure.message) }),
    ...(backup === undefined ? {} : { backup: { ...backup, ageHours: rounded(backup.ageHours) } }),
    seconds,
    ...(recoverySeconds === undefined ? {} : { recoverySeconds }),
    ...objectiveOf(limits),
    ...(recoverySeconds === undefined || backup === undefined
      ? {}
      : { megabytesPerSecond: rateOf(backup.plainBytes, recoverySeconds) }),
    tables: { compared, different },
    extensionsLeftOut: leftOut,
    partsLeftOut,
    assertions,
  };
}
