import type { CommandContext } from "../../backup/command.ts";
import { Failure } from "../../backup/failure.ts";
import { list } from "../../backup/list.ts";
import { Log } from "../../backup/log.ts";
import { programEnvironments } from "../../operations/backup/access.ts";
import { type Watch, watchBackups } from "../../operations/backup/watch.ts";
import { OperationFault } from "../../operations/fault.ts";
import { configurationNames } from "../../operations/recovery/configuration.ts";
import { stackSettings } from "../../operations/stack-settings.ts";
import type { StackPlace } from "../backup.ts";
import { reached } from "./run.ts";

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
  const { access, around } = await reached(place);
  const environments = programEnvironments("list", access, around);
  const backups = await Promise.all(environments.map((environment) => listed(environment)));
  const settings = stackSettings(place.stack);
  const configurations = configDays === undefined ? [] : configurationNames(place.stack, settings);
  const saved = await Promise.all(configurations.map((config) => listed(environments[0] ?? {}, { config })));
  return watchBackups({
    stack: place.stack,
    databases: access.sources.flatMap(({ settings }) => settings.databases),
    backups: backups.flat().filter(({ state }) => state === "complete"),
    drilledOn: settings.recovery?.drill?.date,
    now: new Date(),
    maxAgeHours: hours,
    maxDrillDays: drillDays,
    configuration:
      configDays === undefined
        ? undefined
        : {
            names: configurations,
            saved: saved.flat().filter(({ state }) => state === "complete"),
            maxAgeDays: configDays,
          },
  });
}

/** @throws OperationFault in the program's own words where the bucket cannot be read */
async function listed(environment: Record<string, string>, which: { config?: string } = {}) {
  try {
    return await list(contextOf(environment), which);
  } catch (error) {
    if (error instanceof Failure) throw new OperationFault(error.message);
    throw error;
  }
}

function contextOf(environment: Record<string, string>): CommandContext {
  const now = (): Date => new Date();
  return {
    environment,
    output: { say: () => undefined, complain: () => undefined },
    log: new Log({ write: () => undefined, format: "json", now }),
    signal: new AbortController().signal,
    now,
  };
}
