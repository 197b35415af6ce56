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
  /** One line for each thing that is late. */
  late: string[];
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
}

const rounded = (value: number): number => Math.round(value * 10) / 10;

/** Judges the age of a stack's backups from outside of who makes them: a backup that never came is late too. */
export function watchBackups(question: WatchQuestion): Watch {
  const { stack, backups, drilledOn, now, maxAgeHours, maxDrillDays } = question;
  const databases = question.databases.map((database) => {
    const [newest] = backups
      .filter((backup) => backup.database === database)
      .map(({ startedAt }) => startedAt)
      .sort((one, other) => Date.parse(other) - Date.parse(one));
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
  ];
  return { stack, isFine: late.length === 0, maxAgeHours, databases, drill, late };
}
