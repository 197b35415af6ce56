import { OperationFault } from "./fault.ts";
import type { Figures } from "./release/figures.ts";
import type { DatabaseBackup } from "./status/backups.ts";

/** Something of a stack as it is now, or why it is not known. */
export type Known<T> = { value: T } | { unknown: string };

/** What runs in a stack. */
export interface RunningRelease {
  name: string;
  /** ISO time. */
  since: string;
  isVerified: boolean;
}

/** The answers of health paths. */
export interface Health {
  isGood: boolean;
  /** Each path with what it answered. */
  paths: { path: string; answer: string }[];
}

/** Where a stack's facts come from; each throws an OperationFault where it cannot tell. */
export interface StatusSources {
  release(): Promise<RunningRelease | undefined>;
  health(): Promise<Health>;
  /** The pull request that would promote something to the stack. */
  promotion(): Promise<{ title: string; url: string } | undefined>;
  hold(): Promise<{ reason: string; by: string; since: string } | undefined>;
  /** The newest backup of each database outside the platform. */
  backup(): Promise<DatabaseBackup[]>;
  /** The newest drill, as an ISO date. */
  drill(): Promise<string | undefined>;
  /** How many differences there are. */
  drift(): Promise<number>;
  /** USD a month, at least and at most. */
  cost(): Promise<{ minimum: number; maximum: number }>;
  /** How delivery goes; undefined where nothing was released yet. */
  delivery(): Promise<Figures | undefined>;
}

/** One line of the table. */
export type StackStatus = { stack: string } & {
  [Fact in keyof StatusSources]: Known<Awaited<ReturnType<StatusSources[Fact]>> | null>;
};

/** Facts of a stack. One that is not known hides no other. */
export async function stackStatus(stack: string, sources: StatusSources): Promise<StackStatus> {
  const names = Object.keys(sources) as (keyof StatusSources)[];
  const facts = await Promise.all(
    names.map(async (name) => [name, await known<unknown>(sources[name])] as const),
  );
  return { stack, ...Object.fromEntries(facts) } as StackStatus;
}

async function known<T>(ask: () => Promise<T>): Promise<Known<T | null>> {
  try {
    return { value: (await ask()) ?? null };
  } catch (error) {
    if (error instanceof OperationFault) return { unknown: error.message };
    throw error;
  }
}
