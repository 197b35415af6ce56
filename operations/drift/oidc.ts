import { z } from "zod";
import type { GitHubAccess } from "../github.ts";
import { type Notes, told } from "./finding.ts";
import { lookAtGitHub, looking } from "./look.ts";
import { ofType, type StackState, textOf } from "./state.ts";

const Subject = z.looseObject({
  use_default: z.boolean().default(true),
  include_claim_keys: z.array(z.string()).nullish(),
  use_immutable_subject: z.boolean().nullish(),
});

/** Whether the tokens of the repository's workflows still carry the subject that the roles at AWS wait for. */
export async function oidcDrift(
  notes: Notes,
  state: StackState,
  access: GitHubAccess,
  repository: string,
): Promise<void> {
  const formats = ofType(state, "slipway:index:DeployEnvironment")
    .filter(({ inputs }) => inputs["repository"] === repository)
    .flatMap(
      ({ inputs }) => (inputs["oidc"] as Record<string, unknown> | undefined)?.["subjectFormat"] ?? [],
    );
  const [format] = formats;
  if (format === undefined) return;
  const name = `OIDC subject of ${repository}`;
  const [owner = "", repo = ""] = repository.split("/");
  await looking(notes, name, async () => {
    const route = "/repos/{owner}/{repo}/actions/oidc/customization/sub";
    const live = await lookAtGitHub(access, route, { owner, repo }, Subject);
    if (live === undefined) return;
    const fix = "AWS refuses the workflows until delivery.oidc.subjectFormat and the repository agree";
    if (!live.use_default)
      notes.drift(
        "oidc",
        name,
        `is made of ${told((live.include_claim_keys ?? []).join(", "))}, not in GitHub's default way`,
        fix,
      );
    const is = live.use_immutable_subject === true ? "ids" : "names";
    if (live.use_immutable_subject != null && is !== format)
      notes.drift("oidc", name, `holds ${is}; delivery.oidc.subjectFormat says ${told(textOf(format))}`, fix);
  });
}
