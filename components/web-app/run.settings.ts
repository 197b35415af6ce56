import { z } from "zod";
import { ruled } from "../internal/rules.ts";
import { AppSize, Port, UrlPath } from "../internal/values.ts";
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
