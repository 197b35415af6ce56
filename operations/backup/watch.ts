/** What is known of one database's backups. */
export interface WatchedDatabase {
  database: string;
  /** ISO time; null where there is no backup. */
  newest: string | null;
  ageHours: number | null;
  isLate: boolean;
}

/** How old the newest backups and the last drill are, against how old they may be. */
export interface Watch {
  stack: string;
  isFine: boolean;
  maxAgeHours: number;
  databases: WatchedDatabase[];
  drill: { date: string | null; ageDays: number | null; maxAgeDays: number | null; isLate: boolean };
  /** Pieces of configuration; where their age was not asked for, none. */
  configuration: WatchedConfiguration[];
  /** One line for each thing that is late. */
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

export interface WatchQuestion {
  stack: string;
  databases: readonly string[];
  /** Backups that are whole, in any order. */
  backups: readonly { database: string; startedAt: string }[];
  /** Day of the last drill, as an ISO date. */
  drilledOn: string | undefined;
  now: Date;
  maxAgeHours: number;
  /** @default - the age of the drill is told and not judged */
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

const rounded = (value: number): number => Math.round(value * 10) / 10;

/** Judges the age of a stack's backups from outside of who makes them: a backup that never came is late too. */
export function watchBackups(question: WatchQuestion): Watch {
  const { stack, backups, drilledOn, now, maxAgeHours, maxDrillDays } = question;
  const databases = question.databases.map((database) => {
    const newest = newestOf(backups, database);
    const hours = newest === undefined ? undefined : (now.getTime() - Date.parse(newest)) / 3_600_000;
    return {
      database,
      newest: newest ?? null,
      ageHours: hours === undefined ? null : rounded(hours),
      isLate: hours === undefined || hours > maxAgeHours,
    };
  });
  const days = drilledOn === undefined ? undefined : (now.getTime() - Date.parse(drilledOn)) / 86_400_000;
  const drill = {
    date: drilledOn ?? null,
    ageDays: days === undefined ? null : Math.floor(days),
    maxAgeDays: maxDrillDays ?? null,
    isLate: maxDrillDays !== undefined && (days === undefined || days > maxDrillDays),
  };
  const configuration = watchedConfiguration(question);
  const late = [
    ...databases
      .filter(({ isLate }) => isLate)
      .map(({ database, newest, ageHours }) =>
        newest === null
          ? `${database} has no backup`
          : `the newest backup of ${database} is ${ageHours} hours old, it may be ${maxAgeHours}: ${newest}`,
      ),
    ...(drill.isLate
      ? [
          drill.date === null
            ? "no drill is noted in recovery.drill of the stack file"
            : `the last drill was ${drill.ageDays} days ago, it may be ${maxDrillDays}: ${drill.date}`,
        ]
      : []),
    ...configuration
      .filter(({ isLate }) => isLate)
      .map(({ name, newest, ageDays }) =>
        newest === null
          ? `${name} was never saved: \`slipway backup save-config\` does`
          : `${name} was saved ${ageDays} days ago, it may be ${question.configuration?.maxAgeDays}: ${newest}`,
      ),
  ];
  return { stack, isFine: late.length === 0, maxAgeHours, databases, drill, configuration, late };
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
      isLate: days === undefined || days > maxAgeDays,
    };
  });
}
