import { isFromFuture } from "../../backup/clock.ts";
import type { Standing } from "../../backup/standing.ts";

/** What is known of one database's backups. */
export interface WatchedDatabase {
  database: string;
  /** Of the newest backup that was read to its end and is whole, ISO time; null where there is none. */
  verified: string | null;
  /** Whether that one was compared with its manifest alone: nobody opened it. */
  isSealed: boolean;
  /** Of the newest backup that is damaged where nobody opened a younger one that is whole, ISO time; null for none. */
  damaged: string | null;
  ageHours: number | null;
  /** Of the newest backup, verified or not; null where there is none. */
  newest: string | null;
  isLate: boolean;
  /** The last drill that passed; a date of null where none did. */
  drill: { date: string | null; ageDays: number | null; isLate: boolean };
}

/** How old the newest backups and the last drills are, against how old they may be. */
export interface Watch {
  stack: string;
  isFine: boolean;
  maxAgeHours: number;
  /** Where the age of a drill was not asked for, null. */
  maxDrillDays: number | null;
  databases: WatchedDatabase[];
  /** Pieces of configuration; where their age was not asked for, none. */
  configuration: WatchedConfiguration[];
  /** One line for each thing that is late, or cannot be. */
  late: string[];
}

/** What is known of one piece of configuration. */
export interface WatchedConfiguration {
  /** As it is called in the bucket, such as stack-production. */
  name: string;
  /** ISO time; null where it was never saved. */
  newest: string | null;
  ageDays: number | null;
  isLate: boolean;
}

/** A backup and what is known of it. */
export interface JudgedBackup extends Standing {
  database: string;
  startedAt: string;
}

export interface WatchQuestion {
  stack: string;
  databases: readonly string[];
  /** Backups that are whole by their manifests, in any order. */
  backups: readonly JudgedBackup[];
  /** When the last drill of a database passed, as an ISO time or date. */
  drilledAt: (database: string) => string | undefined;
  now: Date;
  maxAgeHours: number;
  /** @default - the age of a drill is told and not judged */
  maxDrillDays?: number | undefined;
  /** Pieces of configuration and when they were saved. @default - they are not judged */
  configuration?:
    | {
        names: readonly string[];
        saved: readonly { database: string; startedAt: string }[];
        maxAgeDays: number;
      }
    | undefined;
}

const hour = 3_600_000;
const rounded = (value: number): number => Math.round(value * 10) / 10;

/**
 * Judges the age of a stack's backups from outside of who makes them: a backup that never came is late too, and one that
 * nobody read to its end is none.
 */
export function watchBackups(question: WatchQuestion): Watch {
  const { stack, now, maxAgeHours, maxDrillDays } = question;
  const judged = question.databases.map((database) => {
    const backup = judgeBackup(database, question);
    const drill = judgeDrill(database, question);
    return {
      watched: { ...backup.watched, drill: drill.watched },
      faults: [...backup.faults, ...drill.faults],
    };
  });
  const configuration = watchedConfiguration(question);
  const late = [
    ...judged.flatMap(({ faults }) => faults),
    ...configuration
      .filter(({ isLate }) => isLate)
      .map(({ name, newest, ageDays }) =>
        newest === null
          ? `${name} was never saved: \`slipway backup save-config\` does`
          : isFromFuture((now.getTime() - Date.parse(newest)) / hour)
            ? fromFuture(`what was saved last of ${name}`, newest, now)
            : `${name} was saved ${ageDays} days ago, it may be ${question.configuration?.maxAgeDays}: ${newest}`,
      ),
  ];
  return {
    stack,
    isFine: late.length === 0,
    maxAgeHours,
    maxDrillDays: maxDrillDays ?? null,
    databases: judged.map(({ watched }) => watched),
    configuration,
    late,
  };
}

function newestOf(
  backups: readonly { database: string; startedAt: string }[],
  name: string,
): string | undefined {
  return backups
    .filter(({ database }) => database === name)
    .map(({ startedAt }) => startedAt)
    .sort((one, other) => Date.parse(other) - Date.parse(one))[0];
}

function watchedConfiguration({ configuration, now }: WatchQuestion): WatchedConfiguration[] {
  if (configuration === undefined) return [];
  const { names, saved, maxAgeDays } = configuration;
  return names.map((name) => {
    const newest = newestOf(saved, name);
    const days = newest === undefined ? undefined : (now.getTime() - Date.parse(newest)) / 86_400_000;
    return {
      name,
      newest: newest ?? null,
      ageDays: days === undefined ? null : rounded(days),
      isLate: days === undefined || days > maxAgeDays || isFromFuture(days * 24),
    };
  });
}

/**
 * When the newest backup of a database began, and the newest that was read to its end, sealed or opened, and the newest
 * damaged one, which only a younger one that was opened makes up for; null where there is none.
 */
export function newestBackup(
  backups: readonly JudgedBackup[],
  database: string,
): Pick<WatchedDatabase, "newest" | "verified" | "isSealed" | "damaged"> {
  const opened = newestOf(
    backups.filter(({ verifiedAt }) => verifiedAt !== null),
    database,
  );
  const sealed = newestOf(
    backups.filter(({ sealedAt }) => sealedAt !== null),
    database,
  );
  const damaged = newestOf(
    backups.filter(({ damagedAt }) => damagedAt !== null),
    database,
  );
  const isSealed = isYounger(sealed, opened);
  return {
    newest: newestOf(backups, database) ?? null,
    verified: (isSealed ? sealed : opened) ?? null,
    isSealed,
    damaged: damaged !== undefined && isYounger(damaged, opened) ? damaged : null,
  };
}

const isYounger = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined && (other === undefined || Date.parse(one) > Date.parse(other));

function judgeDrill(
  database: string,
  { drilledAt, now, maxDrillDays }: WatchQuestion,
): { watched: WatchedDatabase["drill"]; faults: string[] } {
  const date = drilledAt(database);
  const days = date === undefined ? undefined : (now.getTime() - Date.parse(date)) / (24 * hour);
  const ageDays = days === undefined ? null : Math.floor(days);
  const isLate = maxDrillDays !== undefined && (days === undefined || days > maxDrillDays);
  const watched = { date: date ?? null, ageDays, isLate };
  // A date without a time is that of wherever it was noted.
  if (days !== undefined && (date?.includes("T") ? isFromFuture(days * 24) : days < -1))
    return { watched, faults: [fromFuture(`the last drill of ${database}`, date, now)] };
  if (!isLate) return { watched, faults: [] };
  return {
    watched,
    faults: [
      date === undefined
        ? `no drill of ${database} has passed, neither by the records in the bucket nor by recovery.drill of the stack file: do one with backup drill`
        : `the last drill of ${database} was ${ageDays} days ago, it may be ${maxDrillDays}: ${date}`,
    ],
  };
}

function judgeBackup(
  database: string,
  { backups, now, maxAgeHours }: WatchQuestion,
): { watched: Omit<WatchedDatabase, "drill">; faults: string[] } {
  const { newest, verified, isSealed, damaged } = newestBackup(backups, database);
  const ageOf = (time: string): number => (now.getTime() - Date.parse(time)) / hour;
  const ageHours = verified === null ? null : ageOf(verified);
  const isLate = ageHours === null || ageHours > maxAgeHours;
  const watched = {
    database,
    verified,
    isSealed,
    damaged,
    ageHours: ageHours === null ? null : rounded(ageHours),
    newest,
    isLate,
  };
  if (newest === null) return { watched, faults: [`${database} has no backup: make one with backup run`] };
  // Its age says nothing, and neither does that of what is younger.
  if (isFromFuture(ageOf(newest)))
    return {
      watched: { ...watched, isLate: true },
      faults: [fromFuture(`the newest backup of ${database}`, newest, now)],
    };
  const broken =
    damaged === null
      ? []
      : [
          `the backup of ${database} of ${damaged} is damaged, and nobody opened a younger one that is whole: look with backup list, make one with backup run, and read it with backup verify and the secret keys`,
        ];
  if (!isLate) return { watched, faults: broken };
  const waiting =
    newest === verified || newest === damaged
      ? ""
      : `; that of ${newest} is not verified: read it with backup verify`;
  const late =
    verified === null
      ? `no backup of ${database} is verified, the newest is of ${newest}: ${newest === damaged ? "it is damaged" : "read it with backup verify"}`
      : `the newest ${isSealed ? "sealed" : "verified"} backup of ${database} is ${rounded(ageOf(verified))} hours old, it may be ${maxAgeHours}: ${verified}${waiting}`;
  return { watched, faults: [...broken, late] };
}

const fromFuture = (what: string, time: string | undefined, now: Date): string =>
  `${what} is from the future, ${time}: the clock here says ${now.toISOString()}, so one of the two is wrong`;
