import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { VerifySettings } from "../../components/verify.settings.ts";
import { OperationFault } from "../fault.ts";
import { call } from "./calls.ts";
import type { ReleaseContext } from "./context.ts";
import { runs } from "./live.ts";
import { type App, deploymentsOf } from "./platform.ts";
import type { Release } from "./release.ts";

/** How far the platform could go back by itself. */
export interface PlatformRollback {
  /** The deployment that it made; none where it could not. */
  deployment?: string;
  /** Why it could not. */
  refused?: string;
  warnings: string[];
}

const Condition = z.object({ code: z.string().optional(), message: z.string().optional() });
const Validation = z.object({
  valid: z.boolean().default(false),
  error: Condition.optional(),
  warnings: z.array(Condition).default([]),
});
const Made = z.object({ deployment: z.object({ id: z.string(), phase: z.string().default("UNKNOWN") }) });

/** Seconds between two looks at a deployment. */
const look = 2;

/**
 * Has App Platform go back to its last deployment of a release, which takes no build, and waits until that is live. The
 * app is pinned then, until `commitRollback`. Run again, it goes on with the rollback that pins the app.
 *
 * @throws OperationFault where the deployment fails: then the platform is back where it was
 */
export async function platformRollback(
  context: ReleaseContext,
  app: App,
  release: Release,
): Promise<PlatformRollback> {
  const { platform, signal, tell } = context;
  const pinned = app.pinned_deployment;
  if (pinned !== undefined) {
    refuseOtherPin(app, release);
    await untilLive(context, app.id, pinned.id);
    return { deployment: pinned.id, warnings: [] };
  }
  if (app.active_deployment !== undefined && runs(app.active_deployment, release.components))
    return { deployment: app.active_deployment.id, warnings: [] };
  const target = (await deploymentsOf(platform, app.id, signal)).find(
    (one) => one.phase === "SUPERSEDED" && runs(one, release.components),
  );
  if (target === undefined)
    return { refused: "the platform keeps no deployment of it any more", warnings: [] };

  const body = { deployment_id: target.id };
  const validation = await call(platform, `/v2/apps/${app.id}/rollback/validate`, Validation, {
    method: "POST",
    body,
    signal,
  });
  const { valid, error, warnings } = validation;
  const said = warnings.map(({ message, code }) => message ?? code ?? "");
  if (!valid)
    return { refused: error?.message ?? error?.code ?? "the platform gives no reason", warnings: said };
  if (warnings.some(({ code }) => code === "image_source_missing_digest"))
    return { refused: "that deployment has an image without a digest", warnings: said };
  tell("rolling back on the platform");
  const made = await call(platform, `/v2/apps/${app.id}/rollback`, Made, {
    method: "POST",
    body: { ...body, skip_pin: false },
    signal,
  });
  await untilLive(context, app.id, made.deployment.id);
  return { deployment: made.deployment.id, warnings: said };
}

/** @throws OperationFault where a rollback to another release pins the app */
export function refuseOtherPin({ id, pinned_deployment: pinned }: App, release: Release): void {
  if (pinned !== undefined && !runs(pinned, release.components))
    throw new OperationFault(
      `the app is pinned to deployment ${pinned.id}, which runs another release: end that rollback first, in the control panel or by POST /v2/apps/${id}/rollback/revert`,
    );
}

/** Waits until a deployment is live; one that fails is taken back. */
async function untilLive(context: ReleaseContext, app: string, deployment: string): Promise<void> {
  const { platform, settings, signal, tell } = context;
  const { deadlineSeconds } = settings.verify ?? VerifySettings.parse({});
  const until = performance.now() + deadlineSeconds * 1000;
  const wait = platform.wait ?? ((time: number) => pause(time, undefined, { signal }));
  for (;;) {
    const { phase } = (await call(platform, `/v2/apps/${app}/deployments/${deployment}`, Made, { signal }))
      .deployment;
    if (phase === "ACTIVE") return;
    if (phase === "ERROR" || phase === "CANCELED") {
      await call(platform, `/v2/apps/${app}/rollback/revert`, z.unknown(), { method: "POST", signal });
      throw new OperationFault(
        `deployment ${deployment}, by which the platform was to go back, ended as ${phase}; the app is as it was before: look at its logs`,
      );
    }
    if (performance.now() > until)
      throw new OperationFault(
        `deployment ${deployment} is still ${phase} after ${deadlineSeconds} s: run the rollback again to go on with it`,
      );
    tell(`deployment ${deployment} is ${phase}`);
    await wait(look * 1000);
  }
}

/** Ends the pin of an app, so that it can be deployed again; what it went back to is its spec from now on. */
export async function commitRollback({ platform, signal }: ReleaseContext, app: string): Promise<void> {
  await call(platform, `/v2/apps/${app}/rollback/commit`, z.unknown(), { method: "POST", signal });
}
