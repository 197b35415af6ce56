import { appSizes } from "../../catalog/app-sizes.ts";
import type { Rule, RuleFault } from "../internal/rules.ts";
import type { AppSize } from "../internal/values.ts";

/** How large a component is and how often it runs. */
export interface Scale {
  size: AppSize;
  instances?: number | undefined;
  autoscaling?: { max: number } | undefined;
}

/** What must hold between the bounds of autoscaling. */
export const autoscalingRules: readonly Rule<{ min: number; max: number }>[] = [
  {
    id: "autoscaling-range",
    demands: "Autoscaling has a range: its most is more than its least.",
    faults: ({ min, max }) => (min < max ? [] : [{ path: ["max"], message: "must be more than min" }]),
  },
];

/** What must hold between size, number and autoscaling. */
export const scaleRules: readonly Rule<Scale>[] = [
  {
    id: "instances-or-autoscaling",
    demands: "The number of instances is fixed or decided by autoscaling.",
    faults: ({ instances, autoscaling }) =>
      autoscaling !== undefined && instances !== undefined
        ? [
            {
              path: ["instances"],
              message: "must be left out where autoscaling is set, which decides the number",
            },
          ]
        : [],
  },
  {
    id: "autoscaling-size",
    demands: "Autoscaling needs a dedicated size.",
    faults: ({ size, autoscaling }) =>
      autoscaling !== undefined && !appSizes[size].isAutoscalable
        ? [
            {
              path: ["autoscaling"],
              message: `must be left out: ${size} is shared and the platform scales dedicated sizes only; did you mean size apps-d-1vcpu-1gb?`,
            },
          ]
        : [],
  },
  {
    id: "single-instance-size",
    demands: "More than one instance needs a size that can be counted.",
    faults: ({ size, instances }) =>
      (instances ?? 1) > 1 && !appSizes[size].isCountable
        ? [
            {
              path: ["instances"],
              message: `must be 1: ${size} runs alone; did you mean size apps-s-1vcpu-1gb?`,
            },
          ]
        : [],
  },
];

interface Check {
  port?: number | undefined;
  periodSeconds?: number | undefined;
  timeoutSeconds?: number | undefined;
}

/** The platform's own period and timeout of a check. Source: DigitalOcean API description of 2026-08-07. */
const checkDefaults = { periodSeconds: 10, timeoutSeconds: 1 };

/** What must hold between the times of a check. */
export const checkRules: readonly Rule<Check>[] = [
  {
    id: "check-timeout",
    demands: "A check is over before the next one begins.",
    faults({ periodSeconds, timeoutSeconds = checkDefaults.timeoutSeconds }) {
      const period = periodSeconds ?? checkDefaults.periodSeconds;
      const given = periodSeconds === undefined ? ", the platform's own period" : "";
      return timeoutSeconds > period
        ? [
            {
              path: ["timeoutSeconds"],
              message: `must be at most periodSeconds, ${period}${given}; got ${timeoutSeconds}`,
            },
          ]
        : [];
    },
  },
];

interface Listening {
  port: number;
  internalPorts: readonly number[];
  health?: Check | undefined;
  liveness?: Check | undefined;
}

/** What must hold between the ports of a service and its checks. */
export const portRules: readonly Rule<Listening>[] = [
  {
    id: "check-port",
    demands: "A check asks at a port that the service listens on.",
    faults: ({ port, internalPorts, health, liveness }) =>
      Object.entries({ health, liveness }).flatMap(([check, settings]): RuleFault[] => {
        const asked = settings?.port;
        if (asked === undefined || asked === port || internalPorts.includes(asked)) return [];
        const message = `must be ${port}, the port that the service listens on, or one of internalPorts; got ${asked}`;
        return [{ path: [check, "port"], message }];
      }),
  },
  {
    id: "internal-port",
    demands: "The port for requests is not an internal one too.",
    isPerEntry: true,
    faults: ({ port, internalPorts }) =>
      internalPorts.flatMap((internal, index) =>
        internal === port || internalPorts.indexOf(internal) < index
          ? [
              {
                path: ["internalPorts", index],
                message:
                  internal === port
                    ? `must not be ${port}: the service listens there for everybody`
                    : "must be listed once",
              },
            ]
          : [],
      ),
  },
];

/** What must hold of a process that listens nowhere. */
export const workerRules: readonly Rule<{ liveness?: Check | undefined }>[] = [
  {
    id: "worker-check-port",
    demands: "The check of a worker says at which port it asks.",
    faults: ({ liveness }) =>
      liveness !== undefined && liveness.port === undefined
        ? [
            {
              path: ["liveness", "port"],
              message: "must be set: a worker has no port of its own to be asked at",
            },
          ]
        : [],
  },
];
