import { z } from "zod";
import { badRequest, faultLine } from "../errors.ts";

const text = z.string().optional();
const whole = z.int().optional();
const flag = z.boolean().optional();
const texts = z.array(z.string()).optional();

const Env = z.strictObject({
  key: z.string(),
  value: text,
  scope: z.enum(["UNSET", "RUN_TIME", "BUILD_TIME", "RUN_AND_BUILD_TIME"]).optional(),
  type: z.enum(["GENERAL", "SECRET"]).optional(),
});

const hosted = z.strictObject({ repo: text, branch: text, deploy_on_push: flag }).optional();

const Image = z.strictObject({
  registry_type: z.enum(["DOCKER_HUB", "DOCR", "GHCR"]),
  registry: text,
  repository: text,
  tag: text,
  digest: text,
  registry_credentials: text,
  deploy_on_push: z.strictObject({ enabled: flag }).optional(),
});

const Alert = z.strictObject({
  rule: z.string(),
  disabled: flag,
  operator: z.enum(["UNSPECIFIED_OPERATOR", "GREATER_THAN", "LESS_THAN"]).optional(),
  value: z.number().optional(),
  window: z
    .enum(["UNSPECIFIED_WINDOW", "FIVE_MINUTES", "TEN_MINUTES", "THIRTY_MINUTES", "ONE_HOUR"])
    .optional(),
});

const LogDestination = z.strictObject({
  name: z.string(),
  papertrail: z.strictObject({ endpoint: z.string() }).optional(),
  datadog: z.strictObject({ endpoint: text, api_key: z.string() }).optional(),
  logtail: z.strictObject({ token: z.string() }).optional(),
  open_search: z
    .strictObject({
      endpoint: text,
      basic_auth: z.strictObject({ user: text, password: text }).optional(),
      index_name: text,
      cluster_name: text,
    })
    .optional(),
  endpoint: text,
  tls_insecure: flag,
  headers: z.array(z.strictObject({ key: z.string(), value: text })).optional(),
});

const Cors = z.strictObject({
  allow_origins: z.array(z.strictObject({ exact: text, prefix: text, regex: text })).optional(),
  allow_methods: texts,
  allow_headers: texts,
  expose_headers: texts,
  max_age: text,
  allow_credentials: flag,
});

const Autoscaling = z.strictObject({
  min_instance_count: whole,
  max_instance_count: whole,
  metrics: z
    .strictObject({
      cpu: z.strictObject({ percent: whole }).optional(),
      requests_per_second: z.strictObject({ per_instance: whole }).optional(),
      request_duration: z.strictObject({ p95_milliseconds: whole }).optional(),
    })
    .optional(),
});

const HealthCheck = z.strictObject({
  // The oldest form of http_path.
  path: text,
  http_path: text,
  port: whole,
  initial_delay_seconds: whole,
  period_seconds: whole,
  timeout_seconds: whole,
  success_threshold: whole,
  failure_threshold: whole,
});

const built = {
  name: z.string(),
  git: z.strictObject({ repo_clone_url: text, branch: text }).optional(),
  github: hosted,
  gitlab: hosted,
  bitbucket: hosted,
  image: Image.optional(),
  dockerfile_path: text,
  build_command: text,
  source_dir: text,
  environment_slug: text,
  envs: z.array(Env).optional(),
};

const run = {
  ...built,
  run_command: text,
  instance_size_slug: text,
  instance_count: whole,
  alerts: z.array(Alert).optional(),
  log_destinations: z.array(LogDestination).optional(),
  termination: z.strictObject({ grace_period_seconds: whole, drain_seconds: whole }).optional(),
};

const routed = {
  routes: z.array(z.strictObject({ path: text, preserve_path_prefix: flag })).optional(),
  cors: Cors.optional(),
};

const Service = z.strictObject({
  ...run,
  ...routed,
  autoscaling: Autoscaling.optional(),
  health_check: HealthCheck.optional(),
  liveness_health_check: HealthCheck.optional(),
  protocol: z.enum(["HTTP", "HTTP2"]).optional(),
  http_port: whole,
  internal_ports: z.array(z.int()).optional(),
  inactivity_sleep: z.record(z.string(), z.unknown()).optional(),
});

const Worker = z.strictObject({
  ...run,
  autoscaling: Autoscaling.optional(),
  liveness_health_check: HealthCheck.optional(),
});

const Job = z.strictObject({
  ...run,
  kind: z.enum(["UNSPECIFIED", "PRE_DEPLOY", "POST_DEPLOY", "FAILED_DEPLOY", "SCHEDULED"]).optional(),
  schedule: z.strictObject({ cron: text, time_zone: text }).optional(),
  timeout: text,
});

const StaticSite = z.strictObject({
  ...built,
  ...routed,
  output_dir: text,
  index_document: text,
  error_document: text,
  catchall_document: text,
});

const Database = z.strictObject({
  name: z.string(),
  engine: z.enum(["UNSET", "MYSQL", "PG", "REDIS", "MONGODB", "KAFKA", "OPENSEARCH", "VALKEY"]).optional(),
  version: text,
  production: flag,
  cluster_name: text,
  db_name: text,
  db_user: text,
});

const Domain = z.strictObject({
  domain: z.string(),
  type: z.enum(["UNSPECIFIED", "DEFAULT", "PRIMARY", "ALIAS"]).optional(),
  wildcard: flag,
  zone: text,
  certificate: text,
  minimum_tls_version: z.enum(["1.2", "1.3"]).optional(),
});

const Rule = z.strictObject({
  match: z
    .strictObject({
      path: z.strictObject({ prefix: text, exact: text }).optional(),
      authority: z.strictObject({ prefix: text, exact: text }).optional(),
    })
    .optional(),
  component: z.strictObject({ name: text, preserve_path_prefix: flag, rewrite: text }).optional(),
  redirect: z
    .strictObject({ uri: text, authority: text, port: whole, scheme: text, redirect_code: whole })
    .optional(),
  cors: Cors.optional(),
});

/** An app spec, field by field as the published client sends it. A field that is not here is refused. */
export const AppSpec = z.strictObject({
  name: z.string(),
  region: text,
  services: z.array(Service).optional(),
  static_sites: z.array(StaticSite).optional(),
  workers: z.array(Worker).optional(),
  jobs: z.array(Job).optional(),
  functions: z.array(z.looseObject({ name: z.string() })).optional(),
  databases: z.array(Database).optional(),
  domains: z.array(Domain).optional(),
  envs: z.array(Env).optional(),
  alerts: z.array(Alert).optional(),
  ingress: z
    .strictObject({
      load_balancer: text,
      load_balancer_size: whole,
      rules: z.array(Rule).optional(),
      secure_header: z.strictObject({ key: text, value: text, remove_header: flag }).optional(),
      custom_error_page_url: text,
    })
    .optional(),
  egress: z.strictObject({ type: z.enum(["AUTOASSIGN", "DEDICATED_IP"]).optional() }).optional(),
  features: texts,
  maintenance: z.strictObject({ enabled: flag, archive: flag, offline_page_url: text }).optional(),
  vpc: z.strictObject({ id: text }).optional(),
  disable_edge_cache: flag,
  disable_email_obfuscation: flag,
  enhanced_threat_control_enabled: flag,
});

export type AppSpec = z.output<typeof AppSpec>;
export type EnvSpec = z.output<typeof Env>;
export type AlertSpec = z.output<typeof Alert>;
export type DatabaseSpec = z.output<typeof Database>;
export type DomainSpec = z.output<typeof Domain>;
export type RuleSpec = z.output<typeof Rule>;
export type ServiceSpec = z.output<typeof Service>;
export type WorkerSpec = z.output<typeof Worker>;
export type JobSpec = z.output<typeof Job>;
export type StaticSiteSpec = z.output<typeof StaticSite>;

/** A component with what it is. */
export type Component =
  | { readonly kind: "service"; readonly spec: ServiceSpec }
  | { readonly kind: "static_site"; readonly spec: StaticSiteSpec }
  | { readonly kind: "worker"; readonly spec: WorkerSpec }
  | { readonly kind: "job"; readonly spec: JobSpec };

/** All components in the order in which the platform lists them. */
export const componentsOf = (spec: AppSpec): Component[] => [
  ...(spec.services ?? []).map((one) => ({ kind: "service", spec: one }) as const),
  ...(spec.static_sites ?? []).map((one) => ({ kind: "static_site", spec: one }) as const),
  ...(spec.workers ?? []).map((one) => ({ kind: "worker", spec: one }) as const),
  ...(spec.jobs ?? []).map((one) => ({ kind: "job", spec: one }) as const),
];

/** Reads a spec; one of another shape is refused with status 400, as App Platform does. */
export function readSpec(value: unknown): AppSpec {
  if (value === undefined) throw badRequest("spec is required");
  const parsed = AppSpec.safeParse(value);
  if (!parsed.success) throw badRequest(`error parsing app spec: ${faultLine(parsed.error)}`);
  return parsed.data;
}
