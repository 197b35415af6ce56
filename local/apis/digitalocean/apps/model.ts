import type { ComponentStatus } from "../platform.ts";
import type { AppSpec } from "./spec.ts";

/** An alert of an app with the people who hear of it. */
export interface AppAlert {
  readonly id: string;
  /** Component that it watches; empty for the app itself. */
  readonly component: string;
  readonly rule: string;
  readonly emails: readonly string[];
  readonly slackWebhooks: readonly { readonly url: string; readonly channel: string }[];
}

export type DomainPhase = "CONFIGURING" | "ACTIVE" | "ERROR";

/** A custom domain of an app and how far the platform is with it. */
export interface AppDomain {
  readonly id: string;
  readonly domain: string;
  readonly phase: DomainPhase;
  /** Why it is not active. */
  readonly reason?: string;
}

/** An app. Secrets in its spec are sealed. */
export interface AppRecord {
  readonly id: string;
  readonly spec: AppSpec;
  /** Address on this machine, such as `http://127.0.0.1:40001`. */
  readonly url: string;
  /** Host name that the platform would give it: what DNS records point to. */
  readonly defaultHost: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly alerts: readonly AppAlert[];
  readonly domains: readonly AppDomain[];
  readonly activeDeploymentId?: string;
  readonly activeSince?: string;
  /** Deployment that a rollback holds the app at, until it is committed or reverted. */
  readonly pinnedDeploymentId?: string;
  /** How the components of the active deployment run. */
  readonly running: readonly ComponentStatus[];
}

export type Phase =
  | "PENDING_BUILD"
  | "BUILDING"
  | "PENDING_DEPLOY"
  | "DEPLOYING"
  | "ACTIVE"
  | "SUPERSEDED"
  | "ERROR"
  | "CANCELED";

export type StepStatus = "PENDING" | "RUNNING" | "SUCCESS" | "ERROR";

/** A step of a deployment. Field names are the API's. */
export interface Step {
  readonly name: string;
  readonly status: StepStatus;
  readonly steps?: readonly Step[];
  readonly component_name?: string;
  readonly message_base?: string;
  readonly started_at?: string;
  readonly ended_at?: string;
  readonly reason?: { readonly code: string; readonly message: string };
}

/** One attempt to make an app run as its spec says. */
export interface DeploymentRecord {
  readonly id: string;
  readonly appId: string;
  readonly spec: AppSpec;
  readonly cause: string;
  readonly causeType: "MANUAL" | "MANUAL_ROLLBACK";
  readonly phase: Phase;
  readonly steps: readonly Step[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly phaseSince: string;
  readonly previousId?: string;
  readonly clonedFrom?: string;
  /** Commits that components were built from, by component, as far as they are known. */
  readonly commits?: Readonly<Record<string, string>>;
}

export type LogType = "BUILD" | "DEPLOY" | "RUN";

/** What a component wrote in one deployment. */
export interface LogRecord {
  readonly id: string;
  readonly deploymentId: string;
  readonly component: string;
  readonly type: LogType;
  readonly text: string;
}

/** Whether a deployment will still change by itself. */
export const isOpen = ({ phase }: DeploymentRecord): boolean =>
  ["PENDING_BUILD", "BUILDING", "PENDING_DEPLOY", "DEPLOYING"].includes(phase);
