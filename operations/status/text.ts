import type { Figures } from "../release/figures.ts";
import { availabilityText, restoreText } from "../release/words.ts";
import type { Known, StackStatus, StatusSources } from "../status.ts";
import type { DatabaseBackup } from "./backups.ts";

/** The facts of the first table. */
type Fact = Exclude<keyof StatusSources, "delivery">;

/** The columns of the table, with what each says of a fact that is known. */
const columns: { [Name in Fact]: { head: string; cell: (fact: never, now: Date) => string } } = {
  release: {
    head: "release",
    cell: (one: { name: string; since: string; isVerified: boolean } | null, now: Date) =>
      one === null
        ? "none recorded"
        : `${one.name}${one.isVerified ? "" : ", not verified"}, ${age(one.since, now)}`,
  },
  health: {
    head: "health",
    cell: (one: { isGood: boolean; paths: { path: string; answer: string }[] }) =>
      one.paths.length === 0
        ? "no path to ask"
        : one.isGood
          ? "good"
          : one.paths
              .filter(({ answer }) => answer !== "200")
              .map(({ path, answer }) => `${path} ${answer}`)
              .join(", "),
  },
  promotion: { head: "pending promotion", cell: (one: { title: string } | null) => one?.title ?? "none" },
  hold: {
    head: "hold",
    cell: (one: { reason: string; by: string } | null) =>
      one === null ? "none" : `held by ${one.by}: ${one.reason}`,
  },
  backup: {
    head: "last backup",
    cell: backupText,
  },
  drill: {
    head: "last drill",
    cell: (one: string | null, now: Date) => (one === null ? "none" : age(one, now)),
  },
  drift: {
    head: "drift",
    cell: (one: number) => (one === 0 ? "none" : `${one} ${one === 1 ? "difference" : "differences"}`),
  },
  cost: {
    head: "USD a month",
    cell: ({ minimum, maximum }: { minimum: number; maximum: number }) =>
      minimum === maximum ? minimum.toFixed(2) : `${minimum.toFixed(2)} to ${maximum.toFixed(2)}`,
  },
};

/** The database whose newest backup is the oldest speaks for the stack. */
function backupText(databases: readonly DatabaseBackup[], now: Date): string {
  const time = ({ newest }: DatabaseBackup) => (newest === null ? 0 : Date.parse(newest));
  const [worst] = [...databases].sort((one, other) => time(one) - time(other));
  if (worst === undefined) return "none";
  const { database, newest, verified, isSealed, damaged } = worst;
  const name = databases.length === 1 ? "" : `${database}: `;
  if (newest === null) return `${name}none`;
  const kind = isSealed ? "sealed" : "verified";
  const broken = damaged === null || damaged === newest ? "" : `; that of ${age(damaged, now)} is damaged`;
  if (verified === newest) return `${name}${age(newest, now)}, ${kind}${broken}`;
  const before = verified === null ? "" : `; the newest ${kind} ${age(verified, now)}`;
  const state = damaged === newest ? "damaged" : "not verified";
  return `${name}${age(newest, now)}, ${state}${before}${broken}`;
}

/** The table of delivery: what nobody can tell is not made up. */
function deliveryTable(stacks: readonly StackStatus[]): { head: string[]; rows: string[][] } {
  const told = (value: number | undefined, unit: string) =>
    value === undefined ? "not known" : `${value} ${unit}`;
  const rows = stacks.flatMap(({ stack, delivery }) => {
    if ("unknown" in delivery || !delivery.value) return [];
    const { deployments, perWeek, leadTimeHours, changeFailurePercent } = delivery.value;
    return [
      [
        stack,
        `${deployments}, ${perWeek} a week`,
        told(leadTimeHours, "hours"),
        told(changeFailurePercent, "%"),
        restoreText(delivery.value),
        worstText(delivery.value),
      ],
    ];
  });
  const names = ["deployments", "lead time", "change failure rate", "time to restore", "availability"];
  return { head: ["the last 30 days", ...names], rows };
}

/** The check that saw the most failures speaks for the stack. */
function worstText({ availability, targetPercent }: Figures): string {
  if (availability.length === 0) return "not known";
  return availabilityText(Math.min(...availability.map((one) => one.percent)), targetPercent);
}

/** The tables: heads, a row for each stack, and below them why something is not known. */
export function statusTable(
  stacks: readonly StackStatus[],
  now: Date,
): { head: string[]; rows: string[][]; delivery: { head: string[]; rows: string[][] }; reasons: string[] } {
  const facts = Object.keys(columns) as Fact[];
  const rows = stacks.map((status) => [
    status.stack,
    ...facts.map((fact) => {
      const known: Known<unknown> = status[fact];
      return "unknown" in known ? "not known" : columns[fact].cell(known.value as never, now);
    }),
  ]);
  const head = ["stack", ...facts.map((fact) => columns[fact].head)];
  return { head, rows, delivery: deliveryTable(stacks), reasons: reasonsOf(stacks) };
}

/** `dev, staging (health, drift): DIGITALOCEAN_TOKEN must be set`, each reason once for stacks that lack the same. */
function reasonsOf(stacks: readonly StackStatus[]): string[] {
  const facts = [...(Object.keys(columns) as Fact[]), "delivery" as const];
  const lacking = new Map<string, string[]>();
  for (const status of stacks) {
    const heads = new Map<string, string[]>();
    for (const fact of facts) {
      const known: Known<unknown> = status[fact];
      if ("unknown" in known)
        heads.set(known.unknown, [
          ...(heads.get(known.unknown) ?? []),
          fact === "delivery" ? fact : columns[fact].head,
        ]);
    }
    for (const [reason, names] of heads) {
      const line = `(${names.join(", ")}): ${reason}`;
      lacking.set(line, [...(lacking.get(line) ?? []), status.stack]);
    }
  }
  return [...lacking].map(([line, names]) => `${names.join(", ")} ${line}`);
}

/** How long ago a time was, in the largest unit that is whole. */
export function age(time: string, now: Date): string {
  const minutes = Math.floor((now.getTime() - Date.parse(time)) / 60_000);
  if (Number.isNaN(minutes)) return time;
  // A clock that goes before ours; by more than clocks do, it is a fault.
  if (minutes < -15) return `from the future, ${time}`;
  if (minutes < 1) return "just now";
  const unit = (count: number, name: string) => `${count} ${name}${count === 1 ? "" : "s"} ago`;
  if (minutes < 60) return unit(minutes, "minute");
  if (minutes < 48 * 60) return unit(Math.floor(minutes / 60), "hour");
  return unit(Math.floor(minutes / (24 * 60)), "day");
}
