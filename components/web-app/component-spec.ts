import type * as pulumi from "@pulumi/pulumi";
import type { WebAppSettings } from "../web-app.settings.ts";
import type { AlertDestinations, ComponentAlert } from "./alerts.settings.ts";
import { sortedEntries } from "./components.ts";
import { imageSpec } from "./image-spec.ts";
import { logSpec } from "./logs-spec.ts";
import type { HealthCheck, LivenessCheck } from "./run.settings.ts";
import { specVariables, type ValueSources } from "./variables.ts";

/** Everything that the spec needs beside the settings. */
export interface SpecSources extends ValueSources {
  /** `owner/repository` of the product, for components that name no other. */
  repository: string;
  /** The destinations of an alert; left out where only the platform has them. */
  destinations(wanted: AlertDestinations): pulumi.Input<SpecDestinations | undefined>;
}

/** Alert destinations as the platform's spec has them. */
export interface SpecDestinations {
  emails: string[];
  slackWebhooks: { channel: string; url: pulumi.Input<string> }[];
}

type StaticSite = WebAppSettings["staticSites"][string];
type Service = WebAppSettings["services"][string];
type Worker = WebAppSettings["workers"][string];
type Job = WebAppSettings["jobs"][string];

/** A static site's part of the spec. */
export function staticSiteSpec(name: string, site: StaticSite, sources: SpecSources) {
  return {
    name,
    ...builtSpec(site, sources),
    outputDir: site.outputDirectory,
    indexDocument: site.indexDocument,
    errorDocument: site.errorDocument,
    catchallDocument: site.catchallDocument,
    envs: specVariables(name, site.environment, "buildTime", sources),
  };
}

/** A service's part of the spec. */
export function serviceSpec(name: string, service: Service, app: WebAppSettings, sources: SpecSources) {
  return {
    ...processSpec(name, service, app, sources),
    ...scaleSpec(service),
    httpPort: service.port,
    internalPorts: service.internalPorts.length === 0 ? undefined : service.internalPorts,
    healthCheck: service.health && checkSpec(service.health),
    livenessHealthCheck: service.liveness && checkSpec(service.liveness),
    termination: service.termination,
  };
}

/** A worker's part of the spec. */
export function workerSpec(name: string, worker: Worker, app: WebAppSettings, sources: SpecSources) {
  return {
    ...processSpec(name, worker, app, sources),
    ...scaleSpec(worker),
    livenessHealthCheck: worker.liveness && checkSpec(worker.liveness),
    termination: worker.termination,
  };
}

const jobKinds = {
  preDeploy: "PRE_DEPLOY",
  postDeploy: "POST_DEPLOY",
  failedDeploy: "FAILED_DEPLOY",
} as const;

/** A job's part of the spec. */
export function jobSpec(name: string, job: Job, app: WebAppSettings, sources: SpecSources) {
  return {
    ...processSpec(name, job, app, sources),
    kind: jobKinds[job.kind],
    instanceSizeSlug: job.size,
    instanceCount: 1,
    termination: job.termination,
  };
}

function processSpec(
  name: string,
  component: Service | Worker | Job,
  app: WebAppSettings,
  sources: SpecSources,
) {
  const scope = component.image === undefined ? "runAndBuildTime" : "runTime";
  const logDestinations = sortedEntries(app.logs).map(([log, settings]) =>
    logSpec(name, log, settings, sources),
  );
  return {
    name,
    ...builtSpec(component, sources),
    image: component.image && imageSpec(name, component.image, sources),
    runCommand: component.runCommand,
    envs: specVariables(name, component.environment, scope, sources),
    alerts:
      component.alerts.length === 0 ? undefined : component.alerts.map((alert) => alertSpec(alert, sources)),
    logDestinations: logDestinations.length === 0 ? undefined : logDestinations,
  };
}

function builtSpec(component: StaticSite | Service | Worker | Job, sources: SpecSources) {
  const { github, gitlab, bitbucket, git } = component;
  return {
    github: github && hostedSpec({ ...github, repository: github.repository ?? sources.repository }),
    gitlab: gitlab && hostedSpec(gitlab),
    bitbucket: bitbucket && hostedSpec(bitbucket),
    git: git && { repoCloneUrl: git.cloneUrl, branch: git.branch },
    sourceDir: component.sourceDirectory,
    environmentSlug: component.environmentSlug,
    dockerfilePath: component.dockerfilePath,
    buildCommand: component.buildCommand,
  };
}

const hostedSpec = (source: { repository: string; branch: string; deployOnPush: boolean }) => ({
  repo: source.repository,
  branch: source.branch,
  deployOnPush: source.deployOnPush,
});

function scaleSpec({ size, instances, autoscaling }: Pick<Service, "size" | "instances" | "autoscaling">) {
  if (autoscaling === undefined) return { instanceSizeSlug: size, instanceCount: instances ?? 1 };
  return {
    instanceSizeSlug: size,
    autoscaling: {
      minInstanceCount: autoscaling.min,
      maxInstanceCount: autoscaling.max,
      metrics: { cpu: { percent: autoscaling.cpuPercent } },
    },
  };
}

const checkSpec = ({ path, ...rest }: HealthCheck | LivenessCheck) => ({ httpPath: path, ...rest });

const measures = {
  cpuPercent: "CPU_UTILIZATION",
  memoryPercent: "MEM_UTILIZATION",
  restarts: "RESTART_COUNT",
} as const;
const windows = { 5: "FIVE_MINUTES", 10: "TEN_MINUTES", 30: "THIRTY_MINUTES", 60: "ONE_HOUR" } as const;

function alertSpec(alert: ComponentAlert, sources: SpecSources) {
  return {
    rule: measures[alert.measure],
    operator: alert.operator === "above" ? "GREATER_THAN" : "LESS_THAN",
    value: alert.value,
    window: windows[alert.windowMinutes],
    disabled: alert.isDisabled,
    destinations: alert.destinations && sources.destinations(alert.destinations),
  };
}
