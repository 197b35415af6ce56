import type { StackSettings } from "../../components/config.ts";
import { OperationFault } from "../fault.ts";
import type { PlatformAccess } from "./calls.ts";
import type { RecordPlace } from "./deployments.ts";
import { type App, findApp } from "./platform.ts";
import type { RegistryAccess } from "./registry-ask.ts";
import { appName } from "./release.ts";

/** What every operation on the releases of a stack works with. */
export interface ReleaseContext {
  settings: StackSettings;
  place: RecordPlace;
  platform: PlatformAccess;
  registry: RegistryAccess;
  /** Who is at work, for records. */
  by: string;
  now: () => Date;
  /** Tells a person what is under way. */
  tell: (text: string) => void;
  signal?: AbortSignal | undefined;
}

/** @throws OperationFault for a stack without an app, and where the platform has none of its name */
export async function appOf({
  settings,
  platform,
  signal,
}: Pick<ReleaseContext, "settings" | "platform" | "signal">): Promise<App> {
  const name = appName(settings);
  if (name === undefined)
    throw new OperationFault(`stack ${settings.stack} must have the block app: it has nothing to release`);
  return await findApp(platform, name, signal);
}
