import { type Step, typeOf } from "../guard/preview.ts";
import { at } from "../guard/weaken/weakening.ts";
import { secretMark } from "../plan/marks.ts";
import type { Difference } from "./document.ts";
import { withoutSecrets } from "./secrets.ts";

const app = "digitalocean:index/app:App";
const webApp = "slipway:index:WebApp";

/** `spec.services[api].envs[KEY].value`, or `spec.envs[KEY].value` of the whole app. */
const place =
  /^spec(?:\.(services|workers|jobs|staticSites|functions)\[([^\]]+)\])?\.envs\[([^\]]+)\]\.value$/;

/** Whether a path is that of a variable's value, of which the provider hides every text. */
export const isVariable = (path: string): boolean => place.test(path);

/**
 * The differences of an app with the texts of its plain variables. The provider calls all values secrets; the settings of
 * the app's component in the same preview tell which are plain. What they do not tell stays hidden.
 */
export function withVariables(
  step: Step,
  steps: readonly Step[],
  differences: readonly Difference[],
): Difference[] {
  const parent = step.newState?.["parent"] ?? step.oldState?.["parent"];
  const component = steps.find(({ urn }) => urn === parent && typeOf(urn) === webApp);
  if (typeOf(step.urn) !== app || component === undefined) return [...differences];
  const [was, is] = [component.oldState, component.newState].map((state) =>
    withoutSecrets(webApp, state?.inputs, []),
  );
  return differences.map((difference) => {
    const { path, before, after } = difference;
    if (before !== secretMark || after !== secretMark) return difference;
    const [old, now] = [plainValue(was, path), plainValue(is, path)];
    return old === undefined || now === undefined || old === now
      ? difference
      : { ...difference, before: old, after: now };
  });
}

/** The text of a variable by the component's settings; undefined where they do not tell it, or it is secret. */
function plainValue(settings: unknown, path: string): string | undefined {
  const [, kind, name, key] = place.exec(path) ?? [];
  if (key === undefined) return undefined;
  const owner = kind === undefined ? settings : at(settings, kind, name ?? "");
  const value = at(owner, "environment", key);
  const release = at(value, "release");
  const told = typeof release === "string" ? at(settings, "release", release) : (at(value, "bind") ?? value);
  const isPlain = ["string", "number", "boolean"].includes(typeof told) && told !== secretMark;
  return isPlain ? String(told) : undefined;
}
