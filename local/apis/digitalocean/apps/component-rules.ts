import { checkName, checkRange, specFault, twice } from "./faults.ts";
import { defaultSize, instanceSize } from "./sizes.ts";
import type { AlertSpec, Component, EnvSpec, JobSpec, ServiceSpec, WorkerSpec } from "./spec.ts";

const sources = ["git", "github", "gitlab", "bitbucket", "image"] as const;
const folders = { service: "services", static_site: "static_sites", worker: "workers", job: "jobs" } as const;
const componentAlerts = [
  "CPU_UTILIZATION",
  "MEM_UTILIZATION",
  "RESTART_COUNT",
  "REQUESTS_PER_SECOND",
  "REQUEST_DURATION_P95_MS",
  "JOB_INVOCATION_FAILED",
];

/** Refuses wrong names of variables. @param field - the list that they are in */
export function checkEnvs(field: string, envs: readonly EnvSpec[] | undefined): void {
  const keys = (envs ?? []).map(({ key }) => key);
  const wrong = keys.find((key) => !/^[_A-Za-z][_A-Za-z0-9]*$/.test(key));
  if (wrong !== undefined) {
    throw specFault(`${field}.key`, `must have letters, numbers and underscores only, is "${wrong}"`);
  }
  const repeated = twice(keys);
  if (repeated !== undefined) throw specFault(`${field}.key`, `"${repeated}" is there twice`);
}

function checkImage(field: string, component: Component): void {
  const { image } = component.spec;
  if (image === undefined) return;
  if (component.kind === "static_site") throw specFault(field, "a static site cannot be made from an image");
  if ((image.repository ?? "") === "") throw specFault(`${field}.repository`, "is required");
  const hasRegistry = (image.registry ?? "") !== "";
  if (image.registry_type === "DOCR" && hasRegistry)
    throw specFault(`${field}.registry`, "must be empty for DOCR");
  if (image.registry_type === "DOCKER_HUB" && !hasRegistry) {
    throw specFault(`${field}.registry`, "is required for DOCKER_HUB");
  }
  if (image.tag !== undefined && image.digest !== undefined) {
    throw specFault(`${field}.digest`, "must not be set together with tag");
  }
  if (image.digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(image.digest)) {
    throw specFault(`${field}.digest`, `must be "sha256:" and 64 hexadecimal digits, is "${image.digest}"`);
  }
  if (
    image.deploy_on_push?.enabled === true &&
    (image.registry_type !== "DOCR" || image.digest !== undefined)
  ) {
    throw specFault(`${field}.deploy_on_push`, "works for DOCR images by tag only");
  }
}

function checkSource(field: string, component: Component): void {
  const { spec } = component;
  const set = sources.filter((source) => spec[source] !== undefined);
  if (set.length !== 1) {
    throw specFault(field, `component "${spec.name}" must have exactly one of ${sources.join(", ")}`);
  }
  for (const host of ["github", "gitlab", "bitbucket"] as const) {
    const source = spec[host];
    if (source === undefined) continue;
    if (!/^[^/\s]+\/[^/\s]+$/.test(source.repo ?? "")) {
      throw specFault(`${field}.${host}.repo`, `must be "owner/name", is "${source.repo ?? ""}"`);
    }
    if ((source.branch ?? "") === "") throw specFault(`${field}.${host}.branch`, "is required");
  }
  if (spec.git !== undefined) {
    if ((spec.git.repo_clone_url ?? "") === "") throw specFault(`${field}.git.repo_clone_url`, "is required");
    if ((spec.git.branch ?? "") === "") throw specFault(`${field}.git.branch`, "is required");
  }
  checkImage(`${field}.image`, component);
}

function checkAutoscaling(field: string, spec: ServiceSpec | WorkerSpec, slug: string): void {
  const { autoscaling } = spec;
  if (autoscaling === undefined) return;
  const { min_instance_count: low, max_instance_count: high, metrics } = autoscaling;
  if (spec.instance_count !== undefined) {
    throw specFault(
      `${field}.instance_count`,
      `component "${spec.name}" must not set it together with autoscaling`,
    );
  }
  if (instanceSize(slug)?.isDedicated !== true) {
    throw specFault(
      `${field}.autoscaling`,
      `component "${spec.name}" must have a dedicated size, "${slug}" is shared`,
    );
  }
  if (low === undefined) throw specFault(`${field}.autoscaling.min_instance_count`, "is required");
  if (high === undefined) throw specFault(`${field}.autoscaling.max_instance_count`, "is required");
  checkRange(`${field}.autoscaling.min_instance_count`, low, 1, 250);
  checkRange(`${field}.autoscaling.max_instance_count`, high, 1, 250);
  if (low >= high) {
    throw specFault(`${field}.autoscaling.max_instance_count`, `must be greater than ${low}, is ${high}`);
  }
  if (Object.keys(metrics ?? {}).length === 0) {
    throw specFault(`${field}.autoscaling.metrics`, "must have at least one metric");
  }
  checkRange(`${field}.autoscaling.metrics.cpu.percent`, metrics?.cpu?.percent, 1, 100);
}

function checkInstances(field: string, spec: ServiceSpec | WorkerSpec | JobSpec): void {
  const slug = spec.instance_size_slug ?? defaultSize;
  const size = instanceSize(slug);
  if (size === undefined) throw specFault(`${field}.instance_size_slug`, `"${slug}" is not an instance size`);
  checkRange(`${field}.instance_count`, spec.instance_count, 1, 250);
  if (size.isSingle && (spec.instance_count ?? 1) > 1) {
    throw specFault(
      `${field}.instance_count`,
      `component "${spec.name}" must have 1 instance, size "${slug}" allows no more`,
    );
  }
  if ("autoscaling" in spec) checkAutoscaling(field, spec, slug);
  checkRange(`${field}.termination.grace_period_seconds`, spec.termination?.grace_period_seconds, 1, 600);
}

/** Refuses health checks outside the platform's limits (App Platform limits, 2026-08). */
function checkHealth(field: string, check: ServiceSpec["health_check"], successes: number): void {
  if (check === undefined) return;
  checkRange(`${field}.port`, check.port, 1, 65_535);
  checkRange(`${field}.initial_delay_seconds`, check.initial_delay_seconds, 0, 3600);
  checkRange(`${field}.period_seconds`, check.period_seconds, 1, 300);
  checkRange(`${field}.timeout_seconds`, check.timeout_seconds, 1, 120);
  checkRange(`${field}.success_threshold`, check.success_threshold, 1, successes);
  checkRange(`${field}.failure_threshold`, check.failure_threshold, 1, 50);
  if (check.http_path !== undefined && !check.http_path.startsWith("/")) {
    throw specFault(`${field}.http_path`, `must start with "/", is "${check.http_path}"`);
  }
}

function checkAlerts(field: string, alerts: readonly AlertSpec[] | undefined): void {
  for (const alert of alerts ?? []) {
    if (!componentAlerts.includes(alert.rule)) {
      throw specFault(`${field}.rule`, `"${alert.rule}" is not an alert of a component`);
    }
    if (alert.rule === "JOB_INVOCATION_FAILED") continue;
    if (alert.operator === undefined || alert.operator === "UNSPECIFIED_OPERATOR") {
      throw specFault(`${field}.operator`, `is required for ${alert.rule}`);
    }
    if (alert.window === undefined || alert.window === "UNSPECIFIED_WINDOW") {
      throw specFault(`${field}.window`, `is required for ${alert.rule}`);
    }
  }
}

function checkLogDestinations(field: string, spec: ServiceSpec | WorkerSpec | JobSpec): void {
  for (const one of spec.log_destinations ?? []) {
    if (!/^[A-Za-z0-9()[\]'"][-A-Za-z0-9_. /()[\]]{0,40}[A-Za-z0-9()[\]'"]$/.test(one.name)) {
      throw specFault(`${field}.name`, `must have 2 to 42 characters, is "${one.name}"`);
    }
    const kinds = [one.papertrail, one.datadog, one.logtail, one.open_search, one.endpoint];
    if (kinds.filter((kind) => kind !== undefined).length !== 1) {
      throw specFault(
        field,
        `"${one.name}" must have exactly one of papertrail, datadog, logtail, open_search`,
      );
    }
    const search = one.open_search;
    if (search !== undefined && ((search.endpoint ?? "") === "") === ((search.cluster_name ?? "") === "")) {
      throw specFault(`${field}.open_search`, `"${one.name}" must have either endpoint or cluster_name`);
    }
  }
}

function checkJob(field: string, job: JobSpec): void {
  if (job.kind === "SCHEDULED") {
    if ((job.schedule?.cron ?? "").trim().split(/\s+/).length !== 5) {
      throw specFault(
        `${field}.schedule.cron`,
        `job "${job.name}" must have a cron expression of five fields`,
      );
    }
  } else if (job.schedule !== undefined) {
    throw specFault(`${field}.schedule`, `job "${job.name}" must be of kind SCHEDULED`);
  }
}

function checkService(field: string, service: ServiceSpec): void {
  checkRange(`${field}.http_port`, service.http_port, 1, 65_535);
  for (const port of service.internal_ports ?? []) checkRange(`${field}.internal_ports`, port, 1, 65_535);
  checkRange(`${field}.termination.drain_seconds`, service.termination?.drain_seconds, 1, 110);
  checkHealth(`${field}.health_check`, service.health_check, 50);
}

/** Refuses a component that App Platform would refuse, whatever the rest of the spec says. */
export function checkComponent(component: Component): void {
  const { kind, spec } = component;
  const field = folders[kind];
  checkName(`${field}.name`, spec.name);
  checkSource(field, component);
  checkEnvs(`${field}.envs`, spec.envs);
  if (kind === "static_site") {
    if (spec.catchall_document !== undefined && spec.error_document !== undefined) {
      throw specFault(`${field}.catchall_document`, "must not be set together with error_document");
    }
    return;
  }
  checkInstances(field, spec);
  checkAlerts(`${field}.alerts`, spec.alerts);
  checkLogDestinations(`${field}.log_destinations`, spec);
  if (kind === "job") {
    checkJob(field, spec);
    return;
  }
  checkHealth(`${field}.liveness_health_check`, spec.liveness_health_check, 1);
  if (kind === "service") checkService(field, spec);
}
