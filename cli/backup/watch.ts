import type { CommandContext } from "../../backup/command.ts";
import { Failure } from "../../backup/failure.ts";
import { type Listed, list } from "../../backup/list.ts";
import { Log } from "../../backup/log.ts";
import { programCalls } from "../../operations/backup/access.ts";
import { type Watch, watchBackups } from "../../operations/backup/watch.ts";
import { OperationFault } from "../../operations/fault.ts";
import { configurationNames } from "../../operations/recovery/configuration.ts";
import { stackSettings } from "../../operations/stack-settings.ts";
import { reached } from "./run.ts";
import type { StackPlace } from "./stack-place.ts";

/** How old the backups and the drill of a stack may be. */
export interface WatchLimits {
  hours: number;
  drillDays?: number;
  configDays?: number;
}

/** Looks into a stack's bucket with the key that can only read. */
export async function watch(
  place: StackPlace,
  { hours, drillDays, configDays }: WatchLimits,
): Promise<Watch> {
  const { access, around, now } = await reached(place);
  const environments = programCalls("list", access, around).map(({ environment }) => environment);
  const ask = (environment: Record<string, string>, which = {}) => listOf(environment, now, which);
  const listed = (await Promise.all(environments.map((environment) => ask(environment)))).flat();
  const settings = stackSettings(place.stack);
  const configurations = configDays === undefined ? [] : configurationNames(place.stack, settings);
  const saved = await Promise.all(configurations.map((config) => ask(environments[0] ?? {}, { config })));
  const drilledAt = (database: string): string | undefined =>
    [settings.recovery?.drill?.date, listed.find(({ name }) => name === database)?.passedDrillAt]
      .filter((time) => typeof time === "string")
      .sort()
      .at(-1);
  return watchBackups({
    stack: place.stack,
    databases: access.sources.flatMap(({ settings }) => settings.databases),
    backups: wholeOf(listed),
    drilledAt,
    now: now(),
    maxAgeHours: hours,
    maxDrillDays: drillDays,
    configuration:
      configDays === undefined
        ? undefined
        : {
            names: configurations,
            saved: wholeOf(saved.flat()),
            maxAgeDays: configDays,
          },
  });
}

const wholeOf = (listed: readonly Listed[]) =>
  listed.flatMap(({ backups }) => backups.filter(({ state }) => state === "complete"));

/** @throws OperationFault in the program's own words where the bucket cannot be read */
async function listOf(
  environment: Record<string, string>,
  now: () => Date,
  which: { config?: string },
): Promise<Listed[]> {
  try {
    return await list(contextOf(environment, now), which);
  } catch (error) {
    if (error instanceof Failure) throw new OperationFault(error.message);
    throw error;
  }
}

function contextOf(environment: Record<string, string>, now: () => Date): CommandContext {
  return {
    environment,
    output: { say: () => undefined, complain: () => undefined },
    log: new Log({ write: () => undefined, format: "json", now }),
    signal: new AbortController().signal,
    now,
  };
}
