import { z } from "zod";
import type { GitHubAccess } from "../github.ts";
import { differences } from "./differences.ts";
import type { Notes } from "./finding.ts";
import { lookAtGitHub, looking } from "./look.ts";
import { type StateResource, textOf } from "./state.ts";

const Variable = z.looseObject({ value: z.string() });
const Secrets = z.looseObject({
  secrets: z.array(z.looseObject({ name: z.string(), updated_at: z.string() })),
});

/** What the program set for workflows, in one environment or in the whole repository. */
interface Values {
  place: Readonly<Record<string, string>>;
  variables: readonly StateResource[];
  secrets: readonly StateResource[];
}

/** The variables and secrets of workflows: what a secret holds nobody can read, only when it was set. */
export async function valueDrift(
  notes: Notes,
  access: GitHubAccess,
  name: string,
  { place, variables, secrets }: Values,
): Promise<void> {
  const isOfEnvironment = "environment" in place;
  const below = isOfEnvironment
    ? "/repos/{owner}/{repo}/environments/{environment}"
    : "/repos/{owner}/{repo}/actions";
  if (variables.length > 0)
    await looking(notes, `variables of ${name}`, async () => {
      for (const { inputs } of variables) {
        const variable = textOf(inputs["variableName"]);
        const route = `${below}/variables/{name}`;
        const live = await lookAtGitHub(access, route, { ...place, name: variable }, Variable);
        if (live === undefined) notes.gone(`variable ${variable} of ${name}`);
        else if (differences(inputs["value"], live.value).length > 0)
          notes.drift("environment-values", name, `variable ${variable} was changed`);
      }
    });
  if (secrets.length === 0) return;
  await looking(notes, `secrets of ${name}`, async () => {
    const route = `${below}/secrets`;
    const live = (await lookAtGitHub(access, route, { ...place, per_page: 100 }, Secrets))?.secrets ?? [];
    for (const { inputs, outputs } of secrets) {
      const secret = textOf(inputs["secretName"]);
      const found = live.find((one) => one.name.toUpperCase() === secret.toUpperCase());
      if (found === undefined) notes.gone(`secret ${secret} of ${name}`);
      else if (isLater(found.updated_at, textOf(outputs["remoteUpdatedAt"])))
        notes.drift(
          "environment-values",
          name,
          `secret ${secret} was set by someone else since the last run`,
        );
    }
  });
}

/** Both in seconds; the provider writes Go's form, `2026-11-21 15:37:33 +0000 UTC`. */
function isLater(found: string, noted: string): boolean {
  const before = Date.parse(noted.replace(/ \+0000 UTC$/, "Z").replace(" ", "T"));
  return Number.isFinite(before) && Date.parse(found) - before >= 1000;
}
