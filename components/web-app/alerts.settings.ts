import { z } from "zod";
import { shown } from "../internal/faults.ts";
import { nearest } from "../internal/suggest.ts";
import { Email, Slack } from "../internal/values.ts";

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

const isDisabled = z.boolean().default(false).describe("Whether the alert is kept but never raised.");

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
