import { z } from "zod";
import type { Clouds } from "./clouds.ts";
import { type Difference, differences, isSealed, valueAt } from "./differences.ts";
import { type Notes, told } from "./finding.ts";
import { lookAtDigitalOcean, looking } from "./look.ts";
import { ofType, type StackState, type StateResource, textOf } from "./state.ts";

const Spec = z.record(z.string(), z.unknown());
const Domain = z.looseObject({
  spec: z.looseObject({ domain: z.string() }).nullish(),
  phase: z.string().default("UNKNOWN"),
  progress: z
    .looseObject({
      steps: z
        .array(z.looseObject({ reason: z.looseObject({ message: z.string().default("") }).nullish() }))
        .nullish(),
    })
    .nullish(),
});
const App = z.looseObject({
  app: z.looseObject({
    spec: Spec,
    active_deployment: z.looseObject({ id: z.string() }).nullish(),
    pinned_deployment: z.looseObject({ id: z.string() }).nullish(),
    domains: z.array(Domain).nullish(),
  }),
});
const Deployment = z.looseObject({ deployment: z.looseObject({ spec: Spec }) });

/** The app: its spec, its deployment, a rollback that holds it, its domains. */
export async function appDrift(notes: Notes, state: StackState, clouds: Clouds): Promise<void> {
  for (const resource of ofType(state, "digitalocean:index/app:App")) {
    const name = `app ${textOf(field(resource.inputs["spec"], "name")) || resource.name}`;
    await looking(notes, name, async () => {
      const access = clouds.digitalocean();
      const live = await lookAtDigitalOcean(access, `/v2/apps/${resource.id}`, App);
      if (live === undefined) return notes.gone(name);
      const { app } = live;
      if (app.active_deployment == null)
        notes.drift("deployment", name, "has no active deployment", "look at its deployments, and deploy it");
      if (app.pinned_deployment != null)
        notes.drift(
          "pinned",
          name,
          `is pinned to deployment ${app.pinned_deployment.id} since a rollback: nothing is deployed`,
          "commit the rollback (POST /v2/apps/ID/rollback/commit) or revert it (POST /v2/apps/ID/rollback/revert)",
        );
      domainDrift(notes, name, app.domains ?? []);
      const last = textOf(resource.outputs["activeDeploymentId"]);
      const made =
        last === ""
          ? undefined
          : await lookAtDigitalOcean(access, `/v2/apps/${resource.id}/deployments/${last}`, Deployment);
      if (made === undefined)
        notes.unknown(`spec of ${name}`, "the deployment that the last run made is not kept any more");
      else specDrift(notes, name, resource, made.deployment.spec, app.spec);
    });
  }
}

function domainDrift(notes: Notes, app: string, domains: readonly z.output<typeof Domain>[]): void {
  for (const { spec, phase, progress } of domains) {
    if (phase === "ACTIVE") continue;
    const reason = progress?.steps?.map((step) => step.reason?.message ?? "").find((text) => text !== "");
    notes.drift(
      "domain",
      `domain ${spec?.domain ?? "without a name"} of ${app}`,
      `is ${told(phase)}, not ACTIVE${reason === undefined ? "" : `: ${told(reason)}`}`,
      "mend its records at the host of the zone",
    );
  }
}

/**
 * What differs from the spec that the last run deployed, in the API's own words: so a default that the platform adds, and
 * a field that the provider does not know, are compared too. What the program set itself since then is no drift.
 */
function specDrift(notes: Notes, name: string, resource: StateResource, made: unknown, live: unknown): void {
  const program = programSpec(resource);
  for (const difference of differences(made, live)) {
    if (isAsProgrammed(program, difference)) continue;
    notes.drift("app-spec", name, sentence(difference));
  }
}

function sentence({ path, was, is }: Difference): string {
  const isVariable = /(^|\.)envs\.[^.]+\.value$/.test(path);
  if (is === undefined) return `${path} was taken away${isVariable ? "" : `; the last run set ${told(was)}`}`;
  if (was === undefined) return `${path} was added${isVariable ? "" : `: ${told(is)}`}`;
  return isVariable ? `${path} was changed` : `${path} is ${told(is)}; the last run set ${told(was)}`;
}

/** The program's spec in the words of the API. */
function programSpec(resource: StateResource): unknown {
  const spec = inSnakeCase(resource.inputs["spec"]) as Record<string, unknown>;
  const domains = spec["domain_names"];
  return {
    ...spec,
    domains: Array.isArray(domains)
      ? domains.map(({ name, ...rest }: Record<string, unknown>) => ({ domain: name, ...rest }))
      : undefined,
  };
}

/** Whether the live value is what the program asks for: then nobody changed it by hand. */
function isAsProgrammed(program: unknown, { keys, is }: Difference): boolean {
  const wanted = valueAt(program, keys);
  return !isSealed(wanted) && differences(wanted, is).length === 0;
}

function inSnakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inSnakeCase);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      inSnakeCase(one),
    ]),
  );
}

const field = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
