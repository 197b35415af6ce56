import type { Account } from "../account.ts";
import { projectOf } from "../projects.ts";
import { appRegions, defaultAppRegion } from "../regions.ts";
import { deploymentsOf } from "./history.ts";
import type { AppDomain, AppRecord, DeploymentRecord } from "./model.ts";
import { progressView } from "./progress.ts";

const named = (
  list: readonly { name: string }[] | undefined,
  commits: DeploymentRecord["commits"],
): { name: string; source_commit_hash?: string }[] =>
  (list ?? []).map(({ name }) => {
    const commit = commits?.[name];
    return { name, ...(commit === undefined ? {} : { source_commit_hash: commit }) };
  });

/** A deployment as the API shows it. It always has its progress: the published client reads it unasked. */
export function deploymentView(deployment: DeploymentRecord): Record<string, unknown> {
  const { spec } = deployment;
  return {
    id: deployment.id,
    spec,
    services: named(spec.services, deployment.commits),
    static_sites: named(spec.static_sites, deployment.commits),
    workers: named(spec.workers, deployment.commits),
    jobs: named(spec.jobs, deployment.commits),
    phase: deployment.phase,
    phase_last_updated_at: deployment.phaseSince,
    created_at: deployment.createdAt,
    updated_at: deployment.updatedAt,
    cause: deployment.cause,
    cause_details: { type: deployment.causeType },
    progress: progressView(deployment.steps),
    tier_slug: "basic",
    ...(deployment.previousId === undefined ? {} : { previous_deployment_id: deployment.previousId }),
    ...(deployment.clonedFrom === undefined ? {} : { cloned_from: deployment.clonedFrom }),
  };
}

function domainView(app: AppRecord, domain: AppDomain): Record<string, unknown> {
  const status = { ACTIVE: "SUCCESS", ERROR: "ERROR", CONFIGURING: "RUNNING" }[domain.phase];
  const reason =
    domain.reason === undefined ? {} : { reason: { code: "DomainNotReady", message: domain.reason } };
  return {
    id: domain.id,
    spec: app.spec.domains?.find((spec) => spec.domain === domain.domain),
    phase: domain.phase,
    progress: { steps: [{ name: "ensure-record", status, ...reason }] },
    rotate_validation_records: false,
  };
}

/** Deployments of an app by where they are. Keys are left out where there is none. */
function currentDeployments(account: Account, app: AppRecord): Record<string, unknown> {
  const all = deploymentsOf(account, app.id);
  const views: Record<string, DeploymentRecord | undefined> = {
    active_deployment: all.find(({ id }) => id === app.activeDeploymentId),
    pinned_deployment: all.find(({ id }) => id === app.pinnedDeploymentId),
    in_progress_deployment: all.find(({ phase }) =>
      ["BUILDING", "PENDING_DEPLOY", "DEPLOYING"].includes(phase),
    ),
    pending_deployment: all.find(({ phase }) => phase === "PENDING_BUILD"),
  };
  return {
    ...Object.fromEntries(
      Object.entries(views).flatMap(([key, deployment]) =>
        deployment === undefined ? [] : [[key, deploymentView(deployment)]],
      ),
    ),
    ...(all[0] === undefined ? {} : { last_deployment_created_at: all[0].createdAt }),
  };
}

/** An app as the API shows it. Its addresses are those that it answers at on this machine. */
export function appView(account: Account, app: AppRecord): Record<string, unknown> {
  const slug = app.spec.region ?? defaultAppRegion;
  return {
    id: app.id,
    owner_uuid: account.identity.uuid,
    spec: app.spec,
    default_ingress: app.url,
    live_url: app.url,
    live_url_base: app.url,
    live_domain: new URL(app.url).host,
    created_at: app.createdAt,
    updated_at: app.updatedAt,
    ...(app.activeSince === undefined ? {} : { last_deployment_active_at: app.activeSince }),
    ...currentDeployments(account, app),
    region: appRegions.find((region) => region.slug === slug),
    tier_slug: "basic",
    domains: app.domains.map((domain) => domainView(app, domain)),
    project_id: projectOf(account, `do:app:${app.id}`),
    ...(app.spec.vpc?.id === undefined ? {} : { vpc: { id: app.spec.vpc.id, egress_ips: [] } }),
  };
}
