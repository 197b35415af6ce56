import { z } from "zod";
import { adoptedId } from "./internal/adoption.ts";
import { ruled } from "./internal/rules.ts";
import type { NeededSecret } from "./internal/secrets.ts";
import { ComponentName, FreeText, Hostname, Port, text } from "./internal/values.ts";
import { IngressRule } from "./web-app/ingress.settings.ts";
import { LogDestination, LogDestinationName } from "./web-app/logs.settings.ts";
import { appRules } from "./web-app/rules.ts";
import { portRules, scaleRules, workerRules } from "./web-app/run.rules.ts";
import {
  AppAlert,
  ComponentAlert,
  HealthCheck,
  LivenessCheck,
  ServiceTermination,
  scaleSettings,
  Termination,
} from "./web-app/run.settings.ts";
import { siteRules, sourceRules } from "./web-app/source.rules.ts";
import { buildSettings, gitSources, ImageSource } from "./web-app/source.settings.ts";
import { secretUses } from "./web-app/uses.ts";
import { Environment } from "./web-app/variables.settings.ts";

const environment = Environment;
const runCommand = FreeText.optional();
const alerts = z.array(ComponentAlert).default([]);
const image = ImageSource.optional();

/** Files that the platform builds once and serves from its edge; it has no size and no instances. */
const StaticSite = ruled(
  z.strictObject({
    ...gitSources,
    ...buildSettings,
    outputDirectory: FreeText.optional().describe(
      "Folder with the built files. Default: found by the platform: _static, dist, public, build.",
    ),
    indexDocument: FreeText.optional(),
    errorDocument: FreeText.optional(),
    catchallDocument: FreeText.optional().describe(
      "File that answers for every path that does not exist, for sites that route in the browser.",
    ),
    environment,
  }),
  siteRules,
);

/** A process that answers HTTP requests. */
const Service = ruled(
  z.strictObject({
    ...gitSources,
    image,
    ...buildSettings,
    runCommand,
    port: Port.default(8080).describe("Port that the process listens on."),
    internalPorts: z.array(Port).default([]).describe("Ports that only other components of the app reach."),
    ...scaleSettings,
    health: HealthCheck.optional(),
    liveness: LivenessCheck.optional(),
    termination: ServiceTermination.optional(),
    alerts,
    environment,
  }),
  [...sourceRules, ...scaleRules, ...portRules],
);

/** A process that answers nobody. */
const Worker = ruled(
  z.strictObject({
    ...gitSources,
    image,
    ...buildSettings,
    runCommand,
    ...scaleSettings,
    liveness: LivenessCheck.optional(),
    termination: Termination.optional(),
    alerts,
    environment,
  }),
  [...sourceRules, ...scaleRules, ...workerRules],
);

const jobKinds = ["preDeploy", "postDeploy", "failedDeploy"] as const;

/** A process that runs to its end around every deployment, so it must be safe to run twice. */
const Job = ruled(
  z.strictObject({
    kind: z.enum(jobKinds, {
      error: ({ input }) =>
        input === "scheduled"
          ? `must be one of ${jobKinds.join(", ")}: the provider cannot declare scheduled jobs; use a worker with a scheduler inside, or a scheduled workflow`
          : undefined,
    }),
    ...gitSources,
    image,
    ...buildSettings,
    runCommand,
    size: scaleSettings.size,
    termination: Termination.optional(),
    alerts,
    environment,
  }),
  sourceRules,
);

/** A host name that the app answers to. */
const Domain = z.strictObject({
  name: Hostname,
  type: z.enum(["primary", "alias"]),
  wildcard: z
    .boolean()
    .default(false)
    .describe(
      "Whether every name below it is meant too; its proof of ownership must be renewed every 30 days.",
    ),
  zone: Hostname.optional().describe(
    "Zone at DigitalOcean in which the platform keeps the records of this name by itself.",
  ),
});

const WebAppBlock = z.strictObject({
  name: ComponentName.optional().describe(
    "Name of the app, unique in the account. Default: the product's and the stack's name.",
  ),
  import: adoptedId("app").describe(
    "Id of an app that is there already; the first run gives it the settings of this file.",
  ),
  domains: z.array(Domain).default([]),
  staticSites: z.record(ComponentName, StaticSite).default({}),
  services: z.record(ComponentName, Service).default({}),
  workers: z.record(ComponentName, Worker).default({}),
  jobs: z.record(ComponentName, Job).default({}),
  /** Variables of every component. */
  environment,
  ingress: z.array(IngressRule).default([]).describe("Rules for requests; the first that fits decides."),
  alerts: z.array(AppAlert).default([]),
  logs: z.record(LogDestinationName, LogDestination).default({}),
  egress: z
    .enum(["shared", "dedicated"])
    .default("shared")
    .describe(
      "Whether requests leave from addresses of the app's own, which cost extra and are lost when given back.",
    ),
  edge: z
    .strictObject({
      isCached: z.boolean().default(true).describe("Switch it off for server-sent events."),
      hidesEmails: z.boolean().default(true),
      hasThreatControl: z.boolean().default(false),
    })
    .prefault({})
    .describe("What the platform's edge does; each needs a domain of the app's own."),
  resendsSecrets: z
    .boolean()
    .default(false)
    .describe(
      "Whether every secret is sent in clear on every run, which deploys the app each time: for the one run that makes an app anew after it was deleted by hand, since the new app may not know the old one's ciphertexts.",
    ),
  maintenance: z
    .strictObject({
      isEnabled: z.boolean().default(false),
      isArchived: z.boolean().default(false).describe("Stops the app and keeps only its settings."),
      offlinePage: text(/^https:\/\/\S+$/, "must be an https address").optional(),
    })
    .optional(),
});
/** A web product on App Platform, checked and complete. */
export type WebAppSettings = z.output<typeof WebAppBlock>;

/** What a stack file may say about the app (`slipway:app`). */
export const WebAppSettings = ruled(WebAppBlock, appRules);

/** The stack secrets that an app needs; the paths of their uses start with `app`. */
export const webAppSecrets = (settings: WebAppSettings): NeededSecret[] => secretUses(settings);
