import { setTimeout as pause } from "node:timers/promises";
import type { VerifySettings } from "../../components/verify.settings.ts";
import type { ReleaseContext } from "./context.ts";
import type { Live } from "./live.ts";
import type { App, Deployment } from "./platform.ts";
import type { Release } from "./release.ts";

/** What one check found. */
export interface Check {
  name: string;
  isOk: boolean;
  /** What was found, for a person. */
  detail: string;
  /** How often it was looked, where it was more than once. */
  tries?: number;
}

/** What checks look at. */
export interface Target {
  context: ReleaseContext;
  verify: VerifySettings;
  meant: Release;
  app: App;
  live: Live;
  active: Deployment | undefined;
  /** Milliseconds of `performance.now()` until which it may take. */
  deadline: number;
  /** Host names that an alias leads to. */
  resolveCname: (name: string) => Promise<string[]>;
}

export const fine = (name: string, detail: string): Check => ({ name, isOk: true, detail });
export const wrong = (name: string, detail: string): Check => ({ name, isOk: false, detail });

/** Looks again until a check passes, as often as the settings say and until the deadline. */
export async function retried(target: Target, look: () => Promise<Check>): Promise<Check> {
  const { context, verify, deadline } = target;
  const wait =
    context.platform.wait ?? ((time: number) => pause(time, undefined, { signal: context.signal }));
  for (let attempt = 1; ; attempt += 1) {
    context.signal?.throwIfAborted();
    const check = await look();
    const isLast = attempt >= verify.tries || performance.now() + verify.pauseSeconds * 1000 >= deadline;
    if (check.isOk || isLast) return attempt === 1 ? check : { ...check, tries: attempt };
    context.tell(`${check.name}: ${check.detail}; looked ${attempt} of ${verify.tries} times`);
    await wait(verify.pauseSeconds * 1000);
  }
}
