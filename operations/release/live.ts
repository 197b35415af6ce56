import { type App, type Deployment, deployedParts } from "./platform.ts";
import type { Release } from "./release.ts";

/** A component that runs something else than what is meant. */
export interface Difference {
  component: string;
  meant: string;
  live: string;
  /** Whether it is told apart for certain: the platform may not say what it built a component from. */
  isKnown: boolean;
}

/** Where a live deployment differs from a release, component by component. What slipway adds itself is no difference. */
export function differences(meant: Release["components"], live: Release["components"]): Difference[] {
  return Object.entries(meant).flatMap(([component, part]): Difference[] => {
    const other = live[component];
    if (other === undefined)
      return [{ component, meant: artifact(part), live: "not deployed", isKnown: true }];
    if (artifact(part) === artifact(other)) return [];
    const isKnown = artifact(other) !== "";
    return [{ component, meant: artifact(part), live: isKnown ? artifact(other) : "not told", isKnown }];
  });
}

const artifact = (part: Release["components"][string]): string =>
  "digest" in part ? part.digest : part.commit;

/** What an app runs at the moment. */
export interface Live {
  app: string;
  url: string | undefined;
  deployment: string | undefined;
  since: string | undefined;
  components: Release["components"];
  /** Set while a rollback holds the app at a deployment: the platform refuses every other one. */
  pinned: string | undefined;
  /** A deployment that is not live yet. */
  underWay: string | undefined;
}

/** What is live in an app. */
export function liveOf(app: App): Live {
  const { active_deployment: active } = app;
  return {
    app: app.id,
    url: app.live_url ?? app.default_ingress,
    deployment: active?.id,
    since: active?.updated_at,
    components: active === undefined ? {} : deployedParts(active),
    pinned: app.pinned_deployment?.id,
    underWay: (app.in_progress_deployment ?? app.pending_deployment)?.id,
  };
}

/** Whether a deployment of the platform runs a release. */
export const runs = (deployment: Deployment, components: Release["components"]): boolean =>
  differences(components, deployedParts(deployment)).every(({ isKnown }) => !isKnown);
