import { z } from "zod";
import { call, PlatformRefusal } from "./calls.ts";
import { type Check, fine, type Target, wrong } from "./check.ts";
import { differences } from "./live.ts";
import { partText } from "./release.ts";

/** Whether what is live is what is meant, digest by digest and commit by commit. */
export function deploymentCheck({ meant, live, active }: Target): Check {
  const name = "deployment";
  if (active === undefined) return wrong(name, "no deployment is live");
  if (live.underWay !== undefined) return wrong(name, `deployment ${live.underWay} is still under way`);
  if (live.pinned !== undefined)
    return wrong(name, `the app is pinned to deployment ${live.pinned}: commit or revert that rollback`);
  const found = differences(meant.components, live.components);
  if (found.length === 0)
    return fine(
      name,
      Object.entries(meant.components)
        .map(([key, part]) => partText(key, part))
        .join(", "),
    );
  return wrong(
    name,
    found
      .map(
        (one) =>
          `${one.component} must be ${one.meant}, and ${one.live === "not told" ? "the platform does not tell what it is" : `is ${one.live}`}`,
      )
      .join("; "),
  );
}

const Instances = z.object({ instances: z.array(z.object({ component_name: z.string() })).default([]) });

/** Whether every component runs as often as the live deployment asks for. */
export async function instanceCheck({ context, app, active }: Target): Promise<Check> {
  const { instances } = await call(context.platform, `/v2/apps/${app.id}/instances`, Instances, context);
  const wanted = [...(active?.spec.services ?? []), ...(active?.spec.workers ?? [])].map((part) => ({
    name: part.name,
    count: part.autoscaling?.min_instance_count ?? part.instance_count ?? 1,
    running: instances.filter((one) => one.component_name === part.name).length,
  }));
  const short = wanted.filter(({ count, running }) => running < count);
  const text = (list: typeof wanted) =>
    list.map((one) => `${one.name} ${one.running} of ${one.count}`).join(", ");
  return short.length === 0
    ? fine("instances", text(wanted) || "none to run")
    : wrong("instances", text(short));
}

const Health = z.object({
  app_health: z
    .object({
      components: z
        .array(
          z.object({
            name: z.string(),
            memory_usage_percent: z.number().optional(),
            state: z.string().optional(),
          }),
        )
        .default([]),
    })
    .optional(),
});

/** What the platform measures itself: unhealthy components, and memory. */
export async function memoryCheck({ context, verify, app }: Target): Promise<Check> {
  const name = "memory";
  let components: NonNullable<z.output<typeof Health>["app_health"]>["components"];
  try {
    const answer = await call(context.platform, `/v2/apps/${app.id}/health`, Health, context);
    components = answer.app_health?.components ?? [];
  } catch (error) {
    if (!(error instanceof PlatformRefusal) || error.status !== 404) throw error;
    return fine(name, "not told by the platform");
  }
  const faults = components.flatMap((part) => [
    ...(part.state === "UNHEALTHY" ? [`${part.name} is unhealthy`] : []),
    ...((part.memory_usage_percent ?? 0) > verify.memoryPercent
      ? [
          `${part.name} uses ${Math.round(part.memory_usage_percent ?? 0)} % of at most ${verify.memoryPercent} %`,
        ]
      : []),
  ]);
  if (faults.length > 0) return wrong(name, faults.join("; "));
  return fine(
    name,
    components.map((part) => `${part.name} ${Math.round(part.memory_usage_percent ?? 0)} %`).join(", ") ||
      "not told by the platform",
  );
}
