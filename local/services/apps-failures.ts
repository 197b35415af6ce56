import { join } from "node:path";
import type { RunnableComponent } from "../apis/digitalocean/platform.ts";

/** A component that runs as a process and ended with a fault. */
export interface ComponentFailure {
  readonly app: string;
  readonly component: string;
  readonly kind: string;
  readonly exitCode: number;
  /** The last line of its log. */
  readonly said: string;
  /** Path of its log. */
  readonly log: string;
}

/** Which components ended with a fault, and have not been well since. */
export class Failures {
  private readonly directory: string;
  private readonly failures = new Map<string, ComponentFailure>();

  /** @param directory - of the logs */
  constructor(directory: string) {
    this.directory = directory;
  }

  /** Path of a component's log. */
  logOf = ({ appName, name }: RunnableComponent): string => join(this.directory, `${appName}-${name}.log`);

  /** Notes how a component ended, with what it had written then. */
  ended(component: RunnableComponent, exitCode: number, text: string): void {
    const { appId, appName: app, name, kind } = component;
    if (exitCode === 0) this.well(component);
    else
      this.failures.set(keyOf(appId, name), {
        app,
        component: name,
        kind,
        exitCode,
        said: lastSaid(text),
        log: this.logOf(component),
      });
  }

  well({ appId, name }: RunnableComponent): void {
    this.failures.delete(keyOf(appId, name));
  }

  /** Forgets what an app's components did. */
  forget(appId: string): void {
    for (const key of this.failures.keys()) if (key.startsWith(`${appId}/`)) this.failures.delete(key);
  }

  list(): ComponentFailure[] {
    return [...this.failures.values()];
  }
}

const keyOf = (appId: string, component: string): string => `${appId}/${component}`;

/** The last line of a log; of a line in JSON its event. */
function lastSaid(text: string): string {
  const line = text.trimEnd().split("\n").at(-1) ?? "";
  if (!line.startsWith("{")) return line;
  try {
    const { event } = JSON.parse(line) as Record<string, unknown>;
    return typeof event === "string" ? event : line;
  } catch {
    return line;
  }
}
