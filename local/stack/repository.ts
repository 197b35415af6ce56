import { localCredential } from "../cloud/credential.ts";
import { LocalFault } from "../fault.ts";

/**
 * Makes the repository at the local GitHub, unless it is there: on the real one it exists before its deployment does.
 *
 * @param repository - `owner/name`
 * @param hasIds - whether the subject of its OpenID Connect tokens holds ids, as that of a new repository does
 */
export async function ensureRepository(gitHub: string, repository: string, hasIds: boolean): Promise<void> {
  const [owner = "", name = ""] = repository.split("/");
  const ask = async (method: string, path: string, body?: unknown): Promise<number> => {
    const response = await fetch(`${gitHub}/api/v3/${path}`, {
      method,
      headers: { authorization: `Bearer ${localCredential}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    await response.arrayBuffer();
    return response.status;
  };
  const path = `repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
  if ((await ask("GET", path)) === 200) return;
  const status = await ask("POST", `orgs/${encodeURIComponent(owner)}/repos`, { name, private: true });
  if (status !== 201)
    throw new LocalFault(`the local GitHub refuses to make the repository ${repository} (${status})`);
  const subject = { use_default: true, use_immutable_subject: hasIds };
  await ask("PUT", `${path}/actions/oidc/customization/sub`, subject);
}
