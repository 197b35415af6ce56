import { z } from "zod";
import { shown } from "../internal/faults.ts";
import { ruled } from "../internal/rules.ts";
import { nearest } from "../internal/suggest.ts";
import { AppSize, Email, Port, Slack, UrlPath } from "../internal/values.ts";
import { autoscalingRules, checkRules } from "./run.rules.ts";

// Ranges of this file: DigitalOcean API description of 2026-08-07 and its provider, 2026-08-06.

/** How the platform changes the number of instances by itself. */
const Autoscaling = ruled(
  z.strictObject({
    min: z.int().min(1).max(250),
    max: z.int().min(1).max(250),
    cpuPercent: z
      .int()
      .min(1)
      .max(100)
      .default(80)
      .describe("Average CPU use, in percent, that it aims at; the provider knows no other measure."),
  }),
  autoscalingRules,
);

/** How large a component is and how often it runs. */
export const scaleSettings = {
  size: AppSize.default("apps-s-1vcpu-0.5gb"),
  instances: z.int().min(1).max(250).optional().describe("Default: 1, or what autoscaling decides."),
  autoscaling: Autoscaling.optional(),
};

const check = {
  path: UrlPath.optional().describe(
    "Path that must answer with success. Default: a connection to the port is enough.",
  ),
  port: Port.optional().describe("Default: the component's own port."),
  initialDelaySeconds: z.int().min(0).max(3600).optional(),
  periodSeconds: z.int().min(1).max(300).optional(),
  timeoutSeconds: z.int().min(1).max(120).optional(),
  failureThreshold: z.int().min(1).max(50).optional(),
};

/** When an instance gets requests. */
export const HealthCheck = ruled(
  z.strictObject({ ...check, successThreshold: z.int().min(1).max(50).optional() }),
  checkRules,
);
export type HealthCheck = z.output<typeof HealthCheck>;

/** When an instance is started again. */
export const LivenessCheck = ruled(
  z.strictObject({
    ...check,
    successThreshold: z
      .literal(1, { error: "must be 1: the platform takes no other number for a liveness check" })
      .optional(),
  }),
  checkRules,
);
export type LivenessCheck = z.output<typeof LivenessCheck>;

const gracePeriodSeconds = z.int().min(1).max(600).optional();

/** How long a worker or job may take to stop. */
export const Termination = z.strictObject({ gracePeriodSeconds });

/** How long a service may take to finish its requests and to stop. */
export const ServiceTermination = z.strictObject({
  gracePeriodSeconds,
  drainSeconds: z.int().min(1).max(110).optional(),
});

/**
 * Who is told about an alert, beside the owners of the account, whom the platform always mails. The provider cannot read
 * it back, so that the first run after a refresh sends it again, which updates the app.
 */
export const AlertDestinations = z
  .strictObject({ emails: z.array(Email).default([]), slack: z.array(Slack).default([]) })
  .refine(({ emails, slack }) => emails.length + slack.length > 0, {
    error: "must name an e-mail address or a Slack channel, or be left out",
  });
export type AlertDestinations = z.output<typeof AlertDestinations>;

const missingMeasures: Readonly<Record<string, string>> = {
  errorRate: "the platform measures no error rate: watch the health path with monitoring.checks",
  responseTime: "the provider knows no response time: use latencyMs of monitoring.checks",
  requestsPerSecond: "the provider knows no request rate",
};

const ofComponent = "it is about one component: list it in that component's own alerts";
const componentMeasures: Readonly<Record<string, string>> = {
  cpuPercent: ofComponent,
  memoryPercent: ofComponent,
  restarts: ofComponent,
};

const reasonIn = (measures: Readonly<Record<string, string>>, word: unknown): string | undefined =>
  typeof word === "string" && Object.hasOwn(measures, word) ? measures[word] : undefined;

/** An alert about one component. */
export const ComponentAlert = z.strictObject({
  measure: z.enum(["cpuPercent", "memoryPercent", "restarts"], {
    error: ({ input }) => {
      const reason = reasonIn(missingMeasures, input);
      return reason && `must be one of cpuPercent, memoryPercent, restarts; ${reason}`;
    },
  }),
  operator: z.enum(["above", "below"]).default("above"),
  value: z.number().min(0),
  windowMinutes: z
    .union([z.literal(5), z.literal(10), z.literal(30), z.literal(60)], {
      error: "must be one of 5, 10, 30, 60",
    })
    .default(5)
    .describe("The time, in minutes, that the measure is taken over."),
  isDisabled: z.boolean().default(false),
  destinations: AlertDestinations.optional(),
});
export type ComponentAlert = z.output<typeof ComponentAlert>;

const AppRule = z.enum([
  "deploymentFailed",
  "deploymentLive",
  "deploymentStarted",
  "deploymentCanceled",
  "domainFailed",
  "domainLive",
  "autoscaleFailed",
  "autoscaleSucceeded",
]);
export type AppRule = z.output<typeof AppRule>;

/** An alert about the whole app: its rule alone, or with more about it. */
export const AppAlert = z.union(
  [
    AppRule,
    z.strictObject({
      rule: AppRule,
      isDisabled: z.boolean().default(false),
      destinations: AlertDestinations.optional(),
    }),
  ],
  {
    error: ({ input }) => {
      const words = AppRule.options.join(", ");
      if (typeof input !== "string") return `must be one of ${words}, or a block with rule and destinations`;
      const reason = reasonIn(missingMeasures, input) ?? reasonIn(componentMeasures, input);
      const near = nearest(input, AppRule.options);
      const hint = near === undefined ? "" : `, did you mean ${near}?`;
      return `must be one of ${words}${reason === undefined ? `; got ${shown(input)}${hint}` : `; ${reason}`}`;
    },
  },
);
export type AppAlert = z.output<typeof AppAlert>;
