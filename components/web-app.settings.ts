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
    /** Folder with the built files. @default - found by the platform: _static, dist, public, build */
    outputDirectory: FreeText.optional(),
    indexDocument: FreeText.optional(),
    errorDocument: FreeText.optional(),
    /** File that answers for every path that does not exist, for sites that route in the browser. */
    catchallDocument: FreeText.optional(),
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
    /** Port that the process listens on. */
    port: Port.default(8080),
    /** Ports that only other components of the app reach. */
    internalPorts: z.array(Port).default([]),
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
  /** Whether every name below it is meant too; its proof of ownership must be renewed every 30 days. */
  wildcard: z.boolean().default(false),
  /** Zone at DigitalOcean in which the platform keeps the records of this name by itself. */
  zone: Hostname.optional(),
});

const WebAppBlock = z.strictObject({
  /**
   * Name of the app, unique in the account.
   * @default - the product's and the stack's name
   */
  name: ComponentName.optional(),
  /** Id of an app that is there already; the first run gives it the settings of this file. */
  import: adoptedId("app"),
  domains: z.array(Domain).default([]),
  staticSites: z.record(ComponentName, StaticSite).default({}),
  services: z.record(ComponentName, Service).default({}),
  workers: z.record(ComponentName, Worker).default({}),
  jobs: z.record(ComponentName, Job).default({}),
  /** Variables of every component. */
  environment,
  /** Rules for requests; the first that fits decides. */
  ingress: z.array(IngressRule).default([]),
  alerts: z.array(AppAlert).default([]),
  logs: z.record(LogDestinationName, LogDestination).default({}),
  /** Whether requests leave from addresses of the app's own, which cost extra and are lost when given back. */
  egress: z.enum(["shared", "dedicated"]).default("shared"),
  /** What the platform's edge does; each needs a domain of the app's own. */
  edge: z
    .strictObject({
      /** Switch it off for server-sent events. */
      isCached: z.boolean().default(true),
      hidesEmails: z.boolean().default(true),
      hasThreatControl: z.boolean().default(false),
    })
    .prefault({}),
  /**
   * Whether every secret is sent in clear on every run, which deploys the app each time: for the one run that makes
   * an app anew after it was deleted by hand, since the new app may not know the old one's ciphertexts.
   */
  resendsSecrets: z.boolean().default(false),
  maintenance: z
    .strictObject({
      isEnabled: z.boolean().default(false),
      /** Stops the app and keeps only its settings. */
      isArchived: z.boolean().default(false),
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
