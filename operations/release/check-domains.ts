import { type Check, fine, retried, type Target, wrong } from "./check.ts";
import { type App, readApp } from "./platform.ts";

/** Days before its end from which a certificate is a fault: the platform renews it a month before. */
const certificateDays = 7;

/** Whether every custom domain is active and has a certificate; where it is not, what its alias leads to instead. */
export function domainChecks(target: Target): Promise<Check>[] {
  const { context, app } = target;
  return app.domains.map((domain) => {
    const host = domain.spec?.domain ?? "";
    let isFirst = true;
    return retried(target, async () => {
      const now = isFirst ? app : await readApp(context.platform, app.id, context.signal);
      isFirst = false;
      const found = now.domains.find(({ spec }) => spec?.domain === host);
      return found === undefined
        ? wrong(`domain ${host}`, "is gone from the app")
        : await domainCheck(target, host, found);
    });
  });
}

async function domainCheck(target: Target, host: string, domain: App["domains"][number]): Promise<Check> {
  const name = `domain ${host}`;
  if (domain.phase !== "ACTIVE") {
    const reasons = (domain.progress?.steps ?? []).flatMap(({ reason }) => reason?.message ?? []);
    const why = [`is ${domain.phase}`, ...reasons, ...(await aliasFault(target, host, domain.spec?.zone))];
    return wrong(name, why.join("; "));
  }
  const ends = domain.certificate_expires_at;
  if (ends === undefined) return fine(name, "active");
  const days = Math.floor((Date.parse(ends) - target.context.now().getTime()) / 86_400_000);
  return days < certificateDays
    ? wrong(name, `its certificate ends on ${ends.slice(0, 10)}, in ${days} days`)
    : fine(name, `active, certificate until ${ends.slice(0, 10)}`);
}

/** What is wrong with the alias of a domain whose zone is somewhere else. */
async function aliasFault(target: Target, host: string, zone: string | undefined): Promise<string[]> {
  if (zone !== undefined && zone !== "") return [];
  const wanted = URL.parse(target.app.default_ingress ?? "")?.hostname ?? "";
  let found: string[];
  try {
    found = await target.resolveCname(host);
  } catch {
    return [`${host} has no CNAME record: it must lead to ${wanted}`];
  }
  const names = found.map((one) => one.replace(/\.$/, "").toLowerCase());
  return names.includes(wanted) ? [] : [`its CNAME record leads to ${names.join(", ")}, must be ${wanted}`];
}
