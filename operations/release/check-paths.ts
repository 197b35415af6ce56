import type { StackSettings } from "../../components/config.ts";
import type { SmokeTest } from "../../components/verify.settings.ts";
import { type Check, fine, retried, type Target, wrong } from "./check.ts";
import { percentile, probe } from "./probe.ts";

/** Paths that must answer 200: those of the settings, or the health paths that the ingress leads to. */
export function healthPaths({ verify, app }: Pick<StackSettings, "verify" | "app">): string[] {
  if (verify?.health !== undefined) return verify.health;
  const paths = Object.entries(app?.services ?? {}).flatMap(([name, { health }]) =>
    health?.path !== undefined &&
    app?.ingress.some((rule) => rule.component === name && covers(rule.path, health.path))
      ? [health.path]
      : [],
  );
  return [...new Set(paths)];
}

const covers = (prefix: string, path: string | undefined): boolean =>
  path !== undefined &&
  (prefix === "/" || path === prefix || path.startsWith(`${prefix.replace(/\/$/, "")}/`));

/** Asks each health path, again while it does not answer 200. */
export function healthChecks(target: Target, base: string): Promise<Check>[] {
  return healthPaths(target.context.settings).map((path) => {
    const name = `health ${path}`;
    return retried(target, async () => {
      const { status, milliseconds, fault } = await ask(target, base, path);
      return status === 200
        ? fine(name, `${Math.round(milliseconds)} ms`)
        : wrong(name, fault ?? `answered ${status}`);
    });
  });
}

/** Does each smoke test, again while it fails. */
export function smokeChecks(target: Target, base: string): Promise<Check>[] {
  return Object.entries(target.verify.smoke).map(([key, test]) => {
    const name = `smoke ${key}`;
    return retried(target, async () => {
      const answer = await ask(target, base, test.path);
      const faults = smokeFaults(test, answer);
      return faults.length === 0
        ? fine(name, `${answer.status} in ${Math.round(answer.milliseconds)} ms`)
        : wrong(name, `${test.path} ${faults.join(", ")}`);
    });
  });
}

function smokeFaults(test: SmokeTest, answer: Awaited<ReturnType<typeof probe>>): string[] {
  if (answer.status === 0) return [`was not answered: ${answer.fault}`];
  return [
    ...(answer.status === test.status ? [] : [`answered ${answer.status}, must answer ${test.status}`]),
    ...(test.contains === undefined || answer.text.includes(test.contains)
      ? []
      : [`must contain ${JSON.stringify(test.contains)}`]),
    ...(answer.milliseconds <= test.withinMs
      ? []
      : [`took ${Math.round(answer.milliseconds)} ms of at most ${test.withinMs}`]),
  ];
}

/** Answers of one kind, whose times are looked at together. */
export type Kind = "health" | "api" | "page";

/** What a path is: a health path, one that a service answers, or one of a site. */
export function kindOf(settings: Pick<StackSettings, "verify" | "app">, path: string): Kind {
  const plain = path.replace(/\?.*$/, "");
  if (healthPaths(settings).includes(plain)) return "health";
  const rule = (settings.app?.ingress ?? [])
    .filter((one) => covers(one.path, plain))
    .sort((a, b) => b.path.length - a.path.length)[0];
  const name = rule?.component;
  return name !== undefined && settings.app?.staticSites[name] !== undefined ? "page" : "api";
}

/** Measures the time that 95 of 100 answers take, kind by kind, from where this runs. */
export async function timeChecks(target: Target, base: string): Promise<Check[]> {
  const { context, verify } = target;
  const { samples, healthMs, apiMs, pageMs } = verify.targets;
  const limits: Record<Kind, number> = { health: healthMs, api: apiMs, page: pageMs };
  const paths = [...healthPaths(context.settings), ...Object.values(verify.smoke).map(({ path }) => path)];
  const kinds = Map.groupBy(new Set(paths), (path) => kindOf(context.settings, path));
  return await Promise.all(
    [...kinds].map(([kind, ofKind]) =>
      retried(target, async () => {
        const times: number[] = [];
        // One after the other: this measures answers, not how many fit at once.
        for (let index = 0; index < samples; index += 1) {
          const answer = await ask(target, base, ofKind[index % ofKind.length] ?? "/");
          times.push(answer.status === 0 ? verify.timeoutSeconds * 1000 : answer.milliseconds);
        }
        const p95 = Math.round(percentile(times, 95));
        const detail = `p95 ${p95} ms of at most ${limits[kind]} ms, ${samples} answers`;
        return p95 <= limits[kind] ? fine(`time ${kind}`, detail) : wrong(`time ${kind}`, detail);
      }),
    ),
  );
}

const ask = ({ context, verify }: Target, base: string, path: string) =>
  probe(`${base.replace(/\/$/, "")}${path}`, verify.timeoutSeconds, context.signal);
