import { z } from "zod";
import { shown } from "../internal/faults.ts";
import { ruled } from "../internal/rules.ts";
import { nearest } from "../internal/suggest.ts";
import { AppSize, Email, Port, Slack, UrlPath } from "../internal/values.ts";
import { autoscalingRules, checkRules } from "./run.rules.ts";

// Ranges of this file: DigitalOcean API description of 2026-08-07 and its provider, 2026-08-06.

const Autoscaling = ruled(
  z.strictObject({
    min: z.int().min(1).max(250).describe("Instances that run at least."),
    max: z.int().min(1).max(250).describe("Instances that run at most."),
    cpuPercent: z
      .int()
      .min(1)
      .max(100)
      .default(80)
      .describe("Average CPU use, in percent, that it aims at; the provider knows no other measure."),
  }),
  autoscalingRules,
)
  .describe("How the platform changes the number of instances by itself; dedicated sizes only.")
  .meta({ examples: [{ min: 2, max: 5, cpuPercent: 70 }] });

/** How large a component is and how often it runs. */
export const scaleSettings = {
  size: AppSize.default("apps-s-1vcpu-0.5gb").describe(
    "Size of each instance: its processors, shared (`s`) or dedicated (`d`), and its memory.",
  ),
  instances: z
    .int()
    .min(1)
    .max(250)
    .optional()
    .describe("Instances that run. Default: 1, or what autoscaling decides."),
  autoscaling: Autoscaling.optional(),
};

const check = {
  path: UrlPath.optional().describe(
    "Path that must answer with success. Default: a connection to the port is enough.",
  ),
  port: Port.optional().describe("Port that is asked. Default: the component's own port."),
  initialDelaySeconds: z
    .int()
    .min(0)
    .max(3600)
    .optional()
    .describe("Seconds after the start before the first check. Default: the platform's."),
  periodSeconds: z
    .int()
    .min(1)
    .max(300)
    .optional()
    .describe("Seconds between two checks. Default: the platform's."),
  timeoutSeconds: z
    .int()
    .min(1)
    .max(120)
    .optional()
    .describe("Seconds that an answer may take. Default: the platform's."),
  failureThreshold: z
    .int()
    .min(1)
    .max(50)
    .optional()
    .describe("Checks that fail in a row before the instance counts as unhealthy. Default: the platform's."),
};

export const HealthCheck = ruled(
  z.strictObject({
    ...check,
    successThreshold: z
      .int()
      .min(1)
      .max(50)
      .optional()
      .describe(
        "Checks that succeed in a row before the instance counts as healthy again. Default: the platform's.",
      ),
  }),
  checkRules,
)
  .describe("Check that decides whether an instance gets requests, and whether a deployment goes live.")
  .meta({ examples: [{ path: "/api/health", periodSeconds: 10, timeoutSeconds: 2 }] });
export type HealthCheck = z.output<typeof HealthCheck>;

export const LivenessCheck = ruled(
  z.strictObject({
    ...check,
    successThreshold: z
      .literal(1, { error: "must be 1: the platform takes no other number for a liveness check" })
      .optional()
      .describe("Checks that succeed before the instance counts as alive again: always 1."),
  }),
  checkRules,
)
  .describe("Check that decides whether an instance is started again.")
  .meta({ examples: [{ path: "/api/alive", failureThreshold: 5 }] });
export type LivenessCheck = z.output<typeof LivenessCheck>;

const gracePeriodSeconds = z
  .int()
  .min(1)
  .max(600)
  .optional()
  .describe("Seconds between the signal to stop (TERM) and the end by force (KILL). Default: 120.");

export const Termination = z
  .strictObject({ gracePeriodSeconds })
  .describe("How long an instance may take to stop.");

export const ServiceTermination = z
  .strictObject({
    gracePeriodSeconds,
    drainSeconds: z
      .int()
      .min(1)
      .max(110)
      .optional()
      .describe(
        "Seconds in which an instance gets no new requests before the signal to stop (TERM). Default: 15.",
      ),
  })
  .describe("How long an instance may take to finish its requests and to stop.");

/** The provider cannot read them back, so that the first run after a refresh sends them again, which updates the app. */
export const AlertDestinations = z
  .strictObject({
    emails: z.array(Email).default([]).describe("Addresses that get a mail."),
    slack: z.array(Slack).default([]).describe("Channels that get a message."),
  })
  .refine(({ emails, slack }) => emails.length + slack.length > 0, {
    error: "must name an e-mail address or a Slack channel, or be left out",
  })
  .describe("Who is told, beside the owners of the account, whom the platform always mails.")
  .meta({ examples: [{ emails: ["devops@tinkertools.ao"] }] });
export type AlertDestinations = z.output<typeof AlertDestinations>;

const missingMeasures: Readonly<Record<string, string>> = {
  errorRate: "the platform measures no error rate: watch the health path with monitoring.checks",
  responseTime: "the provider knows no response time: use latencyMs of monitoring.checks",
  requestsPerSecond: "the provider knows no request rate",
};

const isDisabled = z.boolean().default(false).describe("Whether the alert is kept but raised to nobody.");

const ofComponent = "it is about one component: list it in that component's own alerts";
const componentMeasures: Readonly<Record<string, string>> = {
  cpuPercent: ofComponent,
  memoryPercent: ofComponent,
  restarts: ofComponent,
};

const reasonIn = (measures: Readonly<Record<string, string>>, word: unknown): string | undefined =>
  typeof word === "string" && Object.hasOwn(measures, word) ? measures[word] : undefined;

export const ComponentAlert = z
  .strictObject({
    measure: z
      .enum(["cpuPercent", "memoryPercent", "restarts"], {
        error: ({ input }) => {
          const reason = reasonIn(missingMeasures, input);
          return reason && `must be one of cpuPercent, memoryPercent, restarts; ${reason}`;
        },
      })
      .describe(
        "What is measured: use of the processors or of the memory in percent, or the number of restarts.",
      ),
    operator: z
      .enum(["above", "below"])
      .default("above")
      .describe("Whether the alert is raised above the value or below it."),
    value: z
      .number()
      .min(0)
      .describe("Limit, in percent, or as a number of restarts.")
      .meta({ examples: [80] }),
    windowMinutes: z
      .union([z.literal(5), z.literal(10), z.literal(30), z.literal(60)], {
        error: "must be one of 5, 10, 30, 60",
      })
      .default(5)
      .describe("The time, in minutes, that the measure is taken over."),
    isDisabled,
    destinations: AlertDestinations.optional(),
  })
  .describe("An alert about this component.")
  .meta({ examples: [{ measure: "memoryPercent", value: 85, windowMinutes: 10 }] });
export type ComponentAlert = z.output<typeof ComponentAlert>;

const AppRule = z
  .enum([
    "deploymentFailed",
    "deploymentLive",
    "deploymentStarted",
    "deploymentCanceled",
    "domainFailed",
    "domainLive",
    "autoscaleFailed",
    "autoscaleSucceeded",
  ])
  .describe("What has happened to the app.");
export type AppRule = z.output<typeof AppRule>;

export const AppAlert = z
  .union(
    [
      AppRule,
      z
        .strictObject({
          rule: AppRule,
          isDisabled,
          destinations: AlertDestinations.optional(),
        })
        .describe("An alert with who is told about it."),
    ],
    {
      error: ({ input }) => {
        const words = AppRule.options.join(", ");
        if (typeof input !== "string")
          return `must be one of ${words}, or a block with rule and destinations`;
        const reason = reasonIn(missingMeasures, input) ?? reasonIn(componentMeasures, input);
        const near = nearest(input, AppRule.options);
        const hint = near === undefined ? "" : `, did you mean ${near}?`;
        return `must be one of ${words}${reason === undefined ? `; got ${shown(input)}${hint}` : `; ${reason}`}`;
      },
    },
  )
  .describe("An alert about the whole app: its rule alone, or with more about it.")
  .meta({
    examples: [
      "deploymentFailed",
      { rule: "domainFailed", destinations: { emails: ["devops@tinkertools.ao"] } },
    ],
  });
export type AppAlert = z.output<typeof AppAlert>;
